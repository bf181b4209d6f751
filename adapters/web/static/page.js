// Begins the page: asks who one may be, makes one pane or two, and shows what is waiting.

import { keep, kept, keys } from "./keep.js";
import { Pane } from "./pane.js";
import { Queue, shareToken } from "./queue.js";
import { Work } from "./work.js";
import { loadWords, pageLanguage, translate } from "./words.js";

const queues = new Map();

function queueOf(chat) {
  if (!queues.has(chat)) queues.set(chat, new Queue(chat));
  return queues.get(chat);
}

// The pictures among which the one in full size stands, and which of them it is.
const seen = { list: [], at: 0 };

/** Shows a picture in full size; list are those among which one can go on, itself included. */
function viewer(file, name, list = [file]) {
  Object.assign(seen, { list, at: Math.max(list.findIndex((f) => f.url === file.url), 0) });
  draw(name);
  document.getElementById("viewer").showModal();
}

function draw(name) {
  const dialog = document.getElementById("viewer");
  const file = seen.list[seen.at];
  const img = dialog.querySelector("img");
  img.src = file.url;
  img.alt = name || file.name || "";
  Object.assign(dialog.querySelector("a"), { href: file.url, download: file.name || "" });
  for (const [id, there] of [["viewer-previous", seen.at > 0], ["viewer-next", seen.at < seen.list.length - 1]]) {
    const b = dialog.querySelector(`[data-testid="${id}"]`);
    b.hidden = seen.list.length < 2;
    b.disabled = !there;
  }
}

function turn(by) {
  const to = seen.at + by;
  if (to < 0 || to >= seen.list.length) return;
  seen.at = to;
  draw();
}

function prepareViewer() {
  const dialog = document.getElementById("viewer");
  dialog.querySelector('[data-testid="viewer-previous"]').addEventListener("click", () => turn(-1));
  dialog.querySelector('[data-testid="viewer-next"]').addEventListener("click", () => turn(1));
  dialog.addEventListener("keydown", (e) => {
    if (e.key === "ArrowLeft") turn(-1);
    if (e.key === "ArrowRight") turn(1);
  });
  dialog.addEventListener("click", (e) => (e.target.closest("[data-close]") || !e.target.closest(".viewer-bar")) && dialog.close());
  dialog.addEventListener("close", () => dialog.querySelector("img").removeAttribute("src"));
}

/** Shows one of two panes where only one has room. */
function show(panes, kind) {
  document.body.dataset.show = kind;
  keep("show", kind);
  for (const b of document.querySelectorAll("#switch [data-show]")) {
    b.setAttribute("aria-pressed", String(b.dataset.show === kind));
    if (b.dataset.show === kind) delete b.dataset.news;
  }
  panes.find((p) => p.kind === kind)?.shown();
}

async function begin() {
  const [me] = await Promise.all([fetch("/chat/me").then((r) => {
    if (!r.ok) throw new Error(`/chat/me: ${r.status}`);
    return r.json();
  }), loadWords()]);
  const alone = /^\/desk(\/|$)/.test(location.pathname);
  shareToken(me.csrf);
  const kinds = [["customer", alone ? [] : me.customers], ["desk", alone || me.demo ? me.engineers : []]];
  const main = document.getElementById("panes");
  const panes = kinds.filter(([, people]) => people.length).map(([kind, people]) => new Pane({
    kind, people, limits: me, queueOf, viewer,
    onNews: () => {
      const b = document.querySelector(`#switch [data-show="${kind}"]`);
      if (document.body.dataset.show !== kind) b.dataset.news = "true";
    },
  }));
  if (alone && me.office && panes.length) panes.unshift(new Work({ pane: panes[0], me, viewer, show: (kind) => show(panes, kind) }));
  document.querySelector('#switch [data-show="work"]').hidden = panes[0].kind !== "work";
  document.querySelector('#switch [data-show="customer"]').hidden = panes[0].kind === "work";
  for (const p of panes) p.root.querySelector(".to-work")?.toggleAttribute("hidden", alone || !me.office || p.kind !== "desk");
  main.replaceChildren(...panes.map((p) => p.root));
  document.body.classList.toggle("two", panes.length > 1);
  document.getElementById("switch").hidden = panes.length < 2;

  const speak = (lang) => {
    document.documentElement.lang = lang;
    translate(document.getElementById("switch"), lang);
    translate(document.getElementById("viewer"), lang);
  };
  panes[0].onSpeak = speak; // of the engineers' page, too: it speaks as its room does
  speak(panes[0].lang || pageLanguage(me.lang));
  for (const b of document.querySelectorAll("#switch [data-show]")) b.addEventListener("click", () => show(panes, b.dataset.show));
  show(panes, panes[0].kind !== "work" && panes.some((p) => p.kind === kept("show")) ? kept("show") : panes[0].kind);
  prepareViewer();

  // The link on a machine's label: what it carries is said once, as if it had been typed.
  const link = new URLSearchParams(location.search).get("start");
  if (link && panes[0].kind === "customer") {
    history.replaceState(null, "", location.pathname);
    panes[0].tell(`/start ${link}`);
  }

  // What somebody else in this browser wrote and could not deliver goes on being delivered.
  for (const k of keys("pending:")) queueOf(k.split(":")[1]);
}

/** Tries until the server answers: the page may open before the connection does. */
async function start() {
  for (let pause = 1000; ; pause = Math.min(2 * pause, 15000)) {
    try {
      await begin();
      return;
    } catch (e) {
      console.warn("begin:", e);
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

start();
