"""What Wikidata is asked: five questions, each of many items at once.

Identifiers of items and properties are those of data/authority/ and of the
RDF form of Wikidata; no part of its own query service alone is used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from pyoxigraph import Literal

from readouts.link.service import Row, Service

# Items in a request: few enough to be answered in seconds, enough to ask seldom.
BATCH = 50
LANGUAGES = ("en", "zh", "zh-hans", "zh-cn", "zh-hant", "zh-tw", "zh-hk", "mul")
PREFIXES = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX p: <http://www.wikidata.org/prop/>
PREFIX pqv: <http://www.wikidata.org/prop/qualifier/value/>
PREFIX ps: <http://www.wikidata.org/prop/statement/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <http://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX wikibase: <http://wikiba.se/ontology#>
"""
KNOWN = """SELECT ?item ?target WHERE {{
  VALUES ?item {{ {items} }}
  FILTER EXISTS {{ ?item ?p ?o }}
  OPTIONAL {{ ?item owl:sameAs ?target }}
}}"""
NAMES = """SELECT ?item ?name WHERE {{
  VALUES ?item {{ {items} }}
  {{ ?item rdfs:label ?name }} UNION {{ ?item skos:altLabel ?name }}
  FILTER(LANG(?name) IN ({languages}))
}}"""
# An office is often a class of its own, and then no instance but a subclass.
KINDS = """SELECT DISTINCT ?item ?kind WHERE {{
  VALUES ?item {{ {items} }}
  VALUES ?kind {{ {kinds} }}
  {{ ?item wdt:P31/wdt:P279* ?kind }} UNION {{ ?item wdt:P279+ ?kind }}
}}"""
POSITIONS = """SELECT ?item ?position ?start ?starts ?end ?ends WHERE {{
  VALUES ?item {{ {items} }}
  ?item p:P39 ?held .
  ?held ps:P39 ?position ; wikibase:rank ?rank .
  FILTER(?rank != wikibase:DeprecatedRank)
  OPTIONAL {{
    ?held pqv:P580 ?first . ?first wikibase:timeValue ?start ; wikibase:timePrecision ?starts
  }}
  OPTIONAL {{
    ?held pqv:P582 ?last . ?last wikibase:timeValue ?end ; wikibase:timePrecision ?ends
  }}
}}"""
CANDIDATES = """SELECT DISTINCT ?name ?item ?label ?description WHERE {{
  VALUES ?name {{ {names} }}
  {{ ?item rdfs:label ?name }} UNION {{ ?item skos:altLabel ?name }}
  OPTIONAL {{ ?item rdfs:label ?label FILTER(LANG(?label) = "en") }}
  OPTIONAL {{ ?item schema:description ?description FILTER(LANG(?description) = "en") }}
}} LIMIT 500"""
# Characters of a time that a precision vouches for: a year, a month, a day.
PRECISION = {"9": 4, "10": 7}


@dataclass(frozen=True, slots=True)
class Position:
    """A statement that someone held a position; dates are as precise as Wikidata knows them."""

    position: str
    start: str
    end: str

    def covers(self, day: str) -> bool:
        """Whether it was held on a day (ISO 8601), or may have been where the day is not known."""
        began = self.start[: len(day)] <= day
        return bool(self.start) and began and (not self.end or day[: len(self.end)] <= self.end)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item that bears a name that was looked for."""

    item: str
    label: str
    description: str


def known(items: Iterable[str], service: Service) -> dict[str, str]:
    """The items that are there, each with the one it was merged into, or nothing."""
    rows = _batches(KNOWN, items, service)
    return {row["item"]: row.get("target", "") for row in rows}


def names(items: Iterable[str], service: Service) -> dict[str, set[str]]:
    """The labels and aliases of items in English and Chinese."""
    languages = ", ".join(f'"{tag}"' for tag in LANGUAGES)
    return _grouped(_batches(NAMES, items, service, languages=languages), "name")


def kinds(items: Iterable[str], wanted: Iterable[str], service: Service) -> dict[str, set[str]]:
    """Of which of some classes items are instances or subclasses, however far up."""
    told = " ".join(f"wd:{kind}" for kind in sorted(wanted))
    return _grouped(_batches(KINDS, items, service, kinds=told), "kind")


def positions(items: Iterable[str], service: Service) -> dict[str, list[Position]]:
    """The positions that people held."""
    found: dict[str, list[Position]] = {}
    for row in _batches(POSITIONS, items, service):
        times = _time(row, "start", "starts"), _time(row, "end", "ends")
        found.setdefault(row["item"], []).append(Position(row["position"], *times))
    return found


def candidates(wanted: Mapping[str, Sequence[str]], service: Service) -> dict[str, list[Candidate]]:
    """Items that bear one of the names of a thing, in English or Chinese, by thing."""
    literals = sorted(
        {
            str(Literal(name, language=tag))
            for told in wanted.values()
            for name in told
            for tag in LANGUAGES
        }
    )
    if not literals:
        return {}
    rows = service.rows(PREFIXES + CANDIDATES.format(names=" ".join(literals)))
    found: dict[str, list[Candidate]] = {}
    for thing, told in wanted.items():
        items = {
            Candidate(row["item"], row.get("label", ""), row.get("description", ""))
            for row in rows
            if row["name"] in told
        }
        found[thing] = sorted(items, key=lambda one: (len(one.item), one.item))
    return found


def _batches(query: str, items: Iterable[str], service: Service, **told: str) -> Iterator[Row]:
    rest = iter(sorted(set(items), key=lambda item: (len(item), item)))
    while batch := list(islice(rest, BATCH)):
        values = " ".join(f"wd:{item}" for item in batch)
        yield from service.rows(PREFIXES + query.format(items=values, **told))


def _grouped(rows: Iterable[Row], column: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row["item"], set()).add(row[column])
    return found


def _time(row: Row, value: str, precision: str) -> str:
    """A date as far as it is known: 2015, 2004-11 or 2020-02-13; empty where it is not."""
    return row.get(value, "")[: PRECISION.get(row.get(precision, ""), 10)]
