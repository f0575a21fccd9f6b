"""What pages show of a store: the rows of the queries of queries/pages/, each asked once.

A release does not change while it is shown, so the rows of a query without values are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from readouts.fault import Misuse
from readouts.query import Stored, bind
from readouts.store import Rows, Store

Row = Mapping[str, object]
# Pages that every reader comes to are made by these.
NEEDED = ("base", "copies", "figures", "headings", "places", "sources", "things", "timeline")


class Shown:
    """The queries of pages, by name. Raises Misuse when some that are needed are missing."""

    def __init__(self, queries: Mapping[str, Stored], store: Store) -> None:
        if missing := [name for name in NEEDED if name not in queries]:
            lacking = ", ".join(missing)
            raise Misuse(f"The stored queries of pages lack {lacking}. They are in queries/pages/.")
        self._queries = queries
        self._store = store

    def rows(self, name: str, **values: NamedNode | Literal) -> list[Row]:
        """The rows of a query, with terms for its parameters. Raises Misuse where it is missing."""
        if values:
            return self._asked(name, values)
        if name not in self._kept:
            self._kept[name] = self._asked(name, {})
        return self._kept[name]

    @cached_property
    def _kept(self) -> dict[str, list[Row]]:
        return {}

    def _asked(self, name: str, values: Mapping[str, NamedNode | Literal]) -> list[Row]:
        text = bind(self._queries[name].text, {f"_{key}": term for key, term in values.items()})
        answer = self._store.query(text)
        if not isinstance(answer, Rows):
            raise Misuse(f"The stored query of pages {name} is no SELECT. Select what is shown.")
        columns = [variable.value for variable in answer.solutions.variables]
        return [{column: row[column] for column in columns} for row in answer.solutions]


def nodes(rows: Sequence[Row], *columns: str) -> set[NamedNode]:
    """The IRIs of some columns."""
    found = (row[column] for row in rows for column in columns)
    return {term for term in found if isinstance(term, NamedNode)}


def text(term: object) -> str:
    """The text of a literal; nothing of anything else."""
    return term.value if isinstance(term, Literal) else ""


def iri(term: object) -> str:
    """The IRI of a node; nothing of anything else."""
    return term.value if isinstance(term, NamedNode) else ""


def number(term: object) -> int:
    """The whole number of a literal; 0 of anything else."""
    return int(term.value) if isinstance(term, Literal) else 0
