// Where queries are answered: by the server, or, where there are only files, by an engine here.

export const TOP = new URL("../", import.meta.url);
const DEADLINE = 10_000;
const LONGEST_GET = 6000;
const ENDPOINT = /rel="?[^"]*service-description#endpoint/;

export class Fault extends Error {}

let told = null;
let worker = null;
let last = Promise.resolve();

// What is known of the publication: prefixes, terms, where its dump is, and if a server answers.
export function terms() {
  told ??= fetch(new URL("terms.json", TOP)).then(async (answer) => {
    if (!answer.ok) throw new Fault(`terms.json: ${answer.status}`);
    return { ...(await answer.json()), live: ENDPOINT.test(answer.headers.get("Link") ?? "") };
  });
  return told;
}

// { kind: "rows" | "truth" | "graph", body, complete }, in the format wanted of each kind.
export async function ask(query, wanted = {}) {
  const formats = { rows: "json", truth: "json", graph: "nt", ...wanted };
  const { live, media, prefixes, data } = await terms();
  const types = Object.fromEntries(Object.entries(formats).map(([kind, one]) => [kind, media[one]]));
  return live ? remote(query, types) : local(declared(query, prefixes), types, new URL(data, TOP));
}

async function remote(query, types) {
  const address = new URL("sparql", TOP);
  const headers = { Accept: [...new Set(Object.values(types))].join(", ") };
  const body = new URLSearchParams({ query });
  const short = `${body}`.length < LONGEST_GET;
  if (short) address.search = body;
  const answer = await fetch(address, short ? { headers } : { headers, method: "POST", body });
  const text = await answer.text();
  if (!answer.ok) throw new Fault(text.trim());
  const type = answer.headers.get("Content-Type").split(";")[0];
  const complete = answer.headers.get("Readouts-Complete") !== "false";
  return { kind: kindOf(type, types, text), body: text, complete };
}

function kindOf(type, types, text) {
  if (type === types.graph) return "graph";
  return /^\s*\{[^]{0,400}"boolean"|<boolean>/.test(text) ? "truth" : "rows";
}

// One question at a time.
function local(...asked) {
  const mine = last.then(() => answered(...asked));
  last = mine.catch(() => null);
  return mine;
}

// A worker that is late or broken is ended, and the next question starts another.
async function answered(query, formats, data) {
  worker ??= started({ data: data.href, wasm: new URL("static/oxigraph.wasm", TOP).href });
  const mine = worker;
  try {
    return { ...(await exchange(await mine, { query, formats }, DEADLINE)), complete: true };
  } catch (error) {
    if (error.dead && worker === mine) worker = null;
    throw error;
  }
}

async function started(told) {
  const engine = new Worker(new URL("static/engine.js", TOP), { type: "module" });
  await exchange(engine, told, 6 * DEADLINE);
  return engine;
}

function exchange(engine, message, most) {
  return new Promise((given, refused) => {
    const fail = (text, told) => {
      clearTimeout(late);
      if (told.dead) engine.terminate();
      refused(Object.assign(new Fault(text), told));
    };
    const late = setTimeout(() => fail("late", { dead: true, late: most / 1000 }), most);
    engine.onerror = (event) => fail(event.message ?? "engine.js", { dead: true });
    engine.onmessage = ({ data }) => {
      if (data.fault) return fail(data.fault, { dead: data.dead || message.query === undefined });
      clearTimeout(late);
      given(data);
    };
    engine.postMessage(message);
  });
}

// The prefixes of the publication need not be declared, here as on the server.
function declared(query, prefixes) {
  const wanted = Object.entries(prefixes).filter(
    ([prefix]) =>
      new RegExp(`(?<![\\w-])${prefix}:`).test(query) &&
      !new RegExp(`PREFIX\\s+${prefix}:`, "i").test(query),
  );
  return `${wanted.map(([prefix, stem]) => `PREFIX ${prefix}: <${stem}> `).join("")}${query}`;
}
