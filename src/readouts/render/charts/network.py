"""A network of two sides: who on the left, under which headings on the right, a band for each pair.

Bands are as thick as a count, and cross little (`ties`). On a narrow screen the right side becomes
lanes, and a band a dot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from markupsafe import Markup

from readouts.render.charts import lanes, measure, ties
from readouts.render.charts.figure import WIDE, Figure, Table, html, words
from readouts.render.charts.lanes import Column, Mark, Row
from readouts.render.charts.shapes import Band, Bar, Box, Hit, Link, Picture, Shape, Words
from readouts.render.charts.ties import Edge, Network, Node, totals
from readouts.render.phrases import Phrases

__all__ = ["Edge", "Network", "Node", "figure", "narrow", "wide"]

# Of more nodes than this, those with the least are taken together.
MOST = (50, lanes.MOST)
SIZE, ROW, PAD, NODE, GAP, EDGE = 13.5, 25.0, 8.0, 6.0, 9.0, 2.0
THICKEST, THINNEST, LEFT, RIGHT = 9.0, 0.75, 330.0, WIDE - 330.0
# Of the height of the picture bars take so much, and the space between them the rest.
FILLED = 0.55


def figure(network: Network, say: Phrases) -> Markup:
    """The network as HTML; a sentence where nothing is tied."""
    if not network.edges:
        return Markup("<p>{}</p>").format(say("chart.empty"))
    shown = ties.ordered(ties.gathered(ties.turned(network), MOST, say))
    sides = [len({getattr(one, side) for one in network.edges}) for side in ("left", "right")]
    told = say("chart.network.told", left=sides[0], right=sides[1])
    name = say("chart.network.name")
    pictures = wide(shown, say), narrow(shown, say)
    return html(Figure("network", name, told, *pictures, _table(network, say)), say)


def wide(network: Network, say: Phrases) -> Picture:
    """Two columns, and bands between them."""
    counted = totals(network.edges, "left"), totals(network.edges, "right")
    rows = max(len(network.left), len(network.right))
    unit = min(THICKEST, FILLED * rows * ROW / max(1, counted[0].total()))
    sides = network.left, network.right
    height = max(map(_height, sides, counted, (unit, unit)))
    tops = [
        _tops(side, totals_, unit, height) for side, totals_ in zip(sides, counted, strict=True)
    ]
    shapes: list[Shape] = [*_bands(network, unit, tops, say)]
    for at, (x, anchor) in enumerate(((LEFT, "end"), (RIGHT - NODE, "start"))):
        numbers = max(measure.width(f"{one:,}", SIZE) for one in counted[at].values())
        for node in sides[at]:
            count = counted[at][node.key]
            bar = Bar(x, tops[at][node.key], NODE, count * unit)
            shapes.append(_node(node, count, bar, numbers, anchor, say))
    return Picture(WIDE, height, tuple(shapes))


def narrow(network: Network, say: Phrases) -> Picture:
    """A row for each node of the left, a lane for each of the right, a dot for each pair."""
    columns = [Column(node.label, node.address) for node in network.right]
    column = {node.key: at for at, node in enumerate(network.right)}
    most = max(edge.count for edge in network.edges)
    rights = {node.key: node for node in network.right}
    rows = []
    for node in network.left:
        own = sorted(
            (edge for edge in network.edges if edge.left == node.key),
            key=lambda edge: column[edge.right],
        )
        marks = tuple(
            Mark(
                column[edge.right],
                (edge.count / most) ** 0.5,
                edge.address,
                _tie(node, rights[edge.right], edge.count, say),
            )
            for edge in own
        )
        name = _counted(node, sum(edge.count for edge in own), say)
        rows.append(Row(node.label, node.address, name, marks))
    return lanes.picture(columns, rows, lanes.grid(columns))


def _bands(
    network: Network, unit: float, tops: Sequence[Mapping[str, float]], say: Phrases
) -> list[Link]:
    """The bands, side by side where they meet a node, in the order of the other side."""
    lefts = {node.key: (at, node) for at, node in enumerate(network.left)}
    rights = {node.key: (at, node) for at, node in enumerate(network.right)}
    starts = _stacked(network.edges, unit, tops[0], "left", {k: v[0] for k, v in rights.items()})
    ends = _stacked(network.edges, unit, tops[1], "right", {k: v[0] for k, v in lefts.items()})
    links = []
    for edge in sorted(network.edges, key=lambda one: (lefts[one.left][0], rights[one.right][0])):
        pair = edge.left, edge.right
        thick = max(THINNEST, edge.count * unit)
        band = Band(LEFT + NODE, starts[pair], RIGHT - NODE, ends[pair], thick)
        name = _tie(lefts[edge.left][1], rights[edge.right][1], edge.count, say)
        links.append(Link(edge.address, name, (band,)))
    return links


def _node(node: Node, count: int, bar: Bar, numbers: float, anchor: str, say: Phrases) -> Link:
    """A node: its bar, its count, and its label at the outer side. `numbers` is for the counts."""
    base = bar.top + bar.height / 2 + SIZE * 0.36
    left = anchor == "end"
    room = LEFT - EDGE - 2 * GAP - numbers
    label = measure.fit(measure.plain(node.label.text), SIZE, room)
    edge = LEFT - GAP if left else RIGHT + GAP
    beyond = edge - numbers - GAP if left else edge + numbers + GAP
    number = edge if left else edge + numbers
    hit = Box(0, base - SIZE, LEFT, base + 6) if left else Box(RIGHT, base - SIZE, WIDE, base + 6)
    shapes: tuple[Shape, ...] = (
        Hit(hit),
        bar,
        Words(number, base, f"{count:,}", SIZE, "quiet number", "end"),
        Words(beyond, base, label, SIZE, "", anchor, node.label.language),
    )
    return Link(node.address, _counted(node, count, say), shapes)


def _tall(count: int, unit: float) -> float:
    """The height of a row: that of its bar with space around, and of a line at least."""
    return max(ROW, count * unit + PAD)


def _height(nodes: Sequence[Node], totals: Mapping[str, int], unit: float) -> float:
    return sum(_tall(totals[node.key], unit) for node in nodes)


def _tops(
    nodes: Sequence[Node], totals: Mapping[str, int], unit: float, height: float
) -> dict[str, float]:
    """Where each bar begins, the column spread over the height."""
    spare = (height - _height(nodes, totals, unit)) / len(nodes)
    tops: dict[str, float] = {}
    y = 0.0
    for node in nodes:
        tall = _tall(totals[node.key], unit) + spare
        tops[node.key] = y + (tall - totals[node.key] * unit) / 2
        y += tall
    return tops


def _stacked(
    edges: Sequence[Edge],
    unit: float,
    tops: Mapping[str, float],
    side: str,
    order: Mapping[str, int],
) -> dict[tuple[str, str], float]:
    """The middle of each band where it meets that side."""
    other = {"left": "right", "right": "left"}[side]
    used: dict[str, float] = dict(tops)
    found: dict[tuple[str, str], float] = {}
    for edge in sorted(edges, key=lambda one: order[getattr(one, other)]):
        key, thick = getattr(edge, side), edge.count * unit
        found[edge.left, edge.right] = used[key] + thick / 2
        used[key] += thick
    return found


def _counted(node: Node, count: int, say: Phrases) -> str:
    return say("chart.named", label=measure.plain(node.label.text), count=f"{count:,}")


def _tie(left: Node, right: Node, count: int, say: Phrases) -> str:
    names = measure.plain(left.label.text), measure.plain(right.label.text)
    return say("chart.network.edge", left=names[0], right=names[1], count=f"{count:,}")


def _table(network: Network, say: Phrases) -> Table:
    nodes = {node.key: node for node in (*network.left, *network.right)}
    rows = [
        (
            words(nodes[edge.left].label, nodes[edge.left].address),
            words(nodes[edge.right].label, nodes[edge.right].address),
            edge.count,
        )
        for edge in network.edges
    ]
    head = say("chart.network.left"), say("chart.network.right"), say("chart.count")
    return Table(head, tuple(rows))
