"""A map of the world: the countries spoken to, each with a mark and its label.

Organisations, and whatever has no outline, stand in rows under the map. A phone shows three parts
of the world, one under the other, at about the scale of the wide map: labels keep their size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from readouts.render.charts import measure, placing
from readouts.render.charts.figure import NARROW, WIDE, Figure, Table, html, words
from readouts.render.charts.outlines import World
from readouts.render.charts.placing import Spot
from readouts.render.charts.shapes import (
    Box,
    Dot,
    Hit,
    Link,
    Outline,
    Picture,
    Shape,
    Window,
    Words,
)
from readouts.render.charts.svg import tag
from readouts.render.labels import Text
from readouts.render.phrases import Phrases

# Shares of the width and height of the world. Without a mark there, the far south is left out.
TOP, BOTTOM = 0.0, 0.88
ANTARCTICA = "010"
# The Americas; Europe, Africa and the west of Asia; the rest of Asia and Oceania. Each part shows
# the marks between two shares of the width (the first pair), and at least what lies between the
# second pair.
PARTS = (((0.0, 0.41), (0.12, 0.4)), ((0.41, 0.66), (0.4, 0.66)), ((0.66, 1.01), (0.62, 0.95)))
MARGIN, LOWEST = 46.0, 150.0
SMALLEST, LARGEST = 4.0, 11.0
SIZE, ROW, GAP, EDGE = 13.0, 26.0, 24.0, 2.0
WORLD, COUNTRY = "world", "world-"


@dataclass(frozen=True, slots=True)
class Place:
    """A country or an organisation, how often it was spoken to, and where it leads.

    From the query `exchanges-by-country` with the country's skos:notation of the type dro:M49,
    which is the ISO 3166-1 numeric code; `code` is empty for what is no country (the query
    `organisations-not-states`).
    """

    label: Text
    count: int
    address: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Atlas:
    """What is marked on the map."""

    places: tuple[Place, ...]

    def split(self, world: World) -> tuple[list[Place], list[Place]]:
        """Those that have an outline, most spoken to first, and the others."""
        ranked = sorted(self.places, key=lambda one: -one.count)
        inside = [one for one in ranked if one.code in world.countries]
        return inside, [one for one in ranked if one.code not in world.countries]


def figure(atlas: Atlas, world: World, say: Phrases) -> Markup:
    """The map as HTML. Only one fits on a page: its outlines have ids."""
    marked, others = atlas.split(world)
    told = say("chart.atlas.told", places=f"{len(marked):,}", bodies=f"{len(others):,}")
    rows = tuple((words(one.label, one.address), one.count) for one in atlas.places)
    table = Table((say("chart.atlas.place"), say("chart.count")), rows)
    name, note = say("chart.atlas.name"), say("chart.atlas.note")
    pictures = wide(atlas, world, say), narrow(atlas, world, say)
    before = outlines(world, marked)
    return html(Figure("atlas", name, told, *pictures, table, note, before), say)


def outlines(world: World, marked: Sequence[Place]) -> Markup:
    """Each outline once: those of marked countries alone, all others as one."""
    codes = {one.code for one in marked}
    plain = [
        one.path
        for code, one in world.countries.items()
        if code not in codes and code != ANTARCTICA
    ]
    paths = [tag("path", None, id=WORLD, d="".join([*plain, *world.rest]))]
    paths += [
        tag("path", None, id=COUNTRY + one, d=world.countries[one].path) for one in sorted(codes)
    ]
    inside = tag("defs", Markup("\n").join(paths))
    return tag("svg", inside, kind="outlines", width=0, height=0, aria_hidden="true") + Markup("\n")


def wide(atlas: Atlas, world: World, say: Phrases) -> Picture:
    """The whole world, and organisations under it."""
    marked, others = atlas.split(world)
    far = any(one.code == ANTARCTICA for one in marked)
    shown = Box(0, TOP * world.height, world.width, (1 if far else BOTTOM) * world.height)
    height = WIDE / world.width * (shown.bottom - shown.top)
    shapes = _part(marked, world, shown, Box(0, 0, WIDE, height), _radii(marked), say)
    below, height = _rows(others, height, WIDE, say)
    return Picture(WIDE, height, (*shapes, *below))


def narrow(atlas: Atlas, world: World, say: Phrases) -> Picture:
    """The parts of the world that have marks, one under the other, and organisations."""
    marked, others = atlas.split(world)
    radii = _radii(marked)
    shapes: list[Shape] = []
    height = 0.0
    for (first, last), least in PARTS:
        own = [
            one
            for one in marked
            if first <= world.countries[one.code].centre[0] / world.width < last
        ]
        if own:
            shown = _shown(own, world, least)
            tall = NARROW * (shown.bottom - shown.top) / (shown.right - shown.left)
            box = Box(0, height, NARROW, height + tall)
            shapes += _part(own, world, shown, box, radii, say)
            height += tall + GAP / 2
    below, height = _rows(others, height, NARROW, say)
    return Picture(NARROW, max(height, ROW), (*shapes, *below))


def _shown(marked: Sequence[Place], world: World, least: tuple[float, float]) -> Box:
    """The part of the world that holds those marks with a margin, and is not too low."""
    centres = [world.countries[one.code].centre for one in marked]
    unit = world.width / WIDE
    margin = MARGIN * unit
    left = max(0, min(least[0] * world.width, min(x for x, _ in centres) - margin))
    right = min(world.width, max(least[1] * world.width, max(x for x, _ in centres) + margin))
    top, bottom = min(y for _, y in centres) - margin, max(y for _, y in centres) + margin
    more = max(0, (LOWEST / NARROW * (right - left) - (bottom - top)) / 2)
    top, bottom = top - more, bottom + more
    over = max(0, -top) - max(0, bottom - world.height)
    return Box(left, max(0, top + over), right, min(world.height, bottom + over))


def _part(
    marked: Sequence[Place],
    world: World,
    shown: Box,
    box: Box,
    radii: Mapping[Place, float],
    say: Phrases,
) -> list[Shape]:
    """A part of the world in a box of the picture, with its marks."""
    scale = (box.right - box.left) / (shown.right - shown.left)
    spots = [
        Spot(
            box.left + (world.countries[one.code].centre[0] - shown.left) * scale,
            box.top + (world.countries[one.code].centre[1] - shown.top) * scale,
            radii[one],
            _label(one),
        )
        for one in marked
    ]
    codes = sorted({one.code for one in marked})
    touched = tuple(Outline(COUNTRY + code, "touched") for code in codes)
    shapes: list[Shape] = [Window(box, shown, (Outline(WORLD), *touched))]
    inner = Box(box.left + EDGE, box.top + EDGE, box.right - EDGE, box.bottom - EDGE)
    for one, placed in zip(marked, placing.place(spots, inner), strict=True):
        shapes += placed.lines
        label = (placed.words,) if placed.words else ()
        hits = tuple(Hit(shape.box) for shape in (placed.dot, *label))
        name = say("chart.named", label=measure.plain(one.label.text), count=f"{one.count:,}")
        shapes.append(Link(one.address, name, (*hits, placed.dot, *label)))
    return shapes


def _radii(marked: Sequence[Place]) -> dict[Place, float]:
    """The radius of each mark: its area goes with the count. Smaller where there are many marks."""
    most = max((one.count for one in marked), default=1)
    share = 1 if len(marked) <= placing.MOST_LABELS else 0.5
    largest = min(LARGEST, SMALLEST * math.sqrt(max(1, most))) * share
    return {
        one: max(SMALLEST * share, largest * math.sqrt(max(0, one.count) / max(1, most)))
        for one in marked
    }


def _label(one: Place) -> Text:
    """The name, with the number where there is more than one."""
    if one.count <= 1:
        return one.label
    name = measure.fit(measure.plain(one.label.text), placing.SIZE, placing.LONGEST - 50)
    return Text(f"{name} {one.count:,}", one.label.language)


def _rows(
    others: Sequence[Place], top: float, width: float, say: Phrases
) -> tuple[list[Shape], float]:
    """What has no outline, as marks with labels in rows from there on, and where they end."""
    if not others:
        return [], top
    x, y = EDGE, top + ROW / 2
    shapes: list[Shape] = [Words(EDGE, y + SIZE * 0.36, say("chart.atlas.bodies"), SIZE, "quiet")]
    x, y = EDGE, y + ROW
    for one in others:
        label = _label(one)
        text = measure.fit(measure.plain(label.text), SIZE, width - 2 * EDGE - 16)
        end = x + 16 + measure.width(text, SIZE)
        if end > width - EDGE and x > EDGE:
            x, y, end = EDGE, y + ROW, EDGE + end - x
        at = Words(x + 16, y + SIZE * 0.36, text, SIZE, language=label.language)
        hit = Hit(Box(x, y - ROW / 2, end, y + ROW / 2))
        name = say("chart.named", label=measure.plain(one.label.text), count=f"{one.count:,}")
        shapes.append(Link(one.address, name, (hit, Dot(x + 5, y, SMALLEST), at)))
        x = end + GAP
    return shapes, y + ROW / 2
