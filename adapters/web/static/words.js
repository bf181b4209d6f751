// The page's own few words, in English and Chinese.

let all = { en: {} };

/** Loads words.json once. */
export async function loadWords() {
  const answer = await fetch("/static/words.json");
  all = await answer.json();
}

/** Returns the page's language for a tag: "zh-Hant-TW" is zh, what it does not speak is en. */
export function pageLanguage(tag) {
  const base = (tag || "").toLowerCase().split("-")[0];
  return all[base] ? base : "en";
}

/** Returns a word with its {holes} filled. */
export function word(lang, key, args = {}) {
  const text = all[lang]?.[key] ?? all.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (hole, name) => (name in args ? String(args[name]) : hole));
}

/** Writes the words of a language into everything below root that asks for one. */
export function translate(root, lang) {
  for (const e of root.querySelectorAll("[data-word]")) e.textContent = word(lang, e.dataset.word);
  for (const e of root.querySelectorAll("[data-label]")) e.setAttribute("aria-label", word(lang, e.dataset.label));
  for (const e of root.querySelectorAll("[data-placeholder]")) e.placeholder = word(lang, e.dataset.placeholder);
}

/** Returns a size as people say it. */
export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${Math.round(bytes / 1000)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
