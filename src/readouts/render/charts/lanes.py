"""Rows and columns for a narrow screen: each row a label, each column a lane that dots stand in.

The names of the columns stand above them as stairs, each with its lane beginning under it, so that
they are as readable as the rows without a turned letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from readouts.render.charts import measure
from readouts.render.charts.figure import NARROW
from readouts.render.charts.shapes import Box, Dot, Hit, Line, Link, Picture, Shape, Words
from readouts.render.labels import Text

# More lanes than this do not fit beside readable labels.
MOST = 12
MOST_HEAD = 110.0
TEXT, SMALL = 13.5, 13.0
STAIR, ROW, LINE = 19.0, 26.0, 18.0
GAP, EDGE = 8.0, 2.0


@dataclass(frozen=True, slots=True)
class Column:
    """A lane: its name, and where that leads."""

    label: Text
    address: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot in a lane: which column, its radius up to 1, where it leads and under which name."""

    column: int
    size: float
    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its label, where it leads, under which name, and its dots.

    `head` stands at the left. `more` stands under the label, counted from where the line after it
    begins. `apart` is space above the row.
    """

    label: Text
    address: str
    name: str
    marks: tuple[Mark, ...]
    head: str = ""
    more: tuple[Words, ...] = ()
    apart: float = 0


@dataclass(frozen=True, slots=True)
class Grid:
    """Where things stand: the column of heads, the lanes, and the labels."""

    head: float
    step: float
    count: int

    @property
    def label(self) -> float:
        """Where labels begin."""
        return self.head + self.step * self.count + (GAP if self.count else 0) + EDGE

    @property
    def room(self) -> float:
        """The width of a label."""
        return NARROW - self.label - EDGE

    def x(self, column: int) -> float:
        """The middle of a lane."""
        return EDGE + self.head + self.step * (column + 0.5)


def grid(columns: Sequence[Column], heads: Iterable[str] = ()) -> Grid:
    """Lanes as far apart as there is room, after a column as wide as the heads."""
    head = max((measure.width(one, SMALL) + GAP for one in heads), default=0.0)
    return Grid(min(head, MOST_HEAD), min(18.0, 132 / max(1, len(columns))), len(columns))


def picture(columns: Sequence[Column], rows: Sequence[Row], where: Grid) -> Picture:
    """The rows under the names of the columns."""
    top = STAIR * len(columns) + (GAP if columns else 0)
    shapes: list[Shape] = []
    y = top
    for row in rows:
        y += row.apart
        drawn, tall = _row(row, where, y)
        shapes += drawn
        y += tall
    height = max(y, ROW) + EDGE
    lanes = [
        Line(where.x(at), STAIR * (at + 1) + 1, where.x(at), height, "lane")
        for at in range(len(columns))
    ]
    return Picture(NARROW, height, (*lanes, *_stairs(columns, where), *shapes))


def _stairs(columns: Sequence[Column], where: Grid) -> list[Shape]:
    shapes: list[Shape] = []
    for at, column in enumerate(columns):
        x = where.x(at) - 3
        label = measure.plain(column.label.text)
        fitted = measure.fit(label, SMALL, NARROW - x - EDGE)
        words = Words(
            x, STAIR * (at + 1) - 4, fitted, SMALL, "quiet", language=column.label.language
        )
        shapes.append(Link(column.address, label, (words,)) if column.address else words)
    return shapes


def _row(row: Row, where: Grid, y: float) -> tuple[list[Shape], float]:
    """The shapes of a row from y on, and how high it is."""
    lines = measure.wrap(measure.plain(row.label.text), TEXT, where.room, 2)
    below = max((words.y for words in row.more), default=-LINE) + LINE
    tall = ROW + LINE * (len(lines) - 1) + below
    middle = y + ROW / 2
    base = middle + TEXT * 0.36
    named = _texts(row, lines, where, base)
    shapes: list[Shape] = []
    if row.head:
        shapes.append(Words(EDGE, base, measure.fit(row.head, SMALL, where.head), SMALL, "number"))
    if len(row.marks) > 1:
        ends = [where.x(one.column) for one in row.marks]
        shapes.append(Line(min(ends), middle, max(ends), middle, "joint"))
    own = [mark for mark in row.marks if mark.address == row.address]
    dots = [_dot(mark, where, middle) for mark in own]
    hit = Hit(Box(where.label, y, NARROW, y + tall))
    shapes.append(Link(row.address, row.name, (hit, *dots, *named)))
    for mark in row.marks:
        if mark not in own:
            x = where.x(mark.column)
            around = Hit(Box(x - where.step / 2, y, x + where.step / 2, y + ROW))
            shapes.append(Link(mark.address, mark.name, (around, _dot(mark, where, middle))))
    return shapes, tall


def _texts(row: Row, lines: Sequence[str], where: Grid, base: float) -> list[Shape]:
    """The label of a row, and the words under it, which count x from the label on."""
    texts: list[Shape] = [
        Words(where.label, base + LINE * at, line, TEXT, language=row.label.language)
        for at, line in enumerate(lines)
    ]
    below = base + LINE * len(lines)
    return texts + [
        replace(words, x=where.label + words.x, y=below + words.y) for words in row.more
    ]


def _dot(mark: Mark, where: Grid, middle: float) -> Dot:
    return Dot(where.x(mark.column), middle, max(2.5, (where.step / 2 - 1) * mark.size))
