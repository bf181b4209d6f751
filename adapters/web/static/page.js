// Begins the page: asks who one may be, makes one pane or two, and shows what is waiting.

import { keep, kept, keys } from "./keep.js";
import { Pane } from "./pane.js";
import { Queue } from "./queue.js";
import { loadWords, pageLanguage, translate } from "./words.js";

const queues = new Map();

function queueOf(chat) {
  if (!queues.has(chat)) queues.set(chat, new Queue(chat));
  return queues.get(chat);
}

/** Shows a picture in full size. */
function viewer(file, name) {
  const dialog = document.getElementById("viewer");
  const img = dialog.querySelector("img");
  img.src = file.url;
  img.alt = name;
  Object.assign(dialog.querySelector("a"), { href: file.url, download: file.name || "" });
  dialog.showModal();
}

function prepareViewer() {
  const dialog = document.getElementById("viewer");
  dialog.addEventListener("click", (e) => e.target.tagName !== "A" && dialog.close());
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
  const alone = location.pathname === "/desk";
  const kinds = [["customer", alone ? [] : me.customers], ["desk", alone || me.demo ? me.engineers : []]];
  const main = document.getElementById("panes");
  const panes = kinds.filter(([, people]) => people.length).map(([kind, people]) => new Pane({
    kind, people, limits: me, queueOf, viewer,
    onNews: () => {
      const b = document.querySelector(`#switch [data-show="${kind}"]`);
      if (document.body.dataset.show !== kind) b.dataset.news = "true";
    },
  }));
  main.replaceChildren(...panes.map((p) => p.root));
  document.body.classList.toggle("two", panes.length > 1);
  document.getElementById("switch").hidden = panes.length < 2;

  const speak = (lang) => {
    document.documentElement.lang = lang;
    translate(document.getElementById("switch"), lang);
    translate(document.getElementById("viewer"), lang);
  };
  panes[0].onSpeak = speak;
  speak(panes[0].lang || pageLanguage(me.lang));
  for (const b of document.querySelectorAll("#switch [data-show]")) b.addEventListener("click", () => show(panes, b.dataset.show));
  show(panes, panes.some((p) => p.kind === kept("show")) ? kept("show") : panes[0].kind);
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
