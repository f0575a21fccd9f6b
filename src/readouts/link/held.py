"""What is to be compared: each thing with its judgement, its names, and its days in office."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from readouts.authority import CLASSES, Authority
from readouts.store import Rows, Store
from readouts.vocab import PREFIXES

DAYS = """SELECT DISTINCT ?person ?office ?date WHERE {
  ?exchange schema:startDate ?date ; dro:participation ?party .
  ?party dro:agent ?person ; dro:inOffice ?office .
} ORDER BY ?date ?office"""
TERMS = "SELECT ?thing ?name WHERE { ?thing a owl:Class ; rdfs:label ?name }"


@dataclass(frozen=True, slots=True)
class Day:
    """A day (ISO 8601) on which someone took part in an office; its item is empty if unknown."""

    date: str
    office: str
    item: str


@dataclass(frozen=True, slots=True)
class Held:
    """A thing: its confirmed item or none, and what that item is expected to agree with.

    `kinds` are the items of which it must be an instance. `rejected` are not proposed again.
    """

    thing: str
    item: str
    names: tuple[str, ...]
    kinds: frozenset[str]
    rejected: frozenset[str]
    days: tuple[Day, ...] = ()


def read(authority: Authority, store: Store, base: str) -> list[Held]:
    """Every thing that was judged, in the order of the table. `store` holds the release."""
    items = {
        row["thing"]: row["qid"] for row in authority["wikidata"] if row["judgement"] == "confirmed"
    }
    days: dict[str, list[Day]] = {}
    for person, office, date in _rows(store, DAYS, base):
        days.setdefault(person, []).append(Day(date, office, items.get(office, "")))
    names = _names(authority)
    for thing, name, _ in _rows(store, TERMS, base):
        names.setdefault(thing, []).append(name)
    return [
        Held(
            thing,
            items.get(thing, ""),
            tuple(dict.fromkeys(names.get(thing, []))),
            _kinds(thing, authority),
            frozenset(_rejected(thing, authority)),
            tuple(days.get(thing, [])),
        )
        for thing in dict.fromkeys(row["thing"] for row in authority["wikidata"])
    ]


def _names(authority: Authority) -> dict[str, list[str]]:
    """What each thing is called: the labels, the printed forms, and the label of the item."""
    names: dict[str, list[str]] = {}
    for table, kind in CLASSES.items():
        for row in authority[table]:
            # The title of an office, such as 总统, is that of many.
            printed = row.get("printed", "").split("|") if table != "offices" else []
            names[f"{kind}/{row['slug']}"] = [row["en"], row["zh"], *filter(None, printed)]
    for row in authority["wikidata"]:
        if row["judgement"] != "rejected":
            labels = [label for label in row["label"].split(" / ") if label]
            names.setdefault(row["thing"], []).extend(labels)
    return names


def _kinds(thing: str, authority: Authority) -> frozenset[str]:
    kind = thing.partition("/")[0]
    return frozenset(row["qid"] for row in authority["kinds"] if row["kind"] == kind)


def _rejected(thing: str, authority: Authority) -> Iterator[str]:
    for row in authority["wikidata"]:
        if row["thing"] == thing and row["judgement"] == "rejected":
            yield row["qid"]


def _rows(store: Store, query: str, base: str) -> Iterator[tuple[str, str, str]]:
    """Rows of keys and texts; a row of two has an empty third."""
    answer = store.query(query)
    assert isinstance(answer, Rows)
    for row in answer.solutions:
        first, second, third = (*map(_key, row, [base] * 3), "", "")[:3]
        yield first, second, third


def _key(term: object, base: str) -> str:
    if isinstance(term, NamedNode):
        name = term.value.removeprefix(PREFIXES["dro"])
        return term.value.removeprefix(base) if name == term.value else f"ns#{name}"
    return term.value if isinstance(term, Literal) else ""
