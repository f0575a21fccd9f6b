"""How well a name answers a query: from 0 to 100, and what each step means.

100       the identifier, a link to elsewhere, or a name, but for case, accents, spaces and dots
 98       every word of a name in another order: “Macron, Emmanuel”
 95       a name with titles that its bearer has: “法国总统马克龙”, “President Emmanuel Macron”
 90       a printed title that says whose office it is, for the office: “印尼总统”
 85       the first or last part of a name with titles that its bearer has: “President Macron”
 79       a code; a part of the name of an office with the place that it is of: “Cuban President”;
          a title with a middle name, which may be that of the father: “King Abdulaziz”
≤ 79      a name but for some letters, of which at least four fifths are the same
 75       an acronym
 50 – 75  a part of a name: the more of it, and the rarer its words, the more
 40       the title alone, for whoever has had it

Words that neither the name nor a title explains take up to half of it away. From `CERTAIN` on a
candidate may be a match without anyone looking at it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from readouts.reconcile.names import Name
from readouts.reconcile.titles import Titles

EXACT, TURNED, TITLED, PRINTED, PARTLY = 100.0, 98.0, 95.0, 90.0, 85.0
CODE, PLACED, ACRONYM, UNEXPLAINED, TITLE = 79.0, 79.0, 75.0, 75.0, 40.0
PART, PARTS = 50.0, 25.0
# What is nearly a name, and how near it must be, of 100.
NEAR, NEARLY = 79.0, 80.0
CERTAIN = 80.0
# How far the next candidate must be behind.
MARGIN = 5.0
# A single Chinese character is hardly a part of a name.
SHORTEST = 2
# The most words of a name that ends in the name of a family.
FAMILY = 3
Weight = Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Found:
    """Which share of a name is in a query, and what the query has besides.

    `is_usual` is whether the share is one that people are called by.
    """

    share: float
    words: tuple[str, ...]
    runs: tuple[str, ...]
    is_usual: bool = True

    @property
    def rest(self) -> int:
        """How much is left: words, and Chinese characters by two."""
        return _size(self.words, self.runs)


def score(query: Name, name: Name, titles: Titles, weight: Weight) -> float:
    """The score of one name of a thing that has these titles; 0 where nothing is the same."""
    if query.key == name.key:
        return EXACT
    found = _found(query, name, weight)
    if not found.share:
        return 0.0
    whole = found.share >= 1.0
    if not found.rest:
        return TURNED if whole else PART + PARTS * found.share
    explained = _explained(found, titles)
    if explained == found.rest:
        is_enough = bool(titles.offices) and found.is_usual
        return TITLED if whole else PARTLY if is_enough else PLACED
    known = _size(query.words, query.runs) - found.rest + explained
    share = known / _size(query.words, query.runs)
    return (UNEXPLAINED if whole else PART + PARTS * found.share) * (1 + share) / 2


def near(query: Name, name: Name) -> float:
    """The score of a name that is nearly the same, as by a slip of the pen; 0 if it is not."""
    return fuzz.ratio(query.key, name.key, score_cutoff=NEARLY) / 100 * NEAR


def _found(query: Name, name: Name, weight: Weight) -> Found:
    words = [one for one in name.words if one in query.words]
    rest = tuple(one for one in query.words if one not in words)
    here, there = query.han, name.han
    runs, share = _partly(here, there, name.runs)
    total = sum(map(weight, name.words)) + (weight(there) if there else 0.0)
    held = sum(map(weight, words)) + (weight(there) * share if there else 0.0)
    if len(words) == len(name.words) and (not there or share == 1.0):
        return Found(1.0, rest, tuple(one for one in runs if one))
    share = min(held / total, 0.99) if total else 0.0
    is_usual = not name.words or name.words[0] in words or _is_last(name, words)
    return Found(share, rest, tuple(one for one in runs if one), is_usual)


def _is_last(name: Name, words: Sequence[str]) -> bool:
    """Whether words hold the family name: in a longer name the last word is that of a house."""
    return len(name.words) <= FAMILY and name.words[-1] in words


def _partly(here: str, there: str, parts: tuple[str, ...]) -> tuple[tuple[str, ...], float]:
    """The share of a Chinese name that is in a query, and what stands around it."""
    if there and there in here:
        before, _, after = here.partition(there)
        return (before, after), 1.0
    if len(here) >= SHORTEST and here in there:
        return (), len(here) / len(there)
    if len(parts) > 1:
        for part in sorted(parts, key=len, reverse=True):
            if len(part) >= SHORTEST and part in here:
                before, _, after = here.partition(part)
                return (before, after), len(part) / len(there)
    return (here,), 0.0


def _explained(found: Found, titles: Titles) -> int:
    """How much of the rest is titles."""
    words = tuple(one for one in found.words if titles.explains(one))
    return _size(words, tuple(one for one in found.runs if titles.tiles(one)))


def _size(words: tuple[str, ...], runs: tuple[str, ...]) -> int:
    return 2 * len(words) + sum(map(len, runs))
