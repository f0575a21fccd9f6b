"""The manifest: what each file of a release is, and how to prove that all of it arrived.

Counts and hashes at the top are those of the first distribution; those of another stand under its
name. `graphHashes` lets a store be compared graph by graph: take the triples of a graph without
its name, canonicalise them (RDFC-1.0), write canonical N-Triples, sort the lines by their bytes,
and take the SHA-256 of them all, each with its line feed. As nothing is blank, that is
`sort | sha256sum` of the N-Triples of the graph, in the C locale.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from pyoxigraph import NamedNode, Quad, parse

from readouts import formats
from readouts.publish.distribution import Distribution
from readouts.vocab import RDF

CONTEXT = "context.jsonld"


def manifest(
    made: Mapping[str, bytes], distributions: Sequence[Distribution], base: str, version: str
) -> dict[str, Any]:
    """The manifest of files by name, which hold those distributions."""
    first, *others = distributions
    return {
        "base": base,
        "version": version,
        **_counts(first),
        **{one.name: _counts(one) for one in others},
        "files": {name: _file(name, data, distributions) for name, data in made.items()},
    }


def _counts(one: Distribution) -> dict[str, Any]:
    """What a distribution holds, by graph and by class, and its hashes."""
    graphs: dict[str, list[Quad]] = {}
    for quad in one.quads:
        if isinstance(quad.graph_name, NamedNode):
            unnamed = Quad(quad.subject, quad.predicate, quad.object)
            graphs.setdefault(quad.graph_name.value, []).append(unnamed)
    classes = {
        (quad.subject.value, quad.object.value)
        for quad in one.quads
        if quad.predicate == RDF.type
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
    }
    return {
        "distribution": one.name,
        "without": sorted(node.value for node in one.without),
        "rdfc10Sha256": formats.hashed(one.quads),
        "quads": len(one.quads),
        "triples": len(one.triples),
        "graphs": {name: len(held) for name, held in graphs.items()},
        "graphHashes": {name: formats.hashed(held) for name, held in graphs.items()},
        "classes": dict(Counter(class_ for _, class_ in classes)),
    }


def _file(name: str, data: bytes, distributions: Sequence[Distribution]) -> dict[str, Any]:
    """Size and checksum; the statements of a file of a distribution, and its name.

    `quads` counts only where the format holds named graphs.
    """
    stem, _, suffix = name.rpartition(".")
    told = {"bytes": len(data), "sha256": sha256(data).hexdigest(), "triples": 0, "quads": 0}
    if suffix not in formats.FORMATS or name == CONTEXT:
        return told
    format_ = formats.FORMATS[suffix]
    for one in distributions:
        if stem == one.stem:
            quads = len(one.quads) if format_.graphs else 0
            return {
                **told,
                "distribution": one.name,
                "triples": len(one.triples),
                "quads": quads,
            }
    return {**told, "triples": sum(1 for _ in parse(data, format=format_.rdf))}
