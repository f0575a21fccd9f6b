"""A dataset counted: VoID statistics, partitions and the linkset, of the release itself.

Counts are of distinct triples, whatever graphs they stand in. Parts have IRIs of the dataset with
a fragment, so that nothing is blank and one document tells of them all (VoID §4).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Quad, Triple

from readouts.vocab import DCAT, DCTERMS, PREFIXES, RDF, SCHEMA, VOID, Mint, chinese, english
from readouts.vocab import integer as whole

WIKIDATA = PREFIXES["wd"]
# ISO 639-1 at the Library of Congress, as DCAT 3 §6.4.7 recommends.
LANGUAGES = "http://id.loc.gov/vocabulary/iso639-1/"


@dataclass(frozen=True, slots=True)
class Part:
    """Mints the parts of the dataset."""

    mint: Mint

    def of(self, *names: str) -> NamedNode:
        """The IRI of a part: `…/dataset#<name>-<name>`."""
        return self.mint.thing(f"dataset#{'-'.join(names)}")

    def term(self, kind: str, term: NamedNode) -> NamedNode:
        """The part for a class or property: `…/dataset#class-schema-Person`."""
        for prefix, stem in PREFIXES.items():
            if term.value.startswith(stem):
                return self.of(kind, prefix, term.value.removeprefix(stem))
        return self.of(kind, sha256(term.value.encode()).hexdigest()[:12])


def counted(quads: Sequence[Quad], mint: Mint) -> Iterator[Triple]:
    """What can be counted of the dataset and of its graphs."""
    dataset, part = mint.thing("dataset"), Part(mint)
    triples = sorted({one.triple for one in quads}, key=str)
    subjects = {one.subject for one in triples}
    ours = {
        one for one in subjects if isinstance(one, NamedNode) and one.value.startswith(mint.base)
    }
    classes = _grouped(triples)
    for predicate, count in (
        (VOID.triples, len(triples)),
        (VOID.entities, len(ours)),
        (VOID.distinctSubjects, len(subjects)),
        (VOID.distinctObjects, len({one.object for one in triples})),
        (VOID.classes, len(classes)),
        (VOID.properties, len({one.predicate for one in triples})),
    ):
        yield Triple(dataset, predicate, whole(count))
    yield Triple(dataset, VOID.uriSpace, Literal(mint.base))
    yield from _graphs(dataset, quads)
    yield from _classes(dataset, classes, part)
    yield from _properties(dataset, triples, part)
    yield from _vocabularies(dataset, triples)
    yield from _links(dataset, triples, part)
    yield from _coverage(dataset, triples, part)


def _grouped(triples: Sequence[Triple]) -> Mapping[NamedNode, Sequence[NamedNode]]:
    """The things of each class."""
    classes: dict[NamedNode, list[NamedNode]] = defaultdict(list)
    for one in triples:
        if one.predicate == RDF.type:
            thing, class_ = one.subject, one.object
            if isinstance(thing, NamedNode) and isinstance(class_, NamedNode):
                classes[class_].append(thing)
    return classes


def _graphs(dataset: NamedNode, quads: Sequence[Quad]) -> Iterator[Triple]:
    """The named graphs, which are parts too."""
    graphs: dict[NamedNode, int] = defaultdict(int)
    for one in set(quads):
        if isinstance(one.graph_name, NamedNode):
            graphs[one.graph_name] += 1
    for name, count in graphs.items():
        yield Triple(dataset, VOID.subset, name)
        yield Triple(name, VOID.triples, whole(count))


def _classes(
    dataset: NamedNode, classes: Mapping[NamedNode, Sequence[NamedNode]], part: Part
) -> Iterator[Triple]:
    """A partition for each class, with one of its things as an example, one of ours if any is."""
    ours = f"<{part.mint.base}"
    for class_, things in classes.items():
        node = part.term("class", class_)
        example = min(things, key=lambda one: (not str(one).startswith(ours), str(one)))
        yield Triple(dataset, VOID.classPartition, node)
        yield Triple(node, VOID["class"], class_)
        yield Triple(node, VOID.entities, whole(len(set(things))))
        yield Triple(node, VOID.exampleResource, example)
        yield Triple(dataset, VOID.exampleResource, example)


def _properties(dataset: NamedNode, triples: Sequence[Triple], part: Part) -> Iterator[Triple]:
    """A partition for each property."""
    properties: dict[NamedNode, list[Triple]] = defaultdict(list)
    for one in triples:
        properties[one.predicate].append(one)
    for name, held in properties.items():
        node = part.term("property", name)
        yield Triple(dataset, VOID.propertyPartition, node)
        yield Triple(node, VOID.property, name)
        yield Triple(node, VOID.triples, whole(len(held)))
        yield Triple(node, VOID.distinctSubjects, whole(len({one.subject for one in held})))
        yield Triple(node, VOID.distinctObjects, whole(len({one.object for one in held})))


def _vocabularies(dataset: NamedNode, triples: Sequence[Triple]) -> Iterator[Triple]:
    """The vocabularies of the properties and classes; one that the dataset holds by its own IRI."""
    terms = {one.predicate.value for one in triples}
    terms |= {str(one.object)[1:-1] for one in triples if one.predicate == RDF.type}
    held = {one.subject for one in triples}
    for stem in PREFIXES.values():
        if any(term.startswith(stem) for term in terms):
            own = NamedNode(stem.removesuffix("#"))
            yield Triple(dataset, VOID.vocabulary, own if own in held else NamedNode(stem))


def _links(dataset: NamedNode, triples: Sequence[Triple], part: Part) -> Iterator[Triple]:
    """The links to Wikidata: a linkset has one link predicate (VoID §5), so one for each."""
    target, counts = part.of("wikidata"), defaultdict[NamedNode, int](int)
    for one in triples:
        if isinstance(one.object, NamedNode) and one.object.value.startswith(WIKIDATA):
            counts[one.predicate] += 1
    if counts:
        yield Triple(target, DCTERMS.title, english("Wikidata"))
        yield Triple(target, DCTERMS.title, chinese("维基数据"))
        yield Triple(target, VOID.uriSpace, Literal(WIKIDATA))
    for predicate, count in counts.items():
        node = part.term("links", predicate)
        name = node.value.rpartition("#links-")[2].replace("-", ":", 1)
        yield Triple(dataset, VOID.subset, node)
        yield Triple(node, RDF.type, VOID.Linkset)
        yield Triple(node, DCTERMS.title, english(f"Links to Wikidata by {name}"))
        yield Triple(node, DCTERMS.title, chinese(f"以 {name} 指向维基数据的链接"))
        yield Triple(node, VOID.subjectsTarget, dataset)
        yield Triple(node, VOID.objectsTarget, target)
        yield Triple(node, VOID.linkPredicate, predicate)
        yield Triple(node, VOID.triples, whole(count))


def _coverage(dataset: NamedNode, triples: Sequence[Triple], part: Part) -> Iterator[Triple]:
    """The languages of the literals, the countries, and the days of the exchanges."""
    tags = {one.object.language for one in triples if isinstance(one.object, Literal)}
    for code in sorted({tag.partition("-")[0] for tag in tags if tag}):
        yield Triple(dataset, DCTERMS.language, NamedNode(LANGUAGES + code))
    for one in triples:
        if one.predicate == RDF.type and one.object == SCHEMA.Country:
            yield Triple(dataset, DCTERMS.spatial, one.subject)
    exchanges = {one.subject for one in triples if one.predicate.value.endswith("#participation")}
    days = sorted(
        (
            one.object
            for one in triples
            if one.predicate == SCHEMA.startDate and one.subject in exchanges
            if isinstance(one.object, Literal)
        ),
        key=str,
    )
    if days:
        period = part.of("period")
        yield Triple(dataset, DCTERMS.temporal, period)
        yield Triple(period, RDF.type, DCTERMS.PeriodOfTime)
        yield Triple(period, DCAT.startDate, days[0])
        yield Triple(period, DCAT.endDate, days[-1])
