"""What terms of other vocabularies are called on pages, in each language that pages come in.

Ours have their labels in the data; of the labels of others most are in English alone, and none of
them is ours to publish.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("borrowed.toml")


@cache
def held() -> Mapping[str, Mapping[str, str]]:
    """The names by IRI, and then by language tag."""
    with FILE.open("rb") as file:
        told = tomllib.load(file)
    return {
        namespace + local: names
        for namespace, terms in told.items()
        for local, names in terms.items()
    }
