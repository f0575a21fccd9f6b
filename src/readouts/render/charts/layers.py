"""Classes in columns, so that what leads from one to another runs from left to right.

The columns are the longest ways (Sugiyama, Tagawa and Toda, 1981). A tie that passes a column has
a place of its own in it, so no line runs through a box. No chance is in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

MOST, SWEEPS = 5, 12

Tie = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """The place in a column where a tie passes."""

    tie: Tie
    column: int


Item = str | Way


@dataclass(frozen=True, slots=True)
class Layers:
    """The columns from left to right, and for each tie that is drawn the places that it passes."""

    columns: tuple[tuple[Item, ...], ...]
    ways: Mapping[Tie, tuple[Way, ...]]


def layers(keys: Sequence[str], ties: Iterable[Tie]) -> Layers:
    """The columns. A tie that does not lead to a column further right is not drawn."""
    place, drawn = _columns(keys, sorted({one for one in ties if one[0] != one[1]}))
    columns: list[list[Item]] = [[] for _ in range(max(place.values(), default=-1) + 1)]
    for key in keys:
        columns[place[key]].append(key)
    ways = {
        tie: tuple(Way(tie, at) for at in range(place[tie[0]] + 1, place[tie[1]])) for tie in drawn
    }
    for held in ways.values():
        for way in held:
            columns[way.column].append(way)
    steps: list[tuple[Item, Item]] = []
    for tie, held in ways.items():
        stops: list[Item] = [tie[0], *held, tie[1]]
        steps += pairwise(stops)
    return Layers(tuple(map(tuple, _swept(columns, steps))), ways)


def _columns(keys: Sequence[str], ties: Sequence[Tie]) -> tuple[dict[str, int], list[Tie]]:
    """The column of each key, and the ties that lead to the right."""
    place = dict.fromkeys(keys, 0)
    for _ in keys:
        for one, other in ties:
            place[other] = max(place[other], min(place[one] + 1, MOST - 1))
    ends = {other for _, other in ties}
    for key in keys:
        # What nothing leads to stands just before what it leads to.
        after = [place[other] for one, other in ties if one == key]
        if key not in ends and after:
            place[key] = max(0, min(after) - 1)
    used = {held: at for at, held in enumerate(sorted(set(place.values())))}
    place = {key: used[at] for key, at in place.items()}
    return place, [one for one in ties if place[one[0]] < place[one[1]]]


def _swept(
    columns: list[list[Item]], steps: Sequence[tuple[Item, Item]]
) -> Sequence[Sequence[Item]]:
    """Each column in the order of the mean places of what it is tied to, left and right in turn."""
    before: dict[Item, list[Item]] = {}
    after: dict[Item, list[Item]] = {}
    for one, other in steps:
        after.setdefault(one, []).append(other)
        before.setdefault(other, []).append(one)
    for sweep in range(SWEEPS):
        tied = after if sweep % 2 else before
        for column in columns[::-1] if sweep % 2 else columns:
            places = _places(columns)
            means = {
                item: sum(places[one] for one in tied[item]) / len(tied[item])
                if item in tied
                else places[item]
                for item in column
            }
            column.sort(key=means.__getitem__)
    return columns


def _places(columns: Sequence[Sequence[Item]]) -> dict[Item, float]:
    """How far down its column each item stands, from 0 to 1."""
    return {item: (at + 0.5) / len(column) for column in columns for at, item in enumerate(column)}
