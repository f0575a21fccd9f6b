// The SPARQL page with an editor: completion from the data, examples, and answers in place.

import Yasqe from "@zazuko/yasqe";
import { show, words } from "./answer.js";
import { TOP, terms } from "./ask.js";
import { element } from "./shown.js";

const form = document.querySelector("form[data-editor]");
const field = form.querySelector("textarea");
const say = words(form);

// Only what is in the data is offered, and nothing is asked of another origin.
function completers({ prefixes, classes, properties }) {
  const list = Object.entries(prefixes).map(([prefix, stem]) => `${prefix}: <${stem}>`);
  const under = (held) => (_, token) =>
    held.filter((iri) => iri.startsWith(token?.autocompletionString || "")).slice(0, 100);
  const made = [
    ["prefixes", "ours-prefixes", { get: () => list, persistenceId: null }],
    ["class", "ours-classes", { get: under(classes), bulk: false, autoShow: true }],
    ["property", "ours-properties", { get: under(properties), bulk: false, autoShow: true }],
  ];
  for (const [from, name, told] of made) Yasqe.forkAutocompleter(from, { name, ...told });
  return ["variables", ...made.map(([, name]) => name)];
}

function editor(told) {
  const place = element("div", { class: "editor" });
  field.before(place);
  Yasqe.defaults.autocompleters = [];
  const made = new Yasqe(place, {
    value: field.value.trim(),
    autocompleters: completers(told),
    persistenceId: null,
    prefixCcApi: null,
    createShareableLink: null,
    consumeShareLink: null,
    showQueryButton: false,
    editorHeight: "22rem",
    screenReaderLabel: form.querySelector("label").textContent,
    // Tab leaves the editor, as it leaves any other field.
    extraKeys: {
      Tab: false,
      "Shift-Tab": false,
      "Ctrl-Enter": () => form.requestSubmit(),
      "Cmd-Enter": () => form.requestSubmit(),
      "Ctrl-Space": (one) => one.autocomplete(),
      "Ctrl-/": (one) => one.commentLines(),
      "Shift-Ctrl-F": (one) => one.autoformat(),
      Esc: (one) => one.getInputField().blur(),
    },
  });
  field.hidden = true;
  form.querySelector("label").onclick = () => made.focus();
  made.on("change", () => {
    field.value = made.getValue();
  });
  return made;
}

// The stored queries as examples, under the question that each answers.
async function examples(made) {
  const language = document.documentElement.lang.startsWith("zh") ? "zh-hans" : "en";
  const { queries } = await (await fetch(new URL("queries.json", TOP))).json();
  const choice = element("select", { id: "examples" }, element("option", { value: "" }, say("choose")));
  for (const one of queries.filter(({ federated }) => !federated)) {
    choice.append(element("option", { value: one.links.rq }, one.summary[language] ?? one.summary.en));
  }
  choice.onchange = async () => {
    if (!choice.value) return;
    const text = await (await fetch(new URL(choice.value, TOP))).text();
    made.setValue(text.replace(/^#\+.*\n/gm, "").trim());
  };
  form.prepend(
    element("div", { class: "field" }, element("label", { for: "examples" }, say("examples")), choice),
  );
}

function run(told) {
  const graphs = form.querySelector("input[type=hidden]");
  form.addEventListener("submit", (event) => {
    // A dataset of the reader's choice is the server's business.
    if (graphs) return;
    event.preventDefault();
    const query = field.value;
    history.pushState(null, "", `?${new URLSearchParams({ query })}`);
    show(form, query, told);
  });
}

// The editor measures itself when it is made, so its styles are there before it.
const styles = element("link", { rel: "stylesheet", href: new URL("static/sparql.css", TOP) });
const dressed = new Promise((done) => (styles.onload = styles.onerror = done));
document.head.append(styles);
const told = { ...(await terms()), root: new URL("./", form.action) };
const asked = new URLSearchParams(location.search).get("query");
// Files hold no answers to what a link asks.
if (asked !== null && !told.live) field.value = asked;
await dressed;
const made = editor(told);
run(told);
await examples(made);
if (asked?.trim() && !told.live) show(form, asked, told);
form.dataset.editor = "ready";
addEventListener("popstate", () => location.reload());
