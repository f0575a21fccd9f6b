"""Answers of a store → bytes: SPARQL 1.1 results, RDF, or a table for a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any

from prettytable import PrettyTable, TableStyle
from pyoxigraph import (
    Literal,
    NamedNode,
    QueryResultsFormat,
    QuerySolutions,
    Triple,
    Variable,
    parse_query_results,
)

from readouts import formats
from readouts.fault import Misuse
from readouts.formats import Context
from readouts.store import Answer, Graph, Rows, Truth
from readouts.vocab import PREFIXES

RESULTS: Mapping[str, QueryResultsFormat] = {
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
}
GRAPHS = ("ttl", "jsonld", "nt", "rdf")
MEDIA: Mapping[str, str] = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
} | {suffix: format_.media for suffix, format_ in formats.FORMATS.items()}

# What a field of CSV cannot hold but in quotation marks.
SPECIAL = re.compile(r'[",\r\n]')


# The octets of the shortest row: one that binds nothing.
SHORTEST = {"json": len("{},"), "tsv": len("\n"), "xml": len("<result/>")}
# What each kind of answer is called.
NAMES = {"rows": "a table", "truth": "true or false", "graph": "a graph"}


@dataclass(frozen=True, slots=True)
class Part(Rows):
    """Rows that may not be all. If so, `note` says it in plain words, in the head of JSON too."""

    note: str = ""


def again(variables: Sequence[Variable], rows: Iterable[Iterable[object]]) -> QuerySolutions:
    """Rows that were read, as an answer that can be read or serialised once more.

    Only rows that the engine has made can be serialised, and counting them uses them up. They go
    through TSV, the one format in which any term is the same as before; answers in JSON would say
    no more of a term and take longer.
    """
    lines = ["\t".join([str(one) for one in variables])]
    lines += ["\t".join([_term(one) for one in row]) for row in rows]
    made = parse_query_results("\n".join([*lines, ""]), QueryResultsFormat.TSV)
    assert isinstance(made, QuerySolutions)  # TSV has no other
    return made


def _term(one: object) -> str:
    if isinstance(one, Triple):
        return f"<<( {_term(one.subject)} {_term(one.predicate)} {_term(one.object)} )>>"
    return "" if one is None else str(one)


def noted(body: bytes, note: str) -> bytes:
    """Results in JSON that say in their head that they are not all (results-json §3.1)."""
    told = json.dumps(note, ensure_ascii=False)
    return body.replace(b'{"head":{', f'{{"head":{{"complete":false,"note":{told},'.encode(), 1)


def allowed(answer: Answer) -> tuple[str, ...]:
    """The formats that an answer can be written in, the usual one first."""
    if isinstance(answer, Graph):
        return GRAPHS
    # SPARQL 1.1 gives a CSV and a TSV form to SELECT only.
    return tuple(RESULTS) if isinstance(answer, Rows) else ("json", "xml")


def write(answer: Answer, suffix: str, base: str, context: Context) -> bytes:
    """The answer in the format of that suffix. Raises Misuse where it has no such form.

    XML cannot hold every character: see `formats.xml`.
    """
    _check(answer, suffix)
    if isinstance(answer, Graph):
        return formats.write(answer.triples, suffix, base, context)
    if isinstance(answer, Rows) and suffix == "csv":
        return _csv(answer.solutions.variables, answer.solutions)
    written = (answer.solutions if isinstance(answer, Rows) else answer.value).serialize(
        format=RESULTS[suffix]
    )
    assert written is not None
    if suffix == "xml":
        return formats.xml(written)
    if isinstance(answer, Part) and answer.note and suffix == "json":
        return noted(written, answer.note)
    return written


def few(answer: Rows, suffix: str, most: int) -> bytes | None:
    """The answer, if it is so short that there are `most` rows at most; None if it may be longer.

    The rows are used up either way, and no more of them was written than a little over the limit.
    """
    _check(answer, suffix)
    if suffix == "csv":
        rows = list(islice(answer.solutions, most + 1))
        return _csv(answer.solutions.variables, rows) if len(rows) <= most else None
    sheet = _Sheet(SHORTEST[suffix] * most)
    try:
        answer.solutions.serialize(sheet, format=RESULTS[suffix])
    except _FullError:
        return None
    return formats.xml(sheet.getvalue()) if suffix == "xml" else sheet.getvalue()


class _FullError(Exception):
    """There is no room for more."""


class _Sheet(BytesIO):
    """A file of so many octets at most."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self._room = room

    def write(self, piece: Any) -> int:
        self._room -= len(piece)
        if self._room < 0:
            raise _FullError
        return super().write(piece)


def _check(answer: Answer, suffix: str) -> None:
    if suffix not in (those := allowed(answer)):
        raise Misuse(
            f"The answer is {NAMES[answer.kind]}, which cannot be written as {suffix}. "
            f"It can be {', '.join(those)}."
        )


def _csv(variables: Sequence[Variable], rows: Iterable[Iterable[object]]) -> bytes:
    """The rows in CSV (results-csv-tsv §3).

    The engine writes IRIs without the quotation marks that a comma in them needs (RFC 4180 §2), and
    the IRI of every passage has one.
    """
    lines = [",".join(_field(one.value) for one in variables)]
    lines += [",".join(_field(_plain(one)) for one in row) for row in rows]
    return "".join(f"{line}\r\n" for line in lines).encode()


def _field(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if SPECIAL.search(text) else text


def _plain(one: object) -> str:
    """A term without its type: blank nodes keep their label, and what is not bound is empty."""
    if isinstance(one, (NamedNode, Literal)):
        return one.value
    return _term(one)


def table(answer: Answer, base: str, context: Context) -> str:
    """The answer for a person at a terminal; IRIs are shortened, graphs are Turtle."""
    if isinstance(answer, Graph):
        return formats.write(answer.triples, "ttl", base, context).decode()
    if isinstance(answer, Truth):
        return f"{str(bool(answer.value)).lower()}\n"
    columns = [variable.value for variable in answer.solutions.variables]
    shown = PrettyTable(columns, align="l")
    shown.set_style(TableStyle.SINGLE_BORDER)
    for solution in answer.solutions:
        shown.add_row([short(solution[column], base) for column in columns])
    rows = len(shown.rows)
    return f"{shown.get_string()}\n{rows} {'row' if rows == 1 else 'rows'}\n"


def short(term: object, base: str) -> str:
    """A term as a person reads it: a key under the base, a prefixed name, or the text itself."""
    if isinstance(term, Literal):
        return term.value.replace("\n", "\u21b5")
    if not isinstance(term, NamedNode):
        return "" if term is None else str(term)
    if term.value.startswith(base) and not term.value.startswith(PREFIXES["dro"]):
        return term.value.removeprefix(base)
    for prefix, stem in PREFIXES.items():
        if term.value.startswith(stem):
            return f"{prefix}:{term.value.removeprefix(stem)}"
    return term.value
