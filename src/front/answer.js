// The section of a page that shows an answer: as table, bars or text, with its formats.

import { Fault, TOP, ask } from "./ask.js";
import { bars, chartable, element, read, table } from "./shown.js";

const FORMATS = {
  rows: ["csv", "tsv", "json", "xml"],
  truth: ["json", "xml"],
  graph: ["ttl", "jsonld", "nt", "rdf"],
};

// The words of the interface, which the page has in its own language: data-say-rows and so on.
export function words(form) {
  return (key, held = {}) =>
    (form.dataset[`say${key[0].toUpperCase()}${key.slice(1)}`] ?? key).replace(
      /\{(\w+)\}/g,
      (_, name) => held[name] ?? "",
    );
}

// Where the answer stands; the one that the server wrote gives way.
function section(form) {
  const found = document.getElementById("answer");
  if (found) return found;
  const made = element("section", { id: "answer", "aria-live": "polite" });
  form.after(made);
  return made;
}

export async function show(form, query, told) {
  const say = words(form);
  const place = section(form);
  document.querySelector("main > .fault")?.remove();
  const title = element("h2", {}, say("answer"));
  place.replaceChildren(title, element("p", { class: "note", role: "status" }, say("running")));
  place.setAttribute("aria-busy", "true");
  try {
    const answer = await ask(query);
    place.replaceChildren(title, ...parts(answer, query, told, say));
  } catch (error) {
    if (!(error instanceof Fault)) console.warn(error);
    const text = error.late ? say("late", { seconds: error.late }) : error.message;
    place.replaceChildren(title, element("p", { class: "fault", role: "alert" }, text));
  }
  place.removeAttribute("aria-busy");
}

function parts(answer, query, told, say) {
  const rows = read(answer);
  const axes = answer.kind === "rows" ? chartable(rows) : null;
  const views = {
    table: () => [count(answer, rows, say), table(rows, told)],
    ...(axes && { chart: () => [bars(rows, axes, told)] }),
    raw: () => [element("pre", { class: "wide", tabindex: 0 }, raw(answer))],
  };
  const shown = element("div", { class: "shown" }, ...views.table());
  const buttons = Object.keys(views).map((name) =>
    element("button", { type: "button", "aria-pressed": name === "table" }, say(name)),
  );
  buttons.forEach((button, at) => {
    button.onclick = () => {
      buttons.forEach((one) => one.setAttribute("aria-pressed", one === button));
      shown.replaceChildren(...Object.values(views)[at]());
    };
  });
  const data = element("p", { class: "links" }, element("span", {}, say("data")), " ");
  for (const suffix of FORMATS[answer.kind]) data.append(taken(answer.kind, suffix, query, told), " ");
  return [element("p", { class: "views", role: "group" }, ...buttons), data, shown];
}

function count(answer, { rows }, say) {
  const text = rows.length === 1 ? say("row") : say("rows", { count: rows.length });
  return element("p", {}, answer.complete ? text : `${text} ${say("cut")}`);
}

function raw({ kind, body }) {
  return kind === "graph" ? body : JSON.stringify(JSON.parse(body), null, 2);
}

// The answer in a format: from the server, or made here when it is asked for.
function taken(kind, suffix, query, { live, media }) {
  const link = element("a", { href: `${TOP}sparql?${new URLSearchParams({ query, format: suffix })}` }, `.${suffix}`);
  if (!live) {
    link.href = "#answer";
    link.onclick = async (event) => {
      event.preventDefault();
      const { body } = await ask(query, { [kind]: suffix });
      const made = element("a", { download: `answer.${suffix}` });
      made.href = URL.createObjectURL(new Blob([body], { type: media[suffix] }));
      made.click();
      setTimeout(() => URL.revokeObjectURL(made.href), 10_000);
    };
  }
  return link;
}
