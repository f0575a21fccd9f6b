"""The things of a release by their names, and which of them may answer a query."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode
from rapidfuzz import fuzz, process

from readouts.reconcile import facts as known
from readouts.reconcile import names, scores
from readouts.reconcile.facts import Facts
from readouts.reconcile.names import Name
from readouts.reconcile.titles import Titles, printed, titles
from readouts.vocab import SKOS

# Longer texts are no names with titles: only the same text is found.
LONGEST = 200
# A word of so many things tells none of them, unless the query has no other.
COMMON = 40
NEAREST = 10


@dataclass(frozen=True, slots=True)
class Thing:
    """What is compared of a thing: its names, and what it is called for short."""

    node: NamedNode
    names: tuple[Name, ...]
    titles: Titles
    printed: frozenset[str]
    codes: frozenset[str]
    acronyms: frozenset[str]


class Index:
    """Things by every part of their names."""

    def __init__(self, facts: Facts) -> None:
        self.things = [_thing(node, facts) for node in facts.things]
        self._links: dict[str, set[int]] = {}
        self._parts: dict[str, set[int]] = {}
        self._whole: dict[str, set[int]] = {}
        for place, thing in enumerate(self.things):
            told = facts.about[thing.node]
            for link in (facts.key(thing.node), thing.node.value, *known.links(told)):
                self._links.setdefault(link, set()).add(place)
            for part in {part for name in thing.names for part in _parts(name)}:
                self._parts.setdefault(part, set()).add(place)
            for key in (*thing.titles.whole, *thing.printed, *thing.codes, *thing.acronyms):
                self._whole.setdefault(key, set()).add(place)
        named = [(name, place) for place, thing in enumerate(self.things) for name in thing.names]
        self._keys = [name.key for name, _ in named]
        self._places = [place for _, place in named]
        self._counts = Counter({part: len(places) for part, places in self._parts.items()})
        self._exact: dict[str, set[int]] = {}
        for name, place in named:
            self._exact.setdefault(name.key, set()).add(place)

    def find(self, text: str) -> dict[NamedNode, float]:
        """The things that a text may name, with their scores."""
        query = names.read(text)
        exact = self._links.get(text.strip(), set()) | self._exact.get(query.key, set())
        found = dict.fromkeys(exact, scores.EXACT)
        if len(text) <= LONGEST and query.key:
            for place in self._candidates(query):
                best = self._best(query, self.things[place])
                found[place] = max(found.get(place, 0.0), best)
        return {self.things[place].node: best for place, best in found.items() if best}

    def _candidates(self, query: Name) -> set[int]:
        places = set(self._whole.get(query.key, ()))
        parts = [one for one in _parts(query) if one in self._parts]
        rare = [one for one in parts if self._counts[one] <= COMMON]
        for part in rare or parts:
            places |= self._parts[part]
        close = process.extract(
            query.key, self._keys, scorer=fuzz.ratio, score_cutoff=scores.NEARLY, limit=NEAREST
        )
        return places | {self._places[place] for _, _, place in close}

    def _best(self, query: Name, thing: Thing) -> float:
        told = [scores.score(query, name, thing.titles, self._weight) for name in thing.names]
        told += [scores.near(query, name) for name in thing.names]
        for held, worth in (
            (thing.printed, scores.PRINTED),
            (thing.codes, scores.CODE),
            (thing.acronyms, scores.ACRONYM),
            (thing.titles.whole, scores.TITLE),
        ):
            told.append(worth if query.key in held else 0.0)
        return max(told)

    def _weight(self, part: str) -> float:
        """What is rare says more (inverse document frequency)."""
        return math.log(1 + len(self.things) / self._counts.get(part, 1))


def _thing(node: NamedNode, facts: Facts) -> Thing:
    texts = [one.value for one in facts.texts(node)]
    read = dict.fromkeys(one for one in map(names.read, texts) if one.key)
    codes = facts.about[node].get(SKOS.notation, ())
    held = titles(node, facts)
    # Whoever holds an office has initials and no acronym.
    acronyms = () if held.offices else map(names.initials, texts)
    return Thing(
        node,
        tuple(read),
        held,
        _keys(printed(node, facts)),
        _keys(one.value for one in codes),
        frozenset(one for one in acronyms if one),
    )


def _keys(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(names.read(one).key for one in texts)


def _parts(name: Name) -> Iterator[str]:
    """What a name is looked up by: words, and every two Chinese characters that follow."""
    yield from name.words
    han = name.han
    yield from (han[place : place + 2] for place in range(max(len(han) - 1, 1)) if han)
