"""What a search found, as an answer that can be written like any other."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, Variable

from readouts.render.answers import again
from readouts.search import Hit
from readouts.store import Rows
from readouts.vocab import integer

COLUMNS = ("thing", "label", "kind", "text", "begin", "end", "words")


def answer(hits: Iterable[Hit]) -> Rows:
    """A row a hit; the place is in code points of the text, the end excluded."""
    return Rows(again([Variable(name) for name in COLUMNS], map(_row, hits)))


def _row(hit: Hit) -> tuple[object, ...]:
    places = (None if one is None else integer(one) for one in (hit.begin, hit.end))
    return (hit.thing, Literal(hit.label), hit.kind, hit.text, *places, Literal(hit.words))
