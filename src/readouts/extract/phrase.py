"""The phrase that reports an exchange, such as 应约同时任马来西亚总理马哈蒂尔通电话.

phrase      = [request] verb party [verb]
party       = [marker] designation name
designation = [organisation chair] country title
            | [country] (organisation | place) title
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from readouts.authority import Authority
from readouts.extract.lexicon import Lexicon, Token, letters

# Words in a designation with a chair: 中非合作论坛 非方共同主席国 塞内加尔 总统.
WITH_CHAIR = 4
SHAPE = re.compile(
    r"(?P<request>q?)(?P<before>v)(?P<marker>m?)"
    r"(?P<designation>(?:oh)?ct|c?[op]t)(?P<name>n)(?P<after>v?)"
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a phrase says. `tokens` are its words in order, without a gap."""

    tokens: tuple[Token, ...]
    kind: str
    requested: Token | None
    marker: Token | None
    designation: tuple[Token, ...]
    office: str
    representing: str
    name: Token

    @property
    def printed_designation(self) -> str:
        return "".join(token.text for token in self.designation)


class Unread(Exception):
    """Why a phrase was not understood, and the mend; the caller adds where it stands."""


def parse(text: str, begin: int, lexicon: Lexicon, authority: Authority) -> Phrase:
    """The phrase in a text that begins at code point `begin`. Raises Unread."""
    tokens = list(lexicon.tokens(text, begin))
    match = SHAPE.fullmatch(letters(tokens))
    if match is None:
        raise Unread(_why(tokens))

    def words(group: str) -> tuple[Token, ...]:
        return tuple(tokens[match.start(group) : match.end(group)])

    frame = tuple("".join(token.text for token in words(half)) for half in ("before", "after"))
    if (frame[0], frame[1]) not in lexicon.frames:
        raise Unread(
            f"“{frame[0]}…{frame[1]}” is no verb known here. Add a row to "
            f"data/authority/words.csv: {frame[0]}…{frame[1]},verb,<class>,<English>."
        )
    designation = words("designation")
    office = _office(designation, lexicon)
    return Phrase(
        tuple(tokens),
        lexicon.frames[frame[0], frame[1]],
        next(iter(words("request")), None),
        next(iter(words("marker")), None),
        designation,
        office,
        _representing(designation, authority),
        words("name")[0],
    )


def _office(designation: tuple[Token, ...], lexicon: Lexicon) -> str:
    qualifier, title = designation[-2:]
    office = lexicon.offices.get((qualifier.value, title.text))
    if office is None:
        raise Unread(
            f"{qualifier.text} has no office known as {title.text}. Add a row to "
            f"data/authority/offices.csv with printed={title.text} and "
            f"jurisdiction={qualifier.value}."
        )
    return office


def _representing(designation: tuple[Token, ...], authority: Authority) -> str:
    """The country or organisation of the office; of an office of a place, the place's country.

    阿联酋阿布扎比王储 is an office of an emirate, and the page prints the federation before it:
    a country printed before a place must be the one that the place lies in.
    """
    qualifier = designation[-2]
    if qualifier.kind != "place":
        return qualifier.value
    country = authority.row(qualifier.value)["country"]
    if designation[0].kind == "country" and designation[0].value != country:
        raise Unread(
            f"{qualifier.text} lies in {country}, and the page prints {designation[0].text} before "
            "it. Correct data/authority/places.csv, or restore the capture."
        )
    return country


def _why(tokens: list[Token]) -> str:
    """What is wrong with words that do not make a phrase: an unknown word first, then the order."""
    for index, token in enumerate(tokens):
        if token.kind != "unknown":
            continue
        before = tokens[index - 1].kind if index else ""
        after = tokens[index + 1].kind if index + 1 < len(tokens) else ""
        if before == "title":
            what, where = "person", "data/authority/people.csv"
        elif after == "name" and before in ("country", "organisation", "place"):
            what, where = "title", "data/authority/offices.csv"
        elif after == "title":
            what = "country, organisation or place"
            where = "the table of its kind in data/authority/"
        else:
            what, where = "word", "the table of its kind in data/authority/ (verbs: words.csv)"
        return (
            f"“{token.text}” is not a {what} known here. Add a row with printed={token.text} to "
            f"{where}, or restore the capture."
        )
    words = " ".join(f"{token.text}/{token.kind}" for token in tokens)
    return (
        f"every word is known, but not in this order: {words}. "
        "Restore the capture, or extend the grammar in extract/phrase.py."
    )
