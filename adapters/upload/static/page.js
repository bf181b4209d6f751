// The page: one button, then a bar that goes on by itself.

import { Line } from "./line.js";
import { Sender, Unreadable } from "./sender.js";
import { left, loadWords, size, word } from "./words.js";

const find = (id) => document.querySelector(`[data-testid="${id}"]`);
const measured = 20000; // ms over which the speed is taken

const line = new Line(location.pathname.replace(/\/$/, ""));
const limit = Number(document.body.dataset.limit); // bytes
let busy = false;
let lost = false;

let lock = null;

/** Keeps the screen awake while a file is sent, where the browser can, and lets it go after that. */
async function awake() {
  try {
    if (busy && !document.hidden) lock = await navigator.wakeLock?.request("screen"); // lost when the page is hidden
    if (!busy) await lock?.release();
  } catch {
    // the battery is low
  }
}

/** Shows how far a sender is. */
class Meter {
  #seen = []; // [time, bytes]

  constructor(file) {
    this.root = find("upload");
    find("name").textContent = file.name;
  }

  show({ state, sent, total }) {
    const now = Date.now();
    if (state !== "sending" || lost || this.#seen.at(-1)?.[1] > sent) this.#seen = [];
    if (state === "sending") this.#seen.push([now, sent]);
    while (this.#seen.length > 2 && now - this.#seen[0][0] > measured) this.#seen.shift();
    const share = total ? sent / total : 0;
    this.root.hidden = false;
    this.root.dataset.state = lost ? "waiting" : state;
    find("bar").value = Math.floor(1000 * share);
    find("percent").textContent = `${Math.floor(100 * share)} %`;
    find("amount").textContent = word("amount", { done: size(sent), size: size(total) });
    find("left").textContent = this.#left(now, total - sent);
    this.#say(lost ? "waiting" : state, Math.floor(10 * share) * 10);
  }

  #left(now, rest) {
    const first = this.#seen[0];
    if (!first || now - first[0] < 2000) return "";
    const speed = (this.#seen.at(-1)[1] - first[1]) / (now - first[0]);
    return speed > 0 ? left(rest / speed / 1000) : "";
  }

  // What is read out: the state when it changes, and every ten percent.
  #say(state, percent) {
    find("heard").textContent = state === "sending" && percent > 0 ? `${percent} %` : "";
    const text = word(state);
    if (find("status").textContent !== text) find("status").textContent = text;
  }
}

function problem(text) {
  find("problem").textContent = text;
  find("problem").hidden = !text;
}

function rest() {
  busy = false;
  awake();
  find("upload").hidden = true;
  find("status").textContent = "";
  find("heard").textContent = "";
  find("pick").hidden = false;
}

/** Shows what is here already, before a file is chosen. */
function begun(state) {
  find("begun").hidden = !(state.offset > 0);
  find("begun").textContent = word("begun", { done: size(state.offset), size: size(state.size), name: state.name });
}

function ended() {
  document.body.dataset.shape = "done";
  document.querySelector(".open").hidden = true;
  const done = document.querySelector(".done");
  done.hidden = false;
  done.focus();
}

/** Asks which of two files is meant. */
function ask(file, state) {
  find("pick").hidden = true;
  document.getElementById("different").textContent =
    word("different", { name: file.name, old: state.name, done: size(state.offset), size: size(state.size) });
  find("instead").textContent = word("instead", { name: file.name });
  find("keep").textContent = word("keep", { old: state.name });
  find("instead").onclick = () => send(file, true);
  find("keep").onclick = () => find("file").click();
  find("ask").hidden = false;
  find("keep").focus();
}

async function send(file, instead = false) {
  if (busy) return;
  find("ask").hidden = true;
  find("begun").hidden = true;
  problem("");
  if (!file.size) return problem(word("empty", { name: file.name }));
  if (file.size > limit) return problem(word("too_big", { name: file.name, size: size(file.size), limit: size(limit) }));
  busy = true;
  find("pick").hidden = true;
  awake();
  const sender = new Sender(line);
  const meter = new Meter(file);
  const draw = () => meter.show(sender);
  sender.addEventListener("change", draw);
  const moved = (e) => {
    lost = e.type === "lost";
    draw();
  };
  line.addEventListener("lost", moved);
  line.addEventListener("back", moved);
  let result;
  try {
    result = await sender.send(file, instead);
  } catch (e) {
    result = { ended: e instanceof Unreadable ? "read" : "failed" };
    console.warn("send:", e);
  }
  line.removeEventListener("lost", moved);
  line.removeEventListener("back", moved);
  rest();
  switch (result.ended) {
    case "done":
      return ended();
    case "expired":
    case "no_link":
      return location.reload(); // the server has the words
    case "different":
      return ask(file, result.state);
    case "too_big":
    case "empty":
      return problem(word(result.ended, { name: file.name, size: size(file.size), limit: size(limit) }));
    case "damaged":
    case "read":
      return problem(word(`failed_${result.ended}`));
    default:
      return problem(word("failed"));
  }
}

async function start() {
  await loadWords();
  window.addEventListener("beforeunload", (e) => busy && e.preventDefault());
  document.addEventListener("visibilitychange", awake);
  const chosen = () => {
    const [file] = find("file").files;
    if (file) send(file);
    find("file").value = ""; // so that the same file can be chosen again
  };
  find("file").addEventListener("change", chosen);
  chosen(); // somebody was faster than the page
  document.body.dataset.ready = "true";
  const { status, answer } = await line.json("file");
  if (status === 404 || status === 410) location.reload(); // the server has the words
  else if (answer.done) ended();
  else if (!busy) begun(answer);
}

start();
