"""What a release says of its things, read at once: who is to be matched, and what is known of each.

Only things that have a label and an IRI of their own, without a `#`, are matched. A node that
stands between two things, such as a tenure or a participation, is no thing to look for: it is the
way from one thing to another (W3C Note, Defining N-ary Relations on the Semantic Web).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from readouts.store import Rows, Store
from readouts.vocab import DCTERMS, ORG, PREFIXES, RDF, RDFS, SKOS

Term = NamedNode | Literal
Values = Mapping[NamedNode, list[Term]]
TOLD = """SELECT DISTINCT ?s ?p ?o WHERE {{ ?s ?p ?o
FILTER(STRSTARTS(STR(?s), {base}) && !CONTAINS(STR(?s), "#") && !ISBLANK(?o)) }}"""
# What other nodes are called: terms of a vocabulary have names too.
CALLED = """SELECT DISTINCT ?s ?p ?o WHERE {{
VALUES ?p {{ rdfs:label skos:prefLabel skos:altLabel }} ?s ?p ?o
FILTER(ISIRI(?s) && (CONTAINS(STR(?s), "#") || !STRSTARTS(STR(?s), {base}))) }}"""
BROADER = "SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o FILTER(?p = rdfs:subClassOf && ISIRI(?o)) }"
NAMING = (RDFS.label, SKOS.prefLabel, SKOS.altLabel, DCTERMS.title)
# The classes of nodes that stand between things, with their subclasses.
BETWEEN = (ORG.Membership, NamedNode(PREFIXES["sem"] + "Role"))
# The classes of a vocabulary itself.
META = tuple(PREFIXES[one] for one in ("owl", "rdf", "rdfs"))


class Facts:
    """The triples about the things of a release. Raises Misuse when the store cannot be asked."""

    def __init__(self, store: Store, base: str) -> None:
        self.base = base
        self.about: dict[NamedNode, dict[NamedNode, list[Term]]] = {}
        self.pointing: dict[NamedNode, dict[NamedNode, list[NamedNode]]] = {}
        for subject, predicate, value in sorted(
            _triples(store, TOLD.format(base=Literal(base))), key=str
        ):
            self.about.setdefault(subject, {}).setdefault(predicate, []).append(value)
            if isinstance(value, NamedNode):
                back = self.pointing.setdefault(value, {})
                back.setdefault(predicate, []).append(subject)
        self._called: dict[NamedNode, dict[NamedNode, list[Term]]] = {}
        for node, predicate, value in sorted(
            _triples(store, CALLED.format(base=Literal(base))), key=str
        ):
            self._called.setdefault(node, {}).setdefault(predicate, []).append(value)
        self._broader: dict[NamedNode, set[NamedNode]] = {}
        for narrow, _, broad in _triples(store, BROADER):
            if isinstance(broad, NamedNode):
                self._broader.setdefault(narrow, set()).add(broad)
        between = {one for one in self._classes if self.wider(one) & {*BETWEEN}}
        self.relations = {
            node for node in self.about if any(one in between for one in self.types(node))
        }

    def types(self, node: NamedNode) -> list[NamedNode]:
        """The classes that are stated of a node."""
        stated = self.about.get(node, {}).get(RDF.type, [])
        return [one for one in stated if isinstance(one, NamedNode)]

    def wider(self, class_: NamedNode) -> set[NamedNode]:
        """A class and all that are wider, as far as the release says so."""
        found, waiting = {class_}, [class_]
        while waiting:
            new = self._broader.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    def broader(self, class_: NamedNode) -> list[NamedNode]:
        """The classes that are directly wider."""
        return sorted(self._broader.get(class_, ()), key=str)

    def texts(self, node: NamedNode) -> list[Literal]:
        """The names of a node: labels first, other forms after them."""
        told = self.about.get(node) or self._called.get(node, {})
        return [one for name in NAMING for one in told.get(name, []) if isinstance(one, Literal)]

    def key(self, node: NamedNode) -> str:
        """The identifier of a thing: its IRI without the base."""
        return node.value.removeprefix(self.base)

    @cached_property
    def things(self) -> list[NamedNode]:
        """What is matched, in the order of the IRIs."""
        return [
            node
            for node in sorted(self.about, key=str)
            if node not in self.relations
            and self.texts(node)
            and any(not one.value.startswith(META) for one in self.types(node))
        ]

    @property
    def _classes(self) -> set[NamedNode]:
        return {one for node in self.about for one in self.types(node)}


def links(values: Values) -> Iterator[str]:
    """The IRIs elsewhere that a thing is said to be the same as, and the last part of each."""
    for one in foreign(values.get(NamedNode(PREFIXES["schema"] + "sameAs"), [])):
        yield one.value
        yield one.value.removeprefix(stem(one))


def foreign(values: Iterable[Term]) -> list[NamedNode]:
    """Those of the values that are IRIs."""
    return [one for one in values if isinstance(one, NamedNode)]


def stem(node: NamedNode) -> str:
    """An IRI without its last part."""
    cut = max(node.value.rfind("/"), node.value.rfind("#")) + 1
    return node.value[:cut]


def _triples(store: Store, text: str) -> Iterator[tuple[NamedNode, NamedNode, Term]]:
    answer = store.query(text)
    for row in answer.solutions if isinstance(answer, Rows) else ():
        subject, predicate, value = row["s"], row["p"], row["o"]
        if isinstance(subject, NamedNode) and isinstance(predicate, NamedNode):
            assert isinstance(value, NamedNode | Literal)
            yield subject, predicate, value
