"""The small interface of a store, and what comes back through it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, Triple


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to a SELECT. The solutions can be read or serialised once."""

    kind: ClassVar = "rows"
    solutions: QuerySolutions


@dataclass(frozen=True, slots=True)
class Truth:
    """The answer to an ASK."""

    kind: ClassVar = "truth"
    value: QueryBoolean


@dataclass(frozen=True, slots=True)
class Graph:
    """The answer to a CONSTRUCT or DESCRIBE."""

    kind: ClassVar = "graph"
    triples: Iterable[Triple]


Answer = Rows | Truth | Graph


class Store(Protocol):
    """What the showing half asks of a store."""

    def query(
        self,
        text: str,
        default_graphs: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """The answer to a SPARQL 1.1 query. Raises Misuse when the query is not one.

        `default_graphs` and `named_graphs` are the dataset of the SPARQL 1.1 Protocol (§2.1.4).
        Where neither they nor FROM choose one, the default graph is the union of all graphs.
        """


def wrapped(answer: QuerySolutions | QueryBoolean | QueryTriples) -> Answer:
    """An answer of the engine by its kind."""
    if isinstance(answer, QuerySolutions):
        return Rows(answer)
    return Truth(answer) if isinstance(answer, QueryBoolean) else Graph(answer)
