"""What one store says of a thing, and of the things that share its IRI up to the `#`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from readouts.query import bind
from readouts.store import Graph, Rows, Store

SUBJECTS = "SELECT DISTINCT ?thing WHERE { ?thing ?property ?value FILTER(ISIRI(?thing)) }"
# A blank node has no name by which a query could ask for it.
IN_GRAPHS = """SELECT ?s ?p ?o ?g WHERE {{
  {{ VALUES ?s {{ {values} }} GRAPH ?g {{ ?s ?p ?o }} }}
  UNION
  {{ GRAPH ?g {{ ?s ?p ?o FILTER(ISBLANK(?s)) }} }}
}}"""
VERSIONS = "SELECT ?thing ?version WHERE { ?thing owl:versionIRI ?version }"


class Told:
    """Asks a store. `whole` is the query that finds what is said of a thing: its `?_thing`."""

    def __init__(self, store: Store, whole: str) -> None:
        self.store = store
        self._whole = whole

    def subjects(self) -> list[NamedNode]:
        """Everything of which something is said and that has an IRI."""
        found = (row["thing"] for row in self._rows(SUBJECTS))
        return [node for node in found if isinstance(node, NamedNode)]

    def versions(self) -> dict[NamedNode, NamedNode]:
        """The things of which there are versions, by the IRI of the version (OWL 2 §3.1)."""
        found = ((row["version"], row["thing"]) for row in self._rows(VERSIONS))
        return {
            version: thing
            for version, thing in found
            if isinstance(version, NamedNode) and isinstance(thing, NamedNode)
        }

    def triples(self, thing: NamedNode, parts: Sequence[NamedNode]) -> list[Triple]:
        """What is said of a thing and all that is said of its parts, each once, in order."""
        triples = self._graph(bind(self._whole, {"_thing": thing}))
        if parts:
            values = " ".join(map(str, parts))
            triples |= self._graph(
                f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {values} }} ?s ?p ?o }}"
            )
        return sorted(triples, key=str)

    def quads(self, told: Iterable[Triple]) -> list[Quad]:
        """Triples in each graph that holds them."""
        triples = set(told)
        subjects = {one.subject for one in triples if isinstance(one.subject, NamedNode)}
        values = " ".join(sorted(map(str, subjects)))
        quads: list[Quad] = []
        for row in self._rows(IN_GRAPHS.format(values=values)):
            triple = Triple(row["s"], row["p"], row["o"])
            if triple in triples:
                quads.append(_in(triple, row["g"]))
        named = {quad.triple for quad in quads}
        return quads + [_in(triple, DefaultGraph()) for triple in triples - named]

    def _graph(self, text: str) -> set[Triple]:
        answer = self.store.query(text)
        return {*answer.triples} if isinstance(answer, Graph) else set()

    def _rows(self, text: str) -> Any:
        answer = self.store.query(text)
        assert isinstance(answer, Rows)  # each is a SELECT
        return answer.solutions


def _in(triple: Triple, graph: Any) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)
