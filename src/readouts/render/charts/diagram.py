"""A diagram of classes: a box for each with its properties, and lines to the classes they lead to.

Wide, boxes stand in columns and lines run from left to right (see `layers`). Narrow, boxes stand
one under another, and each class that is led to has a lane at the right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from readouts.render.charts import measure
from readouts.render.charts.figure import NARROW, WIDE, Figure, Table, html, words
from readouts.render.charts.layers import Item, Layers, Way, layers
from readouts.render.charts.shapes import (
    Band,
    Box,
    Dot,
    Frame,
    Hit,
    Line,
    Link,
    Picture,
    Shape,
    Words,
)
from readouts.render.labels import Text
from readouts.render.phrases import Phrases

SIZE, TITLE, ROW, PAD, GAP, BETWEEN = 13.0, 27.0, 21.0, 9.0, 22.0, 46.0
PASS, THICK, END, EDGE = 12.0, 1.5, 2.5, 4.0
LANE, ROOM = 9.0, 8.0
# More lanes than this leave no room for names on a phone.
MOST = 14


@dataclass(frozen=True, slots=True)
class Property:
    """A property of a class; `to` is the key of the class that it leads to, if it is shown.

    `range` says what its values are.
    """

    label: Text
    address: str
    range: Text
    to: str = ""


@dataclass(frozen=True, slots=True)
class Class:
    """A class by its IRI, the kinds of it that are no box of their own, and its properties."""

    key: str
    label: Text
    address: str
    kinds: tuple[tuple[Text, str], ...] = ()
    properties: tuple[Property, ...] = ()

    @property
    def height(self) -> float:
        """The height of its box."""
        rows = len(self.kinds) + len(self.properties)
        return TITLE + (rows * ROW + PAD if rows else 0)


def figure(classes: tuple[Class, ...], say: Phrases) -> Markup:
    """The diagram as HTML; a sentence where there is no class."""
    if not classes:
        return Markup("<p>{}</p>").format(say("chart.empty"))
    count = sum(len(one.properties) for one in classes)
    told = say("chart.diagram.told", classes=len(classes), properties=count)
    name = say("chart.diagram.name")
    rows = tuple(
        (words(one.label, one.address), words(two.label, two.address), words(two.range))
        for one in classes
        for two in one.properties
    )
    head = say("chart.diagram.class"), say("chart.diagram.property"), say("chart.diagram.range")
    pictures = wide(classes, say), narrow(classes, say)
    return html(Figure("diagram", name, told, *pictures, Table(head, rows)), say)


def wide(classes: tuple[Class, ...], say: Phrases) -> Picture:
    """Boxes in columns, and lines between them."""
    held = {one.key: one for one in classes}
    found = layers(list(held), _ties(classes))
    between = BETWEEN if len(found.columns) > 1 else 0
    across = min(240.0, (WIDE - between * (len(found.columns) - 1)) / len(found.columns))
    boxes = dict(_boxes(found, held, across, between))
    height = max(box.bottom for box in boxes.values()) + 1
    lines = [line for one in classes for line in _lines(one, found, boxes)]
    ends = [
        Dot(boxes[key].left, boxes[key].top + TITLE / 2, END)
        for key in held
        if any(key == tie[1] for tie in found.ways)
    ]
    shapes = [shape for one in classes for shape in _box(one, boxes[one.key], say)]
    return Picture(WIDE, height, (*lines, *shapes, *ends))


def narrow(classes: tuple[Class, ...], say: Phrases) -> Picture:
    """Boxes one under another, and a lane at the right for each class that is led to."""
    ends = list(dict.fromkeys(two for _, two in _ties(classes)))[:MOST]
    lanes = {key: NARROW - 2 - (len(ends) - 1 - at) * LANE for at, key in enumerate(ends)}
    right = min(lanes.values(), default=NARROW) - 2 * LANE if lanes else NARROW - 1
    boxes: dict[str, Box] = {}
    y = 1.0
    for one in classes:
        boxes[one.key] = Box(1, y, right, y + one.height)
        y += one.height + GAP / 2
    shapes: list[Shape] = []
    reach: dict[str, list[float]] = {key: [boxes[key].top + TITLE / 2] for key in ends}
    for one in classes:
        for at, two in enumerate(one.properties):
            if two.to in lanes:
                base = _row(boxes[one.key], len(one.kinds) + at)
                reach[two.to].append(base)
                shapes += _turn(right, lanes[two.to], base)
    for key, held in reach.items():
        x, top = lanes[key], boxes[key].top + TITLE / 2
        shapes += [Line(x, min(held), x, max(held), "joint"), Line(right, top, x, top, "joint")]
        shapes.append(Dot(right, top, END))
    for one in classes:
        shapes += _box(one, boxes[one.key], say)
    return Picture(NARROW, y - GAP / 2 + 1, tuple(shapes))


def _turn(right: float, lane: float, y: float) -> list[Shape]:
    """From a property to the lane of the class that it leads to."""
    return [Line(right, y, lane, y, "joint"), Dot(lane, y, END / 2 + 0.5)]


def _ties(classes: tuple[Class, ...]) -> list[tuple[str, str]]:
    """From which class to which a line leads, each pair once."""
    keys = {one.key for one in classes}
    pairs = ((one.key, two.to) for one in classes for two in one.properties if two.to in keys)
    return list(dict.fromkeys(pairs))


def _boxes(
    found: Layers, held: Mapping[str, Class], across: float, between: float
) -> Iterator[tuple[Item, Box]]:
    """Where each class stands, and where lines pass; each column in the middle."""

    def tall(item: Item) -> float:
        return PASS if isinstance(item, Way) else held[item].height

    sums = [sum(map(tall, column)) + GAP * (len(column) - 1) for column in found.columns]
    for at, column in enumerate(found.columns):
        left, y = at * (across + between), 1 + (max(sums) - sums[at]) / 2
        for item in column:
            yield item, Box(left + 1, y, left + across - 1, y + tall(item))
            y += tall(item) + GAP


def _lines(one: Class, found: Layers, boxes: Mapping[Item, Box]) -> Iterator[Shape]:
    """From each property of a class to the class that it leads to, through the places between.

    Properties that lead to the same class run as one from the first place that they pass.
    """
    seen: set[str] = set()
    for at, two in enumerate(one.properties):
        tie = one.key, two.to
        if tie not in found.ways:
            continue
        stops: tuple[Item, ...] = (*found.ways[tie], two.to)
        yield _band(
            boxes[one.key].right, _row(boxes[one.key], len(one.kinds) + at), stops[0], boxes
        )
        if two.to not in seen:
            for item, after in pairwise(stops):
                box, middle = boxes[item], _entry(item, boxes)
                yield Line(box.left, middle, box.right, middle, "joint")
                yield _band(box.right, middle, after, boxes)
        seen.add(two.to)


def _band(x: float, y: float, item: Item, boxes: Mapping[Item, Box]) -> Band:
    return Band(x, y, boxes[item].left, _entry(item, boxes), THICK)


def _entry(item: Item, boxes: Mapping[Item, Box]) -> float:
    """How far down lines come to a class, or pass."""
    return boxes[item].top + (PASS if isinstance(item, Way) else TITLE) / 2


def _row(box: Box, at: int) -> float:
    """The middle of a row of a box."""
    return box.top + TITLE + at * ROW + ROW / 2


def _box(one: Class, box: Box, say: Phrases) -> Iterator[Shape]:
    """A class: its frame, its name, the kinds of it, and its properties."""
    yield Frame(box)
    room = box.right - box.left - 2 * ROOM
    name = measure.plain(one.label.text)
    base = box.top + TITLE / 2 + SIZE * 0.36
    title = measure.fit(name, SIZE * 1.1, room)
    x = box.left + ROOM
    head = Box(box.left, box.top, box.right, box.top + TITLE)
    shown = Words(x, base, title, SIZE, "strong", language=one.label.language)
    yield Link(one.address, name, (Hit(head), shown))
    rows = [
        *((label, address, "quiet", measure.plain(label.text)) for label, address in one.kinds),
        *((two.label, two.address, "", _told(two, say)) for two in one.properties),
    ]
    for at, (label, address, kind, told) in enumerate(rows):
        middle = _row(box, at)
        inset = 10 if kind else 0
        text = measure.fit(measure.plain(label.text), SIZE, room - inset)
        line = Words(x + inset, middle + SIZE * 0.36, text, SIZE, kind, language=label.language)
        hit = Box(box.left, middle - ROW / 2, box.right, middle + ROW / 2)
        yield Link(address, told, (Hit(hit), line))


def _told(one: Property, say: Phrases) -> str:
    names = measure.plain(one.label.text), measure.plain(one.range.text)
    return say("chart.diagram.leads", property=names[0], range=names[1])
