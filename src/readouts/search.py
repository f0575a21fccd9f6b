"""Words → the things that bear them: by label, by what was said, and by place on a page.

Words are compared folded (see `fold`), in every language that the release has,
from one character on. Whatever stands on a page is given with its place there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pyoxigraph import NamedNode

from readouts.fault import Misuse
from readouts.fold import Folded, folded, spread
from readouts.store import Rows, Store
from readouts.vocab import DRO, ORG, SCHEMA, SKOS

MOST = 20
# How many characters are shown before and after the words that were found.
AROUND = 16
LONGEST = 80
# How well words fit a name, the best first.
WHOLE, BEGINNING, INSIDE = range(3)
# What people look for comes first, what only supports it last.
ORDER = (
    SCHEMA.Person,
    SCHEMA.Country,
    ORG.Post,
    ORG.Organization,
    SCHEMA.Place,
    DRO.Heading,
    DRO.Exchange,
    DRO.Statement,
    DRO.SourceText,
    SKOS.Concept,
    DRO.Passage,
)
LABELS = """SELECT ?thing ?name ?class ?wide WHERE {
  ?thing rdfs:label|skos:altLabel ?name .
  OPTIONAL { ?thing a ?class OPTIONAL { ?class rdfs:subClassOf ?wide } }
}"""
RENDERINGS = (
    "SELECT ?thing ?name WHERE { ?made schema:translationOfWork ?thing ; schema:text ?name }"
)
TEXTS = "SELECT ?thing ?name WHERE { ?thing nif:isString ?name }"
RANGES = """SELECT ?thing ?text ?begin ?end ?rank ?name WHERE {
  { ?thing dro:quotedFrom ?passage BIND(0 AS ?rank) }
  UNION {
    ?thing a dro:Exchange ; dro:reportedIn ?passage .
    ?passage dro:passageKind dro:kind-phrase BIND(1 AS ?rank)
  }
  UNION { ?thing dro:attributedIn ?passage BIND(2 AS ?rank) }
  UNION { ?passage a dro:Passage BIND(?passage AS ?thing) BIND(3 AS ?rank) }
  ?passage nif:referenceContext ?text ; nif:anchorOf ?name .
  ?passage nif:beginIndex ?begin ; nif:endIndex ?end .
}"""


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing that was found: its name, its class, and the words around those looked for.

    `begin` and `end` are a place in `text`, in code points, the end excluded: that of the words,
    or, where they stand in a name only, that of the passage that the thing was read from. They are
    None where the thing is on no page, as a person is not.
    """

    thing: NamedNode
    label: str
    kind: NamedNode | None
    words: str
    text: NamedNode | None = None
    begin: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """A range of a text, the thing that it belongs to, and how well: see RANGES."""

    thing: NamedNode
    text: NamedNode
    begin: int
    end: int
    rank: int
    words: str


def find(store: Store, text: str, limit: int = MOST) -> list[Hit]:
    """The best hits of a store, each thing once. Raises Misuse when no text is given."""
    if not folded(text):
        raise Misuse("There is nothing to look for. Write a word, or a character of one.")
    return Index(store).find(text, limit)


class Index:
    """Everything of a store that can be found, read once."""

    def __init__(self, store: Store) -> None:
        self._names: dict[NamedNode, dict[str, str]] = {}
        self._classes: dict[NamedNode, set[NamedNode]] = {}
        self._wide: set[NamedNode] = set()
        # The English label names the thing to people, so it comes first.
        rows = _rows(store, LABELS, "thing name class wide")
        for thing, name, class_, wide in sorted(rows, key=lambda row: row[1].language != "en"):
            self._names.setdefault(thing, {}).setdefault(name.value, folded(name.value))
            self._classes.setdefault(thing, set()).update({class_} - {None})
            self._wide |= {wide} - {class_, None}
        self._renderings = _spread(store, RENDERINGS)
        self._texts = _spread(store, TEXTS)
        rows = _rows(store, RANGES, "thing text begin end rank name")
        self._ranges = sorted(map(_range, rows), key=lambda one: (one.rank, one.end - one.begin))
        self._places = {one.thing: one for one in reversed(self._ranges)}

    def find(self, text: str, limit: int = MOST) -> list[Hit]:
        """The best hits, each thing once: whole names first, then beginnings, then the rest."""
        wanted = folded(text)
        found: dict[NamedNode, tuple[int, Hit]] = {}
        for quality, hit in self._all(wanted) if wanted else ():
            before, held = found.get(hit.thing, (quality, hit))
            best, place = hit if quality < before else held, hit if held.begin is None else held
            placed = replace(best, text=place.text, begin=place.begin, end=place.end)
            found[hit.thing] = (min(before, quality), placed)
        whole = ((quality, self._placed(hit)) for quality, hit in found.values())
        ordered = sorted(whole, key=lambda one: self._order(*one))
        return [hit for _, hit in ordered[:limit]]

    def entries(self) -> Iterator[tuple[Hit, tuple[str, ...]]]:
        """All that can be found: each thing with its names, each range of a page with its words."""
        for thing, names in self._names.items():
            yield self._placed(self._hit(thing, "")), tuple(names)
        for one in self._ranges:
            hit = self._hit(one.thing, one.words)
            yield replace(hit, text=one.text, begin=one.begin, end=one.end), (one.words,)

    def passage(self, hit: Hit) -> NamedNode | None:
        """The smallest passage that holds the place of a hit."""
        begin, end = hit.begin, hit.end
        if begin is None or end is None:
            return None
        around = [one for one in self._ranges if one.text == hit.text]
        around = [one for one in around if one.begin <= begin and end <= one.end]
        best = min(around, key=lambda one: one.end - one.begin, default=None)
        return NamedNode(f"{best.text.value}#char={best.begin},{best.end}") if best else None

    def _all(self, wanted: str) -> Iterator[tuple[int, Hit]]:
        for thing, names in self._names.items():
            for name, compared in names.items():
                if wanted in compared:
                    yield _quality(wanted, name), self._hit(thing, name)
        for thing, name, told in self._renderings:
            for begin, end in told.find(wanted)[:1]:
                yield INSIDE, self._hit(thing, _around(name, begin, end))
        for text, name, told in self._texts:
            for begin, end in told.find(wanted):
                hit = self._hit(self._owner(text, begin, end), _around(name, begin, end))
                yield INSIDE, replace(hit, text=text, begin=begin, end=end)

    def _placed(self, hit: Hit) -> Hit:
        """The hit with a place, if it has none and its thing was read from a page."""
        if hit.begin is not None or hit.thing not in self._places:
            return hit
        place = self._places[hit.thing]
        return replace(hit, text=place.text, begin=place.begin, end=place.end)

    def _owner(self, text: NamedNode, begin: int, end: int) -> NamedNode:
        """The statement, the exchange, else the smallest passage that holds a place of a text."""
        for one in self._ranges:
            if one.text == text and one.begin <= begin and end <= one.end:
                return one.thing
        return text

    def _hit(self, thing: NamedNode, words: str) -> Hit:
        classes = self._classes.get(thing, {DRO.Passage})
        # The class that no other is a subclass of comes last.
        kind = min(classes, key=lambda one: (one in self._wide, one.value), default=None)
        passages = (one.words for one in self._ranges if one.thing == thing)
        label = next(iter(self._names.get(thing, passages)), thing.value)
        return Hit(thing, " ".join(label.split())[:LONGEST], kind, words)

    def _order(self, quality: int, hit: Hit) -> tuple[int, int, int, str]:
        classes = self._classes.get(hit.thing, {DRO.Passage})
        rank = min((ORDER.index(one) for one in classes if one in ORDER), default=len(ORDER))
        return (quality, rank, hit.begin or 0, hit.thing.value)


def _quality(wanted: str, name: str) -> int:
    """Whether the words are the whole name, begin a word of it, or stand within."""
    if folded(name) == wanted:
        return WHOLE
    words = name.split()
    starts = (folded("".join(words[index:])) for index in range(len(words)))
    return BEGINNING if any(one.startswith(wanted) for one in starts) else INSIDE


def _around(text: str, begin: int, end: int) -> str:
    """The words of a place with a little of what stands before and after, on one line."""
    before, after = text[max(begin - AROUND, 0) : begin], text[end : end + AROUND]
    words = f"{before}{text[begin:end]}{after}".split("\n")
    line = " ".join(one for one in words if one)
    return f"{'…' if begin > AROUND else ''}{line}{'…' if end + AROUND < len(text) else ''}"


def _rows(store: Store, query: str, columns: str) -> list[list[Any]]:
    answer = store.query(query)
    assert isinstance(answer, Rows)
    return [[row[column] for column in columns.split()] for row in answer.solutions]


def _spread(store: Store, query: str) -> list[tuple[NamedNode, str, Folded]]:
    rows = _rows(store, query, "thing name")
    return [(thing, name.value, spread(name.value)) for thing, name in rows]


def _range(row: list[Any]) -> Range:
    thing, text, begin, end, rank, name = row
    return Range(thing, text, int(begin.value), int(end.value), int(rank.value), name.value)
