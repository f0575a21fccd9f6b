"""The numbered lists: entries of three lines (number, date, phrase) into exchanges."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from readouts.extract import dates, layout, phrase
from readouts.extract.desk import Desk
from readouts.extract.layout import Placed
from readouts.model import Exchange, Membership, Participation, Span
from readouts.source import Line


def read(
    desk: Desk, run: list[Placed], principal: Participation, taken: Iterable[Exchange]
) -> list[Exchange]:
    """The exchanges under one heading; `taken` are those of the lists before it."""
    within = desk.sheet.container(run[0].line.begin, run[-1].line.end, "list")
    slugs = {one.slug for one in taken}
    exchanges: list[Exchange] = []
    number = 1
    for item in layout.groups(run, "number", ("date", "phrase")):
        lines = {one.state: one.line for one in item}
        if set(lines) != {"number", "date", "phrase"}:
            continue  # the layout has named the line that is missing
        number = desk.numbered(lines["number"], lines["number"].text, number)
        read_ = _item(desk, lines)
        if read_ is not None:
            exchange = _exchange(desk, number - 1, lines["phrase"], *read_, principal, within)
            exchange = replace(exchange, slug=_free(exchange.slug, slugs))
            slugs.add(exchange.slug)
            exchanges.append(exchange)
    return exchanges


def _item(desk: Desk, lines: dict[str, Line]) -> tuple[date, phrase.Phrase] | None:
    number, day_line, line = lines["number"], lines["date"], lines["phrase"]
    day = dates.full(day_line.text)
    if day is None:
        desk.fault(day_line, f"{day_line.text} is no day of the calendar. Restore the capture.")
        return None
    try:
        found = phrase.parse(line.text, line.begin, desk.lexicon, desk.authority)
    except phrase.Unread as unread:
        desk.fault(line, f"{unread}")
        desk.unread.append((day, line.text))
        return None
    desk.sheet.container(number.begin, line.end, "item")
    desk.sheet.container(line.begin, line.end, "phrase")
    desk.words(found)
    return day, found


def _exchange(
    desk: Desk,
    count: int,
    line: Line,
    day: date,
    found: phrase.Phrase,
    principal: Participation,
    within: Span,
) -> Exchange:
    verb = desk.authority.verbs()[found.kind]
    span = Span(line.begin, line.end)
    return Exchange(
        slug=f"{day.isoformat()}-{verb['short']}-{found.name.value.removeprefix('person/')}",
        kind=found.kind,
        day=day,
        number=count,
        phrase=span,
        text=line.text,
        reported=(span,),
        within=within,
        principal=_with_role(principal, "sender", verb["manner"]),
        counterpart=_with_role(_counterpart(found), "recipient", verb["manner"]),
        memberships=_memberships(found),
    )


def _counterpart(found: phrase.Phrase) -> Participation:
    words = (found.requested, found.marker, *found.designation, found.name)
    return Participation(
        person=found.name.value,
        # 应约 makes the counterpart the requester; where it is absent nothing is inferred.
        roles=("counterpart", "requester") if found.requested else ("counterpart",),
        evidence=tuple(token.span for token in words if token),
        designation=found.printed_designation,
        marker=found.marker.value if found.marker else None,
        office=found.office,
        representing=found.representing,
    )


def _with_role(participation: Participation, role: str, manner: str) -> Participation:
    """The participation, with the role that a letter gives it."""
    if manner != "letter":
        return participation
    return replace(participation, roles=(*participation.roles, role))


def _memberships(found: phrase.Phrase) -> tuple[Membership, ...]:
    """中非合作论坛非方共同主席国塞内加尔: what is said of the country, not of the man."""
    if len(found.designation) < phrase.WITH_CHAIR:
        return ()
    organisation, chair, country, _ = found.designation
    return (
        Membership(
            member=country.value,
            organisation=organisation.value,
            word=chair.value,
            printed=chair.text,
            evidence=(organisation.span, chair.span, country.span),
        ),
    )


def _free(slug: str, taken: set[str]) -> str:
    """The slug, with -2, -3 … where the same two people had several such exchanges a day."""
    again = 2
    free = slug
    while free in taken:
        free = f"{slug}-{again}"
        again += 1
    return free
