"""Bars: how many there are of each, with the label and the number on the mark."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from readouts.render.charts import measure
from readouts.render.charts.figure import NARROW, Figure, Table, html, words
from readouts.render.charts.shapes import Bar, Box, Hit, Link, Picture, Shape, Words
from readouts.render.labels import Text
from readouts.render.phrases import Phrases

# More bars than this are counted on the last line; the table has them all.
MOST = 60
BROAD, SIZE, ROW, TALL, GAP, LEAST = 760.0, 13.5, 26.0, 11.0, 8.0, 1.5
LABELS, LINE, EDGE = 300.0, 19.0, 2.0


@dataclass(frozen=True, slots=True)
class Count:
    """A label, how many, and where it leads.

    From any query with a label and a count: `most-quoted` (personLabel, count),
    `exchanges-by-kind` (kind, count), `exchanges-by-country` (countryLabel, count).
    """

    label: Text
    count: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Bars:
    """Counts in the order they are to be shown; `head` names what they count."""

    counts: tuple[Count, ...]
    head: str


def figure(bars: Bars, say: Phrases) -> Markup:
    """The bars as HTML; a sentence where there are none."""
    if not bars.counts:
        return Markup("<p>{}</p>").format(say("chart.empty"))
    ends = [f"{end(one.count for one in bars.counts):,}" for end in (min, max)]
    told = say("chart.bars.told", count=f"{len(bars.counts):,}", least=ends[0], most=ends[1])
    table = Table(
        (bars.head, say("chart.count")),
        tuple((words(one.label, one.address), one.count) for one in bars.counts),
    )
    return html(Figure("bars", bars.head, told, wide(bars, say), narrow(bars, say), table), say)


def wide(bars: Bars, say: Phrases) -> Picture:
    """Labels in a column, bars beside them."""
    shown, rest = bars.counts[:MOST], bars.counts[MOST:]
    labels = [measure.fit(measure.plain(one.label.text), SIZE, LABELS) for one in shown]
    left = max(measure.width(label, SIZE) for label in labels) + 14
    room = BROAD - left - _numbers(bars)
    shapes: list[Shape] = []
    for at, (one, label) in enumerate(zip(shown, labels, strict=True)):
        top = at * ROW
        base = top + ROW / 2 + SIZE * 0.36
        text = Words(EDGE, base, label, SIZE, language=one.label.language)
        mark = Bar(left, top + (ROW - TALL) / 2, _long(one, bars, room), TALL)
        shapes.append(_link(one, Hit(Box(0, top, BROAD, top + ROW)), (text, mark), base, say))
    return _whole(shapes, BROAD, len(shown) * ROW, rest, say)


def narrow(bars: Bars, say: Phrases) -> Picture:
    """Each label over its bar."""
    shown, rest = bars.counts[:MOST], bars.counts[MOST:]
    room = NARROW - EDGE - _numbers(bars)
    shapes: list[Shape] = []
    top = 0.0
    for one in shown:
        label = measure.plain(one.label.text)
        lines = measure.wrap(label, SIZE, NARROW - 2 * EDGE, 2)
        texts = tuple(
            Words(EDGE, top + LINE * (at + 0.75), line, SIZE, language=one.label.language)
            for at, line in enumerate(lines)
        )
        below = top + LINE * len(lines) + 2
        mark = Bar(EDGE, below, _long(one, bars, room), TALL)
        hit = Hit(Box(0, top, NARROW, below + TALL + 4))
        shapes.append(_link(one, hit, (*texts, mark), below + TALL / 2 + SIZE * 0.36, say))
        top = below + TALL + 12
    return _whole(shapes, NARROW, top, rest, say)


def _link(one: Count, hit: Hit, shapes: tuple[Words | Bar, ...], base: float, say: Phrases) -> Link:
    """A bar as a link, with its number behind it."""
    end = max(shape.box.right for shape in shapes if isinstance(shape, Bar))
    number = Words(end + GAP, base, f"{one.count:,}", SIZE, "number")
    name = say("chart.named", label=measure.plain(one.label.text), count=f"{one.count:,}")
    return Link(one.address, name, (hit, *shapes, number))


def _long(one: Count, bars: Bars, room: float) -> float:
    most = max(1, *(other.count for other in bars.counts))
    return max(LEAST, room * max(0, one.count) / most)


def _numbers(bars: Bars) -> float:
    """The room that numbers need behind the longest bar."""
    return max(measure.width(f"{one.count:,}", SIZE) for one in bars.counts) + GAP + EDGE


def _whole(
    shapes: list[Shape], width: float, height: float, rest: tuple[Count, ...], say: Phrases
) -> Picture:
    """The picture, with a line for the bars that are only in the table."""
    if not rest:
        return Picture(width, height, tuple(shapes))
    count = sum(one.count for one in rest)
    others = say("chart.others", count=f"{len(rest):,}")
    text = measure.fit(say("chart.named", label=others, count=f"{count:,}"), SIZE, width - 2 * EDGE)
    more = Words(EDGE, height + LINE, text, SIZE, "quiet")
    return Picture(width, height + LINE + GAP, (*shapes, more))
