"""One capture of a page: its bytes, its lines, and what is known of where it comes from."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from readouts.fault import Fault, Misuse
from readouts.folder import toml


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its line feed. `begin` counts code points from the start of the text."""

    number: int
    begin: int
    text: str

    @property
    def end(self) -> int:
        return self.begin + len(self.text)


@dataclass(frozen=True, slots=True)
class Page:
    """The text of one capture, cut into lines that, joined by line feeds, are the text."""

    name: str
    text: str
    sha256: str

    @property
    def lines(self) -> list[Line]:
        lines, begin = [], 0
        for number, text in enumerate(self.text.split("\n"), 1):
            lines.append(Line(number, begin, text))
            begin += len(text) + 1
        return lines


@dataclass(frozen=True, slots=True)
class Copy:
    """Another place where the page was seen."""

    url: str
    note: str


@dataclass(frozen=True, slots=True)
class Source:
    """The settings of source.toml. Texts are keyed by language tag."""

    slug: str
    file: str
    sha256: str
    language: str
    subject: str
    title: Mapping[str, str]
    provenance: Mapping[str, str]
    rights: Mapping[str, str]
    copies: tuple[Copy, ...]
    expected: Mapping[str, int] = field(default_factory=dict)


def describe(path: Path) -> Source:
    """The settings of a source.toml. Raises Misuse when it cannot be read or is incomplete."""
    settings = toml(path)
    try:
        copies = tuple(Copy(**copy) for copy in settings.pop("copies", []))
        return Source(copies=copies, **settings)
    except TypeError as error:
        raise Misuse(f"{path}: {error}. The file holds one setting too many or too few.") from None


def read(path: Path) -> Page:
    """The page in a file, byte for byte.

    Raises Misuse when the file cannot be read, and Fault, naming the line, when
    it is not a text that offsets can be counted in: not UTF-8, empty, with a
    byte order mark, a carriage return or another control character.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}.") from None
    if not data:
        raise Fault(f"{path}, line 1: the file is empty. Put the capture of the page here.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Fault(
            f"{path}, line {line}: byte 0x{data[error.start]:02X} is not UTF-8. "
            "Save the capture as UTF-8, as it was received."
        ) from None
    for position, character in enumerate(text):
        if (character < " " and character != "\n") or character in "\x7f\ufeff":
            line = text.count("\n", 0, position) + 1
            raise Fault(
                f"{path}, line {line}: the character U+{ord(character):04X} does not belong in a "
                "page of text. Restore the capture as it was received."
            )
    return Page(str(path), text, hashlib.sha256(data).hexdigest())
