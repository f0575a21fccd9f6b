"""A document as a person reads it: what is said of the thing, what links here, what is near.

Every statement of the document stands on the page: in a table, as a heading, as a link to the
thing, or, for the passages of a text, in the text itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from readouts.formats import FORMATS
from readouts.render import blank
from readouts.render.card import Card, Cards, Group, Row, Values
from readouts.render.desk import Desk
from readouts.render.document import SUFFIXES
from readouts.render.kinds import kinds
from readouts.render.labels import Labels, titled
from readouts.render.links import Cell, Links
from readouts.vocab import RDFS


@dataclass(frozen=True, slots=True)
class View:
    """A page about a thing."""

    thing: Card
    parts: tuple[Group, ...]
    backlinks: tuple[Row, ...]
    near: tuple[Group, ...]
    wikidata: tuple[Cell, ...]


def page(desk: Desk, node: NamedNode, triples: Sequence[Triple]) -> str:
    """The page about a thing."""
    links = desk.links((desk.documents.path(node) or "").count("/"))
    seen = view(node, triples, links, titled(desk.names(nodes(triples)), triples), whole=False)
    own = kinds(desk, node, links, about(triples, links.base))
    here = links.address(node).removeprefix(links.root)
    return desk.page("thing", links, here, view=seen, told=own, **document(node, links))


def document(node: NamedNode, links: Links) -> dict[str, object]:
    """The IRI of a thing, and where its document is in each format."""
    here = links.address(node).removeprefix(links.root)
    return {
        "iri": node.value,
        "stem": links.top + here.removesuffix(".html"),
        "formats": [(one, FORMATS[one].media) for one in SUFFIXES],
    }


def nodes(triples: Iterable[Triple]) -> set[NamedNode]:
    """Every node that a page about a document names, properties and classes too."""
    return {term for triple in triples for term in triple if isinstance(term, NamedNode)}


def view(
    thing: NamedNode, triples: Sequence[Triple], links: Links, labels: Labels, *, whole: bool
) -> View:
    """The page about a thing; `whole` if its text with its passages is shown besides."""
    held, cards = about(triples, links.base), Cards(links, labels)
    parts = {one for one in held if one.value.startswith(f"{thing.value}#")}
    near = {one for one, values in held.items() if _tells(values, thing)} - parts - {thing}
    return View(
        cards.card(thing, held.get(thing, {})),
        cards.groups(set() if whole else parts, held),
        cards.rows(_pointing(thing, triples, parts)),
        cards.groups(near, held),
        cards.wikidata(held.get(thing, {})),
    )


def about(triples: Sequence[Triple], base: str) -> dict[NamedNode, dict[NamedNode, list[object]]]:
    """What is said of each node, by property. A blank node stands as what is said of it."""
    told: dict[NamedNode, dict[NamedNode, list[object]]] = {}
    for triple in triples:
        if isinstance(triple.subject, NamedNode):
            values = told.setdefault(triple.subject, {})
            value = blank.written(triple.object, triples, base)
            values.setdefault(triple.predicate, []).append(value)
    return told


def _tells(values: Values, thing: NamedNode) -> bool:
    """Whether more is said of a node than its label and that it points to the thing."""
    return any(set(held) - {thing} for name, held in values.items() if name != RDFS.label)


def _pointing(
    thing: NamedNode, triples: Iterable[Triple], parts: AbstractSet[NamedNode]
) -> dict[NamedNode, list[object]]:
    """The nodes that point to a thing, by property. That its own parts do goes without saying."""
    back: dict[NamedNode, list[object]] = {}
    for triple in triples:
        if triple.object == thing and triple.subject not in parts:
            back.setdefault(triple.predicate, []).append(triple.subject)
    return back
