// Listens to a chat and keeps listening: after a loss it asks for what is new. A hidden tab lets
// go, since a browser has few connections and a telephone little battery.

import { chatURL } from "./queue.js";

const silence = 40000; // the server beats every 15 s
const hiddenFor = 5000;
const longestPause = 15000;

/**
 * The stream of one chat. Events: "hello" (detail {order, reset}), "message" (detail a message),
 * "ready" once all is there and after each change, "state" when online changes.
 */
export class Stream extends EventTarget {
  online = true; // not known to be lost
  #source = null;
  #last = "";
  #pause = 500;
  #watch = 0;
  #retry = 0;
  #hide = 0;
  #closed = false;

  constructor(chat, as) {
    super();
    this.chat = chat;
    this.as = as;
    document.addEventListener("visibilitychange", this.#visible);
    window.addEventListener("online", this.again);
    this.#open();
  }

  /** Ends the stream for good. */
  close() {
    this.#closed = true;
    document.removeEventListener("visibilitychange", this.#visible);
    window.removeEventListener("online", this.again);
    clearTimeout(this.#hide);
    this.#drop();
  }

  /** Connects anew without waiting. */
  again = () => {
    this.#drop();
    this.#open();
  };

  #open() {
    if (this.#closed || this.#source) return;
    const source = new EventSource(chatURL(this.chat, "events", this.as, this.#last ? { after: this.#last } : {}));
    this.#source = source;
    for (const name of ["hello", "message", "ready", "beat"]) {
      source.addEventListener(name, (e) => this.#take(name, e));
    }
    source.onerror = () => this.#lost();
    this.#alive();
  }

  #take(name, e) {
    this.#alive();
    this.#pause = 500;
    this.#setOnline(true);
    if (e.lastEventId) this.#last = e.lastEventId;
    if (name !== "beat") this.dispatchEvent(new CustomEvent(name, { detail: JSON.parse(e.data) }));
  }

  #lost() {
    this.#drop();
    this.#setOnline(false);
    if (this.#closed || document.hidden) return;
    this.#retry = setTimeout(() => this.#open(), this.#pause * (0.75 + Math.random() / 2));
    this.#pause = Math.min(this.#pause * 2, longestPause);
  }

  #drop() {
    clearTimeout(this.#watch);
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }

  #alive() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#lost(), silence);
  }

  #setOnline(online) {
    if (this.online === online) return;
    this.online = online;
    this.dispatchEvent(new Event("state"));
  }

  #visible = () => {
    clearTimeout(this.#hide);
    if (document.hidden) this.#hide = setTimeout(() => this.#drop(), hiddenFor);
    else this.#open();
  };
}
