"""The page of the vocabulary: every term, what it means, how it is used, and the diagram."""

from __future__ import annotations

import re
from html import unescape

import pytest
from pyoxigraph import Literal

from readouts import query, release
from readouts.render.page import Pages
from readouts.vocab import RDFS, SKOS

TERM = re.compile(r'<section class="term" id="([^"]+)">(.*?)</section>', re.DOTALL)


@pytest.fixture(scope="module", params=["en", "zh-hans"])
def html(request, publication, embedded, documents):
    """The page in each language."""
    made, stored = release.read(publication.release), query.load(publication.queries)
    own = query.load(publication.queries / "pages")
    return Pages(documents, embedded, made, stored, own, request.param).thing(documents.find("ns"))


def test_every_term_is_there_in_both_languages(html, documents):
    """Each term has one section under the fragment of its IRI, with all it is called and means."""
    node = documents.find("ns")
    said = documents.triples(node)
    terms = {one.value.partition("#")[2]: one for one in documents.parts(node)}
    found = dict(TERM.findall(html))

    assert len(terms) > 70
    assert found.keys() == terms.keys()
    for anchor, term in terms.items():
        told = [
            one.object
            for one in said
            if one.subject == term and one.predicate in (RDFS.label, SKOS.definition)
        ]
        assert len(told) == 4, anchor
        for one in told:
            assert isinstance(one, Literal)
            assert f'lang="{one.language}"' in found[anchor], anchor
            assert one.value in unescape(found[anchor]), anchor
        assert f"#{anchor}" in html


def test_what_a_term_aligns_to_is_told(html):
    """Superclasses and close matches stand with a class, and lead where they are defined."""
    found = dict(TERM.findall(html))

    assert 'href="http://semanticweb.cs.vu.nl/2009/11/sem/Event"' in found["Exchange"]
    assert 'href="http://www.wikidata.org/entity/Q2761147"' in found["Meeting"]
    assert 'href="http://www.w3.org/ns/prov#wasQuotedFrom"' in found["quotedFrom"]


def test_terms_have_examples_from_the_data(html, embedded):
    """Every term that the data use has an example, which says how often it is used."""
    used = embedded.query(
        "SELECT DISTINCT ?t {"
        " { ?s a ?t } UNION { ?s ?t ?o } FILTER(STRSTARTS(STR(?t), STR(dro:))) }"
    )
    found = dict(TERM.findall(html))
    anchors = {row["t"].value.partition("#")[2] for row in used.solutions}

    assert len(anchors) > 30
    for anchor in anchors:
        assert 'class="example"' in found[anchor], anchor
    assert re.search(r"(in all: 21|共 21 处)<", found["Exchange"])
    assert "statement/china-approach-01.html" in found["saidAt"]
    assert "exchange/2020-01-28-meeting-tedros-adhanom-ghebreyesus.html" in found["saidAt"]


def test_concepts_stand_under_their_scheme(html):
    """Each scheme is a group that holds its concepts, and the table of contents leads to it."""
    group = re.search(r'<section class="terms" id="of-role-scheme">.*', html, re.DOTALL)

    assert group is not None
    held = [
        anchor
        for anchor, _ in TERM.findall(
            group[0].partition('class="terms" id')[2].partition('class="terms" id')[0]
        )
    ]
    assert held[0] == "role-scheme"
    assert set(held[1:]) == {
        f"role-{name}"
        for name in ("principal", "counterpart", "requester", "sender", "recipient", "visitor")
    }
    assert '<a href="#of-role-scheme">' in html


def test_the_diagram_leads_to_every_class_and_property(html):
    """The diagram links each class of ours, and each property, twice: wide and for a phone."""
    picture = re.search(r'<figure class="chart diagram">.*?</figure>', html, re.DOTALL)

    assert picture is not None
    for term in ("Exchange", "PhoneCall", "Participation", "saidAt", "quoteText", "passageKind"):
        assert picture[0].count(f'<a href="./ns.html#{term}">') >= 2, term


def test_shapes_are_told_in_words_beside_each_class(html):
    """Beside a class stands each message of its shapes, with a link to the shape."""
    demands = re.findall(r'<dt><a href="\./shape/([a-z-]+)\.html"', html)

    assert len(demands) == 54
    assert "exchange-date" in demands
    assert "This exchange does not have exactly one day as an xsd:date." in html
