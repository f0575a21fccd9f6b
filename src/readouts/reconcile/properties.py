"""The properties of things, each with its values: what a release says, one or two steps away.

A property is a path as SPARQL writes it (SPARQL 1.1 §9), so that whoever reads it can ask for the
same: `schema:startDate`, `^dro:speaker`, and `^org:member/dro:post` across a node between two
things. What a path leads to is split by language (`rdfs:label@zh-hans`), by datatype
(`skos:notation^^dro:ISO2`) and by where a link leads (`schema:sameAs~wd:`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from readouts.reconcile import facts as known
from readouts.reconcile.classes import Classes, Kind
from readouts.reconcile.facts import NAMING, Facts, Term
from readouts.render.labels import Labels
from readouts.vocab import PREFIXES, RDF, SCHEMA

# What is said of a node between two things, and is no property of either.
OWN = (RDF.type, *NAMING)
DATES = (SCHEMA.startDate, SCHEMA.endDate)


@dataclass(frozen=True, slots=True)
class Value:
    """A value, and the node between the thing and it, if there is one."""

    term: Term
    between: NamedNode | None = None


@dataclass(slots=True)
class Property:
    """A path, its name for people, and its values by thing."""

    id: str
    name: str
    values: dict[NamedNode, list[Value]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Way:
    """A path from a thing to a value: predicates, and which of them are followed backwards."""

    steps: tuple[tuple[NamedNode, bool], ...]
    value: Value


class Properties:
    """The properties of a release by their identifiers."""

    def __init__(self, facts: Facts, classes: Classes, labels: Labels) -> None:
        self._facts = facts
        self._classes = classes
        self._labels = labels
        self.all: dict[str, Property] = {}
        for thing in facts.things:
            for way in ways(thing, facts):
                found = self._property(way)
                held = found.values.setdefault(thing, [])
                if way.value not in held:
                    held.append(way.value)

    def of(self, kind: Kind | None) -> list[Property]:
        """The properties of things of a type, or of any; what most of them have comes first."""
        counted = []
        for one in self.all.values():
            held = [node for node in one.values if not kind or self._classes.fits(node, kind)]
            if held:
                counted.append((-len(held), one.id, one))
        return [one for _, _, one in sorted(counted, key=lambda told: told[:2])]

    def _property(self, way: Way) -> Property:
        mark = _mark(way, self._facts.base)
        path = "/".join(f"{'^' * back}{_prefixed(step)}" for step, back in way.steps)
        if path + mark not in self.all:
            note = f" ({self._note(way)})" if mark else ""
            self.all[path + mark] = Property(path + mark, self._name(way) + note)
        return self.all[path + mark]

    def _name(self, way: Way) -> str:
        """The name: that of the last step, after the class of the node that it is a step from."""
        step, back = way.steps[-1]
        name, value = self._labels.term(step).text, way.value
        if value.between is not None:
            name = f"{self._kind(value.between)}: {name}"
        if back:
            assert isinstance(value.term, NamedNode)
            name = f"{self._kind(value.term)} ({name})"
        return name

    def _kind(self, node: NamedNode) -> str:
        """The class of a node; the widest of several, as an exchange is before a call."""
        types = self._facts.types(node)
        widest = [
            one
            for one in types
            if not any(other != one and other in self._facts.wider(one) for other in types)
        ]
        return self._labels.term(min(widest or types, key=str)).text if types else "thing"

    def _note(self, way: Way) -> str:
        """What a path is split by, for people."""
        term = way.value.term
        if isinstance(term, NamedNode):
            return known.stem(term).partition("//")[2].partition("/")[0].removeprefix("www.")
        return term.language or self._labels.term(term.datatype).text


def ways(thing: NamedNode, facts: Facts) -> Iterator[Way]:
    """Every path from a thing to a value."""
    for step, values in facts.about[thing].items():
        for value in values:
            if isinstance(value, NamedNode) and value in facts.relations:
                yield from _across(thing, (step, False), value, facts)
            else:
                yield Way(((step, False),), Value(value))
    held = set(facts.things)
    for step, nodes in facts.pointing.get(thing, {}).items():
        for node in nodes:
            if node in facts.relations:
                yield from _across(thing, (step, True), node, facts)
            elif node in held:
                yield Way(((step, True),), Value(node))


def _across(
    thing: NamedNode, first: tuple[NamedNode, bool], between: NamedNode, facts: Facts
) -> Iterator[Way]:
    """The paths over a node between two things."""
    for step, values in facts.about[between].items():
        if step not in OWN:
            for value in values:
                if value != thing:
                    yield Way((first, (step, False)), Value(value, between))
    for step, nodes in facts.pointing.get(between, {}).items():
        for node in nodes:
            if node != thing and node not in facts.relations:
                yield Way((first, (step, True)), Value(node, between))


def _mark(way: Way, base: str) -> str:
    """What tells the values of one predicate apart."""
    term, (step, _) = way.value.term, way.steps[-1]
    if isinstance(term, Literal):
        if term.language:
            return f"@{term.language}"
        plain = term.datatype.value.startswith((PREFIXES["xsd"], PREFIXES["rdf"]))
        return "" if plain else f"^^{_prefixed(term.datatype)}"
    if step == SCHEMA.sameAs and not term.value.startswith(base):
        return f"~{_prefixed(NamedNode(known.stem(term)))}"
    return ""


def _prefixed(node: NamedNode) -> str:
    """An IRI as a prefixed name, where a prefix is known."""
    for prefix, stem in PREFIXES.items():
        if node.value.startswith(stem):
            return f"{prefix}:{node.value.removeprefix(stem)}"
    return f"<{node.value}>"
