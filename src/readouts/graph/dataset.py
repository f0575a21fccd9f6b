"""The graph that describes the dataset: title, version, licence, and its named graphs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode, Triple

from readouts.folder import Publication
from readouts.graph import labels
from readouts.vocab import (
    DCAT,
    DCTERMS,
    ORG,
    PROV,
    RDF,
    RDFS,
    VOID,
    Mint,
    day,
)


def describe(
    publication: Publication, texts: Mapping[str, NamedNode], mint: Mint
) -> Iterator[Triple]:
    """The dataset, its editors and its graphs. `texts` maps slugs of sources to their graphs."""
    dataset, editors = mint.thing("dataset"), mint.thing("agent", "editors")
    for type_ in (DCAT.Dataset, VOID.Dataset):
        yield Triple(dataset, RDF.type, type_)
    for predicate in (RDFS.label, DCTERMS.title):
        yield from labels.texts(dataset, predicate, dict(publication.title))
    yield from labels.texts(dataset, DCTERMS.description, dict(publication.description))
    yield from labels.texts(dataset, DCTERMS.rights, dict(publication.rights))
    yield from _catalogued(publication, dataset)
    yield Triple(dataset, DCTERMS.license, NamedNode(publication.licence))
    for predicate in (DCTERMS.creator, DCTERMS.publisher):
        yield Triple(dataset, predicate, editors)
    yield Triple(dataset, DCTERMS.issued, day(publication.issued))
    yield Triple(dataset, DCAT.version, Literal(publication.version))
    yield Triple(editors, RDF.type, ORG.Organization)
    yield Triple(editors, RDF.type, PROV.Agent)
    yield from labels.texts(editors, RDFS.label, dict(publication.editors))
    for slug, graph in texts.items():
        yield from _graph(graph, dataset, f"What was read from {slug}", f"据 {slug} 读出的内容")
        yield Triple(graph, PROV.wasDerivedFrom, mint.thing("text", slug))
    for name, en, zh in (
        ("authority", "Authority records, decided by the editors", "由编者裁定的规范记录"),
        ("dataset", "The description of the dataset", "数据集的描述"),
        ("ontology", "The vocabulary", "词汇表"),
    ):
        yield from _graph(mint.thing("graph", name), dataset, en, zh)


def _catalogued(publication: Publication, dataset: NamedNode) -> Iterator[Triple]:
    """What a catalogue sorts datasets by (DCAT 3 §6.4)."""
    yield Triple(dataset, DCTERMS.identifier, Literal(dataset.value))
    yield Triple(dataset, DCTERMS.accrualPeriodicity, NamedNode(publication.frequency))
    for theme in publication.themes:
        yield Triple(dataset, DCAT.theme, NamedNode(theme))
    for language, words in publication.keywords.items():
        for word in words:
            yield Triple(dataset, DCAT.keyword, Literal(word, language=language))


def _graph(graph: NamedNode, dataset: NamedNode, en: str, zh: str) -> Iterator[Triple]:
    yield Triple(graph, RDF.type, VOID.Dataset)
    yield from labels.both(graph, en, zh)
    yield Triple(graph, DCTERMS.isPartOf, dataset)
