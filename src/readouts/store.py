"""Where queries are answered: the release in this process, or a SPARQL endpoint elsewhere.

Both have the same small interface, and both look for triples in all named
graphs: the default graph of a query is the union of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.error import URLError

from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)
from pyoxigraph import Store as Oxigraph

from readouts import __version__
from readouts.fault import Fault, Misuse
from readouts.tokens import tokens, uncommented
from readouts.vocab import PREFIXES

AGENT = f"readouts/{__version__} (+https://w3id.org/readouts/)"
# Longer queries go by POST: servers refuse long URLs (RFC 9110 §4.1 asks for 8,000 octets only).
LONGEST_GET = 6000


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


class Embedded:
    """The release, loaded into an engine in this process. It is never written to."""

    def __init__(self, release: Path) -> None:
        path = release / "readouts.nq"
        self._engine = Oxigraph()
        try:
            self._engine.bulk_load(path=path, format=RdfFormat.N_QUADS)
        except OSError as error:
            raise Misuse(f"{path} cannot be read: {error}. Run `readouts build` first.") from None
        except SyntaxError as error:
            raise Fault(f"{path}: {error}. Run `readouts build` again.") from None

    def query(
        self,
        text: str,
        default_graphs: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """The answer. The prefixes of the publication need not be declared. Raises Misuse."""
        # Whoever gives either kind of graph gets no other.
        chosen = default_graphs is not None or named_graphs is not None
        try:
            answer = self._engine.query(
                text,
                prefixes=PREFIXES,
                use_default_graph_as_union=not (chosen or _has_dataset(text)),
                default_graph=list(default_graphs or ()) if chosen else None,
                named_graphs=list(named_graphs or ()) if chosen else None,
            )
        except (SyntaxError, ValueError) as error:
            raise Misuse(f"This is not a SPARQL query: {error}.") from None
        return wrapped(answer)


class Remote:
    """A SPARQL endpoint, asked through SPARQLWrapper."""

    def __init__(self, endpoint: str, seconds: int = 60) -> None:
        self.endpoint = endpoint
        self.seconds = seconds

    def query(
        self,
        text: str,
        default_graphs: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """The answer. Raises Misuse when the endpoint cannot be asked or refuses the query.

        What the default graph is where none is chosen is a setting of the endpoint.
        """
        # SPARQLWrapper brings rdflib with it, which takes longer to import than most queries run.
        from SPARQLWrapper import GET, JSON, POST, TURTLE, SPARQLWrapper  # noqa: PLC0415
        from SPARQLWrapper.SPARQLExceptions import SPARQLWrapperException  # noqa: PLC0415

        wrapper = SPARQLWrapper(self.endpoint, agent=AGENT)
        wrapper.setTimeout(self.seconds)
        wrapper.setQuery(_declared(text))
        for graph in default_graphs or ():
            wrapper.addDefaultGraph(graph.value)
        for graph in named_graphs or ():
            wrapper.addNamedGraph(graph.value)
        wrapper.setMethod(POST if len(text) > LONGEST_GET else GET)
        asks_rows = wrapper.queryType in ("SELECT", "ASK")
        wrapper.setReturnFormat(JSON if asks_rows else TURTLE)
        try:
            response = wrapper.query().response
            media, body = response.headers.get_content_type(), response.read()
        except SPARQLWrapperException as error:
            raise Misuse(f"{self.endpoint} refused the query: {_first_line(error)}") from None
        except (URLError, TimeoutError, OSError, ValueError) as error:
            reason = getattr(error, "reason", error)
            raise Misuse(f"{self.endpoint} cannot be asked: {reason}.") from None
        return self._read(media, body, asks_rows=asks_rows)

    def _read(self, media: str, body: bytes, *, asks_rows: bool) -> Answer:
        try:
            if asks_rows:
                format_ = QueryResultsFormat.from_media_type(media)
                return wrapped(parse_query_results(body, format_ or QueryResultsFormat.JSON))
            rdf = RdfFormat.from_media_type(media) or RdfFormat.TURTLE
            return Graph([quad.triple for quad in parse(body, format=rdf)])
        except (SyntaxError, ValueError) as error:
            raise Misuse(
                f"{self.endpoint} answered {media}, which is not an answer to the query: {error}. "
                "Is this the address of a SPARQL endpoint?"
            ) from None


def wrapped(answer: QuerySolutions | QueryBoolean | QueryTriples) -> Answer:
    """An answer of the engine by its kind."""
    if isinstance(answer, QuerySolutions):
        return Rows(answer)
    return Truth(answer) if isinstance(answer, QueryBoolean) else Graph(answer)


def _has_dataset(text: str) -> bool:
    """Whether the query chooses its dataset with FROM (SPARQL 1.1 §13.2)."""
    if "from" not in text.lower():
        return False
    return any(word.kind == "word" and word.text.upper() == "FROM" for word in tokens(text))


def _declared(text: str) -> str:
    """The query with the prefixes that it uses and does not declare, on its first line.

    Comments are left out: SPARQLWrapper looks for the form of a query in them too.
    """
    text = uncommented(text)
    wanted = [
        f"PREFIX {prefix}: <{stem}>"
        for prefix, stem in PREFIXES.items()
        if re.search(rf"\b{prefix}:", text)
        and not re.search(rf"\bPREFIX\s+{prefix}:", text, re.IGNORECASE)
    ]
    return " ".join([*wanted, text])


def _first_line(error: Exception) -> str:
    """What a server says of a query, without the page of HTML around it."""
    text = str(error).replace("\\n", "\n").strip()
    lines = [line for line in re.sub(r"<[^>]+>", "", text).splitlines() if line.strip()]
    return " ".join(lines)[:300] or type(error).__name__
