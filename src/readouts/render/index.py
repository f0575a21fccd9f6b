"""What a release holds, by class: asked by the queries of the pages `base` and `things`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from readouts.render import labels
from readouts.render.answers import short
from readouts.render.labels import Naming, Text
from readouts.render.links import Cell, Links
from readouts.render.phrases import ENGLISH
from readouts.render.shown import Row, Shown, iri, nodes, number, text
from readouts.store import Store
from readouts.vocab import PREFIXES


@dataclass(frozen=True, slots=True)
class Entry:
    """A document, and how many things of the class it holds."""

    document: Cell
    count: int


@dataclass(frozen=True, slots=True)
class Class:
    """A class: its anchor on the page of things, its label, how many things it has, and which."""

    anchor: str
    name: Cell
    count: int
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Site:
    """What the dataset calls itself and says of itself, the language of the page first."""

    titles: tuple[Text, ...]
    descriptions: tuple[Text, ...]
    rights: tuple[Text, ...] = ()
    licence: str = ""
    issued: str = ""
    iri: str = ""

    @property
    def short(self) -> str:
        """The title up to its colon."""
        return re.split("[:：]", self.titles[0].text)[0]


def site(shown: Shown, language: str = ENGLISH) -> Site:
    """The title and description of the dataset (dcat:Dataset)."""
    rows = sorted(shown.rows("base"), key=lambda row: not _speaks(row["title"], language))
    titles = tuple(_texts(row["title"] for row in rows)) or (Text("Linked data", "en"),)
    first = rows[0] if rows else {}
    return Site(
        titles,
        tuple(_texts(row["description"] for row in rows)),
        tuple(_texts(row["rights"] for row in rows)),
        iri(first.get("licence")),
        text(first.get("issued")),
        iri(first.get("dataset")),
    )


def classes(shown: Shown, store: Store, links: Links, naming: Naming) -> list[Class]:
    """The classes that have documents, ours first, with the documents of their things.

    A thing with a `#` stands under the document that holds it.
    """
    rows = [
        row
        for row in shown.rows("things")
        if isinstance(row["document"], NamedNode) and links.documents.path(row["document"])
    ]
    names = labels.find(nodes(rows, "class", "document"), [store], naming)
    groups: dict[object, list[Entry]] = {}
    for row in sorted(rows, key=_order):
        entry = Entry(links.cell(row["document"], names), number(row["count"]))
        groups.setdefault(row["class"], []).append(entry)
    return [
        _class(node, entries, names, links)
        for node, entries in groups.items()
        if isinstance(node, NamedNode)
    ]


def _class(node: NamedNode, entries: Sequence[Entry], names: labels.Labels, links: Links) -> Class:
    ordered = sorted(entries, key=lambda one: one.document.iri)
    name = links.named(node, names.term(node))
    return Class(short(node, links.base), name, sum(one.count for one in entries), tuple(ordered))


def _order(row: Row) -> tuple[bool, str]:
    """Our own classes first."""
    iri = row["class"].value if isinstance(row["class"], NamedNode) else ""
    return (not iri.startswith(PREFIXES["dro"]), iri)


def _texts(terms: Iterable[object]) -> Iterable[Text]:
    return (Text(one.value, one.language or "") for one in terms if isinstance(one, Literal))


def _speaks(term: object, language: str) -> bool:
    return isinstance(term, Literal) and term.language == language
