"""Values of properties: as they are given to clients, and as clients give them to be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import Literal, NamedNode

from readouts.reconcile import names
from readouts.reconcile.classes import Classes
from readouts.reconcile.facts import Facts, Term, stem
from readouts.reconcile.properties import DATES, Value
from readouts.vocab import SCHEMA, XSD

Json = dict[str, object]
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
WHOLE = (XSD.integer, XSD.int, XSD.long, XSD.nonNegativeInteger, XSD.positiveInteger)
DATED = (XSD.date, XSD.gYear, XSD.gYearMonth)
BROKEN = (XSD.decimal, XSD.double, XSD.float)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The values that a client gives, any of which will do: as identifiers, as texts, as dates."""

    ids: frozenset[str]
    keys: frozenset[str]
    days: frozenset[str]


def wanted(given: Iterable[object]) -> Wanted:
    """Values read: entities by their `id`, anything else by how it is written (§2.4)."""
    ids: set[str] = set()
    texts: set[str] = set()
    for one in given:
        if isinstance(one, Mapping):
            ids.add(str(one.get("id")))
        else:
            texts.add(str(one).lower() if isinstance(one, bool) else str(one))
    days = {text[:length] for text in texts if DAY.match(text) for length in (4, 7, 10)}
    # A year or a month, as somebody writes it who knows no more.
    days |= {text for text in texts if len(text) in (4, 7)}
    keys = {names.read(text).key for text in texts} - {""}
    return Wanted(frozenset(ids | texts), frozenset(keys), frozenset(days))


class Values:
    """The values of one release."""

    def __init__(self, facts: Facts, classes: Classes) -> None:
        self._facts = facts
        self._classes = classes
        self._things = frozenset(facts.things)
        self._keys: dict[str, str] = {}

    def called(self, node: NamedNode, language: str = "en") -> str:
        """The label of a node in a language, else in English, else another; else its IRI."""
        texts = self._facts.texts(node)
        for wanted in (language, "en"):
            for one in texts:
                if one.language == wanted:
                    return one.value
        return texts[0].value if texts else node.value

    def is_thing(self, value: Value) -> bool:
        """Whether a value can be reconciled itself."""
        return value.term in self._things

    def told(self, value: Value, language: str) -> Json:
        """A value in a data extension response (§7.4)."""
        term = value.term
        if isinstance(term, Literal):
            return _literal(term)
        if term in self._things:
            return {"id": self._facts.key(term), "name": self.called(term, language)}
        if term.value in self._classes.all:
            return {"str": self._classes.all[term.value].name}
        if self._facts.texts(term):
            return {"str": self.called(term, language)}
        return {"str": term.value.removeprefix(stem(term)) if self._is_link(term) else term.value}

    def lasts(self, value: Value, day: str) -> bool:
        """Whether what a value is said of has begun and has not ended on a day (YYYY-MM-DD).

        A date known to the month or the year covers all of it, and one that is missing any day.
        """
        told = self._facts.about.get(value.between, {}) if value.between else {}
        starts, ends = ([str(one.value) for one in told.get(name, ())] for name in DATES)
        begun = all(day[: len(one)] >= one for one in starts)
        return begun and all(day[: len(one)] <= one for one in ends)

    def agrees(self, held: Iterable[Value], wanted: Wanted) -> bool:
        """Whether one of the values is one that a client gives."""
        return any(self._same(one.term, wanted) for one in held)

    def _same(self, term: Term, wanted: Wanted) -> bool:
        if isinstance(term, Literal):
            if term.datatype in DATED:
                return term.value[:10] in wanted.days
            return self._key(term.value) in wanted.keys
        local = term.value.removeprefix(stem(term))
        if not wanted.ids.isdisjoint((term.value, self._facts.key(term), local)):
            return True
        return any(self._key(one.value) in wanted.keys for one in self._facts.texts(term))

    def _key(self, text: str) -> str:
        """A text of the release as it is compared, taken apart once."""
        if text not in self._keys:
            self._keys[text] = names.read(text).key
        return self._keys[text]

    def _is_link(self, term: NamedNode) -> bool:
        """Whether an IRI is one of a catalogue elsewhere, whose last part says all."""
        return bool(self._facts.pointing.get(term, {}).keys() & {SCHEMA.sameAs})


def _literal(term: Literal) -> Json:
    try:
        if term.datatype == XSD.date:
            return {"date": f"{date.fromisoformat(term.value).isoformat()}T00:00:00Z"}
        if term.datatype in WHOLE:
            return {"int": int(term.value)}
        if term.datatype in BROKEN and term.value.lower().lstrip("+-") not in ("inf", "nan"):
            return {"float": float(term.value)}
    except ValueError:
        pass
    return {"str": term.value}
