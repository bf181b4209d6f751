// SHA-256 of what comes bit by bit: the browser's own crypto.subtle wants all of it at once, and half
// a gigabyte does not fit into a telephone's memory. It is tested against Go's.

const primes = (count) => {
  const found = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p)) found.push(n);
  return found;
};

// The first 32 bits of a root's fraction.
const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32) | 0;

const constants = Int32Array.from(primes(64), (p) => fraction(Math.cbrt(p)));
const beginning = Int32Array.from(primes(8), (p) => fraction(Math.sqrt(p)));

/** A SHA-256 that is being made. */
export class Sha256 {
  #state = beginning.slice();
  #block = new Uint8Array(64);
  #words = new Int32Array(64);
  #filled = 0; // bytes in #block
  length = 0; // bytes so far

  /** Adds bytes, a Uint8Array. */
  update(bytes) {
    this.length += bytes.length;
    let at = 0;
    if (this.#filled) {
      at = Math.min(64 - this.#filled, bytes.length);
      this.#block.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < 64) return this;
      this.#mix(this.#block, 0);
      this.#filled = 0;
    }
    for (; at + 64 <= bytes.length; at += 64) this.#mix(bytes, at);
    this.#block.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
    return this;
  }

  /** Ends it and returns 64 lower-case hexadecimal digits. */
  hex() {
    const length = this.length;
    const end = new Uint8Array(((this.#filled < 56 ? 64 : 128) - this.#filled));
    end[0] = 0x80;
    const view = new DataView(end.buffer);
    view.setUint32(end.length - 8, Math.floor(length / 2 ** 29));
    view.setUint32(end.length - 4, (length << 3) >>> 0);
    this.update(end);
    return [...this.#state].map((n) => (n >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #mix(b, at) {
    const w = this.#words;
    const k = constants;
    for (let i = 0; i < 16; i++, at += 4) w[i] = (b[at] << 24) | (b[at + 1] << 16) | (b[at + 2] << 8) | b[at + 3];
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15];
      const y = w[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w[i] = (w[i - 16] + s0 + w[i - 7] + s1) | 0;
    }
    const s = this.#state;
    let a = s[0];
    let b2 = s[1];
    let c = s[2];
    let d = s[3];
    let e = s[4];
    let f = s[5];
    let g = s[6];
    let h = s[7];
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const t2 = (s0 + ((a & b2) ^ (a & c) ^ (b2 & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b2;
      b2 = a;
      a = (t1 + t2) | 0;
    }
    s[0] += a;
    s[1] += b2;
    s[2] += c;
    s[3] += d;
    s[4] += e;
    s[5] += f;
    s[6] += g;
    s[7] += h;
  }
}
