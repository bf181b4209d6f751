// What is being written: words, files on their way up, or a new wording of an earlier message.

import { icon, make } from "./draw.js";
import { keep, kept } from "./keep.js";
import { chatURL, posting } from "./queue.js";
import { size, word } from "./words.js";

/**
 * The composer of a pane. host: {root, chat, as, lang, limits, note(text), send(body, show)}; its
 * chat, as and lang may change, then call reload.
 */
export class Composer {
  #files = []; // {name, size, state: busy|ready|big|failed, ref, file, percent, stop, element}
  #editing = null;
  #sendWhenReady = false;
  #shift = false; // held with the last key

  constructor(host) {
    this.host = host;
    const find = (id) => host.root.querySelector(`[data-testid="${id}"]`);
    this.form = find("composer");
    this.input = find("input");
    this.tray = host.root.querySelector(".tray");
    this.bar = find("editing");

    this.form.addEventListener("submit", (e) => {
      e.preventDefault();
      this.send();
    });
    this.input.addEventListener("keydown", (e) => this.#key(e));
    this.input.addEventListener("beforeinput", (e) => this.#enter(e));
    this.input.addEventListener("input", () => this.#written());
    find("editing-cancel").addEventListener("click", () => this.edit(null));
    for (const [button, field] of [["attach", "file-input"], ["camera", "camera-input"]]) {
      find(button).addEventListener("click", () => find(field).click());
      find(field).addEventListener("change", (e) => {
        this.attach([...e.target.files]);
        e.target.value = "";
      });
    }
    this.input.addEventListener("paste", (e) => {
      const files = [...e.clipboardData.files];
      if (files.length) {
        e.preventDefault();
        this.attach(files);
      }
    });
    this.#drop(host.root.querySelector(".drop"));
    window.addEventListener("beforeunload", (e) => {
      if (this.#files.some((f) => f.state === "busy")) e.preventDefault();
    });
  }

  /** Shows what this person was writing here. */
  reload() {
    for (const f of this.#files) f.stop?.();
    this.#editing = null;
    this.#sendWhenReady = false;
    this.bar.hidden = true;
    const draft = kept(this.#draftKey(), {});
    this.input.value = draft.text || "";
    this.#files = (draft.files || []).map((f) => ({ ...f }));
    this.#grow();
    this.draw();
  }

  /** Begins to change an earlier message, or with null stops to. */
  edit(message, text = "") {
    if (!message && !this.#editing) return;
    const before = this.#editing ? this.#editing.before : this.input.value;
    this.#editing = message ? { message, before } : null;
    this.bar.hidden = !message;
    this.bar.querySelector(".editing-text").textContent = text;
    this.input.value = message ? text : before;
    this.#grow();
    this.draw(); // the files belong to what is written next
    this.input.focus();
  }

  /** Adds files and begins to upload them. */
  attach(list) {
    const { limits, note, lang } = this.host;
    const room = limits.max_files - this.#files.length;
    if (list.length > room) note(word(lang, "too_many", { count: limits.max_files }));
    for (const blob of list.slice(0, room)) {
      const f = { name: blob.name, size: blob.size, kind: blob.type.split("/")[0], state: "busy", percent: 0 };
      if (f.kind === "image" || f.kind === "video") f.preview = URL.createObjectURL(blob);
      this.#files.push(f);
      if (blob.size > limits.max_upload) f.state = "big";
      else this.#upload(f, blob);
    }
    this.draw();
    this.input.focus();
  }

  /** Sends what is there, as soon as its files are up. */
  send() {
    const text = this.input.value;
    if (this.#editing) {
      if (text.trim()) this.host.send({ edit: { of: this.#editing.message.id, text } }, {});
      this.edit(null);
      return;
    }
    if (this.#files.some((f) => f.state === "failed")) {
      this.host.note(word(this.host.lang, "upload_failed"));
      return;
    }
    if (this.#files.some((f) => f.state === "busy")) {
      this.#sendWhenReady = true;
      this.draw();
      return;
    }
    if (this.#files.length) this.#sendAlbum(text);
    else if (text.trim()) this.host.send({ text }, { spans: [{ text }] });
    else return;
    this.#sendWhenReady = false;
    this.#files = [];
    this.input.value = "";
    this.#grow();
    this.#save();
    this.draw();
  }

  #sendAlbum(text) {
    const caption = text.trim() ? text : "";
    const files = this.#files.map((f) => (f.state === "big" ? { too_big: true, name: f.name, size: f.size } : { ref: f.ref }));
    const shown = this.#files.map((f) => (f.state === "big" ? { name: f.name, size: f.size, refused: "too_big" } : f.file));
    this.host.send({ album: { files, caption } }, { files: shown, spans: caption ? [{ text: caption }] : [] });
    for (const f of this.#files) if (f.preview) URL.revokeObjectURL(f.preview);
  }

  // Uploads with growing pauses until it works; an answer that will never change ends it.
  #upload(f, blob, pause = 1000) {
    const request = new XMLHttpRequest();
    f.stop = () => request.abort();
    request.open("POST", chatURL(this.host.chat, "upload", this.host.as, { name: f.name }));
    request.responseType = "json";
    for (const [name, value] of Object.entries(posting("application/octet-stream"))) request.setRequestHeader(name, value);
    request.upload.onprogress = (e) => {
      f.percent = e.lengthComputable ? Math.floor((100 * e.loaded) / e.total) : 0;
      this.#progress(f);
    };
    request.onloadend = () => {
      if (!this.#files.includes(f)) return; // taken away
      if (request.status === 200) {
        Object.assign(f, { state: "ready", ref: request.response.ref, file: request.response.file });
      } else if (request.status >= 400 && request.status < 500 && request.status !== 408) {
        f.state = "failed";
      } else {
        f.percent = -1;
        this.#progress(f);
        const timer = setTimeout(() => this.#upload(f, blob, Math.min(2 * pause, 30000)), pause);
        f.stop = () => clearTimeout(timer);
        return;
      }
      this.#save();
      this.draw();
      if (this.#sendWhenReady && !this.#files.some((o) => o.state === "busy")) this.send();
    };
    request.send(blob);
  }

  /** Draws the files that will be sent. */
  draw() {
    const { lang } = this.host;
    this.tray.replaceChildren(...this.#files.map((f) => this.#item(f, lang)));
    this.tray.hidden = !this.#files.length || Boolean(this.#editing);
    this.form.classList.toggle("sending", this.#sendWhenReady);
    this.input.readOnly = this.#sendWhenReady;
  }

  #item(f, lang) {
    const remove = make("button", { type: "button", className: "bare", data: { testid: "attachment-remove" },
      attr: { "aria-label": word(lang, "remove", { name: f.name }) } }, icon("close"));
    remove.addEventListener("click", () => this.#remove(f));
    f.element = make("li", { className: "attachment", data: { testid: "attachment", state: f.state } }, this.#thumb(f),
      make("bdi", { className: "name", textContent: f.name }), make("span", { className: "state" }), remove);
    this.#progress(f);
    return f.element;
  }

  #thumb(f) {
    const src = f.preview || (f.file?.inline ? f.file.thumb || f.file.url : "");
    if (src && (f.kind === "image" || f.file?.kind === "picture")) return make("img", { src, alt: "" });
    if (src && f.kind === "video") return make("video", { src, muted: true, preload: "metadata" });
    return make("span", { className: "no-thumb" }, icon("file"));
  }

  #progress(f) {
    const state = f.element?.querySelector(".state");
    if (!state) return;
    const { lang } = this.host;
    state.textContent = {
      big: word(lang, "too_big", { size: size(f.size) }),
      failed: word(lang, "upload_failed"),
      ready: size(f.size),
      busy: f.percent < 0 ? word(lang, "upload_waiting") : word(lang, "uploading", { percent: f.percent }),
    }[f.state];
  }

  #remove(f) {
    this.#files = this.#files.filter((o) => o !== f);
    f.stop?.();
    if (f.preview) URL.revokeObjectURL(f.preview);
    if (!this.#files.length) this.#sendWhenReady = false;
    this.#save();
    this.draw();
    this.input.focus();
  }

  #key(e) {
    this.#shift = e.shiftKey;
    if (e.key === "Escape" && this.#editing) this.edit(null);
  }

  // Enter sends. Asking what would be put in, not which key it was, leaves the Enter alone that
  // chooses Chinese characters, and works with keyboards on the screen.
  #enter(e) {
    if (e.inputType !== "insertLineBreak" && e.inputType !== "insertParagraph") return;
    if (this.#shift) return;
    e.preventDefault();
    this.send();
  }

  #drop(veil) {
    let depth = 0;
    const root = this.host.root;
    const hasFiles = (e) => e.dataTransfer?.types.includes("Files");
    const show = (n) => {
      depth = Math.max(0, n);
      veil.hidden = depth === 0;
    };
    root.addEventListener("dragenter", (e) => hasFiles(e) && (e.preventDefault(), show(depth + 1)));
    root.addEventListener("dragleave", (e) => hasFiles(e) && show(depth - 1));
    root.addEventListener("dragover", (e) => hasFiles(e) && e.preventDefault());
    root.addEventListener("drop", (e) => {
      if (!hasFiles(e)) return;
      e.preventDefault();
      show(0);
      this.attach([...e.dataTransfer.files]);
    });
  }

  #written() {
    this.#grow();
    if (!this.#editing) this.#save();
  }

  // Uploaded files are kept with the words; those still on their way are not.
  #save() {
    const files = this.#files.filter((f) => f.state === "ready")
      .map(({ name, size: bytes, kind, state, ref, file }) => ({ name, size: bytes, kind, state, ref, file }));
    const text = this.#editing ? this.#editing.before : this.input.value;
    keep(this.#draftKey(), text || files.length ? { text, files } : null);
  }

  #draftKey() {
    return `draft:${this.host.chat}:${this.host.as || ""}`;
  }

  #grow() {
    this.input.style.height = "auto";
    this.input.style.height = `${Math.min(this.input.scrollHeight, 180)}px`;
  }
}
