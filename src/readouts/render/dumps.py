"""The files of a release that can be taken away whole, as its manifest names them."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from readouts.fault import Misuse
from readouts.formats import FORMATS
from readouts.release import Release

MANIFEST = "manifest.json"
GZIP, SUFFIX = "application/gzip", ".gz"


@dataclass(frozen=True, slots=True)
class Dump:
    """A file, its media type, and what the manifest says of it.

    `distribution` names what it holds of the dataset, if it is of the dataset.
    """

    path: Path
    media: str
    bytes: int
    sha256: str
    triples: int
    quads: int = 0
    distribution: str = ""

    @property
    def name(self) -> str:
        return self.path.name


def find(release: Release) -> dict[str, Dump]:
    """The files by name, the manifest last. Raises Misuse when it is not a manifest."""
    path = release.directory / MANIFEST
    try:
        held: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")).get("files", {})
        found = {
            name: Dump(
                release.directory / name,
                _media(name),
                int(told["bytes"]),
                str(told["sha256"]),
                int(told.get("triples", 0)),
                int(told.get("quads", 0)),
                str(told.get("distribution", "")),
            )
            for name, told in held.items()
            # A file beside the manifest and nothing else: a name, not a path.
            if Path(name).name == name
        }
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Misuse(f"{path} is not a manifest: {error}. Run `readouts build` again.") from None
    return {**found, MANIFEST: Dump(path, _media(MANIFEST), path.stat().st_size, "", 0)}


@lru_cache(maxsize=64)
def packed(dump: Dump) -> bytes:
    """The file in gzip, to be taken away: the same bytes every time, for no clock stands in them.

    Other versions of zlib make other bytes, so it is no part of a release.
    """
    return gzip.compress(dump.path.read_bytes(), mtime=0)


def _media(name: str) -> str:
    """The media type of a file by the end of its name."""
    suffix = name.rpartition(".")[2]
    if suffix in FORMATS:
        return FORMATS[suffix].media
    return "application/json" if suffix == "json" else "application/octet-stream"
