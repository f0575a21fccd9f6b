"""The titles that stand before a name, as far as the release knows who has held what.

“法国总统马克龙” is a name and a title; whose title it is, is said by the tenures and participations
of a person: the title as it was printed, the office, and the country of the office.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from readouts.reconcile import names
from readouts.reconcile.facts import Facts, Values
from readouts.reconcile.names import Name
from readouts.vocab import DRO, ORG, SKOS

# From a node between two things to the one who holds the title.
HOLDERS = (ORG.member, DRO.agent)
# German of Germany, Chinese of China: how much of the word for a country is lost, how much comes
# instead, and how much must stay.
LOST, GAINED, KEPT = 2, 3, 4


@dataclass(frozen=True, slots=True)
class Titles:
    """The words and the Chinese phrases of the titles of a thing, and whole titles to look up."""

    words: frozenset[str] = frozenset()
    phrases: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    offices: tuple[NamedNode, ...] = ()

    def explains(self, word: str) -> bool:
        """Whether a word is of the titles, or the adjective of one."""
        return word in self.words or any(_adjective(word, one) for one in self.words)

    def tiles(self, text: str) -> bool:
        """Whether a run of Chinese is nothing but phrases of the titles."""
        longest = max(map(len, self.phrases), default=0)
        reached = {0}
        for end in range(1, len(text) + 1):
            begins = range(max(end - longest, 0), end)
            if any(begin in reached and text[begin:end] in self.phrases for begin in begins):
                reached.add(end)
        return len(text) in reached


def titles(thing: NamedNode, facts: Facts) -> Titles:
    """The titles of a thing; for an office, the names of the place that it is of."""
    if place := facts.about[thing].get(DRO.jurisdiction):
        forms = [
            one for node in place if isinstance(node, NamedNode) for one in _forms(node, facts)
        ]
        read = _read(forms)
        words = frozenset(word for one in read for word in one.words)
        return Titles(words, frozenset(one.han for one in read if one.han))
    return _borne(thing, facts)


def _borne(thing: NamedNode, facts: Facts) -> Titles:
    """What stands before the name of whoever has held an office."""
    words: set[str] = set()
    phrases: set[str] = set()
    whole: set[str] = set()
    offices: list[NamedNode] = []
    for relation in held(thing, facts):
        told = facts.about[relation]
        printed = [one.value for one in told.get(DRO.designation, ()) if isinstance(one, Literal)]
        places: list[str] = []
        for node in _named(told, thing):
            if DRO.jurisdiction in facts.about.get(node, {}):
                offices.append(node)
                printed += [one.value for one in facts.texts(node)]
            else:
                places += _forms(node, facts)
            for near in _named(facts.about.get(node, {}), thing):
                places += _forms(near, facts)
        titled, placed = _read(printed), _read(places)
        words.update(word for one in (*titled, *placed) for word in one.words)
        phrases.update(_phrases(titled, placed))
        whole.update(one.key for one in titled)
    return Titles(
        frozenset(words), frozenset(phrases), frozenset(whole), tuple(dict.fromkeys(offices))
    )


def printed(office: NamedNode, facts: Facts) -> list[str]:
    """The titles under which an office was printed, of those that say whose office it is."""
    near = [one for one in _named(facts.about.get(office, {}), office) if one in facts.about]
    places = [one.value for node in near for one in facts.texts(node)]
    found = {
        one.value
        for relation in facts.pointing.get(office, {}).get(DRO.inOffice, ())
        for one in facts.about.get(relation, {}).get(DRO.designation, ())
    }
    return sorted(one for one in found if any(place in one for place in places))


def held(thing: NamedNode, facts: Facts) -> list[NamedNode]:
    """The nodes between a thing and its titles."""
    back = facts.pointing.get(thing, {})
    return [node for holder in HOLDERS for node in back.get(holder, ()) if node in facts.relations]


def _named(told: Values, but: NamedNode) -> list[NamedNode]:
    """The nodes that something points to, and their order."""
    found = [one for values in told.values() for one in values if isinstance(one, NamedNode)]
    return [one for one in found if one != but]


def _forms(node: NamedNode, facts: Facts) -> Iterator[str]:
    """The names of a country or organisation: in full, in short, as a code, as an acronym."""
    for one in facts.texts(node):
        yield one.value
        yield names.initials(one.value)
    for code in facts.about.get(node, {}).get(SKOS.notation, ()):
        yield code.value


def _read(texts: Iterable[str]) -> list[Name]:
    return [names.read(one) for one in texts]


def _phrases(printed: Iterable[Name], places: Iterable[Name]) -> Iterator[str]:
    """Titles, places, and titles without the place that they begin with: 总统 of 法国总统."""
    near = [one.han for one in places if one.han]
    yield from near
    for title in printed:
        if title.han:
            yield title.han
            yield from (title.han.removeprefix(one) for one in near if title.han != one)


@lru_cache(maxsize=4096)
def _adjective(word: str, of: str) -> bool:
    common = next((i for i, (a, b) in enumerate(zip(word, of, strict=False)) if a != b), None)
    kept = min(len(word), len(of)) if common is None else common
    return kept >= KEPT and len(of) - kept <= LOST and len(word) - kept <= GAINED
