"""The description of a release for catalogues: DCAT 3 and VoID, made of the release itself.

The graph of the dataset says what was decided about it: title, licence, keywords. What is in
here could not stand in there: its counts, its place among the versions, and its files with their
checksums, which no file can hold of itself. Each fact stands in one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256

from pyoxigraph import Literal, NamedNode, Triple

from readouts.folder import Publication
from readouts.formats import FORMATS, Format
from readouts.publish.distribution import Distribution
from readouts.publish.partitions import Part, counted
from readouts.vocab import (
    DCAT,
    DCTERMS,
    FILE_FORMATS,
    FOAF,
    MEDIA_TYPES,
    RDF,
    SPDX,
    VOID,
    XSD,
    Mint,
    chinese,
    day,
    english,
)


def describe(
    distributions: Sequence[Distribution], made: Mapping[str, bytes], publication: Publication
) -> Iterator[Triple]:
    """All triples. The first distribution is counted; `made` are the files of all, by name."""
    mint = Mint(publication.base)
    dataset, here = mint.thing("dataset"), mint.thing(".well-known/void")
    yield Triple(here, RDF.type, VOID.DatasetDescription)
    yield Triple(here, DCTERMS.title, english("The description of the dataset and of its files"))
    yield Triple(here, DCTERMS.title, chinese("数据集及其文件的描述"))
    yield Triple(here, FOAF.primaryTopic, dataset)
    yield Triple(dataset, DCAT.landingPage, NamedNode(publication.base))
    yield Triple(dataset, VOID.sparqlEndpoint, mint.thing("sparql"))
    yield from _versions(publication, dataset, mint)
    yield from counted(sorted(distributions[0].quads, key=str), mint)
    for one in distributions:
        for suffix, format_ in FORMATS.items():
            name = f"{one.stem}.{suffix}"
            yield from _file(one, name, made[name], format_, publication)
            if one == distributions[0]:
                yield Triple(dataset, VOID.dataDump, mint.thing("dumps", name))
                yield Triple(dataset, VOID.feature, NamedNode(FILE_FORMATS + format_.name))


def _versions(publication: Publication, dataset: NamedNode, mint: Mint) -> Iterator[Triple]:
    """The chain of versions, newest first (DCAT 3 §11.2).

    A version is no dcat:Dataset, so that a catalogue does not list each as a dataset of its own.
    """
    chain = [(publication.version, publication.issued)]
    chain += [(one["version"], one["issued"]) for one in publication.earlier]
    nodes = [mint.thing("dataset", version) for version, _ in chain]
    yield Triple(dataset, DCAT.hasCurrentVersion, nodes[0])
    for node, (version, issued), before in zip(nodes, chain, [*nodes[1:], None], strict=True):
        yield Triple(dataset, DCAT.hasVersion, node)
        yield Triple(node, RDF.type, DCAT.Resource)
        yield Triple(node, DCTERMS.title, english(f"Version {version}"))
        yield Triple(node, DCTERMS.title, chinese(f"版本 {version}"))
        yield Triple(node, DCAT.isVersionOf, dataset)
        yield Triple(node, DCAT.version, Literal(version))
        yield Triple(node, DCTERMS.issued, day(issued))
        if before is not None:
            yield Triple(node, DCAT.previousVersion, before)


def _file(
    one: Distribution, name: str, data: bytes, format_: Format, publication: Publication
) -> Iterator[Triple]:
    """A file as a dcat:Distribution, with its checksum (DCAT 3 §6.8)."""
    mint = Mint(publication.base)
    node, url = Part(mint).of(name), mint.thing("dumps", name)
    called = format_.name.replace("_", "/")
    yield Triple(mint.thing("dataset"), DCAT.distribution, node)
    yield Triple(node, RDF.type, DCAT.Distribution)
    yield Triple(node, DCTERMS.title, english(f"{one.title['en']}, in {called}"))
    yield Triple(node, DCTERMS.title, chinese(f"{one.title['zh-hans']}，{called} 格式"))
    yield Triple(node, DCTERMS.description, english(one.holds["en"]))
    yield Triple(node, DCTERMS.description, chinese(one.holds["zh-hans"]))
    yield Triple(node, DCTERMS.issued, day(publication.issued))
    yield Triple(node, DCTERMS.license, NamedNode(publication.licence))
    yield Triple(node, DCAT.accessURL, mint.thing("dumps/"))
    yield Triple(node, DCAT.downloadURL, url)
    yield Triple(node, DCAT.mediaType, NamedNode(MEDIA_TYPES + format_.media))
    yield Triple(node, DCTERMS.format, NamedNode(FILE_FORMATS + format_.name))
    yield Triple(node, DCAT.byteSize, Literal(str(len(data)), datatype=XSD.nonNegativeInteger))
    checksum = Part(mint).of(f"{name}-sha256")
    yield Triple(node, SPDX.checksum, checksum)
    yield Triple(checksum, RDF.type, SPDX.Checksum)
    yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    digest = Literal(sha256(data).hexdigest(), datatype=XSD.hexBinary)
    yield Triple(checksum, SPDX.checksumValue, digest)
