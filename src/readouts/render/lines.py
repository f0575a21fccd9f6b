"""The lines of a source text, and the passages of several lines around them.

What stands in a line is a row of marks (see `text`). A passage of several lines that begins with a
line is a block around lines; one that begins within a line is marked there and not closed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from readouts.render.text import Mark, Passage, SourceText, marks

BREAK = "\n"


@dataclass(slots=True)
class Line:
    """A line: its number from one, and what stands in it, with the break that ends it."""

    number: int
    marks: list[Mark] = field(default_factory=list)

    @property
    def passages(self) -> list[Passage]:
        """The passages that open in the line, the outer ones first."""
        return [one.passage for one in self.marks if one.passage is not None and not one.closes]


@dataclass(frozen=True, slots=True)
class Item:
    """A line, or where a block opens or closes."""

    line: Line | None = None
    block: Passage | None = None
    closes: bool = False


def lines(text: SourceText) -> list[Item]:
    """The text as lines and blocks, in order: the words of all marks, joined, are its words."""
    page = _Page(text.words)
    for mark in marks(text):
        page.take(mark)
    return page.whole()


class _Page:
    """Lines as they fill up."""

    def __init__(self, words: str) -> None:
        self._words = words
        self._items: list[Item] = []
        self._line = Line(1)
        self._blocks: list[Passage] = []
        # A line ends with its break; what closes behind it still belongs to it.
        self._has_ended = self._is_placed = False

    def take(self, mark: Mark) -> None:
        """Add a mark to the line, or to the structure around lines."""
        passage = mark.passage
        if passage is None:
            for part in _parted(mark.words):
                self._add(Mark(part), ends=part.endswith(BREAK))
        elif not self._is_long(passage):
            self._add(mark, ends=False)
        elif mark.closes:
            self._close(passage)
        elif self._line.marks and not self._has_ended:
            # It begins within a line: it is named where it begins.
            self._add(mark, ends=False)
            self._add(Mark(passage=passage, closes=True), ends=False)
        else:
            self._flush()
            self._items.append(Item(block=passage))
            self._blocks.append(passage)

    def whole(self) -> list[Item]:
        """All lines and blocks."""
        self._flush()
        return self._items

    def _add(self, mark: Mark, *, ends: bool) -> None:
        if self._has_ended and not mark.closes:
            self._flush()
        self._line.marks.append(mark)
        self._has_ended = self._has_ended or ends

    def _close(self, passage: Passage) -> None:
        """Close a block behind its last line, to which the break behind the block still belongs."""
        if passage not in self._blocks:
            return
        self._blocks.remove(passage)
        self._place()
        self._items.append(Item(block=passage, closes=True))

    def _place(self) -> None:
        """Put the line in its place; it may still be added to."""
        if self._line.marks and not self._is_placed:
            self._items.append(Item(line=self._line))
            self._is_placed = True

    def _flush(self) -> None:
        """Begin another line."""
        self._place()
        if self._line.marks:
            self._line = Line(self._line.number + 1)
        self._has_ended = self._is_placed = False

    def _is_long(self, passage: Passage) -> bool:
        words = self._words[passage.begin : passage.end]
        return BREAK in words.rstrip(BREAK)


def _parted(words: str) -> list[str]:
    """The words cut behind each break, and nowhere else: a text may hold other separators."""
    return [part for part in re.split(f"(?<={BREAK})", words) if part]
