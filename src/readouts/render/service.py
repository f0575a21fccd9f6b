"""The description of the SPARQL endpoint (SPARQL 1.1 Service Description), in RDF.

The stored queries are in it as examples for editors (SHACL-AF §5.2), each at its own address.
Everything has an IRI: that of the endpoint, with a fragment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from readouts import formats
from readouts.query import Stored
from readouts.release import Release
from readouts.render.description import Description
from readouts.store import Rows, Store
from readouts.vocab import (
    DCAT,
    FILE_FORMATS,
    RDF,
    RDFS,
    SCHEMA,
    SH,
    VOID,
    chinese,
    english,
    integer,
)

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "JSON-LD",
    "N-Triples",
    "RDF_XML",
)
GRAPHS = "SELECT ?graph (COUNT(*) AS ?count) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
UNION = "SELECT (COUNT(*) AS ?count) { ?s ?p ?o }"
Said = tuple[NamedNode, NamedNode, NamedNode | Literal]


class Service:
    """The description, made when it is first asked for: a release does not change."""

    def __init__(self, release: Release, store: Store, queries: Mapping[str, Stored]) -> None:
        self._release = release
        self._dataset = Description(release).topic
        self._store = store
        self._queries = queries
        self._endpoint = NamedNode(f"{release.base}sparql")
        self.write = lru_cache(maxsize=8)(self._write)

    def _write(self, suffix: str) -> bytes:
        """The description in the format of that suffix."""
        said = [*self._service(), *self._graphs()]
        for stored in self._queries.values():
            said += _executable(self._release.base, self._endpoint, stored)
        triples = [Triple(*one) for one in said]
        return formats.write(triples, suffix, self._release.base, self._release.context)

    def _part(self, name: str) -> NamedNode:
        return NamedNode(f"{self._endpoint.value}#{name}")

    def _service(self) -> Iterator[Said]:
        service = self._part("service")
        for type_ in (_sd("Service"), DCAT.DataService):
            yield service, RDF.type, type_
        yield service, RDFS.label, english("The SPARQL endpoint of this publication")
        yield service, RDFS.label, chinese("本数据集的 SPARQL 端点")
        yield service, _sd("endpoint"), self._endpoint
        yield service, DCAT.endpointURL, self._endpoint
        if self._dataset is not None:
            # The description of the dataset names this endpoint in turn (void:sparqlEndpoint).
            yield service, DCAT.servesDataset, self._dataset
        yield service, _sd("supportedLanguage"), _sd("SPARQL11Query")
        yield service, _sd("feature"), _sd("UnionDefaultGraph")
        yield service, _sd("defaultDataset"), self._part("dataset")
        for name in FORMATS:
            yield service, _sd("resultFormat"), NamedNode(FILE_FORMATS + name)

    def _graphs(self) -> Iterator[Said]:
        """The dataset: the union of the named graphs, and each of them under its own IRI."""
        dataset, union = self._part("dataset"), self._part("union")
        yield dataset, RDF.type, _sd("Dataset")
        yield dataset, _sd("defaultGraph"), union
        yield union, RDF.type, _sd("Graph")
        whole = self._release.triples
        yield union, VOID.triples, self._counts(UNION)[None] if whole is None else integer(whole)
        for graph, count in self._by_graph().items():
            named = self._part(quote(graph.value.removeprefix(self._release.base)))
            yield dataset, _sd("namedGraph"), named
            yield named, RDF.type, _sd("NamedGraph")
            yield named, _sd("name"), graph
            yield named, _sd("graph"), graph
            yield graph, RDF.type, _sd("Graph")
            yield graph, VOID.triples, count

    def _by_graph(self) -> dict[NamedNode, Literal]:
        """The triples of each graph: as the manifest counts them, else as the store does."""
        if told := self._release.graphs:
            return {NamedNode(name): integer(count) for name, count in told.items()}
        counts = self._counts(GRAPHS).items()
        return {graph: count for graph, count in counts if graph is not None}

    def _counts(self, query: str) -> dict[NamedNode | None, Literal]:
        answer = self._store.query(query)
        assert isinstance(answer, Rows)  # both are SELECT
        found: dict[NamedNode | None, Literal] = {}
        named = len(answer.solutions.variables) > 1
        for row in answer.solutions:
            graph, count = row["graph"] if named else None, row["count"]
            if isinstance(count, Literal) and (graph is None or isinstance(graph, NamedNode)):
                found[graph] = integer(int(count.value))
        return found


def _executable(base: str, endpoint: NamedNode, stored: Stored) -> Iterator[Said]:
    """A stored query as an example; without values its parameters are UNDEF, so it runs as is."""
    node = NamedNode(f"{base}queries/{stored.name}")
    form = stored.form.capitalize()
    yield node, RDF.type, SH.SPARQLExecutable
    yield node, RDF.type, SH[f"SPARQL{form}Executable"]
    yield node, RDFS.label, english(stored.summary["en"])
    yield node, RDFS.label, chinese(stored.summary["zh-hans"])
    yield node, RDFS.comment, english(stored.description)
    yield node, RDFS.comment, chinese(stored.summary["zh-hans"])
    yield node, SH[form.lower()], Literal(stored.text)
    yield node, SCHEMA.target, endpoint
    for tag in stored.tags:
        yield node, SCHEMA.keywords, english(tag)


def _sd(name: str) -> NamedNode:
    return NamedNode(SD + name)
