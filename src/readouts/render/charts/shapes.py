"""What a picture is made of. Every shape knows the box that it fills, so layouts can be tested.

Lengths are in units of the picture; where it is shown at its own size, one is a CSS pixel.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from readouts.render.charts import measure

ASCENT, DESCENT = 0.95, 0.25
# Bold letters are a tenth wider.
BOLD = 1.1


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle."""

    left: float
    top: float
    right: float
    bottom: float

    def touches(self, other: Box, gap: float = 0) -> bool:
        """Whether two boxes overlap, or come nearer than the gap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def within(self, other: Box) -> bool:
        """Whether no part of it lies outside the other."""
        return (
            self.left >= other.left
            and self.top >= other.top
            and self.right <= other.right
            and self.bottom <= other.bottom
        )


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text; y is its baseline, anchor what x is of it: start, middle or end.

    `tail` follows the text at once, in a quiet colour.
    """

    x: float
    y: float
    text: str
    size: float
    kind: str = ""
    anchor: str = "start"
    language: str = ""
    tail: str = ""

    @property
    def box(self) -> Box:
        bold = BOLD if "strong" in self.kind else 1
        wide = measure.width(self.text, self.size) * bold + measure.width(self.tail, self.size)
        left = self.x - {"start": 0.0, "middle": wide / 2, "end": wide}[self.anchor]
        top = self.y - self.size * ASCENT
        return Box(left, top, left + wide, self.y + self.size * DESCENT)


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle."""

    x: float
    y: float
    radius: float
    kind: str = "mark"

    @property
    def box(self) -> Box:
        radius = self.radius
        return Box(self.x - radius, self.y - radius, self.x + radius, self.y + radius)


@dataclass(frozen=True, slots=True)
class Bar:
    """A rectangle that is a mark."""

    left: float
    top: float
    width: float
    height: float
    kind: str = "mark"

    @property
    def box(self) -> Box:
        return Box(self.left, self.top, self.left + self.width, self.top + self.height)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rectangle that is not seen: it makes a link large enough for a finger."""

    box: Box


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle around other shapes, behind them."""

    box: Box
    kind: str = "frame"


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line behind the marks."""

    x: float
    y: float
    x2: float
    y2: float
    kind: str = "rule"


@dataclass(frozen=True, slots=True)
class Band:
    """A curve from left to right, as thick as a count."""

    x: float
    y: float
    x2: float
    y2: float
    thick: float


@dataclass(frozen=True, slots=True)
class Outline:
    """A shape of a window's own coordinates, written once under its id and used again."""

    id: str
    kind: str = "land"


@dataclass(frozen=True, slots=True)
class Window:
    """A part (`shown`) of a larger drawing, clipped to a box of the picture."""

    box: Box
    shown: Box
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """Shapes that lead somewhere under a name. Without an address they have the name alone."""

    address: str
    name: str
    shapes: tuple[Shape, ...]


Solid = Words | Dot | Bar
Shape = Words | Dot | Bar | Hit | Frame | Line | Band | Outline | Window | Link


@dataclass(frozen=True, slots=True)
class Picture:
    """Shapes in the order they are painted, on a surface."""

    width: float
    height: float
    shapes: tuple[Shape, ...]

    @property
    def box(self) -> Box:
        return Box(0, 0, self.width, self.height)


def solid(shapes: Iterable[Shape]) -> Iterator[Solid]:
    """Texts and marks, which may not cover one another; lines may run behind them."""
    for shape in shapes:
        if isinstance(shape, Link):
            yield from solid(shape.shapes)
        elif isinstance(shape, Words | Dot | Bar):
            yield shape


def links(shapes: Iterable[Shape]) -> Iterator[Link]:
    """The links of a picture, in the order of the keyboard."""
    return (shape for shape in shapes if isinstance(shape, Link))
