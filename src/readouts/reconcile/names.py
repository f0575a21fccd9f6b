"""Names as they are compared: words of alphabets, and Chinese, which has no spaces.

Case, accents, punctuation, full-width forms and every kind of name dot make no difference:
`伊姆兰⋅汗` and `伊姆兰·汗`, `Díaz-Canel` and `diaz canel` are the same. Simplified and traditional
characters are different ones.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from readouts.fold import folded

# Unified ideographs with their extensions, and the signs 々 and 〇 that stand for one.
HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
TOKEN = re.compile(rf"[{HAN}]+|[^\W_{HAN}]+")
IS_HAN = re.compile(rf"[{HAN}]")
# The ending of “Macron's”, other apostrophes, and the points of “U.S.”
SILENT = re.compile(r"['’ʼ]s\b|['’ʼ]|(?<=\b\w)\.(?=\w\b)", re.IGNORECASE)
# A word of a name that an acronym is made of begins with a capital letter.
CAPITALS = re.compile(r"\b[A-Z]")


@dataclass(frozen=True, slots=True)
class Name:
    """A name taken apart: its words, its runs of Chinese characters, and all of it in order."""

    words: tuple[str, ...]
    runs: tuple[str, ...]
    key: str

    @property
    def han(self) -> str:
        """The Chinese characters, without the dots that stand between them."""
        return "".join(self.runs)


def read(text: str) -> Name:
    """The name that a text holds."""
    whole = SILENT.sub("", unicodedata.normalize("NFKC", text))
    tokens = [one for token in TOKEN.findall(whole) if (one := folded(token))]
    runs = tuple(one for one in tokens if IS_HAN.match(one))
    return Name(tuple(one for one in tokens if not IS_HAN.match(one)), runs, "".join(tokens))


def initials(text: str) -> str:
    """What a name is shortened to: `who` for World Health Organization; empty for one word."""
    letters = "".join(CAPITALS.findall(text)).casefold()
    return letters if len(letters) > 1 else ""
