"""What is said of a thing, and in which formats: the documents of a release.

A document holds the answer of the stored query `describe` for the thing, and
every triple of the things that share its IRI up to the `#`: the passages of a
text, the terms of a vocabulary (Cool URIs for the Semantic Web §4.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from pyoxigraph import DefaultGraph, NamedNode, Quad, Triple

from readouts import formats
from readouts.fault import Misuse
from readouts.query import Stored, bind
from readouts.release import Release
from readouts.render.description import Description
from readouts.store import Graph, Rows, Store
from readouts.vocab import PREFIXES

# The suffixes of documents besides html, in the order in which a server prefers them.
SUFFIXES = ("ttl", "jsonld", "nt", "rdf", "trig")
SUBJECTS = "SELECT DISTINCT ?thing WHERE { ?thing ?property ?value FILTER(ISIRI(?thing)) }"
VOCABULARY = PREFIXES["dro"].removesuffix("#")


class Documents:
    """The things of a release by the path of their IRI, found once, and their documents."""

    def __init__(self, release: Release, store: Store, queries: Mapping[str, Stored]) -> None:
        if "describe" not in queries:
            raise Misuse("There is no stored query named describe. Every document is made by it.")
        self._release = release
        self._description = Description(release)
        self._store = store
        self._describe = queries["describe"].text
        self._things: dict[str, NamedNode] = {}
        self._parts: dict[NamedNode, list[NamedNode]] = {}
        for subject in self._subjects():
            self._add(subject)
        self._held = frozenset(self._things.values())
        self._last: tuple[NamedNode | None, list[Triple]] = (None, [])

    def find(self, path: str) -> NamedNode | None:
        """The thing whose IRI has that path under the base, percent-decoded."""
        return self._things.get(path)

    def version(self, path: str) -> NamedNode | None:
        """The thing of which the IRI with that path names a version."""
        return self._description.versions.get(f"{self._release.base}{path}")

    def all(self) -> Mapping[str, NamedNode]:
        """Every thing that has a document, by path."""
        return self._things

    @property
    def described(self) -> NamedNode | None:
        """The dataset that the release describes beside its data (DCAT, VoID)."""
        return self._description.topic

    def path(self, node: NamedNode) -> str | None:
        """The path of the document that tells of a node, as it stands in the IRI."""
        thing = NamedNode(node.value.partition("#")[0])
        return self._path(thing) if thing in self._held else None

    def parts(self, thing: NamedNode) -> list[NamedNode]:
        """The things that share the IRI of a thing up to the `#`."""
        return self._parts.get(thing, [])

    def triples(self, thing: NamedNode) -> list[Triple]:
        """The triples of the document, each once, in order.

        They are kept for the next who asks: a document comes in several formats and languages.
        """
        held, triples = self._last
        if held != thing:
            triples = self._told(thing)
            self._last = (thing, triples)
        return triples

    def _told(self, thing: NamedNode) -> list[Triple]:
        answer = self._store.query(bind(self._describe, {"_thing": thing}))
        triples = {*answer.triples} if isinstance(answer, Graph) else set()
        if parts := self.parts(thing):
            triples.update(self._of(parts))
        if said := self._description.triples(thing):
            triples.update(said, self._labels(said))
        return sorted(triples, key=str)

    def quads(self, thing: NamedNode) -> list[Quad]:
        """The triples of the document in each graph that holds them."""
        triples = set(self.triples(thing))
        subjects = " ".join(sorted({str(triple.subject) for triple in triples}))
        answer = self._store.query(
            f"SELECT ?s ?p ?o ?g WHERE {{ VALUES ?s {{ {subjects} }} GRAPH ?g {{ ?s ?p ?o }} }}"
        )
        quads: list[Quad] = []
        if isinstance(answer, Rows):
            for row in answer.solutions:
                triple = Triple(row["s"], row["p"], row["o"])
                if triple in triples:
                    quads.append(_in(triple, row["g"]))
        named = {quad.triple for quad in quads}
        return quads + [_in(triple, DefaultGraph()) for triple in triples - named]

    def write(self, thing: NamedNode, suffix: str) -> bytes:
        """The document in the format of that suffix; in TriG with its named graphs."""
        held = self.quads(thing) if suffix == "trig" else self.triples(thing)
        return formats.write(held, suffix, self._release.base, self._release.context)

    def _labels(self, said: Iterable[Triple]) -> set[Triple]:
        """The labels of whatever the description names, as `describe` gives them of the data."""
        named = {str(one.object) for one in said if isinstance(one.object, NamedNode)}
        answer = self._store.query(
            f"CONSTRUCT {{ ?s rdfs:label ?o }} WHERE "
            f"{{ VALUES ?s {{ {' '.join(sorted(named))} }} ?s rdfs:label ?o }}"
        )
        return {*answer.triples} if isinstance(answer, Graph) else set()

    def _of(self, subjects: list[NamedNode]) -> set[Triple]:
        values = " ".join(map(str, subjects))
        answer = self._store.query(
            f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ VALUES ?s {{ {values} }} ?s ?p ?o }}"
        )
        return {*answer.triples} if isinstance(answer, Graph) else set()

    def _subjects(self) -> list[NamedNode]:
        answer = self._store.query(SUBJECTS)
        assert isinstance(answer, Rows)
        found = (solution["thing"] for solution in answer.solutions)
        return [node for node in found if isinstance(node, NamedNode)]

    def _add(self, subject: NamedNode) -> None:
        document, mark, _ = subject.value.partition("#")
        thing = NamedNode(document)
        if not (path := self._path(thing)):
            return
        self._things[unquote(path)] = thing
        if mark:
            self._parts.setdefault(thing, []).append(subject)

    def _path(self, thing: NamedNode) -> str | None:
        """The path under the base. The vocabulary is at `ns`, whatever the base."""
        if thing.value == VOCABULARY:
            return "ns"
        base = self._release.base
        return thing.value.removeprefix(base) if thing.value.startswith(base) else None


def _in(triple: Triple, graph: Any) -> Quad:
    """A triple in a graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)
