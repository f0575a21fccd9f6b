"""The vocabulary: every term in both languages, what it aligns to, how it is used, and a diagram.

Terms are grouped by what they are; concepts stand under their scheme. The id of a term on the page
is the fragment of its IRI.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Triple

from readouts.render import classes, thing
from readouts.render.card import Card, Cards, Values
from readouts.render.charts import diagram
from readouts.render.desk import Desk
from readouts.render.labels import Labels, Text
from readouts.render.links import Cell, Links
from readouts.render.shown import Row, iri, nodes, number, text
from readouts.vocab import DCTERMS, OWL, RDF, RDFS, SKOS

# What is told of a term beside its properties, or goes without saying of every one.
APART = (RDF.type, RDFS.label, RDFS.isDefinedBy, SKOS.definition, SKOS.prefLabel)
ALIKE = (SKOS.inScheme, SKOS.topConceptOf)
# The kinds of terms in the order of the page, with the phrase that names each.
KINDS: Mapping[NamedNode, str] = {
    OWL.Class: "classes",
    OWL.ObjectProperty: "properties",
    OWL.DatatypeProperty: "properties",
    SKOS.Concept: "concepts",
    RDFS.Datatype: "datatypes",
}
# So many letters of a text are enough for an example.
LONGEST = 70
ORDER = ("classes", "properties", "schemes", "concepts", "datatypes", "others")


@dataclass(frozen=True, slots=True)
class Example:
    """How a term is used: a thing, or a triple in which it stands; and how often in all."""

    subject: Cell
    property: Cell | None
    object: Cell | None
    count: int


@dataclass(frozen=True, slots=True)
class Demand:
    """What a shape demands of the things of a class, as it says where that is not met."""

    shape: Cell
    message: Text


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the vocabulary: what is said of it, what it means, examples, what is demanded."""

    card: Card
    definitions: tuple[Text, ...]
    examples: tuple[Example, ...]
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Terms of one kind; of a scheme its concepts, the scheme before them."""

    anchor: str
    name: str
    terms: tuple[Term, ...]
    scheme: Term | None = None


def page(desk: Desk, node: NamedNode, triples: Sequence[Triple]) -> str:
    """The page about the vocabulary."""
    links = desk.links((desk.documents.path(node) or "").count("/"))
    examples, ties = desk.shown.rows("examples"), desk.shown.rows("between")
    names = desk.names(
        thing.nodes(triples)
        | nodes(examples, "subject", "property", "object")
        | nodes(ties, "from", "property", "to")
    )
    held = set(desk.documents.parts(node))
    about = thing.about(triples, links.base)
    told = {one: values for one, values in about.items() if one in held}
    demands = _by_term(desk.beside("demands"), "class")
    maker = Maker(desk, links, names, _by_term(examples, "term"), demands)
    shown = classes.classes(told, ties, links, names)
    return desk.page(
        "vocabulary",
        links,
        links.address(node).removeprefix(links.root),
        view=thing.view(node, triples, links, names, whole=True),
        told=None,
        descriptions=_texts(about.get(node, {}), DCTERMS.description, desk.language),
        groups=maker.groups(told),
        diagram=diagram.figure(shown, desk.say) if shown else "",
        **thing.document(node, links),
    )


@dataclass(frozen=True, slots=True)
class Maker:
    """Makes the parts of the page."""

    desk: Desk
    links: Links
    names: Labels
    examples: Mapping[NamedNode, Sequence[Row]]
    demands: Mapping[NamedNode, Sequence[Row]]

    def groups(self, told: Mapping[NamedNode, Values]) -> tuple[Group, ...]:
        """The terms by kind; each scheme of concepts is a group of its own."""
        schemes = [one for one in told if SKOS.ConceptScheme in _types(told[one])]
        # A scheme may have all its concepts elsewhere, as that of the headings does.
        found: dict[tuple[int, str], list[NamedNode]] = {
            (ORDER.index("schemes"), one.value): [] for one in schemes
        }
        for node, values in told.items():
            if node not in schemes:
                above = [one for one in values.get(SKOS.inScheme, ()) if one in schemes]
                kind = next((KINDS[one] for one in _types(values) if one in KINDS), "others")
                under = (
                    (ORDER.index("schemes"), iri(above[0])) if above else (ORDER.index(kind), "")
                )
                found.setdefault(under, []).append(node)
        ordered = sorted(found.items())
        return tuple(self._group(ORDER[rank], under, held, told) for (rank, under), held in ordered)

    def _group(
        self,
        kind: str,
        under: str,
        held: Sequence[NamedNode],
        told: Mapping[NamedNode, Values],
    ) -> Group:
        scheme = NamedNode(under) if under else None
        terms = tuple(self._term(one, told[one], ALIKE if scheme else ()) for one in held)
        if scheme is None:
            return Group(kind, self.desk.say("vocabulary." + kind), terms)
        name = self.names.name(scheme).text
        return Group(f"of-{_local(scheme)}", name, terms, self._term(scheme, told[scheme]))

    def _term(self, node: NamedNode, values: Values, apart: Sequence[NamedNode] = ()) -> Term:
        cards = Cards(self.links, self.names)
        left = {name: held for name, held in values.items() if name not in (*APART, *apart)}
        card = cards.card(node, {RDF.type: _types(values), **left})
        used = tuple(self._example(row) for row in self.examples.get(node, ()))
        asked = tuple(self._demand(row) for row in self.demands.get(node, ()))
        return Term(card, _texts(values, SKOS.definition, self.desk.language), used, asked)

    def _demand(self, row: Row) -> Demand:
        shape, said = self.links.cell(row["shape"]), row["message"]
        assert isinstance(said, Literal)  # SHACL §2.1.5: a message is a literal
        name = replace(shape, text=text(row["name"]) or shape.text, language="en")
        return Demand(name, Text(said.value, said.language or ""))

    def _example(self, row: Row) -> Example:
        named = row["property"]
        return Example(
            self._cell(row["subject"]),
            self.links.named(named, self.names.term(named))
            if isinstance(named, NamedNode)
            else None,
            self._cell(row["object"]) if row["object"] is not None else None,
            number(row["count"]),
        )

    def _cell(self, term: object) -> Cell:
        """A term, clipped to what an example needs of it."""
        cell = self.links.cell(term, self.names)
        return cell if len(cell.text) <= LONGEST else replace(cell, text=f"{cell.text[:LONGEST]}…")


def _by_term(rows: Sequence[Row], column: str) -> dict[NamedNode, list[Row]]:
    found: dict[NamedNode, list[Row]] = {}
    for row in rows:
        if isinstance(term := row[column], NamedNode):
            found.setdefault(term, []).append(row)
    return found


def _texts(values: Values, name: NamedNode, first: str) -> tuple[Text, ...]:
    """The literals of a property, the language of the page first."""
    held = [
        Text(one.value, one.language or "")
        for one in values.get(name, ())
        if isinstance(one, Literal)
    ]
    return tuple(sorted(held, key=lambda one: (one.language != first, one.language)))


def _types(values: Values) -> Sequence[NamedNode]:
    return [one for one in values.get(RDF.type, ()) if isinstance(one, NamedNode)]


def _local(node: NamedNode) -> str:
    return node.value.partition("#")[2]
