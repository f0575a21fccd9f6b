"""What a reader asked by a form, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from readouts.store import Answer


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form was sent with, and what came of it: an answer, or the fault in plain words.

    `note` says of an answer what a reader must know, such as that it is not the whole; `links`
    lead to its other parts by relation. `sparql` is the query with the values in it.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    answer: Answer | None = None
    fault: str = ""
    note: str = ""
    links: Mapping[str, str] = field(default_factory=dict)
    sparql: str = ""


@dataclass(frozen=True, slots=True)
class Sparql:
    """A query written by a reader, and the graphs it is asked of."""

    query: str = ""
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()

    def address(self, suffix: str | None = None) -> str:
        """The parameters that ask the same, and want the answer in a format if one is named."""
        pairs = [("query", self.query)]
        pairs += [("default-graph-uri", one) for one in self.default_graphs]
        pairs += [("named-graph-uri", one) for one in self.named_graphs]
        return urlencode([*pairs, *([("format", suffix)] if suffix else [])])
