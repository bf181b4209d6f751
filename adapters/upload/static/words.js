// The page's own few words, in the language that the server chose.

let all = {};

/** Loads words.json once, with patience. */
export async function loadWords() {
  for (let pause = 1000; ; pause = Math.min(2 * pause, 15000)) {
    try {
      const answer = await fetch("/static/upload/words.json");
      if (answer.ok) {
        all = await answer.json();
        return;
      }
    } catch (e) {
      console.warn("words:", e);
    }
    await new Promise((done) => setTimeout(done, pause));
  }
}

/** Returns a word with its {holes} filled. */
export function word(key, args = {}) {
  const text = all[document.documentElement.lang]?.[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in args ? String(args[name]) : hole));
}

/** Returns a size as people say it, on one line. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes}\u00a0B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)}\u00a0kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)}\u00a0MB`;
}

/** Returns how long it will still take, as people say it. */
export function left(seconds) {
  if (!Number.isFinite(seconds)) return "";
  if (seconds < 50) return word("left_seconds");
  if (seconds < 5400) return word("left_minutes", { count: Math.max(1, Math.round(seconds / 60)) });
  return word("left_hours", { count: Math.round(seconds / 3600) });
}
