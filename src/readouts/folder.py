"""The publication folder: the place that holds ontology/, data/, shapes/ and queries/."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from readouts.fault import Misuse

PARTS = ("ontology", "data", "shapes", "queries")


@dataclass(frozen=True, slots=True)
class Publication:
    """The settings of data/publication.toml. Texts are keyed by language tag.

    `themes` and `frequency` are IRIs. `earlier` are the versions before this one, newest first,
    each with its `version` and the day that it was `issued`.
    """

    base: str
    version: str
    issued: str
    licence: str
    frequency: str
    themes: Sequence[str]
    title: Mapping[str, str]
    description: Mapping[str, str]
    editors: Mapping[str, str]
    rights: Mapping[str, str]
    keywords: Mapping[str, Sequence[str]]
    earlier: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Folder:
    """Where everything of one publication lies."""

    root: Path

    @property
    def ontology(self) -> Path:
        return self.root / "ontology" / "dro.ttl"

    @property
    def context(self) -> Path:
        return self.root / "ontology" / "context.jsonld"

    @property
    def authority(self) -> Path:
        return self.root / "data" / "authority"

    @property
    def release(self) -> Path:
        return self.root / "data" / "release"

    @property
    def queries(self) -> Path:
        return self.root / "queries"

    def sources(self) -> list[Path]:
        """The folders of data/source/, one a text, by name."""
        return sorted(path.parent for path in (self.root / "data/source").glob("*/source.toml"))

    def shapes(self) -> list[Path]:
        """The files of shapes/, by name; those of its folders last."""
        return [
            *sorted((self.root / "shapes").glob("*.ttl")),
            *self.described(),
            *sorted((self.root / "shapes/release").glob("*.ttl")),
        ]

    def described(self) -> list[Path]:
        """The files of shapes/description/, by name: of what is said of a release, not in it."""
        return sorted((self.root / "shapes/description").glob("*.ttl"))

    def checks(self) -> list[Path]:
        """The files of queries/checks/, by name."""
        return sorted((self.queries / "checks").glob("*.rq"))

    def publication(self) -> Publication:
        """The settings. Raises Misuse when the file is absent, broken or incomplete."""
        path = self.root / "data" / "publication.toml"
        settings = toml(path)
        try:
            return Publication(**settings)
        except TypeError as error:
            raise Misuse(
                f"{path}: {error}. The file holds one setting too many or too few."
            ) from None


def toml(path: Path) -> dict[str, Any]:
    """The contents of a TOML file. Raises Misuse when it cannot be read."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise Misuse(f"{path} is not TOML: {error}.") from None


def find(named: Path | None = None) -> Folder:
    """The folder named, else the current one, else the copy inside the installed package.

    Raises Misuse when the folder named is not a publication folder.
    """
    package = Path(__file__).parent
    if named is not None:
        candidates = [named]
    else:
        # An editable install carries no copy: its repository is the publication.
        candidates = [Path.cwd(), package / "publication", package.parents[1]]
    for candidate in candidates:
        if all((candidate / part).is_dir() for part in PARTS):
            return Folder(candidate)
    raise Misuse(
        f"{candidates[0]} is not a publication folder: it must hold {', '.join(PARTS)}. "
        "Name one with --folder."
    )
