"""What is said of a thing, and in which formats: the documents of a release.

A document holds the answer of the stored query `describe` for the thing, and
every triple of the things that share its IRI up to the `#`: the passages of a
text, the terms of a vocabulary (Cool URIs for the Semantic Web §4.1).

Shapes and checks lie beside the data and are never asked for with them. The document of a shape
holds all that it leads to, its lists and the shapes of its properties, and what leads to it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from urllib.parse import unquote

from pyoxigraph import NamedNode, Quad, Triple

from readouts import formats
from readouts.fault import Misuse
from readouts.query import Stored
from readouts.release import BESIDE, Release
from readouts.render.description import Description
from readouts.render.told import Told
from readouts.store import Embedded, Graph, Store
from readouts.vocab import PREFIXES

# The suffixes of documents besides html, in the order in which a server prefers them.
SUFFIXES = ("ttl", "jsonld", "nt", "rdf", "trig")
VOCABULARY = PREFIXES["dro"].removesuffix("#")
RULE = """CONSTRUCT { ?near ?p ?o . ?o rdfs:label ?label . ?from ?back ?_thing ; rdfs:label ?name }
WHERE {
  VALUES (?_thing) { (UNDEF) }
  {
    ?_thing (!(dcterms:hasPart|sh:result|sh:sourceShape))* ?near .
    ?near ?p ?o .
    OPTIONAL { ?o rdfs:label ?label }
  }
  UNION
  { ?from ?back ?_thing OPTIONAL { ?from rdfs:label ?name } }
}"""


class Documents:
    """The things of a release by the path of their IRI, found once, and their documents."""

    def __init__(self, release: Release, store: Store, queries: Mapping[str, Stored]) -> None:
        if "describe" not in queries:
            raise Misuse("There is no stored query named describe. Every document is made by it.")
        self._release = release
        self._description = Description(release)
        self._data = Told(store, queries["describe"].text)
        self._tellers: dict[NamedNode, Told] = {}
        self._things: dict[str, NamedNode] = {}
        self._parts: dict[NamedNode, list[NamedNode]] = {}
        self._versions: dict[NamedNode, NamedNode] = {}
        self._last: tuple[NamedNode | None, list[Triple]] = (None, [])
        for told in (self._data, *self._beside):
            for subject in told.subjects():
                self._add(subject, told)
            self._versions |= told.versions()
        self._versions |= self._description.versions()

    @cached_property
    def stores(self) -> Sequence[Store]:
        """Where something is said of things: the data, and what lies beside them."""
        return [told.store for told in (self._data, *self._beside)]

    def find(self, path: str) -> NamedNode | None:
        """The thing whose IRI has that path under the base, percent-decoded."""
        return self._things.get(path)

    def version(self, path: str) -> NamedNode | None:
        """The thing of which the IRI with that path names a version."""
        return self._versioned.get(path)

    def all(self) -> Mapping[str, NamedNode]:
        """Every thing that has a document, by path."""
        return self._things

    @property
    def described(self) -> NamedNode | None:
        """The dataset that the release describes beside its data (DCAT, VoID)."""
        return self._description.topic

    def data(self) -> Mapping[str, NamedNode]:
        """Those of which the data tell, and of which queries can be asked."""
        return {
            path: thing
            for path, thing in self._things.items()
            if self._tellers[thing] is self._data
        }

    def path(self, node: NamedNode) -> str | None:
        """The path of the document that tells of a node, as it stands in the IRI."""
        thing = NamedNode(node.value.partition("#")[0])
        thing = self._versions.get(thing, thing)
        return self._path(thing) if thing in self._tellers else None

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
        triples = self._tellers[thing].triples(thing, self.parts(thing))
        if said := self._description.triples(thing):
            return sorted({*triples, *said, *self._labels(said)}, key=str)
        return triples

    def quads(self, thing: NamedNode) -> list[Quad]:
        """The triples of the document in each graph that holds them."""
        return self._tellers[thing].quads(self.triples(thing))

    def write(self, thing: NamedNode, suffix: str) -> bytes:
        """The document in the format of that suffix; in TriG with its named graphs."""
        held = self.quads(thing) if suffix == "trig" else self.triples(thing)
        return formats.write(held, suffix, self._release.base, self._release.context)

    def _labels(self, said: Iterable[Triple]) -> set[Triple]:
        """The labels of whatever the description names, as `describe` gives them of the data."""
        named = {str(one.object) for one in said if isinstance(one.object, NamedNode)}
        answer = self._data.store.query(
            f"CONSTRUCT {{ ?s rdfs:label ?o }} WHERE "
            f"{{ VALUES ?s {{ {' '.join(sorted(named))} }} ?s rdfs:label ?o }}"
        )
        return {*answer.triples} if isinstance(answer, Graph) else set()

    @cached_property
    def _beside(self) -> Sequence[Told]:
        """What lies beside the data, if anything does."""
        directory = self._release.directory
        names = [name for name in BESIDE if (directory / name).is_file()]
        return [Told(Embedded(directory, names), RULE)] if names else []

    @cached_property
    def _versioned(self) -> Mapping[str, NamedNode]:
        paths = {self._path(version): thing for version, thing in self._versions.items()}
        return {unquote(path): thing for path, thing in paths.items() if path}

    def _add(self, subject: NamedNode, told: Told) -> None:
        document, mark, _ = subject.value.partition("#")
        thing = NamedNode(document)
        if not (path := self._path(thing)) or self._tellers.setdefault(thing, told) is not told:
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
