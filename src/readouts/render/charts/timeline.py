"""A timeline: when something happened, in a lane for each kind.

While every event has room for its label, each is a mark with its name. Where there are too many,
marks count the events of a period and lead to a list of them (`counts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from readouts.render.charts import counts, days, frame, lanes, measure
from readouts.render.charts.days import Axis
from readouts.render.charts.events import Event, Lane, Timeline
from readouts.render.charts.figure import WIDE, Figure, Table, html, words
from readouts.render.charts.lanes import Column, Mark, Row
from readouts.render.charts.shapes import Box, Dot, Hit, Link, Picture, Shape, Words
from readouts.render.links import Cell
from readouts.render.phrases import Phrases

__all__ = ["Event", "Lane", "Timeline", "figure", "narrow", "wide"]

# With more events than this, or more rows of labels, the picture counts instead of naming.
MOST_EVENTS, MOST_ROWS = 120, 32
SIZE, RADIUS, ROW, PAD = 13.0, 4.5, 23.0, 7.0
AWAY, APART, LONGEST = 9.0, 14.0, 230.0


@dataclass(frozen=True, slots=True)
class Placed:
    """An event in a row of its lane, with its label at the right of the mark or at the left."""

    event: Event
    row: int
    x: float
    text: str
    anchor: str

    @property
    def ends(self) -> tuple[float, float]:
        """The room that the mark and the label take."""
        return _ends(self.x, measure.width(self.text, SIZE), self.anchor)


def figure(timeline: Timeline, say: Phrases) -> Markup:
    """The timeline as HTML; a sentence where it has no event."""
    if not timeline.events:
        return Markup("<p>{}</p>").format(say("chart.empty"))
    shown = timeline.ordered
    told = {
        "count": f"{len(shown.events):,}",
        "first": days.full(shown.events[0].day, say),
        "last": days.full(shown.events[-1].day, say),
    }
    name = say("chart.timeline.name")
    if singly(shown):
        sentence = say("chart.timeline.told", **told)
        pictures = wide(shown, say), narrow(shown, say)
        return html(Figure("timeline", name, sentence, *pictures, _table(shown, say)), say)
    sentence = say("chart.timeline.binned", **told)
    pictures = counts.wide(shown, say), counts.narrow(shown, say)
    return html(Figure("timeline", name, sentence, *pictures, counts.table(shown, say)), say)


def singly(timeline: Timeline) -> bool:
    """Whether there is room for the name of every event."""
    if len(timeline.events) > MOST_EVENTS:
        return False
    axis = _axis(timeline)
    rows = sum(_rows(place(timeline.of(lane), axis)) for lane in timeline.lanes)
    return rows <= MOST_ROWS


def wide(timeline: Timeline, say: Phrases) -> Picture:
    """Days from left to right, a lane for each kind, in as many rows as its labels need."""
    axis, top = _axis(timeline), frame.AXIS
    shapes: list[Shape] = []
    for lane in timeline.lanes:
        placed = place(timeline.of(lane), axis)
        first = top + PAD + ROW / 2
        shapes += frame.lane(lane, top, WIDE, first + SIZE * 0.36)
        shapes += [_mark(one, lane, first + one.row * ROW, say) for one in placed]
        top += 2 * PAD + max(ROW * _rows(placed), frame.SMALL * 2)
    return Picture(WIDE, top, (*frame.ticks(axis, top, say), *shapes))


def narrow(timeline: Timeline, say: Phrases) -> Picture:
    """Days from top to bottom, a row for each event. Days without any leave a gap."""
    few = timeline.lanes if len(timeline.lanes) <= lanes.MOST else ()
    columns = [Column(lane.label, lane.address) for lane in few]
    kinds = {lane.key: (at, lane) for at, lane in enumerate(timeline.lanes)}
    where = lanes.grid(columns, (days.day(one.day, say) for one in timeline.events))
    rows: list[Row] = []
    before = timeline.events[0].day
    for at, event in enumerate(timeline.events):
        column, lane = kinds[event.lane]
        name = _name(event, lane, say)
        new = at == 0 or event.day != before
        silent = max(0, (event.day - before).days - 1)
        kind = measure.fit(measure.plain(lane.label.text), lanes.SMALL, where.room)
        more = (
            () if few else (Words(0, 0, kind, lanes.SMALL, "quiet", language=lane.label.language),)
        )
        marks = (Mark(column, 0.65, event.address, name),) if few else ()
        head = days.day(event.day, say) if new else ""
        # A silence is seen, and a long one does not push the rest away.
        apart = min(48.0, 3.0 * silent) if new else 0
        rows.append(Row(event.label, event.address, name, marks, head, more, apart))
        before = event.day
    return lanes.picture(columns, rows, where)


def place(events: Sequence[Event], axis: Axis) -> list[Placed]:
    """The events of a lane in rows, each in the first row that has room for it."""
    taken: list[float] = []
    placed: list[Placed] = []
    wanted = [_wanted(event, axis) for event in events]
    for one in sorted(wanted, key=lambda one: one.ends[0]):
        left, right = one.ends
        free = (at for at, end in enumerate(taken) if end + APART <= left)
        row = next(free, len(taken))
        taken[row : row + 1] = [right]
        placed.append(Placed(one.event, row, one.x, one.text, one.anchor))
    order = {id(event): at for at, event in enumerate(events)}
    return sorted(placed, key=lambda one: order[id(one.event)])


def _wanted(event: Event, axis: Axis) -> Placed:
    x = axis.x(event.day)
    text = measure.fit(measure.plain(event.label.text), SIZE, LONGEST)
    _, right = _ends(x, measure.width(text, SIZE), "start")
    return Placed(event, 0, x, text, "start" if right <= WIDE - frame.EDGE else "end")


def _ends(x: float, long: float, anchor: str) -> tuple[float, float]:
    left = RADIUS if anchor == "start" else AWAY + long
    return x - left, x + AWAY + long + RADIUS - left


def _mark(placed: Placed, lane: Lane, y: float, say: Phrases) -> Link:
    left, right = placed.ends
    away = AWAY if placed.anchor == "start" else -AWAY
    language = placed.event.label.language
    shapes: tuple[Shape, ...] = (
        Hit(Box(left, y - ROW / 2, right, y + ROW / 2)),
        Dot(placed.x, y, RADIUS),
        Words(placed.x + away, y + SIZE * 0.36, placed.text, SIZE, "", placed.anchor, language),
    )
    return Link(placed.event.address, _name(placed.event, lane, say), shapes)


def _name(event: Event, lane: Lane, say: Phrases) -> str:
    when = days.full(event.day, say)
    kind, name = measure.plain(lane.label.text), measure.plain(event.label.text)
    return say("chart.timeline.event", date=when, kind=kind, label=name)


def _axis(timeline: Timeline) -> Axis:
    first, last = timeline.events[0].day, timeline.events[-1].day
    return Axis(first, last, frame.NAMES + AWAY, WIDE - frame.EDGE - RADIUS)


def _rows(placed: Sequence[Placed]) -> int:
    return max((one.row + 1 for one in placed), default=0)


def _table(timeline: Timeline, say: Phrases) -> Table:
    kinds = {lane.key: lane for lane in timeline.lanes}
    head = say("chart.timeline.date"), say("chart.timeline.kind"), say("chart.timeline.with")
    rows = [
        (
            Cell(one.day.isoformat()),
            words(kinds[one.lane].label, kinds[one.lane].address),
            words(one.label, one.address),
        )
        for one in timeline.events
    ]
    return Table(head, tuple(rows))
