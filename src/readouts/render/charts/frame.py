"""What stands around a wide picture with days from left to right: days above, lanes at the left."""

from __future__ import annotations

from datetime import date

from readouts.render.charts import days, measure
from readouts.render.charts.days import Axis
from readouts.render.charts.events import Lane
from readouts.render.charts.shapes import Line, Link, Shape, Words
from readouts.render.phrases import Phrases

SMALL, APART, BETWEEN = 12.5, 84.0, 14.0
# The column of the names of lanes, the row of days, and what is left free at the right.
NAMES, AXIS, EDGE = 118.0, 26.0, 2.0


def ticks(axis: Axis, bottom: float, say: Phrases) -> list[Shape]:
    """Days above the lanes, each with a rule down to the bottom: the first, the last, and between.

    Of days that would cover one another the first and last are written.
    """
    shapes: list[Shape] = []
    written: list[Words] = []
    for when in (axis.first, axis.last, *axis.ticks(APART)):
        words = _written(when, axis, say)
        if not any(words.box.touches(one.box, BETWEEN) for one in written):
            written.append(words)
            x = axis.x(when)
            shapes += [Line(x, AXIS, x, bottom, "rule"), words]
    return shapes


def _written(when: date, axis: Axis, say: Phrases) -> Words:
    """A day over its place, or beside it where it would hang over the edge."""
    text = measure.fit(days.tick(when, axis, say), SMALL, APART)
    half = measure.width(text, SMALL) / 2
    at = max(min(axis.x(when), axis.right + EDGE - half), half)
    return Words(at, AXIS - 9, text, SMALL, "quiet number", "middle")


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
