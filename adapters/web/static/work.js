// The engineers' page beside their room: the queue, a claim, search, who is on call. It only shows; what is done with
// a claim is posted into the room, where everybody sees it and the bot answers. All that anybody said goes in as
// textContent.

import { file, make } from "./draw.js";
import { translate, word } from "./words.js";

const soon = 300; // ms to wait for more news of the same change
const often = 60000; // what waits gets older also when nothing happens

/** The addresses of the page, and what each of them shows. */
function viewOf(url) {
  const claim = /^\/desk\/claims\/([^/]+)$/.exec(url.pathname);
  if (claim) return { name: "claim", data: `claims/${claim[1]}`, query: {} };
  if (url.pathname === "/desk/find") {
    const words = url.searchParams.get("words") || "";
    return { name: "find", data: words ? "find" : "", query: { words }, words };
  }
  if (url.pathname === "/desk/oncall") return { name: "oncall", data: "oncall", query: {} };
  return { name: "queue", data: "queue", query: {} };
}

/** The page. pane is the room, viewer shows a picture in full size, show(kind) what has room on narrow screens. */
export class Work {
  kind = "work";
  #drawn = new Map(); // by the part of the view: what it was drawn from
  #asked = 0;

  constructor({ pane, me, viewer, show }) {
    Object.assign(this, { pane, viewer, show });
    this.root = document.getElementById("work").content.firstElementChild.cloneNode(true);
    this.view = this.root.querySelector(".view");
    this.scroll = this.root.querySelector(".scroll");
    this.banner = this.root.querySelector(".banner");
    this.#leaving(me);
    this.root.addEventListener("click", (e) => this.#followed(e));
    window.addEventListener("popstate", () => this.#open());
    document.addEventListener("visibilitychange", () => document.hidden || this.refresh());
    setInterval(() => document.hidden || this.refresh(), often);
    pane.onSpeak = () => this.#speak();
    pane.onBecome = () => this.refresh();
    pane.onCame = () => this.#news();
    this.#speak();
  }

  /** The language of the page is the room's. */
  get lang() {
    return this.pane.lang;
  }

  set onSpeak(f) {
    this.spoken = f;
  }

  shown() {}

  /** Asks again for what is shown, and draws what has changed. */
  async refresh() {
    const view = viewOf(new URL(location.href));
    const turn = ++this.#asked;
    const { status, data } = await (view.data ? this.#get(view) : { status: 200, data: {} });
    if (turn !== this.#asked) return; // something else is wanted by now
    if (status === 403) {
      location.assign("/desk");
      return;
    }
    this.banner.hidden = status === 200 || status === 404;
    this.banner.textContent = this.banner.hidden ? "" : word(this.lang, "work_offline");
    if (!this.banner.hidden) return;
    this.#draw(view, status, data);
    this.view.dataset.state = "ready";
  }

  async #get(view) {
    try {
      const query = new URLSearchParams({ ...view.query, as: this.pane.as, lang: this.lang });
      const answer = await fetch(`/desk/data/${view.data}?${query}`);
      return { status: answer.status, data: await answer.json() };
    } catch {
      return { status: 0, data: {} };
    }
  }

  #news() {
    clearTimeout(this.newsTimer);
    this.newsTimer = setTimeout(() => this.refresh(), soon);
  }

  #speak() {
    this.root.lang = this.lang;
    translate(this.root, this.lang);
    this.spoken?.(this.lang);
    this.#drawn.clear();
    this.#open();
  }

  // Where one has logged in, one can log out.
  #leaving(me) {
    const form = this.root.querySelector(".leave");
    form.hidden = !me.csrf;
    form.elements.csrf.value = me.csrf || "";
    form.querySelector(".me").textContent = me.csrf ? this.pane.person.name : "";
  }

  // A link to a page of ours is followed without loading the room anew.
  #followed(e) {
    const a = e.target.closest("a[href]");
    if (!a || e.defaultPrevented || e.button || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey || a.hasAttribute("download")) return;
    const url = new URL(a.href);
    if (url.origin !== location.origin || !/^\/desk(\/|$)/.test(url.pathname) || url.pathname.startsWith("/desk/files/")) return;
    e.preventDefault();
    this.#go(url);
  }

  #go(url) {
    history.pushState(null, "", url);
    this.#open();
    this.scroll.scrollTop = 0;
    this.scroll.focus({ preventScroll: true });
  }

  #open() {
    const { name } = viewOf(new URL(location.href));
    for (const a of this.root.querySelectorAll(".tools a")) {
      if (a.dataset.testid === `nav-${name}`) a.setAttribute("aria-current", "page");
      else a.removeAttribute("aria-current");
    }
    this.view.dataset.state = "";
    this.refresh();
  }

  #draw(view, status, data) {
    if (this.view.dataset.view !== view.name || this.view.dataset.of !== view.data) {
      this.view.replaceChildren();
      this.#drawn.clear();
      Object.assign(this.view.dataset, { view: view.name, of: view.data });
    }
    if (status === 404) {
      this.#part("missing", null, () => make("p", { className: "nothing", textContent: word(this.lang, "no_claim") }));
      return;
    }
    this.#drawn.delete("missing");
    this.view.querySelector('[data-part="missing"]')?.remove();
    ({
      queue: () => this.#queue(data), find: () => this.#find(data, view.words),
      oncall: () => this.#oncall(data), claim: () => this.#claim(data),
    })[view.name]();
  }

  // Draws one part of the view, unless it stands there as it is: a video that plays goes on playing.
  #part(name, data, draw) {
    const from = JSON.stringify(data);
    if (this.#drawn.get(name) === from) return;
    this.#drawn.set(name, from);
    const part = draw();
    part.dataset.part = name;
    const old = this.view.querySelector(`[data-part="${name}"]`);
    if (old) old.replaceWith(part);
    else this.view.append(part);
  }

  #word(key, args) {
    return word(this.lang, key, args);
  }

  // --- the queue ---

  #queue({ sections }) {
    for (const s of sections) {
      this.#part(s.name, s.rows, () => make("section", { className: "part", data: { testid: "section", name: s.name } },
        make("h2", { textContent: this.#word(`queue_${s.name}`, { count: s.rows?.length ?? 0 }) }),
        this.#rows(s.rows ?? [])));
    }
  }

  #rows(rows, age = true) {
    if (!rows.length) return make("p", { className: "nothing", textContent: this.#word("nothing_here") });
    return make("ul", { className: "rows" }, ...rows.map((r) => make("li", {}, make("a", {
      className: "row", href: `/desk/claims/${encodeURIComponent(r.claim)}`,
      data: { testid: "row", claim: r.claim, severity: r.severity } },
    make("span", { className: "row-head" }, make("b", { textContent: r.claim }),
      make("span", { className: "badge", data: { severity: r.severity }, textContent: r.bad }),
      r.danger ? this.#danger() : null,
      make("span", { className: "age", textContent: age ? r.age : r.day })),
    make("span", { className: "row-line" }, make("bdi", { textContent: r.machine })),
    make("span", { className: "row-line quiet-line" }, make("bdi", { textContent: [r.name, r.company].filter(Boolean).join(", ") })),
    make("span", { className: "row-line quiet-line" }, make("span", { textContent: r.status }),
      r.owner ? make("bdi", { textContent: ` · ${r.owner}` }) : null)))));
  }

  #danger() {
    return make("span", { className: "badge danger", textContent: this.#word("danger") });
  }

  // --- search ---

  #find(data, words) {
    const entered = !this.#drawn.has("form");
    this.#part("form", words, () => {
      const input = make("input", { type: "search", name: "words", value: words, maxLength: 200, autocomplete: "off",
        data: { testid: "find-words" }, attr: { "aria-label": this.#word("find_hint"), placeholder: this.#word("find_hint"), dir: "auto" } });
      const form = make("form", { className: "find", attr: { role: "search" } }, input,
        make("button", { type: "submit", className: "act", data: { testid: "find-go" }, textContent: this.#word("find") }));
      form.addEventListener("submit", (e) => {
        e.preventDefault();
        this.#go(new URL(`/desk/find?${new URLSearchParams({ words: input.value.trim() })}`, location.origin));
      });
      return form;
    });
    const rows = data.rows ?? [];
    this.#part("found", [words, data], () => make("section", { className: "part", data: { testid: "section", name: "found" } },
      words ? make("h2", { textContent: this.#word("found", { count: data.total ?? 0 }) }) : null,
      words ? this.#rows(rows, false) : null,
      data.total > rows.length ? make("p", { className: "nothing", textContent: this.#word("found_more", { shown: rows.length }) }) : null));
    if (entered && !words) this.view.querySelector("input").focus();
  }

  // --- who is on call ---

  #oncall({ turns }) {
    this.#part("turns", turns, () => make("section", { className: "part" },
      make("h2", { textContent: this.#word("oncall_now") }),
      make("ul", { className: "rows" }, ...turns.map((t) => make("li", { className: "row", data: { testid: "turn" } },
        make("span", { className: "row-head" }, make("bdi", { textContent: t.level })),
        make("span", { className: "row-line" }, make("b", {}, make("bdi", { textContent: t.name }))),
        make("span", { className: "row-line quiet-line", textContent: this.#word("oncall_until", { time: t.until }) }),
        t.reason ? make("span", { className: "row-line quiet-line" }, make("bdi", { textContent: this.#word("oncall_reason", { reason: t.reason }) })) : null)))));
  }

  // --- a claim ---

  #claim(c) {
    this.#part("card", [c.title, c.severity, c.danger, c.fields, c.words, c.lang], () => this.#card(c));
    this.#part("actions", [c.id, c.actions], () => this.#actions(c));
    this.#part("evidence", c.evidence, () => this.#gallery(c.evidence));
    this.#part("history", [c.history, c.zone], () => this.#timeline(c));
  }

  #card(c) {
    return make("section", { className: "part claim-card" },
      make("h2", { data: { testid: "title" } }, make("bdi", { textContent: c.title }), c.danger ? this.#danger() : null),
      make("dl", {}, ...c.fields.flatMap((f) => [make("dt", { textContent: f.label }),
        make("dd", { data: { testid: "field" } }, make("bdi", { textContent: f.text }))])),
      c.words ? make("figure", { className: "words customer" }, make("figcaption", { textContent: this.#word("customer_words") }),
        make("blockquote", { data: { testid: "words" }, lang: c.lang || "", textContent: c.words })) : null);
  }

  #actions(c) {
    const box = make("section", { className: "part" }, make("div", { className: "acts", attr: { role: "group", "aria-label": this.#word("actions") } }));
    for (const action of c.actions) {
      const b = make("button", { type: "button", className: "act", data: { testid: "action", action: action.id }, textContent: action.label });
      b.addEventListener("click", () => {
        this.show("desk");
        this.pane.press({ id: action.id, label: `${action.label} · ${c.id}` });
      });
      box.firstChild.append(b);
    }
    box.append(make("p", { className: "quiet-line", textContent: this.#word("actions_hint") }));
    return box;
  }

  #gallery(list) {
    const pictures = list.filter((f) => f.inline && f.kind === "picture");
    const see = { lang: this.lang, on: { look: (f, name) => this.viewer(f, name, pictures) } };
    return make("section", { className: "part" }, make("h2", { textContent: this.#word("evidence", { count: list.length }) }),
      list.length ? make("ol", { className: "gallery", data: { testid: "gallery" } }, ...list.map((f) =>
        make("li", {}, make("figure", { data: { testid: "evidence" } }, file(f, see),
          make("figcaption", {}, f.caption ? make("bdi", { className: "caption", textContent: f.caption }) : null,
            f.name ? make("bdi", { className: "quiet-line", textContent: f.name }) : null, this.#time(f.at)))))) :
        make("p", { className: "nothing", textContent: this.#word("no_evidence") }));
  }

  #timeline(c) {
    const see = { lang: this.lang, on: { look: (f, name) => this.viewer(f, name) } };
    return make("section", { className: "part" },
      make("h2", { textContent: this.#word("history") }),
      make("p", { className: "quiet-line", textContent: this.#word(c.zone ? "clocks" : "clock", { zone: c.zone }) }),
      make("ol", { className: "timeline", data: { testid: "history" } }, ...c.history.map((e) =>
        make("li", { className: "entry", data: { testid: "entry", kind: e.kind, role: e.role || "system" } },
          make("p", { className: "entry-head" }, make("b", {}, make("bdi", { textContent: e.who || this.#word(`role_${e.role || "system"}`) })),
            make("span", { className: "badge role", textContent: this.#word(`role_${e.role || "system"}`) }),
            e.internal ? make("span", { className: "badge internal", textContent: this.#word("internal") }) : null, this.#time(e.at)),
          make("p", { className: "told" }, make("bdi", { textContent: e.told })),
          e.words ? make("figure", { className: `words ${e.role}` },
            e.role === "customer" ? make("figcaption", { textContent: this.#word("customer_words") }) : null,
            make("blockquote", { textContent: e.words, dir: "auto" })) : null,
          e.files?.length ? make("div", { className: "entry-files" }, ...e.files.map((f) => file(f, see))) : null))));
  }

  #time(at) {
    return make("time", { dateTime: at.utc, textContent: at.site ? `${at.here} (${this.#word("at_site", { time: at.site })})` : at.here });
  }
}
