"""The graph of one source: the text, its passages, the exchanges and statements read from it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from readouts.authority import Authority
from readouts.fold import DOTS
from readouts.graph import labels
from readouts.model import Exchange, Membership, Participation, Passage, Reading, Statement
from readouts.source import Source
from readouts.vocab import (
    DCTERMS,
    DRO,
    ITSRDF,
    NIF,
    ORG,
    PROV,
    RDF,
    RDFS,
    SCHEMA,
    XSD,
    Mint,
    chinese,
    day,
    english,
    integer,
)


def read(
    source: Source, text: str, reading: Reading, authority: Authority, mint: Mint
) -> Iterator[Triple]:
    """All triples of one source. `text` is the capture as a string."""
    yield from _source(source, text, mint)
    for passage in reading.passages:
        yield from _passage(source.slug, passage, mint)
    days = {one.slug: one.day for one in reading.exchanges}
    for exchange in reading.exchanges:
        yield from _exchange(source.slug, exchange, authority, mint)
    for statement in reading.statements:
        node = mint.thing("statement", statement.slug)
        names = labels.statement(statement, days[statement.exchange], authority)
        yield from labels.both(node, *names)
        yield from _statement(source.slug, statement, mint)


def normalise(text: str) -> str:
    """The form for search and comparison: NFKC, no white space, every name dot U+00B7."""
    # Removing a space can bring a letter and its accent together, so NFKC is applied once more.
    unspaced = "".join(unicodedata.normalize("NFKC", text).split())
    return DOTS.sub("\u00b7", unicodedata.normalize("NFKC", unspaced))


def _source(source: Source, text: str, mint: Mint) -> Iterator[Triple]:
    node = mint.thing("text", source.slug)
    yield Triple(node, RDF.type, DRO.SourceText)
    yield from labels.texts(node, RDFS.label, dict(source.title))
    yield Triple(node, NIF.isString, Literal(text))
    yield Triple(node, NIF.beginIndex, integer(0))
    yield Triple(node, NIF.endIndex, integer(len(text)))
    yield Triple(node, DRO.sha256, Literal(source.sha256))
    yield Triple(node, DCTERMS.language, Literal(source.language))
    yield Triple(node, DCTERMS.subject, mint.thing(source.subject))
    yield from labels.texts(node, DCTERMS.provenance, dict(source.provenance))
    yield from labels.texts(node, DCTERMS.rights, dict(source.rights))
    for number, copy in enumerate(source.copies, 1):
        other = mint.thing("text", source.slug, f"copy-{number}")
        yield Triple(node, PROV.alternateOf, other)
        yield Triple(other, RDF.type, SCHEMA.WebPage)
        yield Triple(other, SCHEMA.url, NamedNode(copy.url))
        yield Triple(other, RDFS.comment, english(copy.note))
        yield from labels.both(
            other, f"A copy of the page at {copy.url}", f"该页面的转载：{copy.url}"
        )


def _passage(text: str, passage: Passage, mint: Mint) -> Iterator[Triple]:
    node = mint.passage(text, passage.span)
    yield Triple(node, RDF.type, DRO.Passage)
    yield Triple(node, DRO.passageKind, DRO[f"kind-{passage.kind}"])
    yield Triple(node, NIF.beginIndex, integer(passage.span.begin))
    yield Triple(node, NIF.endIndex, integer(passage.span.end))
    yield Triple(node, NIF.anchorOf, Literal(passage.text))
    yield Triple(node, NIF.referenceContext, mint.thing("text", text))
    if passage.within:
        yield Triple(node, DCTERMS.isPartOf, mint.passage(text, passage.within))
    if passage.names:
        yield Triple(node, ITSRDF.taIdentRef, mint.thing(passage.names))


def _exchange(text: str, exchange: Exchange, authority: Authority, mint: Mint) -> Iterator[Triple]:
    node = mint.thing("exchange", exchange.slug)
    yield Triple(node, RDF.type, DRO.Exchange)
    yield Triple(node, RDF.type, DRO[exchange.kind])
    yield from labels.both(node, *labels.exchange(exchange, authority))
    yield Triple(node, SCHEMA.startDate, day(exchange.day.isoformat()))
    yield Triple(node, SCHEMA.position, integer(exchange.number))
    yield Triple(node, DCTERMS.isPartOf, mint.passage(text, exchange.within))
    for span in exchange.reported:
        yield Triple(node, DRO.reportedIn, mint.passage(text, span))
    for place in exchange.places:
        yield Triple(node, SCHEMA.location, mint.thing(place))
    for participation in (exchange.principal, exchange.counterpart):
        part = mint.thing("exchange", exchange.slug, _slug(participation.person))
        yield Triple(node, DRO.participation, part)
        names = labels.participation(participation, exchange.day, authority)
        yield from labels.both(part, *names)
        yield from _participation(text, part, participation, mint)
    for membership in exchange.memberships:
        part = mint.thing("exchange", exchange.slug, _slug(membership.member))
        yield Triple(node, DCTERMS.relation, part)
        yield from _membership(text, part, membership, authority, mint)


def _participation(text: str, node: NamedNode, one: Participation, mint: Mint) -> Iterator[Triple]:
    yield Triple(node, RDF.type, DRO.Participation)
    yield Triple(node, DRO.agent, mint.thing(one.person))
    for role in one.roles:
        yield Triple(node, DRO.role, DRO[f"role-{role}"])
    if one.designation:
        yield Triple(node, DRO.designation, chinese(one.designation))
    if one.marker:
        yield Triple(node, DRO.tenureMarker, DRO[f"marker-{one.marker}"])
    if one.office:
        yield Triple(node, DRO.inOffice, mint.thing(one.office))
    if one.representing:
        yield Triple(node, DRO.representing, mint.thing(one.representing))
    for span in one.evidence:
        yield Triple(node, DRO.reportedIn, mint.passage(text, span))


def _membership(
    text: str, node: NamedNode, one: Membership, authority: Authority, mint: Mint
) -> Iterator[Triple]:
    """An org:Membership of a country: 非方共同主席国 is said of 塞内加尔, not of its president."""
    word = next(row["en"] for row in authority["words"] if row["value"] == one.word)
    member, organisation = authority.row(one.member), authority.row(one.organisation)
    yield Triple(node, RDF.type, ORG.Membership)
    yield Triple(node, ORG.member, mint.thing(one.member))
    yield Triple(node, ORG.organization, mint.thing(one.organisation))
    yield from labels.both(
        node,
        f"{member['en']}, {word}, {organisation['en']}",
        f"{organisation['zh']}{one.printed}{member['zh']}",
    )
    for span in one.evidence:
        yield Triple(node, DRO.reportedIn, mint.passage(text, span))


def _statement(text: str, one: Statement, mint: Mint) -> Iterator[Triple]:
    node = mint.thing("statement", one.slug)
    yield Triple(node, RDF.type, DRO.Statement)
    yield Triple(node, DRO.quoteText, chinese(one.text))
    yield Triple(node, DRO.normalizedText, Literal(normalise(one.text), datatype=XSD.string))
    yield Triple(node, DRO.saidAt, mint.thing("exchange", one.exchange))
    yield Triple(node, DRO.speaker, mint.thing(one.speaker))
    yield Triple(node, DRO.addressee, mint.thing(one.addressee))
    yield Triple(node, DRO.quotedFrom, mint.passage(text, one.quote))
    yield Triple(node, DRO.attributedIn, mint.passage(text, one.attribution))
    yield Triple(node, DRO.reportingMode, DRO[f"mode-{one.mode}"])
    yield Triple(node, DCTERMS.subject, mint.thing("theme", one.theme))
    yield Triple(node, SCHEMA.position, integer(one.number))


def _slug(key: str) -> str:
    return key.split("/", 1)[1]
