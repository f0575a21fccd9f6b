"""What a search found, as a page and as JSON; and all that can be found, for browsers alone.

A browser that has only files looks through the same entries itself, folded as `fold` does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from readouts import formats
from readouts.render.desk import Desk
from readouts.render.labels import Labels
from readouts.render.links import Cell, Links
from readouts.search import Hit, Index


@dataclass(frozen=True, slots=True)
class Found:
    """A hit as a page shows it: the thing, its class, the words, and the way to their place."""

    thing: Cell
    kind: Cell | None
    words: str
    place: str


def page(desk: Desk, index: Index, text: str) -> str:
    """The form, and what bears the words in it."""
    links, hits = desk.links(0), index.find(text)
    names = desk.names(_kinds(hits))
    found = [_found(hit, index, links, names) for hit in hits]
    here = f"search.html?{urlencode({'q': text})}" if text else "search.html"
    return desk.page("search", links, here, text=text, found=found)


def hits(desk: Desk, index: Index, text: str) -> bytes:
    """What bears the words, as JSON."""
    found = index.find(text)
    names = desk.names(_kinds(found))
    rows = [_row(hit, index.passage(hit), desk.links(0), names) for hit in found]
    return formats.dump({"hits": rows})


def entries(desk: Desk, index: Index) -> bytes:
    """All that can be found, as JSON."""
    held = list(index.entries())
    names, links = desk.names(_kinds(hit for hit, _ in held)), desk.links(0)
    rows = [{**_row(hit, index.passage(hit), links, names), "texts": texts} for hit, texts in held]
    return formats.dump({"entries": rows})


def _found(hit: Hit, index: Index, links: Links, names: Labels) -> Found:
    passage = index.passage(hit)
    return Found(
        Cell(hit.label, None, links.address(hit.thing), hit.thing.value),
        links.named(hit.kind, names.term(hit.kind)) if hit.kind else None,
        hit.words,
        links.address(passage) if passage else "",
    )


def _row(hit: Hit, passage: NamedNode | None, links: Links, names: Labels) -> Mapping[str, object]:
    """Addresses are relative to the home page of a language."""
    kinds = names.all(hit.kind) if hit.kind else []
    return {
        "page": links.address(hit.thing).removeprefix(links.root),
        "label": hit.label,
        "kind": {one.language: one.text for one in kinds},
        "words": hit.words,
        "place": links.address(passage).removeprefix(links.root) if passage else None,
    }


def _kinds(hits: Iterable[Hit]) -> Sequence[NamedNode]:
    return [hit.kind for hit in hits if hit.kind]
