// Search while typing: the server finds, or, where there are only files, this looks through them.

import { TOP } from "./ask.js";
import { element } from "./shown.js";

const MOST = 20;
const AROUND = 24;
const form = document.querySelector("form[data-search]");
const place = document.getElementById("found");
const language = document.documentElement.lang;
const root = new URL("./", form.action);
let entries = null;
let last = "";

// As the server folds: no case, no accents, no spaces, every name dot alike.
function letter(one) {
  return one
    .replace(/[\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65]/, "\u00b7")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f\s]/g, "");
}

const folded = (text) => Array.from(text, letter).join("");

async function find(words) {
  if (!entries) {
    const address = new URL("search.json", TOP);
    address.searchParams.set("q", words);
    const told = await (await fetch(address)).json();
    if (told.hits) return told.hits;
    // A host of files gives all that can be found, whatever was asked.
    entries = told.entries.map((one) => ({ ...one, folded: one.texts.map(folded) }));
  }
  return among(folded(words));
}

// Whole names first, then beginnings, then the rest, each page once.
function among(wanted) {
  const found = new Map();
  for (const one of entries) {
    const at = one.folded.findIndex((text) => text.includes(wanted));
    if (at < 0) continue;
    const text = one.folded[at];
    const quality = text === wanted ? 0 : text.startsWith(wanted) ? 1 : 2;
    const held = found.get(one.page);
    if (!held || quality < held.quality) found.set(one.page, { ...one, quality, words: around(one.texts[at], wanted) });
  }
  return [...found.values()].sort((a, b) => a.quality - b.quality).slice(0, MOST);
}

function around(text, wanted) {
  const letters = Array.from(text);
  for (let at = 0; at < letters.length; at += 1) {
    if (letter(letters[at]) && folded(letters.slice(at).join("")).startsWith(wanted)) {
      const begin = Math.max(at - AROUND, 0);
      const end = at + wanted.length + AROUND;
      return `${begin ? "…" : ""}${letters.slice(begin, end).join("")}${end < letters.length ? "…" : ""}`;
    }
  }
  return text;
}

function shown(hits) {
  if (!hits.length) return element("p", {}, form.dataset.sayNone);
  const list = element("ol", { class: "hits" });
  for (const one of hits) {
    const name = element("a", { href: new URL(one.page, root) }, element("bdi", {}, one.label));
    const kind = element("small", {}, one.kind[language] ?? one.kind.en ?? "");
    const words = element("p", { class: "words" }, element("bdi", {}, one.words));
    if (one.place) words.append(" ", element("a", { href: new URL(one.place, root) }, form.dataset.sayPlace));
    list.append(element("li", {}, element("p", {}, name, " ", kind), words));
  }
  return list;
}

async function look(words) {
  if (words === last) return;
  last = words;
  history.replaceState(null, "", words ? `?${new URLSearchParams({ q: words })}` : location.pathname);
  const hits = folded(words) ? await find(words) : null;
  // Only the answer to what stands there now is shown.
  if (words === last) place.replaceChildren(...(hits ? [shown(hits)] : []));
}

export function begin() {
  const field = form.elements.q;
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => look(field.value.trim()), 150);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    look(field.value.trim());
  });
  // What a link asks, or what was typed before this was here.
  const asked = new URLSearchParams(location.search).get("q");
  field.value ||= asked ?? "";
  if (field.value && (field.value !== asked || !place.firstElementChild)) look(field.value.trim());
}
