"""The pages on which readers ask: a stored query with its form, and the form for SPARQL."""

from __future__ import annotations

from urllib.parse import urlencode

from markupsafe import Markup
from pyoxigraph import NamedNode

from readouts.query import Stored
from readouts.render import figures, form, labels
from readouts.render.answers import allowed
from readouts.render.asked import Asked, Sparql
from readouts.render.copies import copies
from readouts.render.desk import Desk
from readouts.render.figures import Material
from readouts.render.links import Links
from readouts.render.shown import nodes, text
from readouts.render.table import Table, table


def query(desk: Desk, stored: Stored, asked: Asked) -> str:
    """What a stored query asks, a form for its parameters, the answer, and how to ask elsewhere."""
    links, given = desk.links(1), urlencode(asked.values)
    # In another language a page has other labels, unless the reader chose some.
    ours = {"lang": desk.language}.items()
    said = urlencode([pair for pair in asked.values.items() if pair not in ours])
    sparql, outcome = asked.sparql or stored.text, _outcome(asked, links)
    base = desk.release.base
    return desk.page(
        "query",
        links,
        f"queries/{stored.name}.html{'?' if said else ''}{said}",
        stored=stored,
        fields=form.fields(stored, asked.values, desk.store, base, desk.language),
        given=given,
        limit="" if asked.fault else asked.values.get("limit", ""),
        parts=asked.links,
        described=labels.described(stored.descriptions, desk.language),
        bound=sparql,
        copies={} if stored.federated else copies(stored, sparql, base, given),
        chart=_chart(desk, stored, asked, links, outcome["table"]),
        **outcome,
    )


def sparql(desk: Desk, sparql: Sparql, asked: Asked) -> str:
    """A form for a SPARQL query, and the answer to the one that was sent."""
    links = desk.links(0)
    here = f"sparql.html?{sparql.address()}" if sparql.query else "sparql.html"
    return desk.page("sparql", links, here, sparql=sparql, **_outcome(asked, links))


def _chart(desk: Desk, stored: Stored, asked: Asked, links: Links, held: object) -> Markup:
    """The chart that the header of a query asks for; nothing where there are no rows."""
    if not stored.chart or not isinstance(held, Table) or not held.rows:
        return Markup("")
    rows = figures.chosen(stored, held.columns, held.terms)
    places = {row["place"]: text(row["code"]) for row in desk.shown.rows("places")}
    told = Material(
        stored,
        rows,
        links,
        desk.names(nodes(rows, *(key for key in stored.chart if key in rows[0]))),
        desk.say,
        labels.described(stored.summary, desk.language).text,
        asked.values.get(stored.chart.get("wanted", ""), ""),
        {one: code for one, code in places.items() if isinstance(one, NamedNode)},
    )
    return figures.figure(told)


def _outcome(asked: Asked, links: Links) -> dict[str, object]:
    """The answer as a table with its formats, or the fault.

    The answer itself never reaches a template: the engine wants it dropped by the thread that
    asked, and templates leave what they held to the garbage collector.
    """
    return {
        "fault": asked.fault,
        "note": asked.note,
        "formats": allowed(asked.answer) if asked.answer else (),
        "table": table(asked.answer, links) if asked.answer else None,
    }
