// The query engine in a worker of its own: it can be ended, whatever a query does to it.
// It takes { data, wasm } once and { query, formats } after that; it gives { kind, body } or
// { fault, dead }.

import init, { Store } from "oxigraph/web.js";

const APART = /"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*/g;
let store = null;

async function load({ data, wasm }) {
  const [text] = await Promise.all([read(data), init({ module_or_path: wasm })]);
  store = new Store();
  store.load(text, { format: "application/n-quads", no_transaction: true });
  return { size: store.size };
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.text();
}

// As the server does: where FROM chooses no graph, all named graphs are asked together.
function ask({ query, formats }) {
  const words = query.replace(APART, " ");
  const form = /(?<![\w?$:-])(SELECT|ASK|CONSTRUCT|DESCRIBE)(?![\w:-])/i.exec(words)?.[1];
  const kind = { ASK: "truth", CONSTRUCT: "graph", DESCRIBE: "graph" }[form?.toUpperCase()] ?? "rows";
  const body = store.query(query, {
    results_format: formats[kind],
    use_default_graph_as_union: !/(?<![\w?$:-])FROM(?![\w:-])/i.test(words),
  });
  return { kind, body };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(data.query === undefined ? await load(data) : ask(data));
  } catch (error) {
    // A trap leaves the engine unusable: whoever asked must start another worker.
    self.postMessage({
      fault: String(error.message ?? error),
      dead: error instanceof WebAssembly.RuntimeError,
    });
  }
};
