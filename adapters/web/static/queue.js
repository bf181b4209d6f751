// What a person did and the server has not accepted yet. Every entry is kept in the browser, one
// key each, so it survives a reload and two tabs do not overwrite each other's. One entry at a
// time is posted, in order, under the same id until it is accepted, with growing pauses.

import { keep, kept, keys, newID } from "./keep.js";

const firstPause = 1000;
const longestPause = 30000;

/** The address of something of a chat. */
export function chatURL(chat, what, as, more = {}) {
  const query = new URLSearchParams(more);
  if (as) query.set("as", as);
  return `/chat/${encodeURIComponent(chat)}/${what}?${query}`;
}

let token = "";

/** Tells the word that proves that a request comes from this page; empty = none is asked for. */
export function shareToken(word) {
  token = word || "";
}

/** What every request carries that changes something. */
export function posting(type) {
  return { "Content-Type": type, ...(token ? { "X-CSRF-Token": token } : {}) };
}

/**
 * The queue of one chat. Events: "change" when the list changed, "busy" when posting begins or
 * ends, "receipt" (detail {entry, receipt}) when an entry was accepted.
 */
export class Queue extends EventTarget {
  #draining = false;
  #wake = () => {};
  busy = false;

  constructor(chat) {
    super();
    this.chat = chat;
    this.prefix = `pending:${chat}:`;
    window.addEventListener("online", () => this.#wake());
    window.addEventListener("storage", (e) => {
      if (e.key?.startsWith(this.prefix)) this.#changed();
    });
    this.drain();
  }

  /** The entries, oldest first. */
  list() {
    return keys(this.prefix).map((k) => kept(k)).filter(Boolean).sort((a, b) => a.order - b.order);
  }

  /** Adds what a person did; body is the event as the server takes it, show what to draw. */
  add({ as, lang, body, show }) {
    const entry = { id: newID(), order: this.#nextOrder(), sent: Date.now(), as, lang, body, show };
    keep(this.prefix + entry.id, entry);
    this.#changed();
    this.drain();
    return entry;
  }

  /** Tries what could not be delivered once more. */
  retry(id) {
    const entry = kept(this.prefix + id);
    if (entry) keep(this.prefix + id, { ...entry, failed: undefined });
    this.#changed();
    this.drain();
  }

  /** Forgets an entry. */
  discard(id) {
    keep(this.prefix + id, null);
    this.#changed();
  }

  /** Tells the highest count that the server has seen. */
  seen(order) {
    keep(`order:${this.chat}`, Math.max(order, kept(`order:${this.chat}`, 0)));
  }

  /** Tries at once instead of waiting for the end of a pause. */
  kick() {
    this.#wake();
  }

  /** Posts until nothing is left. Only one tab at a time does it, where the browser can tell. */
  async drain() {
    if (this.#draining) return;
    this.#draining = true;
    const work = () => this.#work();
    // Locks exist on https and localhost only, and a tab may hear late of what another one has
    // delivered: then both post the same entry, which its id makes harmless.
    await (navigator.locks ? navigator.locks.request(this.prefix, work) : work());
    this.#draining = false;
    if (this.#next()) this.drain();
  }

  #next() {
    return this.list().find((e) => !e.failed);
  }

  async #work() {
    let pause = firstPause;
    for (let entry = this.#next(); entry; entry = this.#next()) {
      const { status, answer } = await this.#post(entry);
      if (!kept(this.prefix + entry.id)) continue; // discarded meanwhile
      if (status === 200) {
        pause = firstPause;
        keep(this.prefix + entry.id, null);
        this.dispatchEvent(new CustomEvent("receipt", { detail: { entry, receipt: answer } }));
        this.#changed();
      } else if (status >= 400 && status < 500 && status !== 408 && status !== 429) {
        keep(this.prefix + entry.id, { ...entry, failed: answer.problem || "malformed" });
        this.#changed();
      } else {
        keep(this.prefix + entry.id, { ...entry, tried: true });
        this.#changed();
        await this.#sleep(pause * (0.75 + Math.random() / 2));
        pause = Math.min(pause * 2, longestPause);
      }
    }
  }

  async #post(entry) {
    this.#setBusy(true);
    try {
      const response = await fetch(chatURL(this.chat, "send", entry.as), {
        method: "POST",
        headers: posting("application/json"),
        body: JSON.stringify({
          id: entry.id, order: entry.order, sent: entry.sent, now: Date.now(), lang: entry.lang, ...entry.body,
        }),
      });
      return { status: response.status, answer: await response.json().catch(() => ({})) };
    } catch {
      return { status: 0, answer: {} };
    } finally {
      this.#setBusy(false);
    }
  }

  // The count grows with the clock, and also when the clock is set back or another tab is ahead.
  #nextOrder() {
    const order = Math.max(Date.now(), kept(`order:${this.chat}`, 0) + 1);
    this.seen(order);
    return order;
  }

  #sleep(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.#wake = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  #setBusy(busy) {
    this.busy = busy;
    this.dispatchEvent(new Event("busy"));
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}
