"""The address that a site will have: its path, and the host before it where one is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from readouts.fault import Misuse

PLAIN = re.compile(r"/(?:[A-Za-z0-9._~-]+/)*")


@dataclass(frozen=True, slots=True)
class Address:
    """`path` begins and ends with a slash; `host` is empty or such as `https://example.org`."""

    path: str = "/"
    host: str = ""

    def __str__(self) -> str:
        return self.host + self.path


def read(text: str) -> Address:
    """`/readouts/` or `https://example.org/readouts/`. Raises Misuse where it is neither."""
    parts = urlsplit(text)
    path = f"/{parts.path.strip('/')}/".replace("//", "/")
    whole = parts.scheme in ("http", "https") and parts.netloc
    bare = text.startswith("/") and not parts.netloc
    if not PLAIN.fullmatch(path) or parts.query or parts.fragment or not (whole or bare):
        raise Misuse(
            f"{text} is no place for a site. Write a path such as /readouts/ or a whole address "
            "such as https://example.org/readouts/."
        )
    return Address(path, f"{parts.scheme}://{parts.netloc}" if whole else "")
