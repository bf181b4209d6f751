// Makes elements of messages. All that anybody said goes in as textContent.

import { size, word } from "./words.js";

/** Makes an element; properties as an object, data-* under data, children last. */
export function make(tag, { data = {}, attr = {}, ...properties } = {}, ...children) {
  const e = Object.assign(document.createElement(tag), properties);
  Object.assign(e.dataset, data);
  for (const [k, v] of Object.entries(attr)) e.setAttribute(k, v);
  e.append(...children.filter((c) => c !== null && c !== undefined));
  return e;
}

/** Makes one of the page's icons. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

function spans(list) {
  return list.map((s) => {
    if (s.bold) return make("b", { textContent: s.text });
    if (s.code) return make("code", { textContent: s.text });
    return document.createTextNode(s.text);
  });
}

/** The words of a message without styles. */
export function plain(m) {
  return (m.spans ?? []).map((s) => s.text).join("");
}

/**
 * Draws a message. see: {lang, me, room, quote(id), on: {choose, edit, look, retry, discard}}.
 * A message without an id waits to be delivered; failed says why it cannot be.
 */
export function drawMessage(m, see) {
  const by = !m.by ? "bot" : m.by === see.me ? "me" : "other";
  const who = { bot: word(see.lang, "assistant"), me: word(see.lang, "you"), other: m.name || m.by }[by];
  const li = make("li", {
    className: `message ${by}${m.press ? " press" : ""}`,
    data: { testid: "message", id: m.id || "", by, key: m.key || "", day: new Date(m.at).toDateString() },
  });
  li.append(make("p", { className: see.room && by === "other" ? "by" : "by unseen" }, make("bdi", { textContent: who })));
  const bubble = make("div", { className: "bubble" });
  if (m.reply_to) {
    bubble.append(make("p", { className: "quote", textContent: word(see.lang, "reply_to", { text: see.quote(m.reply_to) }) }));
  }
  if (m.spans?.length) bubble.append(make("div", { className: "text", data: { testid: "text" } }, ...spans(m.spans)));
  if (m.odd) {
    const known = ["sticker", "location", "contact"].includes(m.odd) ? m.odd : "odd";
    bubble.append(make("div", { className: "text odd", data: { testid: "text" }, textContent: word(see.lang, known) }));
  }
  if (m.files?.length) bubble.append(files(m.files, see));
  if (bubble.childNodes.length) li.append(bubble);
  if (m.choices?.length) li.append(choices(m, see));
  li.append(meta(m, see, by));
  return li;
}

const manyChoices = 6; // more are drawn smaller

function choices(m, see) {
  const box = make("div", { className: `choices${m.choices.length > manyChoices ? " many" : ""}`, attr: { role: "group", "aria-label": plain(m).slice(0, 80) } });
  for (const c of m.choices) {
    const b = make("button", { type: "button", className: "choice", data: { testid: "choice", choice: c.id } },
      make("bdi", { textContent: c.label }));
    b.addEventListener("click", () => see.on.choose(m, c, b));
    box.append(b);
  }
  return box;
}

function meta(m, see, by) {
  const p = make("p", { className: "meta" });
  const at = new Date(m.at);
  p.append(make("time", { dateTime: at.toISOString(), title: at.toLocaleString(see.lang),
    textContent: at.toLocaleTimeString(see.lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" }) }));
  if (m.edited) p.append(make("span", { textContent: word(see.lang, "edited") }));
  if (m.failed) {
    const why = word(see.lang, m.failed === "too_long" || m.failed === "no_cookie" ? m.failed : "failed");
    p.append(make("span", { className: "failed", data: { testid: "failed" }, textContent: why }));
    const retry = make("button", { type: "button", className: "small", data: { testid: "retry" }, textContent: word(see.lang, "retry") });
    const discard = make("button", { type: "button", className: "small", data: { testid: "discard" }, textContent: word(see.lang, "discard") });
    retry.addEventListener("click", () => see.on.retry(m.entry));
    discard.addEventListener("click", () => see.on.discard(m.entry));
    p.append(retry, discard);
  } else if (m.pending || m.waiting) {
    p.append(make("span", { className: "waiting", data: { testid: "waiting" } }, icon("clock"),
      word(see.lang, m.pending === "new" ? "sending" : "waiting")));
  } else if (by === "me" && m.id && !m.press && !m.odd && !m.files?.length) {
    const pencil = make("button", { type: "button", className: "pencil", data: { testid: "edit" },
      attr: { "aria-label": word(see.lang, "edit") }, title: word(see.lang, "edit") }, icon("pencil"));
    pencil.addEventListener("click", () => see.on.edit(m));
    p.append(pencil);
  }
  return p;
}

function files(list, see) {
  const pictures = list.filter((f) => f.inline && f.kind === "picture").length;
  const box = make("div", { className: `files${pictures > 1 ? " many" : ""}` });
  for (const f of list) box.append(file(f, see));
  return box;
}

/** Draws a file: a picture small, a player, or what can be downloaded. see: {lang, on: {look}}. */
export function file(f, see) {
  const name = f.name || word(see.lang, f.kind || "file");
  const data = { testid: "file", kind: f.kind || "", refused: f.refused || "" };
  if (f.refused || !f.url) {
    const reason = f.refused || (f.unsafe ? "unsafe" : "");
    const why = reason ? word(see.lang, reason, { size: size(f.size || 0) }) : "";
    return make("div", { className: "chip refused", data }, icon("file"), make("bdi", { textContent: name }), make("span", { textContent: why }));
  }
  if (f.inline && f.kind === "picture") {
    const img = make("img", { src: f.thumb || f.url, alt: name, loading: "lazy", decoding: "async" });
    const b = make("button", { type: "button", className: "picture", data, attr: { "aria-label": word(see.lang, "open", { name }) } }, img);
    b.addEventListener("click", () => see.on.look(f, name));
    img.addEventListener("error", () => {
      if (img.getAttribute("src") === f.url) b.replaceWith(chip(f, name, data));
      else img.src = f.url; // it cannot be had small
    });
    return b;
  }
  if (f.inline && (f.kind === "video" || f.kind === "audio")) {
    const player = make(f.kind, { src: f.url, controls: true, preload: "metadata", attr: { "aria-label": name, playsinline: "" } });
    const box = make("div", { className: `player ${f.kind}`, data }, player);
    player.addEventListener("error", () => box.replaceWith(chip(f, name, data)));
    return box;
  }
  return chip(f, name, data);
}

function chip(f, name, data) {
  return make("a", { className: "chip", href: f.url, download: f.name || "", data }, icon("file"),
    make("bdi", { textContent: name }), make("span", { textContent: size(f.size || 0) }));
}
