"""The home page: figures, charts, the headings with their addressees, and ways in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from readouts.query import Stored
from readouts.render import pictures
from readouts.render.charts import atlas, outlines, timeline
from readouts.render.desk import Desk
from readouts.render.dumps import Dump
from readouts.render.labels import Labels
from readouts.render.links import Cell, Links
from readouts.render.shown import Row, nodes, number


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, the phrase that says of what, and where it leads."""

    count: int
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Voiced:
    """A heading of a publisher, how many statements stand under it, and to whom they were made."""

    heading: Cell
    others: tuple[Cell, ...]
    count: int
    addressees: tuple[tuple[Cell, int], ...]


def page(desk: Desk, queries: Mapping[str, Stored], dumps: Sequence[Dump]) -> str:
    """What this is, what it holds, and where to go on."""
    links, shown = desk.links(0), desk.shown
    voiced, when, where = (shown.rows(name) for name in ("headings", "timeline", "places"))
    names = desk.names(
        nodes(voiced, "heading", "person") | nodes(when, "class", "person") | nodes(where, "place")
    )
    return desk.page(
        "home",
        links,
        "",
        classes=desk.classes,
        dumps=dumps,
        dataset=desk.catalogued,
        queries=queries,
        figures=figures(shown.rows("figures")[0], links),
        triples=max((one.triples for one in dumps), default=0),
        headings=headings(voiced, links, names),
        timeline=when and timeline.figure(pictures.timeline(when, links, names), desk.say),
        map=where and atlas.figure(pictures.atlas(where, links, names), outlines.read(), desk.say),
    )


def figures(row: Row, links: Links) -> tuple[Figure, ...]:
    """The numbers of the release, each with the place where what it counts is seen."""
    places = {
        "exchanges": f"{links.root}#timeline",
        "people": f"{links.root}network.html",
        "places": f"{links.root}#map",
        "headings": f"{links.root}#headings",
        "statements": f"{links.root}queries/statements.html",
        "passages": f"{links.root}queries/rebuild-the-page.html",
    }
    counted = ((number(row[name]), name, address) for name, address in places.items())
    return tuple(Figure(*one) for one in counted if one[0])


def headings(rows: Sequence[Row], links: Links, names: Labels) -> tuple[Voiced, ...]:
    """The headings in the order in which they are printed, addressees by number of statements."""
    told: dict[NamedNode, dict[NamedNode, int]] = {}
    for row in rows:
        heading, person = row["heading"], row["person"]
        if isinstance(heading, NamedNode) and isinstance(person, NamedNode):
            told.setdefault(heading, {})[person] = number(row["count"])
    return tuple(_voiced(heading, held, links, names) for heading, held in told.items())


def _voiced(
    heading: NamedNode, held: Mapping[NamedNode, int], links: Links, names: Labels
) -> Voiced:
    ordered = sorted(held, key=lambda person: -held[person])
    first, *others = names.all(heading) or [names.name(heading)]
    return Voiced(
        links.named(heading, first),
        tuple(links.named(heading, one) for one in others),
        sum(held.values()),
        tuple((links.named(one, names.name(one)), held[one]) for one in ordered),
    )
