"""Answers of a store → bytes: SPARQL 1.1 results, RDF, or a table for a terminal."""

from __future__ import annotations

from collections.abc import Mapping

from prettytable import PrettyTable, TableStyle
from pyoxigraph import Literal, NamedNode, QueryResultsFormat

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
MEDIA: Mapping[str, str] = {
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
} | {suffix: format_.media for suffix, format_ in formats.FORMATS.items()}


def allowed(answer: Answer) -> tuple[str, ...]:
    """The formats that an answer can be written in, the usual one first."""
    if isinstance(answer, Graph):
        return ("ttl", "jsonld", "nt", "rdf")
    # SPARQL 1.1 gives a CSV and a TSV form to SELECT only.
    return tuple(RESULTS) if isinstance(answer, Rows) else ("json", "xml")


def write(answer: Answer, suffix: str, base: str, context: Context) -> bytes:
    """The answer in the format of that suffix. Raises Misuse where it has no such form."""
    if suffix not in allowed(answer):
        kind = "a graph" if isinstance(answer, Graph) else "a table"
        if isinstance(answer, Truth):
            kind = "true or false"
        raise Misuse(
            f"The answer is {kind}, which cannot be written as {suffix}. "
            f"It can be {', '.join(allowed(answer))}."
        )
    if isinstance(answer, Graph):
        return formats.write(answer.triples, suffix, base, context)
    written = (answer.solutions if isinstance(answer, Rows) else answer.value).serialize(
        format=RESULTS[suffix]
    )
    assert written is not None
    return written


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
