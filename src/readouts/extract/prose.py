"""Introductions and captions: the few words of the publisher's prose that are read.

Read are the principal, printed as name and title (习近平主席), and who was met
where: 在北京会见了世卫组织总干事、柬埔寨首相和蒙古国总统等多名外宾. All other prose is
kept as passages of kind `narrative` and not interpreted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from readouts.extract.lexicon import Lexicon, Token, letters

PRINCIPAL = re.compile(r"nt")
MET = re.compile(r"(?P<at>a)(?P<place>p+)(?P<verb>v)\?(?P<who>(?:[cop]t\?)+)(?P<guest>g)")
CAPTION = re.compile(r"n(?P<at>a)(?P<place>p+)")


@dataclass(frozen=True, slots=True)
class Principal:
    """A name with the title printed behind it."""

    name: Token
    title: Token


@dataclass(frozen=True, slots=True)
class Met:
    """Who was met where: the place, the offices of those met, and the word for guests."""

    place: Token
    offices: tuple[tuple[Token, Token, str | None], ...]
    guest: Token


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph cut into tokens; a stretch that is not read is one token of kind `unknown`."""

    tokens: tuple[Token, ...]
    principal: Principal | None
    met: Met | None


def parse(text: str, begin: int, lexicon: Lexicon) -> Prose:
    """What is read of a paragraph that begins at code point `begin`."""
    tokens = list(lexicon.tokens(text, begin))
    kinds = letters(tokens)
    read: set[int] = set()

    principal = None
    if found := PRINCIPAL.search(kinds):
        name, title = tokens[found.start() : found.end()]
        principal = Principal(name, title)
        read |= {found.start(), found.start() + 1}

    met = None
    if found := MET.search(kinds):
        first = found.start("who")
        who = tokens[first : found.end("who")]
        pairs = list(zip(who[0::3], who[1::3], strict=True))
        met = Met(
            tokens[found.end("place") - 1],
            tuple((a, b, lexicon.offices.get((a.value, b.text))) for a, b in pairs),
            tokens[found.start("guest")],
        )
        read |= set(range(found.start(), found.end()))
    return Prose(tuple(_merge(tokens, read)), principal, met)


def _merge(tokens: list[Token], read: set[int]) -> list[Token]:
    """The tokens, with neighbours that are not read joined into one of kind `unknown`."""
    merged: list[Token] = []
    narrative = False
    for index, token in enumerate(tokens):
        if index in read:
            merged.append(token)
        elif narrative and merged:
            last = merged.pop()
            merged.append(Token("unknown", last.text + token.text, last.begin, ""))
        else:
            merged.append(Token("unknown", token.text, token.begin, ""))
        narrative = index not in read
    return merged
