"""Entity tags: how a client learns that it has already what it asks for (RFC 9110 §8.8.3).

A tag is a digest of the release, the media type and the bytes. The release alone would not do: a
newer server may show the same release in other words, and a strong tag must then be another
(§8.8.1). Bytes alone would not do either: JSON-LD under two media types has the same.
"""

from __future__ import annotations

import re
from hashlib import sha256

# Of the digest, in hexadecimal figures: 128 bits.
LENGTH = 32
TAG = re.compile(r'(?:W/)?("[^"]*")')


def tag(release: str, media: str, content: bytes) -> str:
    """The strong tag of a content, or of a digest of it."""
    told = b"\0".join((release.encode(), media.encode(), content))
    return f'"{sha256(told).hexdigest()[:LENGTH]}"'


def coded(plain: str, coding: str) -> str:
    """The tag of the same content in a content coding: other bytes (RFC 9110 §8.8.3.3)."""
    return f'{plain[:-1]}-{coding}"'


def known(condition: str | None, current: str) -> bool:
    """Whether If-None-Match names the current tag, compared weakly (RFC 9110 §13.1.2, §8.8.3.2)."""
    if condition is None:
        return False
    return condition.strip() == "*" or current in TAG.findall(condition)
