"""What a document says of one thing, and of many things by type, as cells of a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import NamedNode

from readouts.render.answers import short
from readouts.render.labels import Labels, Text
from readouts.render.links import Cell, Links
from readouts.vocab import DRO, NIF, PREFIXES, RDF, RDFS, SKOS

Values = Mapping[NamedNode, Sequence[object]]
PARTS = re.compile(r"([0-9]+)")
# Shown elsewhere on the page: as headings, as a quotation, as a note, or as the text itself.
APART = (RDF.type, RDFS.label, NIF.isString, DRO.quoteText, SKOS.editorialNote)


@dataclass(frozen=True, slots=True)
class Row:
    """A property and its values."""

    name: Cell
    values: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """What a document says of one thing.

    `quotes` are the words of a statement, `notes` what editors noted.
    """

    anchor: str
    short: str
    name: Cell
    labels: tuple[Text, ...]
    types: tuple[Cell, ...]
    quotes: tuple[Cell, ...]
    notes: tuple[Cell, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Things of one type."""

    name: Cell
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Cards:
    """Makes cards for one page."""

    links: Links
    labels: Labels

    def card(self, node: NamedNode, values: Values) -> Card:
        """What is said of a node."""
        types = [one for one in values.get(RDF.type, ()) if isinstance(one, NamedNode)]
        quotes = values.get(DRO.quoteText, ())
        return Card(
            node.value.partition("#")[2],
            short(node, self.links.base),
            self.links.named(node, self.labels.name(node)),
            tuple(self.labels.all(node)),
            tuple(self._term(one) for one in types),
            tuple(self.links.cell(one) for one in quotes),
            tuple(self.links.cell(one) for one in values.get(SKOS.editorialNote, ())),
            self.rows(values, APART),
        )

    def rows(self, values: Values, apart: Sequence[NamedNode] = ()) -> tuple[Row, ...]:
        """The properties with their values, by the names of the properties."""
        rows = [
            Row(self._term(name), tuple(self.links.cell(one, self.labels) for one in held))
            for name, held in values.items()
            if name not in apart
        ]
        return tuple(sorted(rows, key=lambda row: row.name.text))

    def groups(
        self, chosen: Iterable[NamedNode], told: Mapping[NamedNode, Values]
    ) -> tuple[Group, ...]:
        """Cards under one of the types of each thing."""
        groups: dict[NamedNode, list[Card]] = {}
        for node in sorted(chosen, key=natural):
            types = [one for one in told[node].get(RDF.type, ()) if isinstance(one, NamedNode)]
            groups.setdefault(_type(types), []).append(self.card(node, told[node]))
        ordered = sorted(groups, key=_rank)
        return tuple(Group(self._term(type_), tuple(groups[type_])) for type_ in ordered)

    def wikidata(self, values: Values) -> tuple[Cell, ...]:
        """Links to Wikidata, by whatever property they are said."""
        found = [
            one
            for held in values.values()
            for one in held
            if isinstance(one, NamedNode) and one.value.startswith(PREFIXES["wd"])
        ]
        return tuple(
            self.links.named(one, Text(one.value.removeprefix(PREFIXES["wd"]))) for one in found
        )

    def _term(self, node: NamedNode) -> Cell:
        return self.links.named(node, self.labels.term(node))


def _type(types: Sequence[NamedNode]) -> NamedNode:
    """The type to group by: one of ours before one of others, Exchange before PhoneCall."""
    ours = [one for one in types if one.value.startswith(PREFIXES["dro"])]
    return min(ours or types, key=lambda one: one.value, default=RDFS.Resource)


def _rank(type_: NamedNode) -> tuple[int, str]:
    """Our own types before those of others; passages, of which there are many, last."""
    ours = type_.value.startswith(PREFIXES["dro"])
    return (2 if type_ == DRO.Passage else int(not ours), type_.value)


def natural(node: NamedNode) -> tuple[tuple[int, str], ...]:
    """A sort key in which #char=7,10 comes before #char=12,13."""
    return tuple((int(one) if one.isdecimal() else -1, one) for one in PARTS.split(node.value))
