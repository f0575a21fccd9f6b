"""Words as people compare them: no case, no accents, no spaces, every name dot alike."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# The dots that are printed between the parts of a foreign name.
DOTS = re.compile("[\u00b7\u2022\u2027\u2219\u22c5\u30fb\uff65]")
# The accents of European scripts. Marks of other scripts are letters there, and stay.
ACCENTS = range(0x300, 0x370)


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters the place in the text that it came from."""

    text: str
    places: tuple[int, ...]

    def find(self, wanted: str) -> tuple[tuple[int, int], ...]:
        """The ranges of the text, in code points, that hold a folded word; they do not overlap."""
        found, at = [], self.text.find(wanted) if wanted else -1
        while at >= 0:
            end = at + len(wanted)
            found.append((self.places[at], self.places[end - 1] + 1))
            at = self.text.find(wanted, end)
        return tuple(found)


def folded(text: str) -> str:
    """The text as it is compared."""
    return "".join(_letters(text))


def spread(text: str) -> Folded:
    """The text as it is compared, with the place that each character came from."""
    letters = _letters(text)
    places = [place for place, letter in enumerate(letters) for _ in letter]
    return Folded("".join(letters), tuple(places))


def _letters(text: str) -> list[str]:
    """What becomes of each character: often one other, sometimes none or several."""
    return [_letter(character) for character in text]


def _letter(character: str) -> str:
    apart = unicodedata.normalize("NFKD", DOTS.sub("\u00b7", character)).casefold()
    # Folding case can bring forth an accent, as of a Turkish capital I with its dot.
    return "".join(
        one
        for one in unicodedata.normalize("NFKD", apart)
        if ord(one) not in ACCENTS and not one.isspace()
    )
