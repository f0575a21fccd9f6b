"""A timeline of more events than there is room for: how many there were in each period."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from readouts.render.charts import days, frame, lanes, measure
from readouts.render.charts.days import Axis
from readouts.render.charts.events import Lane, Timeline
from readouts.render.charts.figure import WIDE, Table, words
from readouts.render.charts.lanes import Column, Mark, Row
from readouts.render.charts.shapes import Bar, Box, Hit, Link, Picture, Shape, Words
from readouts.render.labels import Text
from readouts.render.links import Cell
from readouts.render.phrases import Phrases

MOST_WIDE, MOST_NARROW = 60, 40
SIZE, TALL, PAD, LEAST = 12.0, 44.0, 8.0, 2.0


@dataclass(frozen=True, slots=True)
class Bin:
    """How many events of a lane lie between two days, both included."""

    lane: Lane
    first: date
    last: date
    count: int


def bins(timeline: Timeline, most: int) -> list[list[Bin]]:
    """The events counted: for each period in which there are any, the lanes that have some."""
    first, last = timeline.events[0].day, timeline.events[-1].day
    found = days.periods(first, last, most)
    starts = [start for start, _ in found]
    counted = Counter((bisect_right(starts, one.day) - 1, one.lane) for one in timeline.events)
    rows = [
        [
            Bin(lane, start, end, counted[at, lane.key])
            for lane in timeline.lanes
            if counted[at, lane.key]
        ]
        for at, (start, end) in enumerate(found)
    ]
    return [row for row in rows if row]


def wide(timeline: Timeline, say: Phrases) -> Picture:
    """Bars over the days, a lane for each kind, all of one scale."""
    held = [one for row in bins(timeline, MOST_WIDE) for one in row]
    first, last = min(one.first for one in held), max(one.last for one in held) + days.ONE
    axis = Axis(first, last, frame.NAMES, WIDE - frame.EDGE)
    most = max(one.count for one in held)
    shapes: list[Shape] = []
    top = frame.AXIS
    for lane in timeline.lanes:
        bottom = top + PAD + SIZE + TALL
        shapes += frame.lane(lane, top, WIDE, bottom - 18)
        own = [one for one in held if one.lane == lane]
        shapes += _bars(own, axis, bottom, most, timeline, say)
        top = bottom + PAD
    return Picture(WIDE, top, (*frame.ticks(axis, top, say), *shapes))


def narrow(timeline: Timeline, say: Phrases) -> Picture:
    """A row for each period, with a dot in each lane that has events in it."""
    few = timeline.lanes if len(timeline.lanes) <= lanes.MOST else ()
    columns = [Column(lane.label, lane.address) for lane in few]
    column = {lane: at for at, lane in enumerate(few)}
    held = bins(timeline, MOST_NARROW)
    most = max(one.count for row in held for one in row)
    rows = []
    for row in held:
        marks = [
            Mark(
                column[one.lane],
                (one.count / most) ** 0.5,
                _address(one, timeline),
                _name(one, say),
            )
            for one in row
            if one.lane in column
        ]
        count = sum(one.count for one in row)
        label = Text(f"{count:,}")
        period = days.period(row[0].first, row[0].last, say)
        name = say("chart.named", label=period, count=count)
        rows.append(Row(label, "", name, tuple(marks), _head(row[0], timeline, say)))
    return lanes.picture(columns, rows, lanes.grid(columns, (row.head for row in rows)))


def table(timeline: Timeline, say: Phrases) -> Table:
    """The counts of the wide picture."""
    rows = [
        (
            Cell(days.period(one.first, one.last, say), address=_address(one, timeline)),
            words(one.lane.label, one.lane.address),
            one.count,
        )
        for row in bins(timeline, MOST_WIDE)
        for one in row
    ]
    head = say("chart.timeline.date"), say("chart.timeline.kind"), say("chart.count")
    return Table(head, tuple(rows))


def _bars(
    held: Sequence[Bin], axis: Axis, bottom: float, most: int, timeline: Timeline, say: Phrases
) -> list[Link]:
    """The bars of a lane with their numbers; where those have no room, the highest has its own."""
    spans = {one: (axis.x(one.first), axis.x(one.last + days.ONE)) for one in held}
    widths = {one: measure.width(f"{one.count:,}", SIZE) for one in held}
    roomy = all(widths[one] <= spans[one][1] - spans[one][0] for one in held)
    highest = max(held, key=lambda one: one.count)
    links = []
    for one in held:
        left, right = spans[one]
        tall = max(LEAST, TALL * one.count / most)
        gap = min(1.0, (right - left) / 8)
        bar = Bar(left + gap, bottom - tall, right - left - 2 * gap, tall)
        shapes: list[Shape] = [Hit(Box(left, bottom - TALL - SIZE, right, bottom)), bar]
        if roomy or one == highest:
            half = widths[one] / 2
            at = max(min((left + right) / 2, WIDE - half), half)
            number = Words(at, bottom - tall - 4, f"{one.count:,}", SIZE, "number", "middle")
            shapes.append(number)
        links.append(Link(_address(one, timeline), _name(one, say), tuple(shapes)))
    return links


def _address(one: Bin, timeline: Timeline) -> str:
    return timeline.between(one.lane, one.first, one.last)


def _name(one: Bin, say: Phrases) -> str:
    when = days.period(one.first, one.last, say)
    kind = measure.plain(one.lane.label.text)
    return say("chart.timeline.bin", period=when, kind=kind, count=one.count)


def _head(one: Bin, timeline: Timeline, say: Phrases) -> str:
    """The beginning of a period, as an axis of all the days writes it."""
    first, last = timeline.events[0].day, timeline.events[-1].day
    return days.tick(one.first, Axis(first, last, 0, 1), say)
