"""A source text, explained: every passage marked by what it became, with the triples that say so.

Each passage is an element whose id is the fragment of its IRI, and leads to a panel of its own:
its kind, its range, what it is a part of, and what rests on it. Beside a phrase or an attribution
stands what the structured fields give when they are written out again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from readouts.render import lines, thing
from readouts.render.card import Cards, Row
from readouts.render.desk import Desk
from readouts.render.labels import Labels
from readouts.render.lines import Item, Line
from readouts.render.links import Cell, Links
from readouts.render.shown import Row as Found
from readouts.render.shown import nodes
from readouts.render.shown import text as text_of
from readouts.render.text import Passage, SourceText
from readouts.vocab import DCTERMS, DRO, ITSRDF, NIF, RDF

# What a panel says by itself: the range, the words, the kind, what it names, and the text it is of.
APART = (
    RDF.type,
    DCTERMS.isPartOf,
    DRO.passageKind,
    ITSRDF.taIdentRef,
    NIF.anchorOf,
    NIF.beginIndex,
    NIF.endIndex,
    NIF.referenceContext,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of passage: a class of the style sheet, its name, and how many there are."""

    key: str
    name: Cell
    count: int


@dataclass(frozen=True, slots=True)
class Again:
    """A thing, and what its fields give when they are written out; `same` as is printed."""

    thing: Cell
    words: str
    same: bool


@dataclass(frozen=True, slots=True)
class Note:
    """What a line became: the passages of which it is made, and what is written again."""

    passages: tuple[tuple[str, Cell], ...]
    things: tuple[Cell, ...]
    again: tuple[Again, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """What is said of one passage: `around` are the passages that it lies in, the inmost first.

    `rows` are what it says, `resting` what rests on it by property.
    """

    passage: Passage
    anchor: str
    kind: Cell | None
    named: Cell | None
    words: str
    around: tuple[tuple[str, Cell], ...]
    rows: tuple[Row, ...]
    resting: tuple[Row, ...]


def page(desk: Desk, node: NamedNode, triples: Sequence[Triple], source: SourceText) -> str:
    """The page about a source text."""
    links = desk.links((desk.documents.path(node) or "").count("/"))
    resting = desk.shown.rows("resting", text=node)
    again = [row for row in desk.shown.rows("written-again") if row["text"] == node]
    names = desk.names(
        thing.nodes(triples) | nodes(resting, "property", "thing") | nodes(again, "thing")
    )
    made = Maker(source, links, names, _grouped(resting), _by_passage(again))
    here = links.address(node).removeprefix(links.root)
    return desk.page(
        "text",
        links,
        here,
        view=thing.view(node, triples, links, names, whole=True),
        text=source,
        items=lines.lines(source),
        told=None,
        made=made,
        panels=made.panels(triples),
        kinds=made.kinds(),
        **thing.document(node, links),
    )


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes notes and panels of one text."""

    source: SourceText
    links: Links
    names: Labels
    resting: Mapping[object, Mapping[NamedNode, Sequence[object]]]
    again: Mapping[object, Sequence[Found]]

    def anchor(self, passage: Passage) -> str:
        """The id of the panel of a passage."""
        return f"about-{passage.begin}-{passage.end}"

    def key(self, passage: Passage) -> str:
        """The class that the style sheet knows the kind by: letters and hyphens alone."""
        name = passage.kind.value.rpartition("#")[2] if passage.kind else ""
        kind = "".join(one for one in name if one.isalpha() or one == "-")
        return f"k {kind}" if kind else "k"

    def kind(self, passage: Passage) -> Cell | None:
        """What a passage is."""
        return self.links.cell(passage.kind, self.names) if passage.kind else None

    def note(self, item: Item, before: Sequence[Item]) -> Note:
        """What stands beside a line: its outermost passages, and the blocks that begin with it."""
        assert item.line is not None
        blocks = [one.block for one in before if one.block is not None and not one.closes]
        inside = [
            one for one in _outer(item.line) if self.source.words[one.begin : one.end].strip()
        ]
        told = [(self.anchor(one), self.kind(one)) for one in (*blocks, *inside)]
        found = [(anchor, kind) for anchor, kind in told if kind]
        things: dict[object, Cell] = {}
        again = []
        for one in inside:
            written = self.again.get(one.node, ())
            again += self._again(written)
            for node in self._made(one) if not written else ():
                things[node] = self.links.cell(node, self.names)
        return Note(tuple(found), tuple(things.values()), tuple(again))

    def panels(self, triples: Sequence[Triple]) -> tuple[Panel, ...]:
        """A panel for each passage, in the order of the text."""
        said = thing.about(triples, self.links.base)
        cards, open_, found = Cards(self.links, self.names), list[Passage](), []
        for one in self.source.passages:
            while open_ and open_[-1].end <= one.begin:
                open_.pop()
            around = [(self.anchor(two), cell) for two in open_[::-1] if (cell := self.kind(two))]
            open_.append(one)
            found.append(
                Panel(
                    one,
                    self.anchor(one),
                    self.kind(one),
                    self.links.cell(one.named, self.names) if one.named else None,
                    self.source.words[one.begin : one.end],
                    tuple(around),
                    cards.rows(said.get(one.node, {}), APART),
                    cards.rows(self.resting.get(one.node, {})),
                )
            )
        return tuple(found)

    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of passages that the text has, the most frequent first."""
        first = {one.kind: one for one in self.source.passages}
        return tuple(
            Kind(self.key(first[kind]).removeprefix("k "), cell, count)
            for kind, count in Counter(one.kind for one in self.source.passages).most_common()
            if (cell := self.kind(first[kind]))
        )

    def _made(self, passage: Passage) -> list[NamedNode]:
        """The things of ours that a passage was read into, such as a statement."""
        held = self.resting.get(passage.node, {}).values()
        return [one for values in held for one in values if isinstance(one, NamedNode)]

    def _again(self, rows: Sequence[Found]) -> list[Again]:
        """What is written again, the one that equals the text where one does."""
        chosen: dict[object, Found] = {}
        for row in rows:
            same = text_of(row["words"]) == text_of(row["printed"])
            if same or row["thing"] not in chosen:
                chosen[row["thing"]] = row
        return [
            Again(
                self.links.cell(row["thing"], self.names),
                text_of(row["words"]),
                text_of(row["words"]) == text_of(row["printed"]),
            )
            for row in chosen.values()
        ]


def _outer(line: Line) -> list[Passage]:
    """The passages of a line that lie in no other of it."""
    found: list[Passage] = []
    for one in line.passages:
        if not found or one.begin >= found[-1].end:
            found.append(one)
    return found


def _grouped(rows: Sequence[Found]) -> dict[object, dict[NamedNode, list[object]]]:
    """What rests on each passage, by property."""
    found: dict[object, dict[NamedNode, list[object]]] = {}
    for row in rows:
        if isinstance(row["property"], NamedNode):
            values = found.setdefault(row["passage"], {})
            values.setdefault(row["property"], []).append(row["thing"])
    return found


def _by_passage(rows: Sequence[Found]) -> dict[object, list[Found]]:
    found: dict[object, list[Found]] = {}
    for row in rows:
        found.setdefault(row["passage"], []).append(row)
    return found
