"""The types of things: every class of a thing that is matched, as the release names it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import NamedNode

from readouts.reconcile.facts import META, Facts, foreign
from readouts.render.labels import Labels
from readouts.vocab import PREFIXES, SCHEMA


@dataclass(frozen=True, slots=True)
class Kind:
    """A type: its IRI, its name, how many things have it, and those directly wider."""

    node: NamedNode
    name: str
    count: int
    broader: tuple[NamedNode, ...]

    @property
    def id(self) -> str:
        """The IRI of the class."""
        return self.node.value


class Classes:
    """The types of a release by their IRIs."""

    def __init__(self, facts: Facts, labels: Labels) -> None:
        self._facts = facts
        self._held = {
            node: {wide for one in facts.types(node) for wide in facts.wider(one)}
            for node in facts.things
        }
        count = Counter(one for held in self._held.values() for one in held if _plain(one))
        linked = Counter(
            one
            for node in facts.things
            if foreign(facts.about[node].get(SCHEMA.sameAs, ()))
            for one in facts.types(node)
        )
        self.all: Mapping[str, Kind] = {
            one.value: Kind(
                one,
                labels.term(one).text,
                count[one],
                tuple(wide for wide in facts.broader(one) if wide in count),
            )
            for one in sorted(count, key=str)
        }
        # What others know too is what most lists are about.
        self.defaults = [self.all[one.value] for one, _ in sorted(linked.items(), key=_often)]

    def find(self, text: str) -> Kind | None:
        """The type that a text names: by its IRI, or by a prefixed name."""
        prefix, colon, local = text.partition(":")
        stem = PREFIXES.get(prefix, "") if colon else ""
        return self.all.get(text) or self.all.get(stem + local)

    def of(self, node: NamedNode) -> list[Kind]:
        """The types that are stated of a thing."""
        return [self.all[one.value] for one in self._facts.types(node) if one.value in self.all]

    def fits(self, node: NamedNode, kind: Kind) -> bool:
        """Whether a thing is of a type, or of a narrower one."""
        return kind.node in self._held[node]


def _plain(class_: NamedNode) -> bool:
    return not class_.value.startswith(META)


def _often(counted: tuple[NamedNode, int]) -> tuple[int, str]:
    return -counted[1], counted[0].value
