"""What stands around a wide picture with days from left to right: days above, lanes at the left."""

from __future__ import annotations

from datetime import date

from readouts.render.charts import days, measure
from readouts.render.charts.days import Axis
from readouts.render.charts.events import Lane
from readouts.render.charts.shapes import Line, Link, Shape, Words
from readouts.render.phrases import Phrases

SMALL, APART = 12.5, 84.0
# The column of the names of lanes, the row of days, and what is left free at the right.
NAMES, AXIS, EDGE = 118.0, 26.0, 2.0


def ticks(axis: Axis, bottom: float, say: Phrases) -> list[Shape]:
    """Days above the lanes, each with a rule down to the bottom."""
    shapes: list[Shape] = []
    for when in _days(axis):
        x = axis.x(when)
        shapes.append(Line(x, AXIS, x, bottom, "rule"))
        text = measure.fit(days.tick(when, axis, say), SMALL, APART)
        half = measure.width(text, SMALL) / 2
        # Pushed in where it would hang over the edge.
        at = max(min(x, axis.right + EDGE - half), half)
        shapes.append(Words(at, AXIS - 9, text, SMALL, "quiet number", "middle"))
    return shapes


def _days(axis: Axis) -> list[date]:
    """The first day, the last, and between them those that have room."""
    ends = [axis.first] if axis.first == axis.last else [axis.first, axis.last]
    if axis.right - axis.left < 2 * APART:
        return ends[:1]
    places = [axis.x(when) for when in ends]
    inner = [
        when
        for when in axis.ticks(APART)
        if when not in ends and all(abs(axis.x(when) - x) >= APART for x in places)
    ]
    return [ends[0], *inner, *ends[1:]]


def lane(one: Lane, top: float, right: float, base: float) -> list[Shape]:
    """The name of a lane, in two lines at most, under a rule across the picture."""
    label = measure.plain(one.label.text)
    lines = measure.wrap(label, SMALL, NAMES - 10, 2)
    words = tuple(
        Words(EDGE, base + at * 15, line, SMALL, "quiet", language=one.label.language)
        for at, line in enumerate(lines)
    )
    named: list[Shape] = [Link(one.address, label, words)] if one.address else list(words)
    return [Line(0, top, right, top, "lane"), *named]
