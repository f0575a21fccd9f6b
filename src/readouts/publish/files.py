"""Distributions → files by name: every format of each, what describes them, and the manifest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pyoxigraph import Quad, Triple

from readouts import formats
from readouts.folder import Publication
from readouts.formats import FORMATS, Context
from readouts.publish.description import describe
from readouts.publish.distribution import Distribution, core, full, wordless
from readouts.publish.manifest import CONTEXT, manifest

DESCRIPTION = "dataset.ttl"


def files(
    quads: Collection[Quad],
    beside: Mapping[str, Iterable[Triple]],
    context: Context,
    publication: Publication,
) -> dict[str, bytes]:
    """The release as file name → bytes: full and core, `manifest.json` last.

    `beside` are graphs that are no part of the dataset, each a Turtle file of that name.
    """
    return _release([full(quads), core(quads)], beside, context, publication)


def reduced(
    quads: Collection[Quad], context: Context, publication: Publication
) -> dict[str, bytes]:
    """The release without quoted words, under the same names, so that it is served alike."""
    return _release([wordless(quads)], {}, context, publication)


def _release(
    distributions: Sequence[Distribution],
    beside: Mapping[str, Iterable[Triple]],
    context: Context,
    publication: Publication,
) -> dict[str, bytes]:
    base, made = publication.base, {CONTEXT: formats.dump(context)}
    for one in distributions:
        for suffix, format_ in FORMATS.items():
            held = one.quads if format_.graphs else one.triples
            made[f"{one.stem}.{suffix}"] = formats.write(held, suffix, base, context)
    for name, told in beside.items():
        made[f"{name}.ttl"] = formats.write(told, "ttl", base, context)
    described = describe(distributions, made, publication)
    made[DESCRIPTION] = formats.write(described, "ttl", base, context)
    made["manifest.json"] = formats.dump(manifest(made, distributions, base, publication.version))
    return made
