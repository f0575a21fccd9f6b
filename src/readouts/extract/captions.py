"""Captions of pictures: △1月28日,习近平在北京人民大会堂会见世界卫生组织总干事谭德塞。"""

from __future__ import annotations

import re

from readouts.extract import phrase, prose, sections
from readouts.extract.desk import Desk, Sighting
from readouts.extract.lexicon import letters
from readouts.model import Exchange
from readouts.source import Line

CAPTION = re.compile(r"(△)([0-9]+月[0-9]+日)(,)(.+)(。)")


def read(desk: Desk, line: Line, exchanges: list[Exchange]) -> Sighting | None:
    """What a caption adds to the exchange that it shows: the place."""
    match = CAPTION.fullmatch(line.text)
    tokens = list(desk.lexicon.tokens(match[4], line.begin + match.start(4))) if match else []
    found = prose.CAPTION.match(letters(tokens))
    if match is None or found is None or found.end() == len(tokens):
        desk.fault(line, "a caption reads △M月D日,<name>在<place><phrase>。 Restore the capture.")
        return None
    name, rest = tokens[0], tokens[found.end() :]
    told = name.text + "".join(token.text for token in rest)
    exchange = sections.named(desk, line, match[2], told, exchanges)
    if exchange is None:
        return None
    span = desk.sheet.container(line.begin, line.end, "caption")
    for group, kind in ((1, "mark"), (2, "date"), (3, "mark"), (5, "mark")):
        desk.sheet.leaf(line.begin + match.start(group), line.begin + match.end(group), kind)
    places = tokens[found.start("place") : found.end("place")]
    for token in tokens[: found.end()]:
        desk.sheet.token(token, "place" if token in places else None)
    desk.sheet.container(rest[0].begin, line.end - 1, "phrase")
    desk.words(phrase.parse(exchange.text, rest[0].begin, desk.lexicon, desk.authority))
    # 北京人民大会堂 names a city and a hall in it: the last word is the most exact.
    return Sighting(exchange.slug, places[-1].value, span)
