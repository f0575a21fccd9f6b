"""Labels in English and Chinese, made from the names of the authority tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from urllib.parse import urlsplit

from pyoxigraph import Literal, NamedNode, Triple

from readouts.authority import Authority
from readouts.model import Exchange, Participation, Statement
from readouts.vocab import RDFS, chinese, english

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def both(subject: NamedNode, en: str, zh: str) -> Iterator[Triple]:
    """An rdfs:label in English and one in Chinese."""
    yield Triple(subject, RDFS.label, english(en))
    yield Triple(subject, RDFS.label, chinese(zh))


def texts(
    subject: NamedNode, predicate: NamedNode, by_language: dict[str, str]
) -> Iterator[Triple]:
    """One literal a language."""
    for language, text in by_language.items():
        yield Triple(subject, predicate, Literal(text, language=language))


def english_day(day: date) -> str:
    """13 February 2020."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def chinese_day(day: date) -> str:
    """2020年2月13日."""
    return f"{day.year}年{day.month}月{day.day}日"


def exchange(one: Exchange, authority: Authority) -> tuple[str, str]:
    """Who did what with whom, and when, in English and in Chinese."""
    principal = authority.row(one.principal.person)
    counterpart = authority.row(one.counterpart.person)
    verb = authority.verbs()[one.kind]["en"]
    return (
        f"{principal['en']} {verb} {counterpart['en']}, {english_day(one.day)}",
        f"{chinese_day(one.day)}，{principal['zh']}{one.text}",
    )


def participation(one: Participation, day: date, authority: Authority) -> tuple[str, str]:
    """Who, in which office, on which day."""
    person = authority.row(one.person)
    office = f", {authority.row(one.office)['en']}" if one.office else ""
    return (
        f"{person['en']}{office}, on {english_day(day)}",
        f"{chinese_day(day)}，{one.designation or ''}{person['zh']}",
    )


def statement(one: Statement, day: date, authority: Authority) -> tuple[str, str]:
    """Under which heading and number, to whom, and when."""
    theme = authority.row(f"theme/{one.theme}")
    addressee = authority.row(one.addressee)
    return (
        f"{theme['en']} {one.number}: to {addressee['en']}, {english_day(day)}",
        f"“{theme['zh']}”第{one.number}条：对{addressee['zh']}，{chinese_day(day)}",
    )


def report(row: Mapping[str, str]) -> tuple[str, str]:
    """Whose report of an exchange of which day; the number tells those of one host apart."""
    host = urlsplit(row["url"] or row["place"]).hostname or ""
    host, day, number = host.removeprefix("www."), row["exchange"][:10], row["number"]
    return (
        f"{host or 'Address not recorded'}, on the exchange of {day} (report {number})",
        f"{host or '未载地址'}：关于{day}往来的报道（{number}）",
    )
