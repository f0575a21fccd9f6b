// Answers as elements of a page: a table, bars, or the text itself. Nothing is ever parsed as HTML.

import { TOP } from "./ask.js";

const MOST = 1000;
const BARS = 60;
const SVG = "http://www.w3.org/2000/svg";
const NUMBERS = /#(integer|decimal|double|float|int|long|nonNegativeInteger)$/;

export function element(name, told = {}, ...held) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(told)) made.setAttribute(key, value);
  made.append(...held);
  return made;
}

// { columns, rows } of SPARQL results in JSON, or of N-Triples.
export function read({ kind, body }) {
  if (kind === "graph") return { columns: ["subject", "predicate", "object"], rows: parsed(body) };
  const { head, results, boolean } = JSON.parse(body);
  if (kind === "truth") return { columns: ["boolean"], rows: [[{ type: "literal", value: `${boolean}` }]] };
  return { columns: head.vars, rows: results.bindings.map((row) => head.vars.map((one) => row[one])) };
}

const TERM = /<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?/g;
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

// The writer of N-Triples puts one triple on a line; JSON-like escapes and \U are all there are.
function parsed(text) {
  return text.split("\n").filter(Boolean).map((line) => [...line.matchAll(TERM)].slice(0, 3).map(term));
}

function term([, iri, blank, value, language, datatype]) {
  if (iri !== undefined) return { type: "uri", value: unescaped(iri) };
  if (blank !== undefined) return { type: "bnode", value: blank };
  return { type: "literal", value: unescaped(value), "xml:lang": language, datatype };
}

function unescaped(text) {
  return text.replace(/\\(?:u([0-9A-F]{4})|U([0-9A-F]{8})|(.))/gi, (_, four, eight, one) =>
    one ? (ESCAPES[one] ?? one) : String.fromCodePoint(parseInt(four ?? eight, 16)),
  );
}

export function table({ columns, rows }, told) {
  const body = rows.slice(0, MOST).map((row) =>
    element("tr", {}, ...row.map((one) => element("td", brief(one), ...cell(one, told)))),
  );
  const head = element("tr", {}, ...columns.map((one) => element("th", { scope: "col" }, one)));
  const made = element("table", { class: "answer" }, element("thead", {}, head), element("tbody", {}, ...body));
  const name = document.querySelector("#answer h2")?.textContent ?? "";
  return element("div", { class: "wide", tabindex: 0, role: "region", "aria-label": name }, made);
}

const brief = (one) => ((one?.value ?? "").length < 13 ? { class: "brief" } : {});

// As the server shows a term: things of the publication lead to their pages.
function cell(one, told) {
  if (one === undefined) return [];
  if (one.type !== "uri") {
    const text = element("bdi", one["xml:lang"] ? { lang: one["xml:lang"] } : {}, one.value);
    return one.datatype && !PLAIN.test(one.datatype)
      ? [text, " ", element("small", {}, short(one.datatype, told))]
      : [text];
  }
  const text = element("bdi", {}, short(one.value, told));
  const address = leads(one.value, told);
  return [address ? element("a", { href: address, title: one.value }, text) : text];
}

const PLAIN = /#(string|date|integer|boolean|gYear|gYearMonth|langString)$/;

export function short(iri, { base, prefixes }) {
  if (iri.startsWith(base) && !iri.startsWith(prefixes.dro)) return iri.slice(base.length);
  const found = Object.entries(prefixes).find(([, stem]) => iri.startsWith(stem));
  return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
}

function leads(iri, { base, root }) {
  if (!iri.startsWith(base)) return /^https?:\/\//.test(iri) ? iri : "";
  const [path, part] = iri.slice(base.length).split("#");
  return path ? `${new URL(`${path}.html`, root ?? TOP)}${part ? `#${part}` : ""}` : "";
}

// A column of names and a column of numbers, and not too many rows: then there are bars.
export function chartable({ columns, rows }) {
  if (!rows.length || rows.length > BARS) return null;
  const numbers = columns.findLastIndex((_, at) =>
    rows.every((row) => NUMBERS.test(row[at]?.datatype ?? "") && Number(row[at].value) >= 0),
  );
  const some = (test) => columns.findIndex((_, at) => at !== numbers && rows.some((row) => test(row[at])));
  const tagged = some((one) => one?.["xml:lang"]);
  const names = tagged < 0 ? some((one) => one) : tagged;
  return numbers < 0 || names < 0 ? null : { numbers, names };
}

export function bars({ columns, rows }, { numbers, names }, told) {
  const values = rows.map((row) => Number(row[numbers].value));
  const most = Math.max(...values, 0) || 1;
  const step = 26;
  const chart = drawn("svg", { viewBox: `0 0 640 ${rows.length * step}`, class: "bars", role: "img" });
  chart.append(drawn("title", {}, `${columns[names]}, ${columns[numbers]}`));
  rows.forEach((row, at) => {
    const one = row[names];
    const name = one ? (one.type === "uri" ? short(one.value, told) : one.value) : "";
    const line = at * step + step / 2;
    const width = (values[at] / most) * 320;
    chart.append(
      drawn("text", { x: 250, y: line, class: "name" }, name.length > 34 ? `${name.slice(0, 33)}…` : name),
      drawn("rect", { x: 260, y: at * step + 5, width, height: step - 10 }),
      drawn("text", { x: 266 + width, y: line, class: "number" }, row[numbers].value),
    );
  });
  return chart;
}

function drawn(name, told, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(told)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}
