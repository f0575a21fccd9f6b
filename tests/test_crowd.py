"""A release of somebody else, large and hostile: its pages stay usable, and as quick to make."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from conftest import ROOT
from readouts import folder, query, release
from readouts.render.document import Documents
from readouts.render.page import Pages
from readouts.store import Embedded
from readouts.vocab import PREFIXES

BASE = "https://example.org/crowd/"
# What a page loads: its own style sheet and script, which are not under test here.
LOADED = r'<link[^>]*>|<script type="module"[^>]*></script>'
LABELS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "مرحبا بالعالم \u202eabc",
    "x" * 3000,
    "שלום עולם",
    "{{ 7*7 }}",
    "&lt;b&gt;",
    "中" * 400,
)


def crowd(place: Path, count: int) -> Path:
    """A release of so many exchanges with 500 people, whose labels are hostile."""
    lines = []

    def told(subject: str, property_: str, value: str, tag: str = "") -> None:
        prefix, _, local = property_.partition(":")
        text = value if value.startswith("<") and not tag else f"{json.dumps(value)}{tag}"
        lines.append(f"<{subject}> <{PREFIXES[prefix]}{local}> {text} <{BASE}graph/crowd> .\n")

    dro, day = PREFIXES["dro"], f"^^<{PREFIXES['xsd']}date>"
    told(f"{BASE}dataset", "rdf:type", f"<{PREFIXES['dcat']}Dataset>")
    told(f"{BASE}dataset", "dcterms:title", LABELS[0], "@en")
    told(f"{dro}PhoneCall", "skos:notation", "call", "^^<http://www.w3.org/2001/XMLSchema#string>")
    told(f"{dro}PhoneCall", "rdfs:subClassOf", f"<{dro}Exchange>")
    for number in range(count):
        exchange, person = f"{BASE}exchange/{number:05}", f"{BASE}person/{number % 500:04}"
        for type_ in ("Exchange", "PhoneCall"):
            told(exchange, "rdf:type", f"<{dro}{type_}>")
        told(exchange, "rdfs:label", f"{LABELS[number % len(LABELS)]} {number}", "@en")
        told(exchange, "schema:startDate", f"2020-{number % 12 + 1:02}-{number % 28 + 1:02}", day)
        told(exchange, "dro:participation", f"<{exchange}/other>")
        told(f"{exchange}/other", "dro:agent", f"<{person}>")
        told(f"{exchange}/other", "dro:role", f"<{dro}role-counterpart>")
        told(person, "rdf:type", f"<{PREFIXES['schema']}Person>")
        told(
            person,
            "rdfs:label",
            f"{LABELS[(number % 500 + 3) % len(LABELS)]} {number % 500}",
            "@en",
        )
    data = "".join(lines).encode()
    place.mkdir()
    (place / "readouts.nq").write_bytes(data)
    file = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), "triples": len(lines)}
    manifest = {"base": BASE, "version": "1", "files": {"readouts.nq": file}}
    (place / "manifest.json").write_text(json.dumps(manifest))
    return place


def pages(place: Path) -> tuple[Documents, Pages]:
    held, made, store = folder.find(ROOT).queries, release.read(place), Embedded(place)
    stored = query.load(held)
    documents = Documents(made, store, stored)
    return documents, Pages(documents, store, made, stored, query.load(held / "pages"))


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return pages(crowd(tmp_path_factory.mktemp("crowd") / "release", 5000))


def test_a_page_takes_no_longer_among_many(large, tmp_path):
    """With ten times as many exchanges a page about one is made in about the same time."""

    def seconds(documents: Documents, made: Pages) -> float:
        chosen = [node for path, node in documents.all().items() if path.startswith("exchange/")]
        before = time.process_time()
        for node in chosen[:: len(chosen) // 60]:
            made.thing(node)
        return time.process_time() - before

    few, many = seconds(*pages(crowd(tmp_path / "few", 500))), seconds(*large)
    assert many < 4 * few


def test_a_list_of_thousands_is_cut_and_says_so(large):
    """The list of things shows some of each class, and leads on to the rest."""
    html = large[1].things()
    assert len(html) < 2_000_000
    assert "4500 more: turn them over with a query" in html


@pytest.mark.skipif(
    shutil.which("chromium") is None, reason="`apt-get install chromium` brings it."
)
def test_hostile_pages_run_no_script_and_keep_their_shape(large):
    """Whatever labels hold is text: nothing of it runs, and no page becomes wider than a phone."""
    documents, made = large
    names = ["exchange/00000", "exchange/00001", "exchange/00002", "exchange/00003", "person/0000"]
    shown = {"home": made.home([]), "things": made.things()}
    shown |= {name: made.thing(documents.find(name)) for name in names}
    style = (ROOT / "src/readouts/render/static/style.css").read_text(encoding="utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 360, "height": 740})
        ran = []
        page.on("dialog", lambda one: (ran.append(one.message), one.dismiss()))
        page.route("**/*", lambda route: route.fulfill(body="", content_type="text/plain"))
        for name, html in shown.items():
            page.set_content(re.sub(LOADED, "", html))
            page.add_style_tag(content=style)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, name
        browser.close()
    assert ran == []
