"""Passages: how a placed line is cut into leaves, and which passage lies within which.

Every code point of the text belongs to exactly one leaf. Containers (lists,
sections, items, phrases, captions, introductions) lie over the leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from readouts.extract.lexicon import Token
from readouts.model import Passage, Span
from readouts.source import Page

# Kind of token → kind of passage.
KINDS: Mapping[str, str] = {
    "request": "request",
    "verb": "verb",
    "marker": "marker",
    "country": "qualifier",
    "organisation": "qualifier",
    "place": "qualifier",
    "chair": "chair",
    "title": "title",
    "name": "name",
    "at": "mark",
    "guest": "guest",
    "unknown": "narrative",
}


class Sheet:
    """The passages of one page, collected while it is read."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._passages: dict[tuple[Span, bool], Passage] = {}

    def leaf(self, begin: int, end: int, kind: str, names: str | None = None) -> Span:
        """Cut a leaf out of the text."""
        return self._add(begin, end, kind, names, leaf=True)

    def container(self, begin: int, end: int, kind: str, names: str | None = None) -> Span:
        """Lay a container over the leaves of a range."""
        return self._add(begin, end, kind, names, leaf=False)

    def token(self, token: Token, kind: str | None = None, names: str | None = None) -> Span:
        """A leaf for a word; `kind` and `names` where its place says more than the word does."""
        named = names or (token.value if "/" in token.value else None)
        span = token.span
        return self.leaf(span.begin, span.end, kind or KINDS[token.kind], named)

    def _add(self, begin: int, end: int, kind: str, names: str | None, *, leaf: bool) -> Span:
        span = Span(begin, end)
        text = self.page.text[begin:end]
        self._passages[span, leaf] = Passage(span, kind, text, leaf=leaf, names=names)
        return span

    def passages(self) -> tuple[tuple[Passage, ...], list[str]]:
        """All passages with their containers, in order, and the faults of the tiling."""
        for line in self.page.lines[:-1]:
            self.leaf(line.end, line.end + 1, "break")
        ordered = sorted(
            self._passages.values(), key=lambda one: (one.span.begin, -one.span.end, one.leaf)
        )
        return tuple(_nest(ordered)), list(_gaps(self.page, ordered))


def _nest(ordered: Iterable[Passage]) -> Iterator[Passage]:
    """Give each passage the smallest container that holds it."""
    open_: list[Span] = []
    for passage in ordered:
        while open_ and open_[-1].end < passage.span.end:
            open_.pop()
        while open_ and open_[-1].end <= passage.span.begin:
            open_.pop()
        yield replace(passage, within=open_[-1] if open_ else None)
        if not passage.leaf:
            open_.append(passage.span)


def _gaps(page: Page, ordered: Iterable[Passage]) -> Iterator[str]:
    """Where the leaves do not tile the text: a character unread, or read twice."""
    at = 0
    for leaf in (one for one in ordered if one.leaf):
        if leaf.span.begin != at:
            begin, end = sorted((at, leaf.span.begin))
            yield _gap(page, begin, end, "twice" if leaf.span.begin < at else "by nothing")
        at = leaf.span.end
    if at != len(page.text):
        yield _gap(page, at, len(page.text), "by nothing")


def _gap(page: Page, begin: int, end: int, how: str) -> str:
    line = page.text.count("\n", 0, begin) + 1
    return (
        f"{page.name}, line {line}: “{page.text[begin:end]}” is read {how}. "
        "Extend the grammar in extract/."
    )
