"""Named graphs → the files of a release, the same bytes every time.

Nothing here asks a clock, a host name or a hash seed, and no blank node needs a
name.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, Quad, Triple

from readouts import formats
from readouts.fault import Misuse
from readouts.formats import Context
from readouts.vocab import RDF


def files(
    quads: Iterable[Quad],
    beside: Mapping[str, Iterable[Triple]],
    context: Context,
    base: str,
    version: str,
) -> dict[str, bytes]:
    """The release as file name → bytes, `manifest.json` last.

    `beside` are graphs that are no part of the dataset, each a Turtle file of that name.
    """
    distinct = set(quads)
    triples = {quad.triple for quad in distinct}
    made = {"context.jsonld": formats.dump(context)}
    for suffix in ("jsonld", "nq", "rdf", "trig", "ttl"):
        held = distinct if formats.FORMATS[suffix].graphs else triples
        made[f"readouts.{suffix}"] = formats.write(held, suffix, base, context)
    holds = {"readouts.ttl": len(triples), "readouts.rdf": len(triples), "context.jsonld": 0}
    for name, told in beside.items():
        graph = set(told)
        holds[f"{name}.ttl"] = len(graph)
        made[f"{name}.ttl"] = formats.write(graph, "ttl", base, context)
    manifest = _manifest(made, distinct, holds, base, version)
    made["manifest.json"] = formats.dump(manifest)
    return made


def write(made: Mapping[str, bytes], directory: Path) -> None:
    """Write the files: each beside its place first, then renamed, so that none is half there.

    Raises Misuse when the folder cannot be written to.
    """
    beside: list[tuple[Path, Path]] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            with tempfile.NamedTemporaryFile(dir=directory, prefix=".", delete=False) as file:
                beside.append((Path(file.name), directory / name))
                file.write(data)
            Path(file.name).chmod(0o644)
        for temporary, place in beside:
            temporary.replace(place)
    except OSError as error:
        raise Misuse(f"{directory} cannot be written to: {error.strerror}.") from None
    finally:
        for temporary, _ in beside:
            temporary.unlink(missing_ok=True)


def differences(made: Mapping[str, bytes], directory: Path) -> list[str]:
    """How the files of a folder differ from what a build makes, a message each."""
    found = []
    for name, data in made.items():
        path = directory / name
        if not path.is_file():
            found.append(f"{path} is missing. Run `readouts build`.")
        elif path.read_bytes() != data:
            line = _first_difference(path.read_bytes(), data)
            found.append(f"{path}, line {line}: differs from a fresh build. Run `readouts build`.")
    known = set(made)
    if directory.is_dir():
        found += [
            f"{path} is not made by a build. Remove it: nothing in the release is edited by hand."
            for path in sorted(directory.iterdir())
            if path.name not in known
        ]
    return found


def _manifest(
    made: Mapping[str, bytes],
    quads: set[Quad],
    holds: Mapping[str, int],
    base: str,
    version: str,
) -> dict[str, Any]:
    classes = {
        (quad.subject.value, quad.object.value)
        for quad in quads
        if quad.predicate == RDF.type
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode)
    }
    graphs = Counter(
        quad.graph_name.value for quad in quads if isinstance(quad.graph_name, NamedNode)
    )
    return {
        "base": base,
        "version": version,
        "rdfc10Sha256": formats.hashed(quads),
        "quads": len(quads),
        "triples": holds["readouts.ttl"],
        "graphs": dict(graphs),
        "classes": dict(Counter(class_ for _, class_ in classes)),
        "files": {
            name: {
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
                "triples": holds.get(name, len(quads)),
            }
            for name, data in made.items()
        },
    }


def _first_difference(one: bytes, other: bytes) -> int:
    """The number of the first line in which two files differ."""
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    same = 0
    for mine, theirs in lines:
        if mine != theirs:
            break
        same += 1
    return same + 1
