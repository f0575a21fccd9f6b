"""What pages of our own classes show first: exchanges, statements, and how a statement is cited.

These are the rows of the queries `exchanges-of`, `statements-of` and `statement`; a thing of which
they tell nothing has none of it on its page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from markupsafe import Markup
from pyoxigraph import Literal, NamedNode

from readouts.render import citation
from readouts.render.card import Values, natural
from readouts.render.charts import days
from readouts.render.citation import Cited
from readouts.render.desk import Desk
from readouts.render.labels import Labels
from readouts.render.links import Cell, Links
from readouts.render.shown import Row, nodes, number, text
from readouts.vocab import DCTERMS, DRO, ORG, RDF, SCHEMA, XSD

# The class of a thing → the stored query that tells more of it, and the parameter that names it.
MORE: Mapping[NamedNode, Sequence[tuple[str, str]]] = {
    SCHEMA.Person: (("exchanges", "counterpart"), ("statements", "addressee")),
    SCHEMA.Country: (("exchanges", "country"),),
    DRO.Heading: (("statements", "theme"),),
    DRO.Exchange: (("statements", "exchange"),),
    DRO.Statement: (("where-on-the-page", "statement"), ("cite", "statement")),
    DRO.SourceText: (("rebuild-the-page", "text"),),
    ORG.Organization: (("organisations-not-states", ""),),
    ORG.Post: (("titles-as-printed", ""),),
}

# The class of a thing → the query of pages by which its page says in a sentence what it is.
SENTENCES: Mapping[NamedNode, str] = {
    DRO.Exchange: "exchange",
    DRO.Participation: "participation",
    DRO.Tenure: "tenure",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a thing is, for a sentence: the query, and the values of each column, each once."""

    name: str
    values: Mapping[str, tuple[Cell, ...]]


@dataclass(frozen=True, slots=True)
class Report:
    """Another account of an exchange: its record, what it says, and where it is."""

    record: Cell
    says: Cell
    place: Cell | None


@dataclass(frozen=True, slots=True)
class Kinds:
    """Rows as cells by column, and a link to a stored query for each that tells more."""

    sentence: Sentence | None
    reports: tuple[Report, ...]

    exchanges: tuple[Mapping[str, Cell], ...]
    statements: tuple[Mapping[str, Cell], ...]
    statement: Mapping[str, Cell] | None
    cited: Mapping[str, str]
    data: Markup
    more: tuple[tuple[str, str], ...]


def kinds(desk: Desk, node: NamedNode, links: Links, about: Mapping[NamedNode, Values]) -> Kinds:
    """What is to be shown of a thing; `about` is what its document says of each node."""
    shown, values = desk.shown, about.get(node, {})
    exchanges = shown.rows("exchanges-of", thing=node)
    statements = shown.rows("statements-of", thing=node)
    own = shown.rows("statement", thing=node)[:1]
    rows = [*exchanges, *statements, *own]
    names = desk.names({one for row in rows for one in nodes([row], *row)} | {node})
    return Kinds(
        _sentence(desk, node, links, values),
        _reports(desk, links, about, values),
        _cells(exchanges, links, names),
        _cells(statements, links, names),
        next(iter(_cells(own, links, names)), None),
        _cited(desk, node, own[0], names) if own else {},
        _data(desk, node) if own else Markup(""),
        _more(node, links, values),
    )


def _sentence(desk: Desk, node: NamedNode, links: Links, values: Values) -> Sentence | None:
    """What the page says first of a thing of some classes; days are written out."""
    query = next((SENTENCES[one] for one in SENTENCES if one in values.get(RDF.type, ())), "")
    rows = desk.shown.rows(query, thing=node) if query else []
    if not rows:
        return None
    names = desk.names(nodes(rows, *rows[0]))
    cells: dict[str, dict[object, Cell]] = {key: {} for key in rows[0]}
    for row in rows:
        for key, term in row.items():
            if term is not None:
                cells[key][term] = _told(term, links.cell(term, names), desk)
    return Sentence(query, {key: tuple(held.values()) for key, held in cells.items()})


def _told(term: object, cell: Cell, desk: Desk) -> Cell:
    """A day in words beside it; anything else as it is."""
    if isinstance(term, Literal) and term.datatype == XSD.date:
        with suppress(ValueError):
            return replace(cell, note=days.full(date.fromisoformat(term.value), desk.say))
    return cell


def _reports(
    desk: Desk, links: Links, about: Mapping[NamedNode, Values], values: Values
) -> tuple[Report, ...]:
    """Other accounts of an exchange, in the order of their numbers."""
    held = [one for one in values.get(SCHEMA.subjectOf, ()) if isinstance(one, NamedNode)]
    names = desk.names(held)
    found = []
    for node in sorted(held, key=natural):
        said = about.get(node, {})
        places = [*said.get(SCHEMA.url, ()), *said.get(DCTERMS.source, ())]
        says = next(iter(said.get(SCHEMA.description, ())), None)
        place = links.cell(places[0]) if places else None
        found.append(Report(links.cell(node, names), links.cell(says), place))
    return tuple(found)


def _cells(rows: Sequence[Row], links: Links, names: Labels) -> tuple[Mapping[str, Cell], ...]:
    return tuple({key: links.cell(term, names) for key, term in row.items()} for row in rows)


def _cited(desk: Desk, node: NamedNode, row: Row, names: Labels) -> dict[str, str]:
    """The citations by the name of their format."""

    def name(column: str) -> str:
        term = row[column]
        return names.name(term).text if isinstance(term, NamedNode) else ""

    values = {"speaker": name("speaker"), "addressee": name("addressee"), "day": text(row["date"])}
    cited = Cited(
        node.value,
        names.name(node).text,
        text(row["words"]),
        desk.say("statement.according", **values),
        name("text"),
        number(row["begin"]),
        number(row["end"]),
        text(row["sha256"]),
        desk.site.titles[0].text,
        desk.say("footer.version", version=desk.release.version),
        desk.site.issued,
    )
    return {
        desk.say("statement.plain"): citation.plain(cited),
        "BibTeX": citation.bibtex(cited),
        "CSL-JSON": citation.csl(cited),
    }


def _data(desk: Desk, node: NamedNode) -> Markup:
    """The document as JSON-LD, fit to stand in a page: nothing in it ends the element."""
    data = desk.documents.write(node, "jsonld").decode()
    return Markup(data.replace("<", "\\u003c"))  # noqa: S704 - it is JSON, and holds no tag now


def _more(node: NamedNode, links: Links, values: Values) -> tuple[tuple[str, str], ...]:
    """Names of stored queries that tell more, with the address where the thing is filled in."""
    found = []
    types = [one for one in values.get(RDF.type, ()) if isinstance(one, NamedNode)]
    for type_ in types:
        for name, given in MORE.get(type_, ()):
            filled = {given: node.value.removeprefix(links.base)} if given else {}
            ending = f"?{urlencode(filled)}" if filled else ""
            found.append((name, f"{links.root}queries/{name}.html{ending}"))
    return tuple(found)
