"""A source text with its passages: every one an element whose id is the fragment of its IRI.

Passages lie within each other. They are given as a flat row of openings, words
and closings, so that no depth is too deep for a template.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from readouts.vocab import DCTERMS, DRO, ITSRDF, NIF


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of the text in code points (NIF 2.0), its kind, and what it names."""

    node: NamedNode
    begin: int
    end: int
    kind: NamedNode | None
    named: NamedNode | None

    @property
    def anchor(self) -> str:
        return self.node.value.partition("#")[2]


@dataclass(frozen=True, slots=True)
class Mark:
    """Some words, or where a passage opens or closes; a leaf has no passage within it."""

    words: str = ""
    passage: Passage | None = None
    closes: bool = False
    leaf: bool = False


@dataclass(frozen=True, slots=True)
class SourceText:
    """The words of a text, their language, and its passages in the order of the page."""

    words: str
    language: str
    passages: tuple[Passage, ...]


def read(thing: NamedNode, triples: Iterable[Triple]) -> SourceText | None:
    """The text that a document holds whole, if the thing is one (nif:isString)."""
    held: dict[NamedNode, dict[NamedNode, NamedNode | Literal]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode) and isinstance(triple.object, NamedNode | Literal):
            held.setdefault(triple.subject, {}).setdefault(triple.predicate, triple.object)
    words = held.get(thing, {}).get(NIF.isString)
    if not isinstance(words, Literal):
        return None
    language = held[thing].get(DCTERMS.language)
    passages = [_passage(node, told) for node, told in held.items() if _in(thing, told)]
    # The outer passage opens first: of two that begin together, the longer one.
    passages.sort(key=lambda one: (one.begin, -one.end, one.node.value))
    tag = language.value if isinstance(language, Literal) else ""
    return SourceText(words.value, tag, tuple(passages))


def marks(text: SourceText) -> Iterator[Mark]:
    """The text from start to end; the words of all marks, joined, are the words of the text.

    A passage that begins within another and ends outside it cannot be an element around its
    words: its element is empty and stands where it begins.
    """
    open_: list[Mark] = []
    at = 0
    for opening in _openings(text.passages):
        passage = opening.passage
        assert passage is not None
        at = yield from _closed(text.words, open_, at, passage.begin)
        yield Mark(text.words[at : passage.begin])
        at = passage.begin
        yield opening
        open_.append(opening)
        if len(open_) > 1 and passage.end > _end(open_[-2]):
            yield replace(open_.pop(), closes=True)
    at = yield from _closed(text.words, open_, at, None)
    yield Mark(text.words[at:])


def _closed(
    words: str, open_: list[Mark], at: int, until: int | None
) -> Generator[Mark, None, int]:
    """Closes the passages that end before a place, or all; gives how far the text has come."""
    while open_ and (until is None or _end(open_[-1]) <= until):
        closing = open_.pop()
        yield Mark(words[at : _end(closing)])
        yield replace(closing, closes=True)
        at = max(at, _end(closing))
    return at


def _openings(passages: tuple[Passage, ...]) -> Iterator[Mark]:
    """Where each passage opens. It is a leaf if the one after it does not begin within it."""
    for index, passage in enumerate(passages):
        following = passages[index + 1 : index + 2]
        leaf = not following or following[0].begin >= passage.end
        yield Mark(passage=passage, leaf=leaf)


def _end(mark: Mark) -> int:
    return mark.passage.end if mark.passage else 0


def _in(thing: NamedNode, told: Mapping[NamedNode, NamedNode | Literal]) -> bool:
    """Whether a thing is a passage of that text, with a range."""
    ends = [told.get(NIF.beginIndex), told.get(NIF.endIndex)]
    ranged = all(isinstance(end, Literal) and end.value.isdecimal() for end in ends)
    return ranged and told.get(NIF.referenceContext) == thing


def _passage(node: NamedNode, told: Mapping[NamedNode, NamedNode | Literal]) -> Passage:
    kind, named = told.get(DRO.passageKind), told.get(ITSRDF.taIdentRef)
    return Passage(
        node,
        int(told[NIF.beginIndex].value),
        int(told[NIF.endIndex].value),
        kind if isinstance(kind, NamedNode) else None,
        named if isinstance(named, NamedNode) else None,
    )


def named(text: SourceText) -> set[NamedNode]:
    """The kinds of the passages and what they name."""
    return {node for one in text.passages for node in (one.kind, one.named) if node is not None}
