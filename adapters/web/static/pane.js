// One chat on the page: its people, its messages and its composer.

import { Composer } from "./composer.js";
import { drawMessage, make, plain } from "./draw.js";
import { keep, kept } from "./keep.js";
import { Stream } from "./stream.js";
import { pageLanguage, translate, word } from "./words.js";

const near = 120; // px from the end that still count as being there
const noteTime = 5000;
const bannerAfter = 1500;
const typingAfter = 300;

/** A pane. kind is "customer" or "desk"; queueOf gives the queue of a chat. */
export class Pane {
  #messages = new Map(); // id -> message as the server sent it
  #elements = new Map(); // id or key -> li
  #local = new Map(); // key -> what was done here and has not come back yet
  #stuck = true;
  #off = [];

  constructor({ kind, people, limits, queueOf, viewer, onNews }) {
    Object.assign(this, { kind, people, limits, queueOf, viewer, onNews });
    this.root = document.getElementById("pane").content.firstElementChild.cloneNode(true);
    this.root.dataset.testid = `pane-${kind}`;
    this.root.classList.add(kind);
    const find = (id) => this.root.querySelector(`[data-testid="${id}"]`);
    [this.list, this.typing, this.banner, this.noteLine, this.newer] =
      ["messages", "typing", "banner", "note", "newer"].map(find);
    this.scroll = this.root.querySelector(".scroll");
    this.select = find("person");
    for (const b of this.root.querySelectorAll(".tools button")) b.addEventListener("click", () => this.#tool(b));
    this.newer.addEventListener("click", () => this.#toEnd());
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#stuck && this.#toEnd()).observe(this.list);
    new ResizeObserver(() => this.#stuck && this.#toEnd()).observe(this.scroll);
    this.composer = new Composer(this);
    this.#people();
    this.become(people.find((p) => p.id === kept(`person:${kind}`)) || people[0]);
  }

  /** Writes as somebody from now on, in that person's chat. */
  become(person) {
    this.leave();
    this.person = person;
    this.chat = person.chat;
    this.as = this.kind === "desk" ? person.id : "";
    keep(`person:${this.kind}`, person.id);
    this.select.value = person.id;
    const about = this.root.querySelector(".about");
    about.textContent = [person.company, person.about].filter(Boolean).join(" · ");
    about.hidden = !about.textContent;
    this.speak(kept(this.#languageKey()) || pageLanguage(person.lang || this.limits.lang || navigator.language));
    this.#clear();
    this.#listen();
    this.composer.reload();
    this.onBecome?.();
  }

  /** Presses a button that stands elsewhere on the page, as if it stood in the chat. */
  press(choice) {
    this.send({ press: { message: "", choice: choice.id, label: choice.label } }, { spans: [{ text: choice.label }] });
    this.composer.input.focus();
  }

  /** Shows the page's own words in a language. */
  speak(lang) {
    this.lang = lang;
    this.root.lang = lang;
    translate(this.root, lang);
    this.root.querySelector(".title").textContent = word(lang, `title_${this.kind}`);
    this.root.querySelector(".tools").setAttribute("aria-label", word(lang, "toolbar"));
    this.root.querySelector(".empty").textContent = word(lang, `nothing_${this.kind}`);
    this.list.setAttribute("aria-label", word(lang, `title_${this.kind}`));
    for (const m of this.#messages.values()) this.#put(m);
    this.#pending();
    this.composer.draw();
    this.onSpeak?.(lang);
  }

  /** Shows a short remark for some seconds. */
  note = (text) => {
    clearTimeout(this.noteTimer);
    this.noteLine.textContent = text;
    this.noteTimer = setTimeout(() => (this.noteLine.textContent = ""), noteTime);
  };

  /** Sends what a person did. */
  send = (body, show) => {
    const entry = this.queue.add({ as: this.as, lang: this.lang, body, show });
    this.#toEnd();
    return entry;
  };

  /** Comes into view. */
  shown() {
    if (this.#stuck) this.#toEnd();
  }

  /** Stops to listen. */
  leave() {
    this.stream?.close();
    this.queue = null;
    for (const off of this.#off.splice(0)) off();
    clearTimeout(this.bannerTimer);
    clearTimeout(this.typingTimer);
    this.banner.hidden = true;
    this.typing.hidden = true;
  }

  #people() {
    const label = this.root.querySelector(".as");
    label.hidden = this.people.length < 2;
    for (const p of this.people) this.select.append(make("option", { value: p.id, textContent: p.name || p.id }));
    this.select.addEventListener("change", () => this.become(this.people.find((p) => p.id === this.select.value)));
  }

  #languageKey() {
    return `lang:${this.kind}:${this.person.id}`;
  }

  #tool(b) {
    if (b.dataset.testid === "language") {
      const lang = this.lang === "zh" ? "en" : "zh";
      keep(this.#languageKey(), lang);
      this.speak(lang);
      this.tell(word(lang, "this_language"));
      return;
    }
    this.tell(b.dataset.says);
  }

  /** Says something in the person's name. */
  tell(text) {
    this.send({ text }, { spans: [{ text }] });
  }

  #clear() {
    this.#messages.clear();
    this.#elements.clear();
    this.#local.clear();
    this.list.replaceChildren();
    this.list.dataset.state = "";
    this.list.setAttribute("aria-live", "off");
    this.#stuck = true;
    this.newer.hidden = true;
  }

  #listen() {
    this.queue = this.queueOf(this.chat);
    this.stream = new Stream(this.chat, this.as);
    const on = (target, name, f) => {
      target.addEventListener(name, f);
      this.#off.push(() => target.removeEventListener(name, f));
    };
    on(this.queue, "change", () => this.#pending());
    on(this.queue, "busy", () => this.#busy());
    on(this.queue, "receipt", (e) => this.#received(e.detail));
    on(this.stream, "hello", (e) => {
      this.queue.seen(e.detail.order);
      if (e.detail.reset && this.#messages.size) this.#clear();
      this.queue.kick();
    });
    on(this.stream, "message", (e) => this.#came(e.detail));
    on(this.stream, "ready", () => this.#ready());
    on(this.stream, "state", () => this.#state());
    this.#pending();
    this.#busy();
  }

  #came(m) {
    const isNew = !this.#messages.has(m.id);
    this.#messages.set(m.id, m);
    if (m.key && m.by === this.#me()) this.#local.delete(m.key);
    this.#put(m);
    this.onCame?.(m);
    if (isNew && this.list.dataset.state && !m.key) {
      this.onNews?.();
      if (!this.#stuck) this.newer.hidden = false;
    }
  }

  #ready() {
    this.#pending();
    this.list.dataset.state = "ready";
    // From now on a screen reader says what is new, not what stood there already.
    requestAnimationFrame(() => this.list.setAttribute("aria-live", "polite"));
  }

  #me() {
    return this.person.id;
  }

  // Draws a message where it belongs: by its number, what waits at the end.
  #put(m) {
    const edit = m.id && this.#edits?.get(m.id);
    const drawn = edit ? { ...m, spans: [{ text: edit.body.edit.text }], pending: "waiting", failed: edit.failed, entry: edit } : m;
    const li = drawMessage(drawn, {
      lang: this.lang, me: this.#me(), room: this.kind === "desk",
      quote: (id) => plain(this.#messages.get(id) ?? {}).slice(0, 80),
      on: {
        choose: (of, choice, button) => this.#choose(of, choice, button),
        edit: (of) => this.composer.edit(of, plain(of)),
        look: this.viewer,
        retry: (entry) => this.queue.retry(entry.id),
        discard: (entry) => this.queue.discard(entry.id),
      },
    });
    const key = m.id || m.key;
    const old = this.#elements.get(key) ?? (m.by === this.#me() && this.#elements.get(m.key));
    this.#elements.delete(m.key);
    this.#elements.set(key, li);
    if (old) old.replaceWith(li);
    else this.list.insertBefore(li, this.#after(m));
    this.#tidySoon();
  }

  // The element before which a new message stands.
  #after(m) {
    let next = null;
    for (let e = this.list.lastElementChild; e; e = e.previousElementSibling) {
      if (m.id ? e.dataset.id && Number(e.dataset.id) < Number(m.id) : true) break;
      next = e;
    }
    return next;
  }

  // Draws what is not delivered yet, and forgets what was thrown away.
  #pending() {
    if (!this.queue) return;
    const entries = this.queue.list().filter((e) => (e.as || "") === this.as);
    const edits = new Map(entries.filter((e) => e.body.edit).map((e) => [e.body.edit.of, e]));
    const touched = new Set([...(this.#edits?.keys() ?? []), ...edits.keys()]);
    this.#edits = edits;
    for (const id of touched) if (this.#messages.has(id)) this.#put(this.#messages.get(id));

    const known = new Set([...this.#messages.values()].map((m) => m.key && m.by === this.#me() && m.key));
    const waiting = new Set(entries.map((e) => e.id));
    for (const e of entries) {
      if (e.body.edit) continue;
      if (known.has(e.id)) continue;
      const m = { ...e.show, by: this.#me(), key: e.id, at: e.sent, press: Boolean(e.body.press), entry: e,
        failed: e.failed, pending: e.tried ? "waiting" : "new" };
      const before = this.#local.get(e.id);
      if (before && before.failed === m.failed && before.pending === m.pending && this.#elements.has(e.id)) continue;
      this.#local.set(e.id, m);
      this.#put(m);
    }
    for (const [key, m] of this.#local) {
      if (!waiting.has(key) && !m.accepted) {
        this.#elements.get(key)?.remove();
        this.#elements.delete(key);
        this.#local.delete(key);
      }
    }
    this.#tidySoon();
  }

  #edits = new Map();

  #received({ entry, receipt }) {
    const m = this.#local.get(entry.id);
    if (m) m.accepted = true; // stays until the stream brings it
    if (receipt.note) this.note(receipt.note);
  }

  #choose(m, choice, button) {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    const entry = this.send({ press: { message: m.id, choice: choice.id, label: choice.label } }, { spans: [{ text: choice.label }] });
    const done = () => {
      if (this.queue.list().some((e) => e.id === entry.id && !e.failed)) return;
      button.removeAttribute("aria-busy");
      this.queue.removeEventListener("change", done);
    };
    this.queue.addEventListener("change", done);
  }

  #busy() {
    clearTimeout(this.typingTimer);
    if (!this.queue.busy) {
      this.typing.hidden = true;
      return;
    }
    this.typingTimer = setTimeout(() => {
      this.typing.hidden = false;
      if (this.#stuck) this.#toEnd();
    }, typingAfter);
  }

  #state() {
    clearTimeout(this.bannerTimer);
    if (this.stream.online) {
      this.banner.hidden = true;
      this.queue.kick();
      return;
    }
    this.bannerTimer = setTimeout(() => (this.banner.hidden = false), bannerAfter);
  }

  #tidySoon() {
    if (this.tidying) return;
    this.tidying = true;
    queueMicrotask(() => {
      this.tidying = false;
      this.#tidy();
    });
  }

  // Marks the newest buttons and the first message of each day.
  #tidy() {
    let day = new Date().toDateString();
    const days = [...this.list.children];
    let newest = null;
    days.forEach((li, i) => {
      li.classList.remove("now");
      if (li.querySelector(".choices")) newest = li;
      const first = i === 0 ? li.dataset.day !== day : li.dataset.day !== days[i - 1].dataset.day;
      const label = li.querySelector(".day");
      if (first && !label) {
        const at = new Date(li.querySelector("time").dateTime);
        li.prepend(make("p", { className: "day", textContent: at.toLocaleDateString(this.lang, { weekday: "short", day: "numeric", month: "long" }) }));
      } else if (!first) {
        label?.remove();
      }
    });
    newest?.classList.add("now");
    this.root.querySelector(".empty").hidden = days.length > 0 || !this.list.dataset.state;
  }

  #scrolled() {
    const s = this.scroll;
    this.#stuck = s.scrollHeight - s.scrollTop - s.clientHeight < near;
    if (this.#stuck) this.newer.hidden = true;
  }

  #toEnd() {
    this.#stuck = true;
    this.newer.hidden = true;
    this.scroll.scrollTop = this.scroll.scrollHeight;
  }
}
