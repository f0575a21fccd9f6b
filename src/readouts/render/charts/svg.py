"""A picture → SVG as it stands in an HTML page. Colours and faces are the style sheet's."""

from __future__ import annotations

from functools import singledispatch

from markupsafe import Markup, escape

from readouts.render.charts.measure import plain
from readouts.render.charts.shapes import (
    Band,
    Bar,
    Box,
    Dot,
    Frame,
    Hit,
    Line,
    Link,
    Outline,
    Picture,
    Shape,
    Window,
    Words,
)


def svg(picture: Picture, kind: str, name: str, told: str) -> Markup:
    """The picture. It is a group and not an image: an image would hide the links in it."""
    width, height = number(picture.width), number(picture.height)
    inside = Markup("\n").join(drawn(shape) for shape in picture.shapes)
    return Markup(
        '<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="group"'
        ' aria-label="{}">\n<desc>{}</desc>\n{}\n</svg>'
    ).format(kind, width, height, width, height, plain(name), plain(told), inside)


def number(value: float) -> str:
    """A length with one decimal at most."""
    return f"{value + 0:.1f}".removesuffix(".0").replace("-0", "0", value == 0)


def tag(name: str, inside: Markup | str | None, **attributes: float | str) -> Markup:
    """An element. Attributes without a value are left out; `kind` stands for `class`."""
    written = Markup("").join(
        Markup(' {}="{}"').format(
            {"kind": "class"}.get(key, key.replace("_", "-")),
            value if isinstance(value, str) else number(value),
        )
        for key, value in attributes.items()
        if value != ""
    )
    if inside is None:
        return Markup("<{}{}/>").format(name, written)
    return Markup("<{}{}>{}</{}>").format(name, written, escape(inside), name)


@singledispatch
def drawn(shape: Shape) -> Markup:
    """The element of a shape."""
    raise TypeError(shape)


@drawn.register
def _(shape: Words) -> Markup:
    inside: Markup | str = shape.text
    if shape.tail:
        inside = tag("tspan", shape.text, kind=shape.kind)
        inside += tag("tspan", shape.tail, kind="quiet")
    return tag(
        "text",
        inside,
        kind="" if shape.tail else shape.kind,
        lang=shape.language,
        x=shape.x,
        y=shape.y,
        font_size=shape.size,
        text_anchor="" if shape.anchor == "start" else shape.anchor,
    )


@drawn.register
def _(shape: Dot) -> Markup:
    return tag("circle", None, kind=shape.kind, cx=shape.x, cy=shape.y, r=shape.radius)


@drawn.register
def _(shape: Bar) -> Markup:
    return tag("rect", None, kind=shape.kind, **_rectangle(shape.box))


@drawn.register
def _(shape: Hit) -> Markup:
    return tag("rect", None, kind="hit", **_rectangle(shape.box))


@drawn.register
def _(shape: Frame) -> Markup:
    return tag("rect", None, kind=shape.kind, **_rectangle(shape.box))


@drawn.register
def _(shape: Line) -> Markup:
    return tag("line", None, kind=shape.kind, x1=shape.x, y1=shape.y, x2=shape.x2, y2=shape.y2)


@drawn.register
def _(shape: Band) -> Markup:
    x, y, x2, y2, middle = map(number, (shape.x, shape.y, shape.x2, shape.y2, _middle(shape)))
    curve = f"M{x} {y}C{middle} {y} {middle} {y2} {x2} {y2}"
    return tag("path", None, kind="band", d=curve, stroke_width=shape.thick)


@drawn.register
def _(shape: Outline) -> Markup:
    return tag("use", None, kind=shape.kind, href=f"#{shape.id}")


@drawn.register
def _(shape: Window) -> Markup:
    shown = shape.shown
    sizes = (shown.left, shown.top, shown.right - shown.left, shown.bottom - shown.top)
    inside = Markup("").join(map(drawn, shape.outlines))
    return tag("svg", inside, viewBox=" ".join(map(number, sizes)), **_rectangle(shape.box))


@drawn.register
def _(shape: Link) -> Markup:
    inside = tag("title", shape.name) + Markup("").join(map(drawn, shape.shapes))
    if not shape.address:
        return tag("g", inside)
    return tag("a", inside, href=shape.address)


def _middle(shape: Band) -> float:
    return (shape.x + shape.x2) / 2


def _rectangle(box: Box) -> dict[str, float]:
    return {
        "x": box.left,
        "y": box.top,
        "width": box.right - box.left,
        "height": box.bottom - box.top,
    }
