"""What every part of reading has at hand: the page, the tables, and where to put what it finds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from readouts.authority import Authority
from readouts.extract import phrase
from readouts.extract.lexicon import Lexicon, Token
from readouts.extract.passages import Sheet
from readouts.model import Span
from readouts.source import Line, Page


@dataclass(frozen=True, slots=True)
class Desk:
    """One reading of one page. Passages go to `sheet`, what is not understood to `faults`.

    `unread` holds the day and phrase of each entry of a list that was not
    understood, so that the lines that follow from it are not named as well.
    """

    page: Page
    authority: Authority
    lexicon: Lexicon
    sheet: Sheet
    faults: list[str] = field(default_factory=list)
    unread: list[tuple[date, str]] = field(default_factory=list)

    def fault(self, line: Line, message: str) -> None:
        """Note that a line was not understood, and the mend."""
        self.faults.append(f"{self.page.name}, line {line.number}: {message}")

    def numbered(self, line: Line, printed: str, number: int) -> int:
        """The number after the one printed before an entry, which must be `number`."""
        if printed != str(number):
            self.fault(
                line,
                f"the entry is numbered {printed}, where {number} should stand. "
                "An entry is missing, doubled or out of order: restore the capture.",
            )
        return int(printed) + 1

    def manner(self, kind: str) -> str:
        """How an exchange of that class takes place: in-person, phone or letter."""
        return self.authority.verbs()[kind]["manner"]

    def words(self, found: phrase.Phrase) -> None:
        """The words of a phrase as leaves, each with the key of what it names."""
        names = {"request": "ns#role-requester", "verb": f"ns#{found.kind}", "title": found.office}
        for token in found.tokens:
            named = f"ns#marker-{token.value}" if token.kind == "marker" else names.get(token.kind)
            self.sheet.token(token, names=named)

    def sole_office(self, title: Token) -> str | None:
        """The one office with this printed title: 主席 alone is China's, Cuba's is 国家主席."""
        offices = {key for (_, word), key in self.lexicon.offices.items() if word == title.text}
        return offices.pop() if len(offices) == 1 else None


@dataclass(frozen=True, slots=True)
class Sighting:
    """Prose that says more of an exchange: where it was, and what the counterpart was there."""

    exchange: str
    place: str
    reported: Span
    role: str | None = None
    evidence: tuple[Span, ...] = ()
