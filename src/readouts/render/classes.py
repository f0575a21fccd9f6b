"""The classes of a vocabulary as a diagram shows them: what is a box, and what leads where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from readouts.render.card import Values
from readouts.render.charts.diagram import Class, Property
from readouts.render.labels import Labels
from readouts.render.links import Links
from readouts.render.shown import Row
from readouts.vocab import OWL, RDF, RDFS

Told = Mapping[NamedNode, Values]
# From one class to which others each property leads, by the query `between`.
Ends = Mapping[tuple[NamedNode, NamedNode], Sequence[NamedNode]]


def classes(told: Told, ties: Sequence[Row], links: Links, names: Labels) -> tuple[Class, ...]:
    """The classes that are no kind of another of ours, and those that properties lead to."""
    ours = [one for one, values in told.items() if OWL.Class in values.get(RDF.type, ())]
    above = {one: _above(one, told) for one in ours}
    held = _properties(_ends(told, ties), told, links, names)
    roots = [one for one in ours if above[one] == one]
    ends = [NamedNode(one.to) for values in held.values() for one in values if one.to]
    return tuple(
        Class(
            one.value,
            names.term(one),
            links.address(one),
            tuple(
                (names.term(kind), links.address(kind))
                for kind in ours
                if above[kind] == one != kind
            ),
            tuple(held.get(one, ())),
        )
        for one in dict.fromkeys([*roots, *held, *ends])
    )


def _above(node: NamedNode, told: Told) -> NamedNode:
    """The highest class of ours that a class is a kind of; itself if it is of none."""
    seen = [node]
    while up := [
        one
        for one in told[seen[-1]].get(RDFS.subClassOf, ())
        if isinstance(one, NamedNode) and one in told and one not in seen
    ]:
        seen.append(up[0])
    return seen[-1]


def _ends(told: Told, ties: Sequence[Row]) -> Ends:
    """Where each property of each class leads, literals too."""
    found: dict[tuple[NamedNode, NamedNode], list[NamedNode]] = {}
    for row in ties:
        one, name, other = row["from"], row["property"], row["to"]
        if isinstance(one, NamedNode) and isinstance(name, NamedNode):
            found.setdefault((one, name), []).extend(_nodes([other]))
    for node, values in told.items():
        if OWL.DatatypeProperty in values.get(RDF.type, ()):
            for one in _nodes(values.get(RDFS.domain, ())):
                found.setdefault((one, node), []).extend(_nodes(values.get(RDFS.range, ())))
    return found


def _properties(
    ends: Ends, told: Told, links: Links, names: Labels
) -> dict[NamedNode, list[Property]]:
    """The properties of each class: those that lead to another first, then the rest."""
    found: dict[NamedNode, list[Property]] = {}
    for (owner, node), to in ends.items():
        # What leads to several classes leads to none in particular.
        end = to[0] if len(to) == 1 else OWL.Thing
        literal = OWL.DatatypeProperty in told.get(node, {}).get(RDF.type, ())
        lead = "" if literal or end == OWL.Thing else end.value
        one = Property(names.term(node), links.address(node), names.term(end), lead)
        found.setdefault(owner, []).append(one)
    return {owner: sorted(held, key=lambda one: not one.to) for owner, held in found.items()}


def _nodes(terms: Sequence[object]) -> list[NamedNode]:
    return [one for one in terms if isinstance(one, NamedNode)]
