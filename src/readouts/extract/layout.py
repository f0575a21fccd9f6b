"""Which line may follow which: the grammar of a page, over whole lines.

    page      = lead timeline introduction list+ section+
    list      = heading item+            item      = number date phrase
    section   = heading introduction entry+ caption?
    entry     = statement attribution

Unlike a parser that gives up at the first surprise, the automaton below names
every line that does not fit and goes on with the next one that does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from readouts.source import Line, Page

# What a line looks like, before its place in the page is known.
LOOKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("blank", re.compile(r"\s*")),
    ("number", re.compile(r"[0-9]+")),
    ("date", re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")),
    ("statement", re.compile(r"[0-9]+\..+")),
    ("attribution", re.compile(r"\([0-9]+月.*")),
    ("caption", re.compile(r"△.*")),
)

# State → what the next line looks like → the state that line puts us in.
NEXT: Mapping[str, Mapping[str, str]] = {
    "start": {"prose": "lead"},
    "lead": {"timeline": "timeline"},
    "timeline": {"prose": "introduction"},
    "introduction": {"list": "list"},
    "list": {"number": "number"},
    "number": {"date": "date"},
    "date": {"prose": "phrase"},
    "phrase": {"number": "number", "list": "list", "theme": "theme"},
    "theme": {"prose": "theme introduction"},
    "theme introduction": {"statement": "statement"},
    "statement": {"attribution": "attribution"},
    "attribution": {"statement": "statement", "theme": "theme", "caption": "caption"},
    "caption": {"theme": "theme"},
}
LAST = ("attribution", "caption")

# How a message names what it expects.
NAMES: Mapping[str, str] = {
    "prose": "a line of text",
    "timeline": "the heading of the timeline",
    "list": "the heading of a list",
    "theme": "the heading of a section",
    "number": "the number of an entry",
    "date": "a date such as 2020-01-28",
    "statement": "a numbered statement such as 1.…",
    "attribution": "an attribution such as (1月28日,…。)",
    "caption": "a caption that begins with △",
    "blank": "an empty line",
}


@dataclass(frozen=True, slots=True)
class Placed:
    """A line and the state of the grammar that it stands in."""

    line: Line
    state: str


def place(page: Page, headings: Mapping[str, str]) -> tuple[list[Placed], list[str]]:
    """Each line with its place, and the faults of the lines that have none.

    `headings` maps a heading as printed to `timeline`, `list` or `theme`.
    """
    placed: list[Placed] = []
    faults: list[str] = []
    state = "start"
    for line in page.lines:
        look = _look(line.text, headings)
        if look in NEXT[state]:
            state = NEXT[state][look]
        else:
            faults.append(_unexpected(page, line, look, state))
            resumed = _resume(look, state)
            if resumed is None:
                continue
            state = resumed
        placed.append(Placed(line, state))
    if state not in LAST:
        faults.append(
            f"{page.name}, line {page.lines[-1].number}: the page ends here, where "
            f"{_expected(state)} should follow. Restore the whole capture."
        )
    return placed, faults


def _look(text: str, headings: Mapping[str, str]) -> str:
    if text in headings:
        return headings[text]
    return next((look for look, pattern in LOOKS if pattern.fullmatch(text)), "prose")


def _resume(look: str, state: str) -> str | None:
    """The state in which to go on after a surprise; None skips the line."""
    if look == "prose":
        return "phrase" if state == "number" else None
    return None if look == "blank" else look


def _unexpected(page: Page, line: Line, look: str, state: str) -> str:
    message = (
        f"{page.name}, line {line.number}: “{_short(line.text)}” is {NAMES[look]}, where "
        f"{_expected(state)} should stand."
    )
    if look == "prose" and {"list", "theme", "timeline"} & set(NEXT[state]):
        return (
            f"{message} If it is a heading, add it to data/authority/themes.csv (sections) or "
            "words.csv (lists); if not, restore the capture."
        )
    return f"{message} Restore the capture, or extend the grammar in extract/layout.py."


def _expected(state: str) -> str:
    return " or ".join(NAMES[look] for look in NEXT[state])


def _short(text: str, most: int = 24) -> str:
    return text if len(text) <= most else text[:most] + "…"


def groups(placed: list[Placed], opens: str, inside: tuple[str, ...]) -> Iterator[list[Placed]]:
    """Runs of lines that begin at state `opens` and go on through the states `inside`."""
    run: list[Placed] = []
    for one in placed:
        if one.state == opens:
            if run:
                yield run
            run = [one]
        elif run and one.state in inside:
            run.append(one)
        elif run:
            yield run
            run = []
    if run:
        yield run
