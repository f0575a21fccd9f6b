"""The whole page: lists into exchanges, sections into statements, prose into places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from readouts.authority import Authority
from readouts.extract import captions, introductions, layout, lists, sections
from readouts.extract.desk import Desk, Sighting
from readouts.extract.layout import Placed
from readouts.extract.lexicon import compile_words
from readouts.extract.passages import Sheet
from readouts.model import Exchange, Reading, Statement
from readouts.source import Page

SECTION = ("theme introduction", "statement", "attribution", "caption")


def extract(page: Page, text: str, authority: Authority, expected: Mapping[str, int]) -> Reading:
    """All that a page says, as records; `text` is the slug of the source, "" of none yet.

    `expected` gives the number of entries under each heading. What is not
    understood comes back as `faults`, each naming the line and the mend.
    """
    desk = Desk(page, authority, compile_words(authority, text), Sheet(page))
    placed, faults = layout.place(page, desk.lexicon.headings)
    desk.faults.extend(faults)

    paragraphs = [introductions.read(desk, one.line) for one in placed if _is_paragraph(one)]
    principal = introductions.principal(desk, placed, paragraphs)
    if principal is None:
        return Reading(faults=tuple(desk.faults))
    exchanges: list[Exchange] = []
    for run in layout.groups(placed, "list", ("number", "date", "phrase")):
        exchanges += lists.read(desk, run, principal, exchanges)
    statements: list[Statement] = []
    sightings: list[Sighting] = []
    for run in layout.groups(placed, "theme", SECTION):
        statements += sections.read(desk, run, exchanges)
        shown = [captions.read(desk, one.line, exchanges) for one in run if one.state == "caption"]
        sightings += [one for one in shown if one]
    for paragraph in paragraphs:
        sightings += introductions.guests(desk, paragraph, exchanges)

    _single_leaves(desk, placed)
    desk.faults.extend(_totals(page, placed, expected))
    passages, gaps = desk.sheet.passages()
    return Reading(
        passages,
        tuple(_seen(one, sightings) for one in exchanges),
        tuple(statements),
        # A line that was not understood leaves a gap: a fault only where nothing else is one.
        tuple(desk.faults or gaps),
    )


def _is_paragraph(placed: Placed) -> bool:
    return placed.state in ("lead", "introduction", "theme introduction")


def _seen(exchange: Exchange, sightings: Iterable[Sighting]) -> Exchange:
    """The exchange with what the prose adds to it."""
    for sighting in sightings:
        if sighting.exchange != exchange.slug:
            continue
        other = exchange.counterpart
        if sighting.role:
            other = replace(
                other,
                roles=(*other.roles, sighting.role),
                evidence=(*other.evidence, *sighting.evidence),
            )
        exchange = replace(
            exchange,
            counterpart=other,
            places=(*exchange.places, sighting.place),
            reported=(*exchange.reported, sighting.reported),
        )
    return exchange


def _single_leaves(desk: Desk, placed: Iterable[Placed]) -> None:
    """Lines that are one leaf each: headings, and the numbers and dates of the lists."""
    themes = {row["heading"]: f"theme/{row['slug']}" for row in desk.authority["themes"]}
    for one in placed:
        line = one.line
        if one.state in ("timeline", "list", "theme"):
            desk.sheet.leaf(line.begin, line.end, "heading", themes.get(line.text))
        elif one.state in ("number", "date"):
            desk.sheet.leaf(line.begin, line.end, one.state)


def _totals(page: Page, placed: list[Placed], expected: Mapping[str, int]) -> Iterator[str]:
    """The number of entries under each heading against what source.toml expects."""
    counted: dict[str, tuple[int, int]] = {}
    for opens, entry, inside in (
        ("list", "number", ("number", "date", "phrase")),
        ("theme", "statement", SECTION),
    ):
        for run in layout.groups(placed, opens, inside):
            count = sum(one.state == entry for one in run)
            counted[run[0].line.text] = (run[0].line.number, count)
    for heading, total in expected.items():
        number, count = counted.get(heading, (len(page.lines), 0))
        if count != total:
            yield (
                f"{page.name}, line {number}: {count} entries under {heading}, where source.toml "
                f"expects {total}. Restore the capture, or correct [expected]."
            )
