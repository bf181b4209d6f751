// Asks the server, and asks again with growing pauses until it answers. What the server answers for good
// comes back; what will pass (no connection, a restart, too many requests) does not.

const firstPause = 1000;
const longestPause = 30000;
const silence = 60000; // a line on which nothing moves for so long is dead

/**
 * The line to the upload's address. Events: "lost" when an answer did not come, "back" when one came
 * again.
 */
export class Line extends EventTarget {
  #wake = () => {};
  #lost = false;

  constructor(base) {
    super();
    this.base = base;
    window.addEventListener("online", () => this.#wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
  }

  /** Posts JSON, or with no body gets. Returns {status, answer}. */
  json(what, body) {
    return this.#patiently(() => ({
      method: body ? "POST" : "GET",
      url: `${this.base}/${what}`,
      headers: body ? { "Content-Type": "application/json" } : {},
      body: body ? JSON.stringify(body) : null,
    }));
  }

  /** Sends one piece. onprogress gets the bytes sent of it; onfail is called when the line broke. */
  piece({ at, whole, bytes, onprogress, onfail }) {
    return this.#patiently(() => ({
      method: "PATCH",
      url: `${this.base}/file`,
      headers: { "Content-Type": "application/offset+octet-stream", "Upload-Offset": at, "Upload-Length": whole },
      body: bytes,
      onprogress,
    }), onfail);
  }

  async #patiently(request, onfail) {
    for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
      const { status, answer, after } = await this.#once(request());
      if (status >= 200 && status < 500 && ![408, 425, 429].includes(status) && !(status === 400 && answer?.problem === "cut_off")) {
        this.#tell(false);
        return { status, answer };
      }
      if (status !== 429) onfail?.();
      this.#tell(status !== 429);
      await this.#sleep(Math.max(pause * (0.75 + Math.random() / 2), 1000 * after));
    }
  }

  #once({ method, url, headers, body, onprogress }) {
    return new Promise((done) => {
      const r = new XMLHttpRequest();
      let timer = 0;
      const alive = () => {
        clearTimeout(timer);
        timer = setTimeout(() => r.abort(), silence);
      };
      r.open(method, url);
      for (const [k, v] of Object.entries(headers)) r.setRequestHeader(k, v);
      r.responseType = "json";
      r.upload.onprogress = (e) => {
        alive();
        onprogress?.(e.loaded);
      };
      r.onreadystatechange = alive;
      r.onloadend = () => {
        clearTimeout(timer);
        done({ status: r.status, answer: r.response ?? {}, after: Number(r.getResponseHeader("Retry-After")) || 0 });
      };
      r.send(body);
    });
  }

  #tell(lost) {
    if (this.#lost === lost) return;
    this.#lost = lost;
    this.dispatchEvent(new Event(lost ? "lost" : "back"));
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
}
