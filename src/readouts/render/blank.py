"""What is said of a blank node, on a line, as Turtle writes it: `[ … ]`, and lists `( … )`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, Literal, Triple

from readouts.render.answers import short
from readouts.vocab import RDF

# Deeper than any path or list of a shape that a person has written.
DEEPEST = 8
Said = Mapping[BlankNode, Sequence[Triple]]


def written(node: object, triples: Iterable[Triple], base: str) -> object:
    """A blank node as text; any other node as it is."""
    if not isinstance(node, BlankNode):
        return node
    said: dict[BlankNode, list[Triple]] = {}
    for triple in triples:
        if isinstance(triple.subject, BlankNode):
            said.setdefault(triple.subject, []).append(triple)
    return _text(node, said, base, DEEPEST)


def _text(node: object, said: Said, base: str, depth: int) -> str:
    if isinstance(node, Literal):
        return f'"{short(node, base)}"'
    if not isinstance(node, BlankNode):
        return short(node, base)
    if depth == 0 or node not in said:
        return "[ … ]" if depth == 0 else "[ ]"
    if any(triple.predicate == RDF.first for triple in said[node]):
        return f"( {' '.join(_text(one, said, base, depth - 1) for one in _items(node, said))} )"
    parts = (
        f"{short(triple.predicate, base)} {_text(triple.object, said, base, depth - 1)}"
        for triple in said[node]
    )
    return f"[ {' ; '.join(parts)} ]"


def _items(node: object, said: Said) -> list[object]:
    """The members of a list; one that leads back into itself ends there."""
    items: list[object] = []
    seen: set[object] = set()
    while isinstance(node, BlankNode) and node not in seen:
        seen.add(node)
        told = {triple.predicate: triple.object for triple in said.get(node, ())}
        items += [told[RDF.first]] if RDF.first in told else []
        node = told.get(RDF.rest)
    return items
