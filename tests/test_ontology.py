from __future__ import annotations

import csv
import json

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, BNode, Graph, Literal, Namespace, URIRef

from conftest import ROOT
from readouts.authority import Authority

DRO = Namespace("https://w3id.org/readouts/ns#")
VANN = Namespace("http://purl.org/vocab/vann/")
ONTOLOGY = URIRef("https://w3id.org/readouts/ns")
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(data=(ROOT / "ontology/dro.ttl").read_bytes())


def own(ontology: Graph, *kinds: URIRef) -> list[URIRef]:
    """Our own terms of those kinds."""
    terms = {term for kind in kinds for term in ontology.subjects(RDF.type, kind)}
    return sorted(term for term in terms if isinstance(term, URIRef) and term.startswith(str(DRO)))


def test_the_vocabulary_is_small(ontology: Graph) -> None:
    """There are about a dozen classes and about twenty properties of our own."""
    assert len(own(ontology, OWL.Class)) == 12
    assert 18 <= len(own(ontology, OWL.ObjectProperty, OWL.DatatypeProperty)) <= 24


def test_every_term_is_explained_in_both_languages(ontology: Graph) -> None:
    """Every term has a label and a definition in English and Chinese, and says where it is from."""
    terms = own(ontology, *KINDS, RDFS.Datatype, SKOS.Concept, SKOS.ConceptScheme)

    assert len(terms) > 70
    for term in terms:
        for predicate in (RDFS.label, SKOS.definition):
            languages = sorted(text.language for text in ontology.objects(term, predicate))
            assert languages == ["en", "zh-hans"], (term, predicate)
        assert list(ontology.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY], term


def test_every_property_has_a_domain_and_a_range(ontology: Graph) -> None:
    """No property leaves open what it is said of and what it points to."""
    for term in own(ontology, OWL.ObjectProperty, OWL.DatatypeProperty):
        assert (term, RDFS.domain, None) in ontology, term
        assert (term, RDFS.range, None) in ontology, term


def test_the_description_of_the_vocabulary_is_complete(ontology: Graph) -> None:
    """The vocabulary states what assessments of vocabularies look for."""
    for predicate in (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.license,
        DCTERMS.creator,
        DCTERMS.created,
        DCTERMS.modified,
        DCTERMS.publisher,
        OWL.versionInfo,
        OWL.versionIRI,
        VANN.preferredNamespacePrefix,
        VANN.preferredNamespaceUri,
    ):
        assert (ONTOLOGY, predicate, None) in ontology, predicate
    assert Literal("dro") in set(ontology.objects(ONTOLOGY, VANN.preferredNamespacePrefix))


def test_every_reused_term_is_declared(ontology: Graph) -> None:
    """Classes and properties that ours are aligned to are declared, so that no tool guesses."""
    declared = {term for kind in KINDS for term in ontology.subjects(RDF.type, kind)}
    for predicate in (RDFS.subClassOf, RDFS.subPropertyOf):
        for term in ontology.objects(None, predicate):
            assert term in declared, term
    for term in ontology.objects(None, RDFS.domain):
        assert term in declared or term == OWL.Thing, term


def test_the_vocabulary_has_no_blank_nodes(ontology: Graph) -> None:
    """Every node of the vocabulary has a name."""
    assert not [node for triple in ontology for node in triple if isinstance(node, BNode)]


def test_kinds_of_exchange_agree_with_the_words(ontology: Graph, tables: Authority) -> None:
    """The class and the short name of every verb in words.csv are those of the vocabulary."""
    verbs = tables.verbs()

    assert len(verbs) == 5
    for class_, row in verbs.items():
        assert (DRO[class_], SKOS.notation, Literal(row["short"])) in ontology
        assert DRO.Exchange in set(ontology.transitive_objects(DRO[class_], RDFS.subClassOf))


def test_every_kind_of_exchange_has_event_codes(ontology: Graph, tables: Authority) -> None:
    """Each class of exchange has a CAMEO and a PLOVER code."""
    for class_ in tables.verbs():
        codes = {code.datatype for code in ontology.objects(DRO[class_], SKOS.notation)}
        assert {DRO.CAMEO, DRO.PLOVER, None} == codes, class_


def test_classes_are_aligned_as_wikidata_csv_says(ontology: Graph) -> None:
    """Every confirmed alignment of a class is in the vocabulary, and no other."""
    with (ROOT / "data/authority/wikidata.csv").open(encoding="utf-8", newline="") as file:
        confirmed = {
            (DRO[row["thing"].removeprefix("ns#")], row["qid"])
            for row in csv.DictReader(file)
            if row["thing"].startswith("ns#") and row["judgement"] == "confirmed"
        }
    aligned = {
        (subject, str(item).rsplit("/", 1)[1])
        for subject, item in ontology.subject_objects(SKOS.closeMatch)
    }

    assert confirmed
    assert confirmed == aligned


def test_the_context_names_every_property(ontology: Graph) -> None:
    """Every class and property of ours has a plain key in the JSON-LD context."""
    context = json.loads((ROOT / "ontology/context.jsonld").read_text(encoding="utf-8"))["@context"]
    named = {
        value["@id"] if isinstance(value, dict) else value
        for key, value in context.items()
        if not key.startswith("@")
    }
    for term in own(ontology, *KINDS):
        assert f"dro:{term.removeprefix(str(DRO))}" in named, term
