"""The outlines of the countries, as they were made when the package was built."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from readouts.fault import Misuse

FILE = Path(__file__).parents[1] / "static" / "world.json"


@dataclass(frozen=True, slots=True)
class Country:
    """The outline of a country and the middle of its largest part, in units of the world."""

    code: str
    path: str
    centre: tuple[float, float]


@dataclass(frozen=True, slots=True)
class World:
    """The surface that outlines are drawn on. Those with an ISO 3166-1 numeric code have a key."""

    width: float
    height: float
    countries: Mapping[str, Country]
    rest: tuple[str, ...]


@cache
def read(path: Path = FILE) -> World:
    """The outlines of a file such as src/front/world.mjs writes. Raises Misuse."""
    try:
        told = json.loads(path.read_bytes())
        held = [
            Country(one["id"] or "", one["path"], (one["centre"][0], one["centre"][1]))
            for one in told["countries"]
        ]
        size = float(told["width"]), float(told["height"])
    except OSError as error:
        raise Misuse(
            f"The outlines of the map cannot be read ({error.strerror}: {path.name}). "
            "Installing the package builds them: install it again."
        ) from None
    except (ValueError, KeyError, TypeError, IndexError):
        raise Misuse(
            f"{path.name} does not hold outlines. Installing the package builds it: "
            "install it again."
        ) from None
    countries = {one.code: one for one in held if one.code}
    return World(*size, countries, tuple(one.path for one in held if not one.code))
