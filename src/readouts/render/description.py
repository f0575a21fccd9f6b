"""What a release says of itself beside its data, and of the files that only a server has.

The description lies in the release. A file in gzip does not: whoever packs it tells of its size
and of its checksum, as another dcat:Distribution.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from hashlib import sha256
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from readouts.release import Release
from readouts.render import dumps
from readouts.render.dumps import GZIP, SUFFIX, Dump
from readouts.vocab import DCAT, DCTERMS, FOAF, MEDIA_TYPES, RDF, SPDX, XSD

# What differs between a file and the same file packed.
OWN = (DCAT.byteSize, SPDX.checksum)


class Description:
    """The description of one release. Without one there is nothing in it."""

    def __init__(self, release: Release) -> None:
        self._release = release
        topics = [one.object for one in release.description if one.predicate == FOAF.primaryTopic]
        self.topic = next((one for one in topics if isinstance(one, NamedNode)), None)

    def versions(self) -> dict[NamedNode, NamedNode]:
        """What has no document of its own, and the dataset whose document tells of it.

        These are its versions, and the description, at the address where crawlers look for one
        (VoID §7.2).
        """
        return {
            one.subject: one.object
            for one in self._release.description
            if one.predicate in (DCAT.isVersionOf, FOAF.primaryTopic)
            if isinstance(one.subject, NamedNode) and isinstance(one.object, NamedNode)
        }

    def triples(self, thing: NamedNode) -> list[Triple]:
        """What it says of a thing: of the dataset, all."""
        if thing == self.topic:
            return [*self._release.description, *self._packed]
        return [one for one in self._release.description if one.subject == thing]

    @cached_property
    def _packed(self) -> list[Triple]:
        """The files in gzip. Made when first asked for: packing takes longer than all the rest."""
        held, said = dumps.find(self._release), self._release.description
        files = {
            one.subject: held[name]
            for one in said
            if one.predicate == DCAT.downloadURL and isinstance(one.subject, NamedNode)
            if (name := str(one.object).rstrip(">").rpartition("/")[2]) in held
            if held[name].path.is_file()
        }
        return [
            *(
                _beside(one)
                for one in said
                if one.predicate == DCAT.distribution
                if one.object in files
            ),
            *(_alike(one) for one in said if one.subject in files if one.predicate not in OWN),
            *(own for node, dump in files.items() for own in _own(node, dump)),
        ]


def _gz(node: object) -> NamedNode:
    """The IRI of what is packed: the same with the suffix."""
    assert isinstance(node, NamedNode)  # the files that are found have IRIs and addresses
    return NamedNode(node.value + SUFFIX)


def _beside(one: Triple) -> Triple:
    """The packed file is one more of the dataset."""
    return Triple(one.subject, one.predicate, _gz(one.object))


def _alike(one: Triple) -> Triple:
    """What is said of a file, of the packed one."""
    told: Any = one.object
    if one.predicate == DCAT.downloadURL:
        told = _gz(told)
    elif one.predicate == DCTERMS.title and isinstance(told, Literal):
        told = Literal(f"{told.value} (gzip)", language=told.language)
    return Triple(_gz(one.subject), one.predicate, told)


def _own(node: object, dump: Dump) -> Iterator[Triple]:
    """What is another of the packed file."""
    file, content = _gz(node), dumps.packed(dump)
    checksum = NamedNode(f"{file.value}-sha256")
    yield Triple(file, DCAT.compressFormat, NamedNode(MEDIA_TYPES + GZIP))
    yield Triple(file, DCAT.byteSize, Literal(str(len(content)), datatype=XSD.nonNegativeInteger))
    yield Triple(file, SPDX.checksum, checksum)
    yield Triple(checksum, RDF.type, SPDX.Checksum)
    yield Triple(checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256)
    digest = Literal(sha256(content).hexdigest(), datatype=XSD.hexBinary)
    yield Triple(checksum, SPDX.checksumValue, digest)
