"""The headed lists of statements, each with the line that attributes it to an exchange."""

from __future__ import annotations

import re

from readouts.extract import dates, layout
from readouts.extract.desk import Desk
from readouts.extract.layout import Placed
from readouts.model import Exchange, Statement
from readouts.source import Line

STATEMENT = re.compile(r"([0-9]+)\.(.+)")
ATTRIBUTION = re.compile(r"\(([0-9]+月[0-9]+日),(.+)。\)")


def read(desk: Desk, run: list[Placed], exchanges: list[Exchange]) -> list[Statement]:
    """The statements under one theme heading."""
    heading = run[0].line
    inside = [one for one in run if one.state != "caption"]
    desk.sheet.container(heading.begin, inside[-1].line.end, "section")
    theme = next(row for row in desk.authority["themes"] if row["heading"] == heading.text)
    statements = []
    number = 1
    for entry in layout.groups(run, "statement", ("attribution",)):
        lines = {one.state: one.line for one in entry}
        if set(lines) != {"statement", "attribution"}:
            continue  # the layout has named the line that is missing
        printed = lines["statement"].text.partition(".")[0]
        number = desk.numbered(lines["statement"], printed, number)
        exchange = _exchange(desk, lines["attribution"], exchanges)
        if exchange is not None:
            statements.append(_statement(desk, number - 1, theme["slug"], lines, exchange))
    return statements


def named(
    desk: Desk, line: Line, day: str, told: str, exchanges: list[Exchange]
) -> Exchange | None:
    """The exchange of that day whose principal and phrase read so, to the letter."""
    same = [one for one in exchanges if _principal(desk, one) + one.text == told]
    for exchange in same:
        if dates.short(exchange.day) == day:
            return exchange
    if any(dates.short(on) == day and told.endswith(words) for on, words in desk.unread):
        return None  # the list has it, and the fault is named there
    if same:
        days = " and ".join(dates.short(one.day) for one in same)
        why = f"the lists have “{same[0].text}” on {days}, not on {day}"
    else:
        why = f"the lists have no exchange that reads “{told}” on {day}"
    desk.fault(line, f"{why}. Restore the capture.")
    return None


def _principal(desk: Desk, exchange: Exchange) -> str:
    """The name of the principal as the page prints it before a phrase."""
    return desk.authority.row(exchange.principal.person)["printed"]


def _exchange(desk: Desk, line: Line, exchanges: list[Exchange]) -> Exchange | None:
    match = ATTRIBUTION.fullmatch(line.text)
    if match is None:
        desk.fault(line, "an attribution reads (M月D日,…。). Restore the capture.")
        return None
    return named(desk, line, match[1], match[2], exchanges)


def _statement(
    desk: Desk, place: int, theme: str, lines: dict[str, Line], exchange: Exchange
) -> Statement:
    line, attribution = lines["statement"], lines["attribution"]
    number, text = line.text.split(".", 1)
    begin = line.begin + len(number) + 1
    desk.sheet.container(line.begin, attribution.end, "item")
    desk.sheet.leaf(line.begin, begin, "number")
    return Statement(
        slug=f"{theme}-{place:02d}",
        theme=theme,
        number=place,
        text=text,
        quote=desk.sheet.leaf(begin, line.end, "quote"),
        attribution=desk.sheet.leaf(attribution.begin, attribution.end, "attribution"),
        exchange=exchange.slug,
        speaker=exchange.principal.person,
        addressee=exchange.counterpart.person,
        # Only a letter is text that the speaker signed; a readout is a summary in the first person.
        mode="letter-text" if desk.manner(exchange.kind) == "letter" else "readout-prose",
    )
