"""A release folder, as the showing half reads it: whoever made it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyoxigraph import RdfFormat, Triple, parse

from readouts.fault import Misuse
from readouts.formats import Context

DESCRIPTION = "dataset.ttl"
# What lies beside the data of a release, and is no part of them: it may be absent.
BESIDE = ("shapes.ttl", "report.ttl")


@dataclass(frozen=True, slots=True)
class Release:
    """Where the files are, the base of the IRIs, and the JSON-LD context (empty if none).

    `hash` is that of the dataset: one release has one, and no other release has it. `description`
    is what the release says of itself beside its data (DCAT, VoID); `triples` and `graphs` count
    what it holds in all and by the IRI of the graph. A release made elsewhere may lack them.
    """

    directory: Path
    base: str
    version: str
    context: Context
    hash: str
    graphs: Mapping[str, int] = field(default_factory=dict)
    description: tuple[Triple, ...] = ()
    triples: int | None = None


def read(directory: Path) -> Release:
    """The release in a folder. Raises Misuse when it has no readable manifest."""
    path = directory / "manifest.json"
    try:
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        base, version = manifest["base"], manifest["version"]
        context = directory / "context.jsonld"
        return Release(
            directory,
            base,
            version,
            json.loads(context.read_text(encoding="utf-8")) if context.is_file() else {},
            str(manifest.get("rdfc10Sha256") or _hash(directory)),
            {str(graph): int(count) for graph, count in manifest.get("graphs", {}).items()},
            _description(directory / DESCRIPTION),
            int(manifest["triples"]) if "triples" in manifest else None,
        )
    except OSError as error:
        raise Misuse(
            f"{path} cannot be read: {error.strerror}. Run `readouts build` first."
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Misuse(f"{path} is not a manifest: {error}. Run `readouts build` again.") from None


def _description(path: Path) -> tuple[Triple, ...]:
    """The triples of the description, if there is one. Raises Misuse when it is not Turtle."""
    try:
        found = parse(path.read_bytes(), format=RdfFormat.TURTLE) if path.is_file() else ()
        return tuple(quad.triple for quad in found)
    except SyntaxError as error:
        raise Misuse(f"{path}: {error}. Run `readouts build` again.") from None


def _hash(directory: Path) -> str:
    """The hash of a release whose manifest gives none, as manifests made elsewhere may not."""
    quads = directory / "readouts.nq"
    path = quads if quads.is_file() else directory / "manifest.json"
    return sha256(path.read_bytes()).hexdigest()
