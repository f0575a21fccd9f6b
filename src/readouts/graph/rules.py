"""The rules that the data keep, as triples: the shapes and the checks of a publication.

A shape is kept as it is written. Its paths must be blank nodes (SHACL §2.3.1), and are labelled
after the shape with a number, so that they are the same each time. A check asks about all the data
at once, so it is an executable query (SHACL-AF §5.2) and no constraint of one shape; it must find
nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import yaml
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from readouts.fault import Fault
from readouts.graph import labels
from readouts.vocab import DCTERMS, RDF, RDFS, SH, Mint, english

Told = Mapping[NamedNode | BlankNode, list[Triple]]


def rules(
    shapes: Iterable[tuple[str, str]], checks: Iterable[tuple[str, str]], licence: str, mint: Mint
) -> Iterator[Triple]:
    """All rules, and the list of them.

    `shapes` are file names with their Turtle, `checks` names with their SPARQL. Raises Fault when
    a shape has no name or a check no header.
    """
    whole = mint.thing("shapes")
    yield Triple(whole, RDF.type, DCTERMS.Standard)
    yield from labels.both(whole, "What the data keep: shapes and checks", "数据所遵循的形状与检查")
    yield Triple(whole, DCTERMS.license, NamedNode(licence))
    for name, text in shapes:
        told = list(_named(name, _by_subject(text), mint.base))
        yield from told
        roots = {one.subject for one in told} - {one.object for one in told}
        yield from (Triple(whole, DCTERMS.hasPart, one) for one in roots)
    for name, text in checks:
        node = mint.thing("check", name)
        yield from _check(node, name, text)
        yield Triple(whole, DCTERMS.hasPart, node)


def _by_subject(text: str) -> Told:
    """The triples of a shapes file in the order in which they are written."""
    told: dict[NamedNode | BlankNode, list[Triple]] = {}
    for quad in parse(text, format=RdfFormat.TURTLE):
        assert not isinstance(quad.subject, Triple)  # Turtle 1.1 has none
        told.setdefault(quad.subject, []).append(quad.triple)
    return told


def _named(file: str, told: Told, base: str) -> Iterator[Triple]:
    names: dict[object, BlankNode] = {}
    for subject in told:
        if isinstance(subject, NamedNode):
            _name(subject, told, names, base)
    for subject, triples in told.items():
        if isinstance(subject, BlankNode) and subject not in names:
            raise Fault(f"{file} has a shape without a name. Give it an IRI under shape/.")
        for one in triples:
            node, value = names.get(subject, subject), names.get(one.object, one.object)
            yield Triple(node, one.predicate, value)
            if one.predicate == SH.name:
                yield Triple(node, RDFS.label, value)


def _name(shape: NamedNode, told: Told, names: dict[object, BlankNode], base: str) -> None:
    """Labels for the blank nodes that a shape leads to, numbered as they are met."""
    stem = re.sub(r"\W+", "-", shape.value.removeprefix(base))
    waiting: list[NamedNode | BlankNode] = [shape]
    number = 0
    while waiting:
        for one in told[waiting.pop(0)]:
            if isinstance(one.object, BlankNode) and one.object not in names:
                number += 1
                names[one.object] = BlankNode(f"{stem}-{number}")
                waiting.append(one.object)


def _check(node: NamedNode, name: str, text: str) -> Iterator[Triple]:
    lines = [line[3:] for line in text.splitlines() if line.startswith("#+ ")]
    try:
        header = yaml.safe_load("\n".join(lines))
        summary, why = str(header["summary"]), str(header["why"])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise Fault(f"check/{name}: its #+ header needs a summary and a why: {error}.") from None
    for type_ in (SH.SPARQLExecutable, SH.SPARQLSelectExecutable):
        yield Triple(node, RDF.type, type_)
    yield Triple(node, RDFS.label, english(summary))
    yield Triple(node, RDFS.comment, english(why))
    yield Triple(node, SH.select, Literal(text))
