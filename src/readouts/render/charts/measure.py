"""How wide a text is when it is set, without a browser: estimated, and rather too wide.

Widths are those of DejaVu Sans, the widest face that `system-ui` commonly stands for.
"""

from __future__ import annotations

import unicodedata
from functools import cache

# Tenths of the font size, rounded up.
NARROW = {
    "3": " ',.IJijl·",
    "4": "!()-/:;[\\]frt|",
    "5": '"*_`sz',
    "6": "?FLPTYacekovxy–",
    "8": "&DGHNOQUw",
    "9": "#+<=>M^~",
    "10": "%@Wm—…",
}
TENTHS = {letter: int(tenths) for tenths, letters in NARROW.items() for letter in letters}
USUAL, WIDE, FOREIGN, PICTURE = 0.7, 1.0, 0.85, 1.4
LATIN_ENDS, GREEK_CYRILLIC_ENDS, PICTURES_BEGIN = 0x250, 0x530, 0x1F000
ELLIPSIS = "…"
NOTHING = "—"


def plain(text: str) -> str:
    """A text on one line, without control characters; a dash where nothing is left."""
    kept = "".join(
        " " if one.isspace() else one
        for one in text
        if one.isspace() or unicodedata.category(one) not in ("Cc", "Cs", "Co", "Cn")
    )
    return " ".join(kept.split()) or NOTHING


def width(text: str, size: float) -> float:
    """The width of a text set at a size, in the unit of the size."""
    return sum(map(_em, text)) * size


def fit(text: str, size: float, room: float) -> str:
    """The text, or as much of its beginning as the room holds, with an ellipsis."""
    if width(text, size) <= room:
        return text
    return _begun(text, size, room - width(ELLIPSIS, size)) + ELLIPSIS


def fit_end(text: str, size: float, room: float) -> str:
    """The text, or as much of its end as the room holds, after an ellipsis."""
    if width(text, size) <= room:
        return text
    start, left = len(text), room - width(ELLIPSIS, size)
    for place in range(len(text) - 1, -1, -1):
        left -= _em(text[place]) * size
        if left < 0:
            break
        start = place
    while start < len(text) and unicodedata.category(text[start]).startswith("M"):
        start += 1
    return ELLIPSIS + text[start:].lstrip()


def wrap(text: str, size: float, room: float, most: int) -> tuple[str, ...]:
    """The text in at most so many lines, broken at spaces where there are any."""
    lines: list[str] = []
    rest = text
    while rest and len(lines) < most - 1 and width(rest, size) > room:
        head = _begun(rest, size, room)
        broken = head.rpartition(" ")[0] if _spaced(rest, len(head)) else head
        broken = broken or head
        if not broken:
            break
        lines.append(broken.rstrip())
        rest = rest[len(broken) :].lstrip()
    return (*lines, fit(rest, size, room)) if rest else tuple(lines)


def _spaced(text: str, end: int) -> bool:
    """Whether a line that ends there would cut a word of letters."""
    return not text[end : end + 1].isspace() and _em(text[end - 1 : end] or " ") < WIDE


def _begun(text: str, size: float, room: float) -> str:
    """As much of the beginning as the room holds, without a joiner or a space at its end."""
    kept = 0
    for letter in text:
        room -= _em(letter) * size
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip(" \u200d\u200c")


@cache
def _em(letter: str) -> float:
    code = ord(letter)
    if letter in TENTHS:
        return TENTHS[letter] / 10
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0.0
    if code >= PICTURES_BEGIN:
        return PICTURE
    if unicodedata.east_asian_width(letter) in "WF":
        return WIDE
    if code < LATIN_ENDS:
        return USUAL if letter.islower() or letter.isdecimal() else 0.8
    return 0.8 if code < GREEK_CYRILLIC_ENDS else FOREIGN
