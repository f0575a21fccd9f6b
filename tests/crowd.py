"""A release of somebody else with as many exchanges as wanted and hostile labels, and its pages."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from readouts import folder, query, release
from readouts.render.document import Documents
from readouts.render.page import Pages
from readouts.store import Embedded
from readouts.vocab import PREFIXES

ROOT = Path(__file__).parents[1]
BASE = "https://example.org/crowd/"
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
