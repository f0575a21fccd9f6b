// What pages can do beside being read. They are whole without it.

const parts = [
  ["form[data-editor]", () => import("./sparql.js")],
  ["form[data-question]", () => import("./question.js").then(({ begin }) => begin())],
  ["form[data-search]", () => import("./search.js").then(({ begin }) => begin())],
];
for (const map of document.querySelectorAll("figure.atlas")) {
  import("./zoom.js").then(({ begin }) => begin(map, document.getElementById("content").dataset));
}
for (const [selector, load] of parts) if (document.querySelector(selector)) load();

// On the page explained, pointing at a passage shows what it became, and pointing at a thing shows
// the passages that name it. Without a pointer both are links.
const page = document.getElementById("page");
if (page && document.querySelector(".panel")) {
  const leads = (link) => document.getElementById(decodeURIComponent(link.hash.slice(1)));
  let shown = null;
  const show = (panel) => {
    shown?.classList.remove("shown");
    panel?.classList.add("shown");
    document.body.classList.toggle("pointing", panel !== null);
    shown = panel;
  };
  const mark = (iri) => {
    for (const one of page.querySelectorAll(".pointed")) one.classList.remove("pointed");
    if (!iri) return;
    for (const one of page.querySelectorAll(`[data-thing="${CSS.escape(iri)}"]`)) {
      one.classList.add("pointed");
    }
  };
  const point = ({ target, pointerType }) => {
    if (pointerType === "touch") return;
    const link = target.closest?.("a");
    const panel = link?.hash && page.contains(link) ? leads(link) : null;
    if (panel?.matches(".panel")) show(panel);
    else if (!target.closest?.(".panel")) show(null);
    mark(link?.dataset.thing ?? link?.title);
  };
  document.addEventListener("pointerover", point);
  document.addEventListener("focusin", point);
  page.addEventListener("click", () => show(null));
}

// The other language shows the same place of the same page.
for (const link of document.querySelectorAll("a[hreflang][rel=alternate]")) {
  const address = link.href;
  link.addEventListener("click", () => {
    link.href = address.split(/[?#]/)[0] + location.search + location.hash;
  });
}

// A long list can be narrowed by typing: <ul data-filter="the words of the label">.
for (const list of document.querySelectorAll("[data-filter]")) {
  const field = Object.assign(document.createElement("input"), { type: "search" });
  const label = document.createElement("label");
  label.className = "filter";
  label.append(list.dataset.filter, " ", field);
  list.before(label);
  const held = [...list.children].map((one) => [one, folded(one.textContent)]);
  field.addEventListener("input", () => {
    const wanted = folded(field.value);
    for (const [one, text] of held) one.hidden = !text.includes(wanted);
  });
}

function folded(text) {
  return text.normalize("NFKC").replace(/\s/g, "").replace(/[\u2022\u2027\u2219\u22c5\u30fb]/g, "\u00b7").toLowerCase();
}
