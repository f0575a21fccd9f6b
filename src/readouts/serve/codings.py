"""Content codings: whether an answer may be compressed, and its bytes (RFC 9110 §8.4, §12.5.3).

Only gzip: what the standard library of every supported Python has. No page here
holds a secret beside what a client wrote, so that compression tells nobody anything.
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from readouts.serve.negotiation import WEIGHT

GZIP, PACKED = "gzip", "application/gzip"
# Fewer bytes fit into one packet as they are.
SMALLEST = 1024
LEVEL = 6


def compressible(media: str) -> bool:
    """Whether a media type is text of some kind: not packed already, and not unknown."""
    return media.partition(";")[0].strip() not in ("", "application/octet-stream", PACKED)


@lru_cache(maxsize=256)
def takes_gzip(accepted: str | None) -> bool:
    """Whether an Accept-Encoding header takes gzip, and does not rather want the bytes as are."""
    weights: dict[str, float] = {}
    for element in (accepted or "").lower().split(","):
        name, *fields = (part.strip() for part in element.split(";"))
        weights[name] = next((_weight(one[2:]) for one in fields if one.startswith("q=")), 1.0)
    gzipped = weights.get(GZIP, weights.get("x-gzip", weights.get("*", 0.0)))
    return gzipped > 0 and gzipped >= weights.get("identity", 0.0)


def compressed(content: bytes) -> bytes:
    """The content in gzip, the same bytes every time: no clock stands in them."""
    return gzip.compress(content, LEVEL, mtime=0)


def _weight(text: str) -> float:
    """A quality value; one that cannot be read is a refusal."""
    return float(text) if WEIGHT.fullmatch(text) and text != "." else 0.0
