"""What is known of each source text: where it comes from, whose it is, where else it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from readouts.render.desk import Desk
from readouts.render.labels import Labels, Text
from readouts.render.links import Cell, Links
from readouts.render.shown import Row, iri, nodes, number, text


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place where the text is read: its address, and what is known about it."""

    address: str
    note: Text


@dataclass(frozen=True, slots=True)
class Source:
    """A text: `length` in code points, `sha256` of its bytes."""

    name: Cell
    sha256: str
    length: int
    provenance: Text
    rights: Text
    copies: tuple[Copy, ...]


def page(desk: Desk) -> str:
    """What the sources are, what is not known of them, and what it is to be attributed."""
    links, rows = desk.links(0), desk.shown.rows("sources")
    held = sources(rows, desk.shown.rows("copies"), links, desk.names(nodes(rows, "text")))
    return desk.page("about", links, "about.html", sources=held)


def sources(
    rows: Sequence[Row], copies: Sequence[Row], links: Links, names: Labels
) -> tuple[Source, ...]:
    """The texts, each told of in the language of the page where it can be."""
    told: dict[NamedNode, Row] = {}
    for row in rows:
        node, said = row["text"], row["provenance"]
        ours = isinstance(said, Literal) and said.language == links.language
        if isinstance(node, NamedNode) and (ours or node not in told):
            told[node] = row
    return tuple(
        Source(
            links.named(node, names.name(node)),
            text(row["sha256"]),
            number(row["length"]),
            _text(row["provenance"]),
            _text(row["rights"]),
            tuple(
                Copy(links.outside(iri(one["url"])), _text(one["note"]))
                for one in copies
                if one["text"] == node
            ),
        )
        for node, row in told.items()
    )


def _text(term: object) -> Text:
    return Text(term.value, term.language or "") if isinstance(term, Literal) else Text("")
