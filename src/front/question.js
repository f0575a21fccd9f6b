// A stored query where there are only files: its parameters are bound and it is answered here.

import { show } from "./answer.js";
import { Fault, TOP, terms } from "./ask.js";
import { element } from "./shown.js";

const form = document.querySelector("form[data-question]");
const BLOCK = /VALUES\s*\(([^()]*\?_[^()]*)\)\s*\{\s*\(([^()]*)\)\s*\}/;
const XSD = "http://www.w3.org/2001/XMLSchema#";

// The escapes of JSON are among those of SPARQL (SPARQL 1.1 §19.7).
const literal = (text) => JSON.stringify(text);

// What a reader wrote as a term of the parameter's type; a value is never pasted as it is.
function term({ name, type, allowed }, text, base) {
  const choices = [...(form.elements[name]?.options ?? [])].map(({ value }) => value);
  if (type === "date") {
    if (/^\d{4}-\d\d-\d\d$/.test(text)) return `"${text}"^^<${XSD}date>`;
  } else if (type === "string") {
    return literal(text);
  } else if (Array.isArray(allowed) && !text.includes("/")) {
    if (allowed.includes(text)) return literal(text);
    const found = choices.filter((one) => one.endsWith(`/${text}`));
    if (found.length === 1) return iri(base + found[0]);
  } else {
    const found = choices.find((one) => one === text || one.endsWith(`/${text}`));
    if (found ?? !choices.length) return iri(/^https?:/.test(text) ? text : base + (found ?? text));
  }
  throw new Fault(`${name}: ${text}?`);
}

function iri(text) {
  if (/[\s<>"{}|^`\\]/.test(text)) throw new Fault(text);
  return `<${text}>`;
}

// One VALUES block with one row holds the parameters: UNDEF gives way to what was given.
export function bound(text, parameters, values, base) {
  return text.replace(BLOCK, (_, names) => {
    const list = names.trim().split(/\s+/);
    const row = list.map((one) => {
      const parameter = parameters.find(({ name }) => `?_${name}` === one);
      const given = values.get(parameter.name);
      return given ? term(parameter, given, base) : "UNDEF";
    });
    return `VALUES (${list.join(" ")}) { (${row.join(" ")}) }`;
  });
}

async function run(told, values) {
  const name = form.dataset.question;
  const [{ queries }, text] = await Promise.all([
    fetch(new URL("queries.json", TOP)).then((one) => one.json()),
    fetch(new URL(`queries/${name}.rq`, TOP)).then((one) => one.text()),
  ]);
  const { parameters } = queries.find((one) => one.name === name);
  try {
    await show(form, bound(text, parameters, values, told.base), told);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const place = document.getElementById("answer");
    place?.replaceChildren(element("p", { class: "fault", role: "alert" }, error.message));
  }
}

export async function begin() {
  const told = { ...(await terms()), root: new URL(form.dataset.root ?? "../", location) };
  if (told.live) return;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = [...new FormData(form)].filter(([, value]) => value);
    history.pushState(null, "", `?${new URLSearchParams(given)}`);
    run(told, new Map(given));
  });
  addEventListener("popstate", () => location.reload());
  const values = new Map([...new URLSearchParams(location.search)].filter(([, value]) => value));
  for (const [name, value] of values) if (form.elements[name]) form.elements[name].value = value;
  if (values.size) await run(told, values);
}
