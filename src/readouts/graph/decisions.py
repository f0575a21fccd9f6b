"""The graph of the authority records: what was decided about things, with its evidence."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode, Triple

from readouts.authority import CLASSES, Authority, Row
from readouts.graph import labels
from readouts.model import Reading, Span
from readouts.vocab import (
    DCTERMS,
    DRO,
    ORG,
    RDF,
    RDFS,
    SCHEMA,
    SKOS,
    WD,
    Mint,
    chinese,
    day,
    english,
)

TYPES: dict[str, tuple[NamedNode, ...]] = {
    "people": (SCHEMA.Person,),
    "offices": (ORG.Post,),
    "countries": (SCHEMA.Country,),
    "organisations": (ORG.Organization,),
    "places": (SCHEMA.Place,),
    "themes": (DRO.Heading,),
    "topics": (SKOS.Concept,),
}


def decided(authority: Authority, readings: dict[str, Reading], mint: Mint) -> Iterator[Triple]:
    """All triples of the tables. `readings` (by slug of the text) place the translations."""
    for table, kind in CLASSES.items():
        for row in authority[table]:
            node = mint.thing(kind, row["slug"])
            for type_ in TYPES[table]:
                yield Triple(node, RDF.type, type_)
            yield from labels.both(node, row["en"], row["zh"])
            for printed in row.get("printed", "").split("|"):
                if printed and printed != row["zh"] and table != "offices":
                    yield Triple(node, SKOS.altLabel, chinese(printed))
    yield from _codes(authority, mint)
    yield from _relations(authority, mint)
    yield from _words(authority)
    for row in authority["tenures"]:
        yield from _tenure(row, authority, mint)
    yield from _links(authority, mint)
    yield from _reports(authority, mint)
    for row in authority["translations"]:
        yield from _translation(row, readings[row["text"]], mint)


def _codes(authority: Authority, mint: Mint) -> Iterator[Triple]:
    for row in authority["countries"]:
        node = mint.thing("country", row["slug"])
        for column, datatype in (("iso2", "ISO2"), ("iso3", "ISO3"), ("m49", "M49")):
            yield Triple(node, SKOS.notation, Literal(row[column], datatype=DRO[datatype]))
        yield Triple(node, SKOS.notation, Literal(row["iso3"], datatype=DRO.PLOVER))
    for row in authority["organisations"]:
        node = mint.thing("organisation", row["slug"])
        if row["plover"]:
            yield Triple(node, SKOS.notation, Literal(row["plover"], datatype=DRO.PLOVER))
        if row["ror"]:
            yield Triple(node, SCHEMA.sameAs, NamedNode(row["ror"]))
        if row["isni"]:
            yield Triple(node, SCHEMA.sameAs, NamedNode(f"https://isni.org/isni/{row['isni']}"))


def _relations(authority: Authority, mint: Mint) -> Iterator[Triple]:
    for row in authority["offices"]:
        node = mint.thing("office", row["slug"])
        yield Triple(node, DRO.jurisdiction, mint.thing(row["jurisdiction"]))
    for row in authority["places"]:
        node = mint.thing("place", row["slug"])
        for column in ("country", "within"):
            if row[column]:
                yield Triple(node, SCHEMA.containedInPlace, mint.thing(row[column]))
    for row in authority["themes"]:
        node = mint.thing("theme", row["slug"])
        yield Triple(node, SKOS.inScheme, DRO["theme-scheme"])
        yield Triple(node, SKOS.prefLabel, chinese(row["zh"]))
        yield Triple(node, SKOS.prefLabel, english(row["en"]))
        yield Triple(node, SKOS.altLabel, chinese(row["heading"]))
        yield Triple(node, DCTERMS.isPartOf, mint.thing("text", row["text"]))
    for row in authority["topics"]:
        node = mint.thing("topic", row["slug"])
        yield Triple(node, SKOS.notation, Literal(row["plover"], datatype=DRO.PLOVER))


def _words(authority: Authority) -> Iterator[Triple]:
    """The printed words of verbs, roles and markers, so that a phrase can be written again."""
    for row in authority["words"]:
        if row["kind"] == "verb":
            yield Triple(DRO[row["value"]], SKOS.altLabel, chinese(row["printed"]))
        elif row["kind"] in ("request", "guest"):
            yield Triple(DRO[f"role-{row['value']}"], SKOS.altLabel, chinese(row["printed"]))
        elif row["kind"] == "marker":
            yield Triple(DRO[f"marker-{row['value']}"], SKOS.altLabel, chinese(row["printed"]))


def _tenure(row: Row, authority: Authority, mint: Mint) -> Iterator[Triple]:
    node = mint.thing("tenure", row["slug"])
    person = authority.row(f"person/{row['person']}")
    office = authority.row(f"office/{row['office']}")
    yield Triple(node, RDF.type, DRO.Tenure)
    yield from labels.both(
        node,
        f"{person['en']}, {office['en']}, from {row['start']}",
        f"{person['zh']}，{office['zh']}，自{row['start']}起",
    )
    yield Triple(node, ORG.member, mint.thing("person", row["person"]))
    yield Triple(node, DRO.post, mint.thing("office", row["office"]))
    yield Triple(node, SCHEMA.startDate, day(row["start"]))
    if row["end"]:
        yield Triple(node, SCHEMA.endDate, day(row["end"]))
    for url in row["sources"].split():
        yield Triple(node, DCTERMS.source, NamedNode(url))
    yield Triple(node, RDFS.comment, Literal(f"Evidence: {row['evidence']}"))
    if row["note"]:
        yield Triple(node, SKOS.editorialNote, english(row["note"]))


def _links(authority: Authority, mint: Mint) -> Iterator[Triple]:
    """Links to Wikidata: only the confirmed, each with what it rests on."""
    for row in authority["wikidata"]:
        # Classes are aligned in the ontology itself, with skos:closeMatch.
        if row["judgement"] != "confirmed" or row["thing"].startswith("ns#"):
            continue
        node = mint.thing(row["thing"])
        yield Triple(node, SCHEMA.sameAs, WD[row["qid"]])
        evidence = " ".join(part for part in (row["evidence"], row["source"]) if part)
        yield Triple(node, DRO.linkEvidence, Literal(evidence))


def _reports(authority: Authority, mint: Mint) -> Iterator[Triple]:
    """Other reports of an exchange, and notes of where they differ."""
    for row in authority["reports"]:
        exchange = mint.thing("exchange", row["exchange"])
        node = mint.thing("report", f"{row['exchange']}-{row['number']}")
        yield Triple(exchange, SCHEMA.subjectOf, node)
        yield Triple(node, RDF.type, SCHEMA.CreativeWork)
        yield from labels.both(node, *labels.report(row))
        yield Triple(node, SCHEMA.description, Literal(row["what"]))
        if row["url"]:
            yield Triple(node, SCHEMA.url, NamedNode(row["url"]))
        else:
            yield Triple(node, DCTERMS.source, Literal(row["place"]))
    for row in authority["notes"]:
        yield Triple(mint.thing(row["thing"]), SKOS.editorialNote, english(row["note"]))


def _translation(row: Row, reading: Reading, mint: Mint) -> Iterator[Triple]:
    """An unofficial English rendering, with who made it; the words of the source stay apart."""
    node = mint.thing("translation", row["slug"])
    statements = {one.slug for one in reading.statements}
    if row["slug"] in statements:
        work = mint.thing("statement", row["slug"])
    else:
        work = mint.passage(row["text"], _rendered(row, reading))
    yield Triple(node, RDF.type, SCHEMA.CreativeWork)
    yield from labels.both(
        node, f"Unofficial English rendering: {row['slug']}", f"非官方英译：{row['slug']}"
    )
    yield Triple(node, SCHEMA.text, english(row["en"]))
    yield Triple(node, SCHEMA.translationOfWork, work)
    yield Triple(node, SCHEMA.translator, mint.thing("agent", row["translator"]))
    yield Triple(node, SCHEMA.creativeWorkStatus, english(row["status"]))
    yield Triple(node, SCHEMA.dateCreated, day(row["date"]))


def _rendered(row: Row, reading: Reading) -> Span:
    """The largest passage with the words that a row renders."""
    return next(one.span for one in reading.passages if one.text == row["zh"])
