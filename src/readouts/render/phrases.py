"""The words of the interface, in each language that pages come in.

They stand in `phrases.toml`, a table a phrase. What the data says is never among them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markupsafe import Markup

ENGLISH, CHINESE = "en", "zh-hans"
# Language tag → the folder that its pages lie in, under the home page of the site.
FOLDERS: Mapping[str, str] = {ENGLISH: "", CHINESE: "zh/"}
FILE = Path(__file__).with_name("phrases.toml")


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language, by name: `say("nav.things")`."""

    language: str

    def __call__(self, name: str, **values: object) -> str:
        """A phrase, with values in its braces. Raises KeyError where there is none."""
        return held()[name][self.language].format(**values)

    def marked(self, name: str, **values: object) -> Markup:
        """A phrase with markup in its braces; what is no markup is escaped."""
        return Markup(held()[name][self.language]).format(**values)  # noqa: S704 - our own words


def spoken_at(path: str) -> str:
    """The language of the pages about the place that a path of the site leads to."""
    spoken = (tag for tag, folder in FOLDERS.items() if folder and path.startswith(f"/{folder}"))
    return next(spoken, ENGLISH)


def first(path: str) -> str:
    """The first part of a path of the site, in whatever language: `sparql` of `/zh/sparql.html`."""
    rest = path.removeprefix(f"/{FOLDERS[spoken_at(path)]}").removeprefix("/")
    return rest.partition("/")[0].removesuffix(".html")


@cache
def held() -> Mapping[str, Mapping[str, str]]:
    """Every phrase by name, and then by language tag."""
    with FILE.open("rb") as file:
        return dict(_flat(tomllib.load(file)))


def _flat(table: Mapping[str, object], stem: str = "") -> list[tuple[str, Mapping[str, str]]]:
    """The tables that hold a text for each language, under their dotted names."""
    found: list[tuple[str, Mapping[str, str]]] = []
    for key, told in table.items():
        assert isinstance(told, dict)  # the file has no other values
        name = f"{stem}{key}"
        found += [(name, told)] if ENGLISH in told else _flat(told, f"{name}.")
    return found
