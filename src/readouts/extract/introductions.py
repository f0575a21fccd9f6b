"""Paragraphs of the publisher's: who the principal is, and who was met where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from readouts.extract import prose
from readouts.extract.desk import Desk, Sighting
from readouts.extract.layout import Placed
from readouts.extract.lexicon import Token
from readouts.model import Exchange, Participation, Span
from readouts.source import Line


@dataclass(frozen=True, slots=True)
class Introduction:
    """A paragraph as a passage, with what is read of it."""

    line: Line
    span: Span
    found: prose.Prose


def read(desk: Desk, line: Line) -> Introduction:
    """Cut a paragraph into passages: one leaf, or the words that are read and the rest."""
    found = prose.parse(line.text, line.begin, desk.lexicon)
    if len(found.tokens) == 1:
        return Introduction(line, desk.sheet.leaf(line.begin, line.end, "introduction"), found)
    span = desk.sheet.container(line.begin, line.end, "introduction")
    for token in found.tokens:
        kind = "place" if found.met and token == found.met.place else None
        desk.sheet.token(token, kind, _named(desk, token, found))
    return Introduction(line, span, found)


def _named(desk: Desk, token: Token, found: prose.Prose) -> str | None:
    if token.kind == "guest":
        return f"ns#role-{token.value}"
    if found.principal and token == found.principal.title:
        return desk.sole_office(token)
    pairs = found.met.offices if found.met else ()
    return next((office for _, title, office in pairs if title == token), None)


def principal(
    desk: Desk, placed: Iterable[Placed], read_: list[Introduction]
) -> Participation | None:
    """Whose exchanges the lists are: the name and title in the introduction of the timeline."""
    line = next((one.line for one in placed if one.state == "introduction"), None)
    if line is None:
        return None  # the layout has named the line that is missing
    found = next((one.found.principal for one in read_ if one.line == line), None)
    if found is None:
        desk.fault(
            line,
            "nobody is named who met, called or wrote. The introduction of the timeline prints a "
            "name with its title, such as 习近平主席: restore the capture.",
        )
        return None
    office = desk.sole_office(found.title)
    if office is None:
        desk.fault(
            line,
            f"{found.title.text} alone could be several offices or none. "
            "Give data/authority/offices.csv one office with that printed title.",
        )
        return None
    return Participation(
        person=found.name.value,
        roles=("principal",),
        evidence=(found.name.span, found.title.span),
        designation=found.title.text,
        office=office,
        representing=desk.authority.row(office)["jurisdiction"],
    )


def guests(
    desk: Desk, introduction: Introduction, exchanges: Iterable[Exchange]
) -> Iterator[Sighting]:
    """Who was met where: 在北京会见了世卫组织总干事、…等多名外宾.

    The lead says 会见 of all, where the list says 会谈 of one: the list is followed for the kind of
    exchange, the lead for the place and for the word 外宾, foreign guests.
    """
    met = introduction.found.met
    if met is None:
        return
    in_person = [one for one in exchanges if desk.manner(one.kind) == "in-person"]
    for qualifier, title, office in met.offices:
        same = [one for one in in_person if office and one.counterpart.office == office]
        if not same and not desk.unread:
            desk.fault(
                introduction.line,
                f"{qualifier.text}{title.text} is said to have been met, and no list has such an "
                "exchange. Restore the capture.",
            )
        for exchange in same:
            yield Sighting(
                exchange.slug,
                met.place.value,
                introduction.span,
                met.guest.value,
                (met.guest.span, title.span),
            )
