"""The chart that a stored query asks for in its header, from the rows of its answer.

Each chart shows terms of some columns by the names that its function here reads: `label`, `count`,
`day`, `thing` … A row that lacks one of them is not in the picture; it is in the table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from readouts.fault import Misuse
from readouts.query import Stored
from readouts.render.charts import atlas, bars, network, outlines, sequence, timeline
from readouts.render.charts.atlas import Atlas, Place
from readouts.render.charts.bars import Bars, Count
from readouts.render.charts.events import Event, Lane, Timeline
from readouts.render.charts.sequence import Moves, Statement
from readouts.render.charts.ties import Edge, Network, Node
from readouts.render.labels import Labels, Text
from readouts.render.links import Links
from readouts.render.phrases import Phrases
from readouts.render.shown import iri, number, text

Terms = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Material:
    """What a chart is made of: `rows` by the names of the chart, and how things are called.

    `wanted` are words that are looked for; `codes` are those of countries on the map (UN M49).
    """

    stored: Stored
    rows: Sequence[Terms]
    links: Links
    names: Labels
    say: Phrases
    title: str
    wanted: str = ""
    codes: Mapping[NamedNode, str] | None = None

    def address(self, term: object) -> str:
        """Where a thing is told of."""
        return self.links.address(term) if isinstance(term, NamedNode) else ""

    def asked(self, **values: str) -> str:
        """Where the same query is asked with values for the columns that the chart shows.

        That can be where each of these columns has the name of a parameter; else it is nowhere.
        """
        taken = {one.name for one in self.stored.parameters}
        given = {self.stored.chart.get(name, name): value for name, value in values.items()}
        if not set(given) <= taken:
            return ""
        return f"{self.links.root}queries/{self.stored.name}.html?{urlencode(given)}"

    def label(self, term: object) -> Text:
        """What a term is called: a literal by itself, a thing by its label."""
        if isinstance(term, NamedNode):
            return self.names.name(term)
        return Text(term.value, term.language or "") if isinstance(term, Literal) else Text("")


def chosen(stored: Stored, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[Terms]:
    """The terms that the chart of a query shows, by the names of the chart."""
    places = {
        name: columns.index(column) for name, column in stored.chart.items() if column in columns
    }
    return [{name: row[at] for name, at in places.items()} for row in rows]


def figure(material: Material) -> Markup:
    """The chart. Raises Misuse where there is none of that name."""
    stored = material.stored
    if stored.chart["as"] not in CHARTS:
        known = ", ".join(CHARTS)
        raise Misuse(f"{stored.name} wants a chart {stored.chart['as']!r}. There are: {known}.")
    return CHARTS[stored.chart["as"]](material)


def _bars(told: Material) -> Markup:
    counts = [
        Count(told.label(row["label"]), number(row["count"]), told.address(row.get("thing")))
        for row in told.rows
    ]
    return bars.figure(Bars(tuple(counts), told.title), told.say)


def _map(told: Material) -> Markup:
    codes = told.codes or {}
    places = [
        Place(told.label(row["label"]), number(row["count"]), told.address(row["thing"]), code)
        for row in told.rows
        if isinstance(row["thing"], NamedNode)
        for code in [codes.get(row["thing"], "")]
    ]
    return atlas.figure(Atlas(tuple(places)), outlines.read(), told.say)


def _timeline(told: Material) -> Markup:
    lanes = {
        text(row["lane"]): Lane(text(row["lane"]), told.label(row["lane"])) for row in told.rows
    }
    events = [
        Event(day, text(row["lane"]), told.label(row["label"]), told.address(row["thing"]))
        for row in told.rows
        for day in _day(row["day"])
    ]

    def between(lane: Lane, first: date, last: date) -> str:
        return told.asked(lane=lane.key, **{"from": first.isoformat(), "to": last.isoformat()})

    return timeline.figure(Timeline(tuple(lanes.values()), tuple(events), between), told.say)


def _sequence(told: Material) -> Markup:
    statements = []
    for row in told.rows:
        words, name = told.label(row["text"]), told.label(row["label"])
        begin, end = sequence.found(words.text, told.wanted)
        statements += [
            Statement(day, name, words, told.address(row["thing"]), begin=begin, end=end)
            for day in _day(row["day"])
        ]
    return sequence.figure(Moves(tuple(statements)), told.say)


def _network(told: Material) -> Markup:
    left: dict[str, Node] = {}
    right: dict[str, Node] = {}
    counts: dict[tuple[str, str], int] = {}
    for row in told.rows:
        one, other = iri(row["left"]), iri(row["right"])
        left[one] = Node(one, told.label(row["left"]), told.address(row["left"]))
        name = told.label(row.get("rightLabel", row["right"]))
        right[other] = Node(other, name, told.address(row["right"]))
        counts[one, other] = counts.get((one, other), 0) + 1
    edges = tuple(
        Edge(one, other, count, told.asked(left=one, right=other))
        for (one, other), count in counts.items()
    )
    return network.figure(Network(tuple(left.values()), tuple(right.values()), edges), told.say)


def _day(term: object) -> list[date]:
    """The day of a term, if it is one."""
    with suppress(ValueError):
        return [date.fromisoformat(text(term))]
    return []


CHARTS: Mapping[str, Callable[[Material], Markup]] = {
    "bars": _bars,
    "map": _map,
    "network": _network,
    "sequence": _sequence,
    "timeline": _timeline,
}
