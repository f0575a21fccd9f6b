from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from conftest import BASE, TEXT
from readouts import build
from readouts.folder import Folder
from readouts.graph.text import normalise
from readouts.source import Page
from readouts.vocab import DRO, NIF, RDF, SCHEMA


@pytest.fixture(scope="module")
def quads(publication: Folder) -> list[Quad]:
    return build.make(publication, publication.publication())


def subjects(quads: list[Quad], type_: NamedNode) -> set[NamedNode]:
    return {quad.subject for quad in quads if quad.predicate == RDF.type and quad.object == type_}


def objects(quads: list[Quad], subject: NamedNode, predicate: NamedNode) -> set[object]:
    return {quad.object for quad in quads if (quad.subject, quad.predicate) == (subject, predicate)}


def test_no_node_is_blank(quads: list[Quad]) -> None:
    """Every node has a name, so that graphs can be compared line by line."""
    assert len(quads) > 6000
    assert not any(isinstance(node, BlankNode) for quad in quads for node in quad)


def test_there_is_no_chinese_in_an_iri(quads: list[Quad]) -> None:
    """IRIs are ASCII: no two stores can spell them differently."""
    nodes = {node for quad in quads for node in quad if isinstance(node, NamedNode)}

    assert all(node.value.isascii() for node in nodes)


def test_language_tags_are_in_lower_case(quads: list[Quad]) -> None:
    """Some stores lower-case language tags and some do not: ours are lower-case from the start."""
    tags = {quad.object.language for quad in quads if isinstance(quad.object, Literal)}

    assert {"en", "zh-hans", None} == tags


def test_there_is_a_graph_a_source_and_three_more(quads: list[Quad]) -> None:
    """One named graph a source text, one for decisions, one for the description, one for terms."""
    assert {f"{BASE}graph/{name}" for name in (TEXT, "authority", "dataset", "ontology")} == {
        quad.graph_name.value for quad in quads
    }


def test_the_page_is_rebuilt_from_the_graph(quads: list[Quad], page: Page) -> None:
    """Leaf passages in order are the page, byte for byte."""
    parts = {quad.object for quad in quads if quad.predicate.value.endswith("isPartOf")}
    leaves = sorted(
        (int(begin.value), text.value)
        for node in subjects(quads, DRO.Passage) - parts
        for begin in objects(quads, node, NIF.beginIndex)
        for text in objects(quads, node, NIF.anchorOf)
    )
    rebuilt = "".join(text for _, text in leaves)

    assert page.text == rebuilt
    assert page.sha256 == hashlib.sha256(rebuilt.encode()).hexdigest()


def test_every_exchange_and_statement_leads_back_to_the_page(quads: list[Quad]) -> None:
    """Each has at least one passage that it was read from, and so has each participation."""
    for type_, predicate, total in (
        (DRO.Exchange, DRO.reportedIn, 21),
        (DRO.Participation, DRO.reportedIn, 42),
        (DRO.Statement, DRO.quotedFrom, 25),
        (DRO.Statement, DRO.attributedIn, 25),
    ):
        nodes = subjects(quads, type_)
        assert total == len(nodes)
        assert all(objects(quads, node, predicate) for node in nodes), type_


def test_statements_assert_nothing(quads: list[Quad]) -> None:
    """From the words of a statement nothing is made: it has these properties and no others."""
    statements = subjects(quads, DRO.Statement)
    used = {quad.predicate.value for quad in quads if quad.subject in statements}

    assert {
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#type",
        "http://www.w3.org/2000/01/rdf-schema#label",
        "http://www.w3.org/2004/02/skos/core#editorialNote",
        "http://purl.org/dc/terms/subject",
        "http://schema.org/position",
        *(
            DRO[name].value
            for name in (
                "addressee",
                "attributedIn",
                "normalizedText",
                "quoteText",
                "quotedFrom",
                "reportingMode",
                "saidAt",
                "speaker",
            )
        ),
    } == used


def test_only_confirmed_links_are_published(quads: list[Quad]) -> None:
    """A thing that could not be confirmed has no link to Wikidata."""
    linked = {quad.subject.value for quad in quads if quad.predicate == SCHEMA.sameAs}

    assert f"{BASE}person/hun-sen" in linked
    assert f"{BASE}office/crown-prince-of-abu-dhabi" not in linked


def test_exchanges_carry_other_reports_and_their_differences(quads: list[Quad]) -> None:
    """Every exchange has references to other reports, and the note where they differ on the day."""
    exchanges = subjects(quads, DRO.Exchange)

    assert all(objects(quads, node, SCHEMA.subjectOf) for node in exchanges)
    call = NamedNode(f"{BASE}exchange/2020-02-07-call-donald-trump")
    notes = {
        quad.object.value
        for quad in quads
        if quad.subject == call and quad.predicate.value.endswith("editorialNote")
    }
    assert any("Washington" in note for note in notes)


def test_renderings_are_marked_unofficial_and_signed(quads: list[Quad]) -> None:
    """31 renderings into English: 25 statements, five introductions, one caption."""
    renderings = {quad.subject for quad in quads if quad.predicate == SCHEMA.translationOfWork}

    assert len(renderings) == 31
    for node in renderings:
        assert {"unofficial"} == {
            one.value for one in objects(quads, node, SCHEMA.creativeWorkStatus)
        }
        assert {NamedNode(f"{BASE}agent/editors")} == objects(quads, node, SCHEMA.translator)


@given(st.text())
def test_normalising_twice_is_normalising_once(text: str) -> None:
    """The normalised form is a fixed point and holds no white space."""
    once = normalise(text)

    assert once == normalise(once)
    assert once == "".join(once.split())


def test_normalising_makes_dots_and_widths_alike() -> None:
    """Name dots of any kind and punctuation of any width compare as equal."""
    assert normalise("比尔\u22c5盖茨 ,好") == normalise("比尔\u00b7盖茨，好") == "比尔\u00b7盖茨,好"
