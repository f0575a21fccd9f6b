"""Content negotiation: which of the media types on offer a client is given (RFC 9110 §12.5.1).

And in which language (§12.5.4). Pure functions. Every type on offer gets the
quality of the most specific range that covers it; the best quality wins, among
equals one that is named over one that a wildcard covers, and then the first on
offer. Parameters of a range (`charset`, `profile`) are read and ignored,
because nothing here comes in several versions of one media type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

# One element of the list: up to the next comma outside a quoted string (§5.6.1, §5.6.4). A string
# that is not closed reaches to the end, so that no header makes the search go back.
ELEMENT = re.compile(r'(?:"(?:[^"\\]|\\.?)*(?:"|$)|[^",])+', re.DOTALL)
FIELD = re.compile(r'(?:"(?:[^"\\]|\\.?)*(?:"|$)|[^";])+', re.DOTALL)
MEDIA = re.compile(r"([!#$%&'*+.^_`|~0-9a-z-]+)/([!#$%&'*+.^_`|~0-9a-z-]+)")
# The grammar asks for a digit before the point and at most three after it; clients in use do not.
WEIGHT = re.compile(r"[01]|[01]?\.[0-9]*")

# The precision of a range that names a media type, and what a type has that none covers.
NAMED, NONE = 3, (0.0, False)


@dataclass(frozen=True, slots=True)
class Range:
    """A media range: its type and subtype in lower case, whether it has parameters, its weight."""

    type: str
    subtype: str
    narrowed: bool
    weight: float

    def precision(self, media: str) -> int:
        """How closely the range names a media type: from 4 to 0, not at all (§12.5.1)."""
        type_, _, subtype = media.partition("/")
        if (self.type, self.subtype) == (type_, subtype):
            # Nothing on offer has parameters, so a range without them fits better.
            return 3 if self.narrowed else 4
        if (self.type, self.subtype) == (type_, "*"):
            return 2
        return 1 if (self.type, self.subtype) == ("*", "*") else 0


def choose(accept: str | None, offered: Sequence[str]) -> str | None:
    """The media type of `offered` that the Accept header prefers, or None if it takes none of them.

    Without a header everything is acceptable (§12.5.1), and so it is with one in which no media
    range can be read. `offered` is in the server's order of preference.
    """
    ranges = tuple(_ranges(accept or ""))
    if not ranges:
        return offered[0] if offered else None
    weights = {media: _weight(media.lower(), ranges) for media in offered}
    best = max(weights.values(), default=NONE)
    return next((media for media in offered if weights[media] == best), None) if best[0] else None


def language(accept: str | None, offered: Sequence[str]) -> str:
    """The language tag of `offered` that the Accept-Language header prefers, else the first.

    A range and a tag agree where their first subtags do (RFC 4647 §3.4 goes on so from `zh-CN` to
    `zh`): whoever reads `zh-CN` is given `zh-hans`. Whoever takes none is given the first, since a
    page in another language is better than none.
    """
    weights: dict[str, float] = {}
    for element in ELEMENT.findall(accept or ""):
        told, *fields = FIELD.findall(element) or [""]
        weight, _ = _parameters(fields)
        subtag = told.strip().lower().partition("-")[0]
        for tag in offered:
            if weight and subtag in ("*", tag.partition("-")[0]) and weight > weights.get(tag, 0):
                weights[tag] = weight
    return max(offered, key=lambda tag: weights.get(tag, 0.0))


def _weight(media: str, ranges: Sequence[Range]) -> tuple[float, bool]:
    """The quality of a media type, 0 where no range covers it (§12.4.2), and if it is named."""
    precision = max(one.precision(media) for one in ranges)
    if precision == 0:
        return NONE
    weights = [one.weight for one in ranges if one.precision(media) == precision]
    # Whoever names a type twice and refuses it once does not want it.
    return (min(weights) and max(weights)), precision >= NAMED


def _ranges(accept: str) -> Iterator[Range]:
    """The media ranges of a header; what is not one is left out."""
    for element in ELEMENT.findall(accept):
        media, *fields = FIELD.findall(element) or [""]
        match = MEDIA.fullmatch(media.strip().lower())
        weight, narrowed = _parameters(fields)
        if match is None or weight is None or (match[1] == "*" and match[2] != "*"):
            continue
        yield Range(match[1], match[2], narrowed, weight)


def _parameters(fields: Sequence[str]) -> tuple[float | None, bool]:
    """The weight, 1 if not given and None if it is none, and whether there is anything else."""
    weight: float | None = 1.0
    narrowed = False
    for field in fields:
        name, _, value = (part.strip() for part in field.partition("="))
        if name.lower() != "q":
            narrowed = narrowed or bool(name)
            continue
        text = value.strip('"')
        weight = float(text) if WEIGHT.fullmatch(text) and text != "." else None
        # What follows the weight says nothing about the media type (RFC 7231 §5.3.2 allowed it).
        return (weight if weight is None or weight <= 1 else None), narrowed
    return weight, narrowed
