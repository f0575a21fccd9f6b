"""Where marks and their labels go on a map, so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from readouts.render.charts import measure
from readouts.render.charts.shapes import Box, Dot, Line, Words
from readouts.render.labels import Text

SIZE, GAP, LONGEST = 13.0, 2.0, 190.0
TURNS = 16
# How far a label may be led away from its mark, and a mark from its place.
RINGS, STEP, SMALLEST = (14.0, 24.0, 36.0, 50.0, 66.0, 84.0), 3.0, 0.5
# Labels beyond these are left to the table: the more there are, the less of the map is seen.
MOST_LABELS = 60


# A label, and the line to its mark where it is away from it.
Label = tuple[Words, Line | None]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map that wants a mark of a radius there, and a label."""

    x: float
    y: float
    radius: float
    label: Text


@dataclass(frozen=True, slots=True)
class Set:
    """A mark as it was set, its label if there was room, and lines to where they belong."""

    dot: Dot
    words: Words | None
    lines: tuple[Line, ...]


def place(spots: Sequence[Spot], frame: Box) -> list[Set]:
    """Marks and labels within a frame, in the order of the spots; earlier ones come first.

    Labels are set from each side of the map in turn; what leads them away least is taken.
    """
    dots = _dots(spots, frame)
    first = list(range(min(len(spots), MOST_LABELS)))
    # One order is enough where the map is full anyway.
    orders = (
        (first,)
        if len(spots) > MOST_LABELS
        else (
            first,
            sorted(first, key=lambda at: -dots[at].x),
            sorted(first, key=lambda at: dots[at].x),
            sorted(first, key=lambda at: dots[at].y),
            sorted(first, key=lambda at: -dots[at].y),
        )
    )
    tried = [_labels(order, spots, dots, frame) for order in orders]
    best = min(tried, key=lambda held: (len(first) - len(held), sum(map(_away, held.values()))))
    found = []
    for at, (spot, dot) in enumerate(zip(spots, dots, strict=True)):
        words, leader = best.get(at, (None, None))
        lines = [Line(spot.x, spot.y, dot.x, dot.y, "leader")] if _moved(spot, dot) else []
        found.append(Set(dot, words, (*lines, *([leader] if leader else []))))
    return found


def _labels(
    order: Sequence[int], spots: Sequence[Spot], dots: Sequence[Dot], frame: Box
) -> dict[int, Label]:
    """The labels that find room when they are set in that order."""
    taken = [dot.box for dot in dots]
    leaders: list[Line] = []
    found: dict[int, Label] = {}
    for at in order:
        label = _label(spots[at], dots[at], taken, leaders, frame)
        if label is not None:
            words, leader = found[at] = label
            taken.append(words.box)
            leaders += [leader] if leader else []
    return found


def _away(label: Label) -> float:
    """How far a label is led away from its mark."""
    line = label[1]
    return math.hypot(line.x2 - line.x, line.y2 - line.y) if line else 0.0


def _dots(spots: Sequence[Spot], frame: Box) -> list[Dot]:
    """Each mark at its place, or at the nearest free one."""
    dots: list[Dot] = []
    for spot in spots:
        dot = Dot(spot.x, spot.y, spot.radius)
        while (free := _free(dot, dots, frame)) is None and dot.radius > SMALLEST:
            dot = replace(dot, radius=dot.radius / 2)
        dots.append(free or dot)
    return dots


def _free(wanted: Dot, dots: Sequence[Dot], frame: Box) -> Dot | None:
    """The nearest place for a mark that touches no other."""
    across = math.hypot(frame.right - frame.left, frame.bottom - frame.top)
    for step in range(int(across / STEP)):
        for x, y in _ring(wanted.x, wanted.y, step * STEP):
            dot = replace(wanted, x=x, y=y)
            if dot.box.within(frame) and not any(dot.box.touches(one.box, 1) for one in dots):
                return dot
    return None


def _ring(x: float, y: float, away: float) -> Iterator[tuple[float, float]]:
    """Places around a place, from the right on."""
    for turn in range(TURNS if away else 1):
        angle = 2 * math.pi * turn / TURNS
        yield x + away * math.cos(angle), y + away * math.sin(angle)


def _label(
    spot: Spot, dot: Dot, taken: Sequence[Box], leaders: Sequence[Line], frame: Box
) -> Label | None:
    """The label at the first place that is free, with a line to its mark if it is away from it."""
    text = measure.fit(measure.plain(spot.label.text), SIZE, LONGEST)
    for words, leader in _candidates(dot, text, spot.label.language):
        box = words.box
        if not box.within(frame) or any(box.touches(one, GAP) for one in taken):
            continue
        if any(_crosses(line, box) for line in leaders):
            continue
        if leader and any(_crosses(leader, one) for one in taken if one != dot.box):
            continue
        return words, leader
    return None


def _candidates(dot: Dot, text: str, language: str) -> Iterator[Label]:
    """Beside the mark, over and under it, then farther and farther away."""
    base = SIZE * 0.36
    near = dot.radius + 4
    right = Words(dot.x + near, dot.y + base, text, SIZE, "", "start", language)
    yield right, None
    yield replace(right, x=dot.x - near, anchor="end"), None
    for y in (dot.y - dot.radius - 5, dot.y + dot.radius + SIZE):
        yield replace(right, x=dot.x, y=y, anchor="middle"), None
        for x, anchor in ((dot.x, "start"), (dot.x, "end")):
            yield replace(right, x=x, y=y, anchor=anchor), None
    for away in RINGS:
        for x, y in _ring(dot.x, dot.y, dot.radius + away):
            start = x >= dot.x
            words = replace(right, x=x, y=y + base, anchor="start" if start else "end")
            end = x - 3 if start else x + 3
            yield words, Line(dot.x, dot.y, end, y, "leader")


def _crosses(line: Line, box: Box) -> bool:
    """Whether a line passes through a box (Liang and Barsky 1984)."""
    low, high = 0.0, 1.0
    across, down = line.x2 - line.x, line.y2 - line.y
    for step, room in (
        (-across, line.x - box.left),
        (across, box.right - line.x),
        (-down, line.y - box.top),
        (down, box.bottom - line.y),
    ):
        if step == 0:
            if room < 0:
                return False
        elif step < 0:
            low = max(low, room / step)
        else:
            high = min(high, room / step)
    return low <= high


def _moved(spot: Spot, dot: Dot) -> bool:
    return math.hypot(spot.x - dot.x, spot.y - dot.y) > dot.radius
