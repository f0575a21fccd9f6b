"""A release → a store that is running, graph by graph, and the proof that it arrived whole.

Each graph is replaced: by one request where there is a graph store (SPARQL 1.1 Graph Store HTTP
Protocol), else by updates in batches (SPARQL 1.1 Update). No other graph is touched, so that it
can be done again at any time.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, parse

from readouts import formats
from readouts.fault import Fault, Misuse
from readouts.release import Release
from readouts.store import Credentials, Graph, GraphStore, Line, Remote, Rows

# One update holds so many triples and so many characters at most: stores compile them whole.
MOST_TRIPLES = 500
MOST_CHARACTERS = 200_000
SHOWN = 3

Graphs = Mapping[str, frozenset[Triple]]


@dataclass(frozen=True, slots=True)
class Way:
    """How triples reach the store: whole graphs where `graphs` is one, else by updates."""

    remote: Remote
    graphs: GraphStore | None


def reach(
    endpoint: str, graph_store: str | None, update: str | None, credentials: Credentials | None
) -> Way:
    """The way to the store of an endpoint. Raises Misuse when it cannot be asked.

    `graph_store` is looked for when neither it nor `update` is given; where there is none, updates
    go where the known stores take them.
    """
    line = Line([one for one in (endpoint, graph_store, update) if one], credentials)
    updates = update or re.sub(r"/query$|(?<=/repositories/)([^/]+)$", _updates, endpoint)
    remote = Remote(endpoint, line, update=updates)
    # Whatever else is wrong with the address is found here, before anything is changed.
    remote.query("ASK { ?s ?p ?o }")
    if graph_store:
        return Way(remote, GraphStore(graph_store, line))
    return Way(remote, None if update else GraphStore.find(endpoint, line))


def _updates(found: re.Match[str]) -> str:
    """Where Oxigraph, Fuseki and Stardog, or RDF4J and GraphDB, take updates."""
    return f"{found[1]}/statements" if found[1] else "/update"


def read(release: Release) -> Graphs:
    """The graphs of a release. Raises Fault when they are not what its manifest says."""
    path = release.directory / "readouts.nq"
    found: dict[str, set[Triple]] = defaultdict(set)
    try:
        for quad in parse(path=path, format=RdfFormat.N_QUADS):
            if not isinstance(quad.graph_name, NamedNode):
                raise Fault(f"{path} has triples outside named graphs, which could not be told.")
            found[quad.graph_name.value].add(quad.triple)
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error}. Run `readouts build` first.") from None
    except SyntaxError as error:
        raise Fault(f"{path}: {error}. Run `readouts build` again.") from None
    graphs = {graph: frozenset(triples) for graph, triples in sorted(found.items())}
    # A release whose manifest tells no hash is known by that of its file.
    known = (digest(graphs), sha256(path.read_bytes()).hexdigest())
    if counts(graphs) != (release.graphs or counts(graphs)) or release.hash not in known:
        raise Fault(f"{path} is not what manifest.json says of it. Run `readouts build` again.")
    return graphs


def load(graphs: Graphs, way: Way) -> Iterator[int]:
    """Put the graphs into the store; yields the number of triples of each request that arrived.

    Raises Misuse, which says what arrived and how to go on, when the store refuses one.
    """
    arrived: list[str] = []
    for graph, triples in graphs.items():
        sent = 0
        try:
            for count in _replace(graph, triples, way):
                sent += count
                yield count
        except Misuse as fault:
            raise Misuse(*fault.messages, _so_far(arrived, graph, sent, len(triples))) from None
        arrived.append(graph)


def prove(graphs: Graphs, remote: Remote) -> str:
    """An account of what the store gives back, when it is what was sent.

    Raises Fault with a message for each graph that differs.
    """
    back = {graph: frozenset(_given_back(graph, remote)) for graph in graphs}
    there = digest(back)
    if there == digest(graphs):
        lines = [f"{graph}  {count:,} triples" for graph, count in counts(graphs).items()]
        lines.append(f"All of it is there: the SHA-256 of the canonical dataset is {there}.")
        return "".join(f"{line}\n" for line in lines)
    differences = [
        f"{graph}: {_difference(graphs[graph], back[graph])}"
        for graph in graphs
        if back[graph] != graphs[graph]
    ]
    raise Fault(
        *differences,
        f"{remote.endpoint} does not give back what was sent. If somebody else wrote to these "
        "graphs meanwhile, run the same command again.",
    )


def counts(graphs: Graphs) -> dict[str, int]:
    """The number of triples in each graph."""
    return {graph: len(triples) for graph, triples in graphs.items()}


def digest(graphs: Graphs) -> str:
    """The SHA-256 of the canonical N-Quads of the graphs (RDFC-1.0), in hexadecimal."""
    return formats.hashed(
        Quad(one.subject, one.predicate, one.object, NamedNode(graph))
        for graph, triples in graphs.items()
        for one in triples
    )


def _replace(graph: str, triples: frozenset[Triple], way: Way) -> Iterator[int]:
    if way.graphs:
        way.graphs.put(graph, formats.write(triples, "nt", "", {}))
        yield len(triples)
        return
    if any(isinstance(term, BlankNode) for one in triples for term in (one.subject, one.object)):
        raise Misuse(
            f"{graph} has blank nodes, which updates in batches would take apart. Name the graph "
            "store with --graph-store."
        )
    way.remote.update(f"DROP SILENT GRAPH <{graph}>")
    for batch in batches(triples):
        way.remote.update("\n".join((f"INSERT DATA {{ GRAPH <{graph}> {{", *batch, "}}")))
        yield len(batch)


def batches(triples: frozenset[Triple]) -> Iterator[list[str]]:
    """The triples as lines of N-Triples, in order, so that a run can be compared with another."""
    batch: list[str] = []
    size = 0
    for line in formats.write(triples, "nt", "", {}).decode().splitlines():
        if batch and (len(batch) == MOST_TRIPLES or size + len(line) > MOST_CHARACTERS):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        yield batch


def _so_far(arrived: list[str], graph: str, sent: int, total: int) -> str:
    whole = ", ".join(arrived) or "no graph"
    part = f", and {sent:,} of the {total:,} triples of {graph}" if sent else ""
    return (
        f"Until then arrived: {whole}{part}. Nothing else was changed. When that is mended, run "
        "the same command again: it replaces each graph whole."
    )


def _given_back(graph: str, remote: Remote) -> list[Triple]:
    """The triples of a graph. Raises Fault when the store gives back less than it counts."""
    named = [NamedNode(graph)]
    answer = remote.query(
        f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}", None, named
    )
    assert isinstance(answer, Graph)
    triples = list(answer.triples)
    held = _count(graph, remote)
    if held > len(triples):
        raise Fault(
            f"{remote.endpoint} counts {held:,} triples in {graph} and gives back {len(triples):,}:"
            " it limits its answers (Virtuoso: ResultSetMaxRows). Raise that limit, and run the "
            "same command again."
        )
    return triples


def _count(graph: str, remote: Remote) -> int:
    answer = remote.query(
        f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}",
        None,
        [NamedNode(graph)],
    )
    assert isinstance(answer, Rows)
    (row,) = answer.solutions
    assert isinstance(row["n"], Literal)
    return int(row["n"].value)


def _difference(sent: frozenset[Triple], back: frozenset[Triple]) -> str:
    """How many triples were sent and came back, and some of those that differ."""
    told = [f"{len(sent):,} triples were sent and {len(back):,} came back."]
    for word, some in (("Missing", sent - back), ("Not ours", back - sent)):
        if some:
            shown = " ".join(f"{triple} ." for triple in sorted(map(str, some))[:SHOWN])
            more = f" and {len(some) - SHOWN:,} more" if len(some) > SHOWN else ""
            told.append(f"{word}: {shown}{more}.")
    return " ".join(told)
