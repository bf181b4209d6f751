// Sends one file: asks what is here already, sends the rest piece by piece, and has the whole compared by
// its SHA-256. It goes on after anything: a broken line, a restart of the server, another page at once.

import { Sha256 } from "./sha256.js";

const smallest = 256 << 10;
const largest = 4 << 20;
const slice = 512 << 10; // hashed in one go, so that the page stays alive
const fast = 4000; // ms: a piece that takes less may be larger the next time
const slow = 15000;
const damages = 3; // a file that arrives damaged so often will do it again

/** The file has gone, or the device will not read it. */
export class Unreadable extends Error {}

/** The SHA-256 of a part of a file, behind a salt. */
async function hashOf(file, end, salt) {
  const h = new Sha256().update(new TextEncoder().encode(salt));
  for (let at = 0; at < end; at += slice) h.update(await read(file, at, Math.min(end, at + slice)));
  return h.hex();
}

async function read(file, from, to) {
  let bytes;
  try {
    bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
  } catch (e) {
    throw new Unreadable(String(e));
  }
  if (bytes.length !== to - from) throw new Unreadable("the file has become shorter");
  return bytes;
}

/**
 * Sends files over a line. Events: "change" when state, sent or total have changed. state is "reading",
 * "sending", "damaged" or "finishing".
 */
export class Sender extends EventTarget {
  state = "reading";
  sent = 0; // bytes that are there
  total = 0;
  #piece = 1 << 20;

  constructor(line) {
    super();
    this.line = line;
  }

  /**
   * Sends a file. Returns {ended: "done"} or {ended: "different", state} when another file was begun and
   * instead is not true, else why not: "too_big", "empty", "expired", "no_link", "damaged", "failed".
   * Throws Unreadable.
   */
  async send(file, instead = false) {
    this.total = file.size;
    this.#show("reading", 0);
    let { status, answer: state } = await this.line.json("file");
    if (status !== 200) return { ended: state.problem ?? "failed" };
    if (state.done) return { ended: "done" };
    const same = await this.#begun(file, state);
    if (!same && state.offset > 0 && !instead) return { ended: "different", state };
    if (!same) {
      ({ status, answer: state } = await this.line.json("begin", { name: file.name, size: file.size, instead }));
      if (status === 409) return state.done ? { ended: "done" } : { ended: "different", state };
      if (status !== 200) return { ended: state.problem ?? "failed" };
    }
    return this.#all(file, state);
  }

  // Tells by the file's beginning: a telephone gives the same video another name each time.
  async #begun(file, state) {
    if (state.size !== file.size || !state.first) return false;
    return (await hashOf(file, state.first.size, state.first.salt)) === state.first.hash;
  }

  async #all(file, state) {
    for (let n = 0; n < damages; n++) {
      const hash = new Sha256();
      while (state.offset < file.size) {
        const { status, answer } = await this.#next(file, state.offset, hash);
        if (status !== 200 && status !== 409) return { ended: answer.problem ?? "failed" };
        if (answer.done) return { ended: "done" };
        if (answer.size !== file.size) return { ended: "different", state: answer };
        state = answer;
      }
      this.#show("finishing", file.size);
      await this.#hash(file, file.size, hash);
      const { status, answer } = await this.line.json("done", { sha256: hash.hex() });
      if (answer.done) return { ended: "done" };
      if (status === 409 && answer.size !== file.size) return { ended: "different", state: answer };
      if (status !== 409 && status !== 422) return { ended: answer.problem ?? "failed" };
      state = answer;
      this.#show("damaged", state.offset);
    }
    return { ended: "damaged" };
  }

  // Sends the piece at an offset, and hashes it meanwhile.
  async #next(file, at, hash) {
    if (hash.length < at) {
      this.#show("reading", at);
      await this.#hash(file, at, hash);
    }
    if (this.state === "reading") this.#show("sending", at);
    const end = Math.min(file.size, at + this.#piece);
    const bytes = await read(file, at, end);
    const began = Date.now();
    const [result] = await Promise.all([
      this.line.piece({
        at,
        whole: file.size,
        bytes,
        onprogress: (n) => this.#show("sending", at + Math.min(n, bytes.length)),
        onfail: () => {
          this.#piece = Math.max(smallest, this.#piece / 2);
          this.#show("sending", at);
        },
      }),
      this.#hash(file, end, hash),
    ]);
    const took = Date.now() - began;
    if (took < fast) this.#piece = Math.min(largest, 2 * this.#piece);
    else if (took > slow) this.#piece = Math.max(smallest, this.#piece / 2);
    this.#show("sending", result.answer.offset ?? at);
    return result;
  }

  // Goes on with a hash up to an offset; what it has already, it keeps.
  async #hash(file, end, hash) {
    while (hash.length < end) hash.update(await read(file, hash.length, Math.min(end, hash.length + slice)));
  }

  #show(state, sent) {
    this.state = state;
    this.sent = sent;
    this.dispatchEvent(new Event("change"));
  }
}
