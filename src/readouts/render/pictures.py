"""What charts show, from the rows of the queries that pages are made by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from pyoxigraph import NamedNode

from readouts.render.charts.atlas import Atlas, Place
from readouts.render.charts.events import Event, Lane, Timeline
from readouts.render.charts.ties import Edge, Network, Node
from readouts.render.labels import Labels
from readouts.render.links import Links
from readouts.render.shown import Row, iri, number, text


def timeline(rows: Sequence[Row], links: Links, names: Labels) -> Timeline:
    """Exchanges by day, in a lane for each kind; with whom is their name."""
    lanes: dict[str, Lane] = {}
    events = []
    for row in rows:
        exchange, person, class_, kind = row["exchange"], row["person"], row["class"], row["kind"]
        if all(isinstance(one, NamedNode) for one in (exchange, person, class_)):
            assert isinstance(exchange, NamedNode)
            assert isinstance(person, NamedNode)
            assert isinstance(class_, NamedNode)
            key = text(kind)
            found = f"{links.root}queries/exchanges.html?{urlencode({'kind': key})}"
            lanes.setdefault(key, Lane(key, names.term(class_), found))
            day = date.fromisoformat(text(row["date"]))
            events.append(Event(day, key, names.name(person), links.address(exchange)))

    def between(lane: Lane, first: date, last: date) -> str:
        given = {"kind": lane.key, "from": first.isoformat(), "to": last.isoformat()}
        return f"{links.root}queries/exchanges.html?{urlencode(given)}"

    return Timeline(tuple(lanes.values()), tuple(events), between)


def atlas(rows: Sequence[Row], links: Links, names: Labels) -> Atlas:
    """Countries and organisations by how many exchanges there were with whom they sent."""
    places = []
    for row in rows:
        place = row["place"]
        if isinstance(place, NamedNode):
            count, code = number(row["count"]), text(row["code"])
            places.append(Place(names.name(place), count, links.address(place), code))
    return Atlas(tuple(places))


def network(rows: Sequence[Row], links: Links, names: Labels) -> Network:
    """Headings on one side, whom statements under them were made to on the other."""
    left: dict[str, Node] = {}
    right: dict[str, Node] = {}
    edges = []
    for row in rows:
        heading, person = row["heading"], row["person"]
        if isinstance(heading, NamedNode) and isinstance(person, NamedNode):
            left[heading.value] = Node(heading.value, names.name(heading), links.address(heading))
            right[person.value] = Node(person.value, names.name(person), links.address(person))
            given = urlencode({"theme": iri(heading), "addressee": iri(person)})
            there = f"{links.root}queries/statements.html?{given}"
            edges.append(Edge(heading.value, person.value, number(row["count"]), there))
    return Network(tuple(left.values()), tuple(right.values()), tuple(edges))
