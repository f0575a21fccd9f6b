"""The records that reading gives and that the graph is made of.

Offsets are Unicode code points from the start of the text, the end excluded.
A *key* names a thing by its class and slug, such as `country/france`; a *slug*
is readable Latin, minted once and never parsed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The range [begin, end) of a text, in code points."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A range of the text with what it is and, where it names a thing, the key of that thing.

    A *leaf* passage has no parts; the leaves tile the text.
    """

    span: Span
    kind: str
    text: str
    leaf: bool = True
    within: Span | None = None
    names: str | None = None


@dataclass(frozen=True, slots=True)
class Participation:
    """Who takes part, in which roles, as printed; `evidence` are the passages that say so."""

    person: str
    roles: tuple[str, ...]
    evidence: tuple[Span, ...]
    designation: str | None = None
    marker: str | None = None
    office: str | None = None
    representing: str | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """What a country is in an organisation, as printed: 中非合作论坛非方共同主席国塞内加尔."""

    member: str
    organisation: str
    word: str
    printed: str
    evidence: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One exchange that the text lists. `kind` is the local name of its class."""

    slug: str
    kind: str
    day: date
    number: int
    phrase: Span
    text: str
    reported: tuple[Span, ...]
    within: Span
    principal: Participation
    counterpart: Participation
    memberships: tuple[Membership, ...] = ()
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """Words that the text attributes to the principal of an exchange."""

    slug: str
    theme: str
    number: int
    text: str
    quote: Span
    attribution: Span
    exchange: str
    speaker: str
    addressee: str
    mode: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was understood of a text, and the faults of what was not."""

    passages: tuple[Passage, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    statements: tuple[Statement, ...] = ()
    faults: tuple[str, ...] = ()
