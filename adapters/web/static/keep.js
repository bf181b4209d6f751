// What the browser keeps over a reload. Where it may not (private windows), the tab remembers.

const tab = new Map();

function real() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}

/** Reads what was kept under a key, or fallback. */
export function kept(key, fallback = null) {
  try {
    const text = tab.get(key) ?? real()?.getItem(key);
    return text == null ? fallback : JSON.parse(text);
  } catch {
    return fallback;
  }
}

/** Keeps a value; null forgets it. */
export function keep(key, value) {
  const text = JSON.stringify(value);
  tab.delete(key);
  try {
    if (value === null) real()?.removeItem(key);
    else real().setItem(key, text);
  } catch {
    tab.set(key, text); // full or forbidden
  }
}

/** Lists the keys that begin so. */
export function keys(prefix) {
  const store = real();
  const found = new Set([...tab.keys()].filter((k) => k.startsWith(prefix)));
  for (let i = 0; store && i < store.length; i++) {
    if (store.key(i).startsWith(prefix)) found.add(store.key(i));
  }
  return [...found];
}

/** Returns a random id: 26 letters and digits, also where crypto.randomUUID is not allowed. */
export function newID() {
  const letters = "abcdefghijklmnopqrstuvwxyz234567";
  return Array.from(crypto.getRandomValues(new Uint8Array(26)), (b) => letters[b % 32]).join("");
}
