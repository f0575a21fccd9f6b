"""An answer as a table for a page, with no more rows than a browser takes well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from readouts.render.links import Cell, Links
from readouts.store import Answer, Graph, Rows, Truth

MOST = 1000


@dataclass(frozen=True, slots=True)
class Table:
    """The first rows of an answer; `more` says that there are others. `truth` answers an ASK.

    `terms` are the rows as the engine gave them.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    more: bool = False
    truth: bool | None = None
    kind: str = "rows"
    terms: tuple[tuple[object, ...], ...] = ()


def table(answer: Answer, links: Links, most: int = MOST) -> Table:
    """The table. It reads no more of the answer than it shows, and says so."""
    if isinstance(answer, Truth):
        return Table(truth=bool(answer.value), kind="truth")
    if isinstance(answer, Graph):
        triples = sorted(islice(answer.triples, most + 1), key=str)
        return _filled(("subject", "predicate", "object"), triples, "triples", links, most)
    assert isinstance(answer, Rows)
    columns = tuple(variable.value for variable in answer.solutions.variables)
    rows = islice(answer.solutions, most + 1)
    return _filled(columns, rows, "rows", links, most)


def _filled(
    columns: tuple[str, ...], rows: Iterable[Iterable[object]], kind: str, links: Links, most: int
) -> Table:
    terms = [tuple(row) for row in rows]
    cells = tuple(tuple(links.cell(term) for term in row) for row in terms[:most])
    return Table(columns, cells, len(terms) > most, kind=kind, terms=tuple(terms[:most]))
