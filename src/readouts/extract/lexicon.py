"""Words within a line: the longest word that the authority tables know, or an unknown stretch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readouts.authority import Authority
from readouts.model import Span

# One letter a kind, so that a sequence of words can be matched by a regular expression.
LETTERS: Mapping[str, str] = {
    "request": "q",
    "verb": "v",
    "marker": "m",
    "country": "c",
    "organisation": "o",
    "place": "p",
    "chair": "h",
    "title": "t",
    "name": "n",
    "at": "a",
    "guest": "g",
    "unknown": "?",
}


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of a line: its kind, its text, where it begins, what it stands for."""

    kind: str
    text: str
    begin: int
    value: str

    @property
    def span(self) -> Span:
        return Span(self.begin, self.begin + len(self.text))

    @property
    def letter(self) -> str:
        return LETTERS[self.kind]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What the authority tables know of printed words.

    `frames` maps the two halves of a verb, such as 同 and 通电话, to a class;
    `offices` maps (jurisdiction, printed title) to the key of an office.
    """

    words: Mapping[str, tuple[str, str]]
    frames: Mapping[tuple[str, str], str]
    offices: Mapping[tuple[str, str], str]
    headings: Mapping[str, str]
    pattern: re.Pattern[str]

    def tokens(self, text: str, begin: int) -> Iterator[Token]:
        """The words of a text that begins at `begin`, unknown stretches included, without a gap.

        The longest known word wins, so 应约同时任马来西亚总理 is 同 and 时任: 同时 is no word here.
        """
        at = 0
        for match in self.pattern.finditer(text):
            if match.start() > at:
                yield Token("unknown", text[at : match.start()], begin + at, "")
            kind, value = self.words[match[0]]
            yield Token(kind, match[0], begin + match.start(), value)
            at = match.end()
        if at < len(text):
            yield Token("unknown", text[at:], begin + at, "")


def compile_words(authority: Authority, text: str) -> Lexicon:
    """The lexicon for reading one text, named by its slug; "" knows the theme headings of all."""
    words: dict[str, tuple[str, str]] = {}
    frames: dict[tuple[str, str], str] = {}
    headings = {row["heading"]: "theme" for row in authority["themes"] if text in ("", row["text"])}
    for word in authority.words():
        if word.kind in ("list", "timeline"):
            headings[word.printed] = word.kind
        elif word.kind == "verb":
            before, _, after = word.printed.partition("…")
            frames[before, after] = word.value
            words |= {half: ("verb", half) for half in (before, after) if half}
        else:
            words[word.printed] = (word.kind, word.value)
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    pattern = re.compile("|".join(map(re.escape, longest_first)))
    return Lexicon(words, frames, authority.offices(), headings, pattern)


def letters(tokens: list[Token]) -> str:
    """The kinds of the tokens, a letter each."""
    return "".join(token.letter for token in tokens)
