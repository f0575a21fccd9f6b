"""A query → the things that it may mean, best first, and whether one of them is certain."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from readouts.fault import Misuse
from readouts.reconcile import scores
from readouts.reconcile.batch import Query
from readouts.reconcile.classes import Classes, Kind
from readouts.reconcile.index import Index
from readouts.reconcile.properties import Properties, Property
from readouts.reconcile.values import Values, Wanted, wanted

# What is less likely is not worth showing.
LEAST = 30.0
# Of a thing that says nothing of a property, nothing is known.
UNKNOWN = 0.5


@dataclass(frozen=True, slots=True)
class Candidate:
    """A thing that may be meant. `features` are the parts that the score is made of (§4.2)."""

    node: NamedNode
    score: float
    features: tuple[tuple[str, float | bool], ...]
    is_certain: bool = False


class Matcher:
    """Finds the things of one release."""

    def __init__(
        self, classes: Classes, properties: Properties, index: Index, values: Values
    ) -> None:
        self._classes = classes
        self._properties = properties
        self._index = index
        self._values = values

    def find(self, query: Query) -> list[Candidate]:
        """The candidates, the best first. Raises Misuse on an unknown type or property."""
        kinds = [self._kind(query, one) for one in query.types]
        asked = [(self._property(query, name), wanted(given)) for name, given in query.properties]
        named = self._index.find(query.text) if query.text.strip() else {}
        if not query.text.strip() and asked:
            named = {node: 0.0 for one, _ in asked for node in one.values}
        found = [
            candidate
            for node, name in named.items()
            if (candidate := self._judged(query, node, name, kinds, asked))
        ]
        found.sort(key=lambda one: (-one.score, one.node.value))
        if found and _is_certain(found):
            found[0] = replace(found[0], is_certain=True)
        return found[: query.limit]

    def _judged(
        self,
        query: Query,
        node: NamedNode,
        name: float,
        kinds: list[Kind],
        asked: list[tuple[Property, Wanted]],
    ) -> Candidate | None:
        fits = [self._classes.fits(node, kind) for kind in kinds]
        is_fit = all(fits) if query.strict == "all" else not fits or any(fits)
        if not is_fit and query.strict != "should":
            return None
        features: list[tuple[str, float | bool]] = [("name", round(name, 1))]
        if kinds:
            features.append(("type", is_fit))
        score = name
        if asked:
            share = sum(self._agreement(node, one, value) for one, value in asked) / len(asked)
            features.append(("properties", round(share * 100, 1)))
            score = _weighed(name, share) if query.text.strip() else share * scores.EXACT
        score = round(score if is_fit else score / 2, 1)
        return Candidate(node, score, tuple(features)) if score >= LEAST else None

    def _agreement(self, node: NamedNode, asked: Property, value: Wanted) -> float:
        held = asked.values.get(node)
        return float(self._values.agrees(held, value)) if held else UNKNOWN

    def _kind(self, query: Query, text: str) -> Kind:
        if found := self._classes.find(text):
            return found
        there = ", ".join(one.id for one in self._classes.defaults)
        raise Misuse(f"{query.where}.type: there is no type {text[:200]} here. Try {there}.")

    def _property(self, query: Query, text: str) -> Property:
        if found := self._properties.all.get(text):
            return found
        raise Misuse(f"{query.where}.properties: there is no property {text[:200]} here.")


def _weighed(name: float, share: float) -> float:
    """The score of a name once properties are compared: up halfway to 100, or down by half."""
    if share == 1.0:
        return name + (scores.EXACT - name) / 2
    return name * (1 + share) / 2


def _is_certain(found: list[Candidate]) -> bool:
    """Whether the first is meant: good enough, nothing speaks against it, no other is near.

    What is not of a type that should be has half a score, which is never enough.
    """
    first = found[0]
    agrees = dict(first.features).get("properties", scores.EXACT) == scores.EXACT
    behind = found[1].score if len(found) > 1 else 0.0
    return agrees and first.score >= scores.CERTAIN and first.score - behind >= scores.MARGIN
