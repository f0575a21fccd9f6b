"""`push`: what is sent, what is proved, and what is said when it fails on the way."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import urllib.parse
from collections.abc import Iterable
from pathlib import Path

import pytest
from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    RdfFormat,
    Store,
    Triple,
    serialize,
)

import stores
from conftest import BASE, ROOT
from readouts import formats, push, release
from readouts.fault import Fault, Misuse
from readouts.push import MOST_CHARACTERS, MOST_TRIPLES, Way
from readouts.store import GraphStore, Line
from stores import RELEASE, Running, readouts
from test_remote import Heard, Said, serving, verdict

A, B = f"{BASE}graph/a", f"{BASE}graph/b"
# What Oxigraph 0.5, Fuseki 5.6 with TDB2 and Virtuoso 7.2 give back as it was sent.
KEPT = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
    "http://www.w3.org/2001/XMLSchema#anyURI",
    "http://www.w3.org/2001/XMLSchema#date",
    "http://www.w3.org/2001/XMLSchema#gYear",
    "http://www.w3.org/2001/XMLSchema#gYearMonth",
    "http://www.w3.org/2001/XMLSchema#hexBinary",
    "http://www.w3.org/2001/XMLSchema#integer",
    "http://www.w3.org/2001/XMLSchema#string",
}


def triples(count: int, text: str = "x") -> frozenset[Triple]:
    return frozenset(
        Triple(NamedNode(f"urn:s:{number}"), NamedNode("urn:p"), Literal(f"{text}{number}"))
        for number in range(count)
    )


class Scripted:
    """A store that holds what it is sent, and does otherwise where a test says so."""

    def __init__(self, *, graph_store: bool, fails: int = 0, said: Said | None = None) -> None:
        self.store = Store()
        self.graph_store = graph_store
        self.fails = fails
        self.said = said or Said(507, {}, b"no space left")
        self.told = 0

    def __call__(self, heard: Heard) -> Said:
        parts = urllib.parse.urlsplit(heard.target)
        if heard.method == "HEAD":
            return Said(200 if self.graph_store and parts.path == "/data" else 404, {}, b"")
        if heard.method == "PUT" or "update" in heard.parameters:
            self.told += 1
            if self.told == self.fails:
                return self.said
            return self.write(heard, urllib.parse.parse_qs(parts.query))
        return self.read(heard.parameters["query"][0])

    def write(self, heard: Heard, parameters: dict[str, list[str]]) -> Said:
        if heard.method == "PUT":
            graph = NamedNode(parameters["graph"][0])
            self.store.remove_graph(graph)
            self.store.load(heard.body, format=RdfFormat.N_TRIPLES, to_graph=graph)
        else:
            self.store.update(heard.parameters["update"][0])
        return Said(204, {}, b"")

    def read(self, query: str) -> Said:
        answer = self.store.query(query)
        if "CONSTRUCT" in query:
            body = serialize(answer, format=RdfFormat.N_TRIPLES)
            return Said(200, {"Content-Type": "application/n-triples"}, body or b"")
        if "ASK" in query:
            return verdict("true")
        return Said(body=answer.serialize(format=QueryResultsFormat.JSON))


def way(address: str) -> Way:
    return push.reach(address, None, None, None)


# --- on the way ---------------------------------------------------------------------------------


@pytest.mark.parametrize("graph_store", [True, False])
def test_what_was_sent_is_proved(graph_store: bool) -> None:
    """By whole graphs or in batches, the store ends up with the graphs and the proof says so."""
    graphs = {A: triples(3), B: triples(MOST_TRIPLES * 2 + 1)}
    scripted = Scripted(graph_store=graph_store)
    with serving(scripted) as server:
        chosen = way(server.address)
        counts = list(push.load(graphs, chosen))
        told = push.prove(graphs, chosen.remote)

    assert (chosen.graphs is not None) == graph_store
    assert counts == ([3, 1001] if graph_store else [3, 500, 500, 1])
    assert f"{A}  3 triples\n{B}  1,001 triples\n" in told
    assert len(scripted.store) == 1004


def test_a_second_run_leaves_nothing_of_the_first() -> None:
    """A graph is replaced: what it held before and is not in the release is gone."""
    for graph_store in (True, False):
        scripted = Scripted(graph_store=graph_store)
        with serving(scripted) as server:
            list(push.load({A: triples(3, "old")}, way(server.address)))
            list(push.load({A: triples(2, "new")}, way(server.address)))
            assert push.prove({A: triples(2, "new")}, way(server.address).remote)


@pytest.mark.parametrize(
    ("graph_store", "fails", "words"),
    [
        (True, 1, "Until then arrived: no graph. Nothing else was changed."),
        (True, 2, f"Until then arrived: {A}. Nothing else was changed."),
        (False, 5, f"arrived: {A}, and 500 of the 700 triples of {B}. Nothing else was changed."),
    ],
)
def test_a_failure_on_the_way_says_what_arrived(graph_store: bool, fails: int, words: str) -> None:
    """The graphs that are there, the part of the one that is not, and how to go on."""
    graphs = {A: triples(3), B: triples(700)}
    scripted = Scripted(graph_store=graph_store, fails=fails)
    with serving(scripted) as server:
        with pytest.raises(Misuse, match=re.escape(words)) as caught:
            list(push.load(graphs, way(server.address)))
        first, second = caught.value.messages
        assert "(507): no space left" in first
        assert second.endswith("run the same command again: it replaces each graph whole.")

        list(push.load(graphs, way(server.address)))
        assert push.prove(graphs, way(server.address).remote)


def test_a_difference_is_shown_and_not_all_of_it() -> None:
    """What is missing and what is not ours, some of each, with counts."""
    scripted = Scripted(graph_store=True)
    with serving(scripted) as server:
        chosen = way(server.address)
        list(push.load({A: triples(9), B: triples(1)}, chosen))
        with pytest.raises(Fault) as caught:
            push.prove({A: triples(15), B: triples(1)}, chosen.remote)

    told, end = caught.value.messages
    assert told.startswith(f"{A}: 15 triples were sent and 9 came back. Missing: <urn:s:10> ")
    assert told.endswith("and 3 more.")
    assert "somebody else wrote to these graphs meanwhile" in end
    assert caught.value.code == 1


def test_a_store_that_limits_its_answers_is_named() -> None:
    """Fewer triples than it counts itself: the limit is the fault, not the import."""

    class Limited(Scripted):
        def read(self, query: str) -> Said:
            return super().read(f"{query} LIMIT 2" if "CONSTRUCT" in query else query)

    scripted = Limited(graph_store=True)
    with serving(scripted) as server:
        chosen = way(server.address)
        list(push.load({A: triples(9)}, chosen))
        with pytest.raises(Fault, match="counts 9 triples in .* and gives back 2: it limits"):
            push.prove({A: triples(9)}, chosen.remote)


def test_blank_nodes_are_not_taken_apart() -> None:
    """A graph with blank nodes goes whole, and is known again under other names."""
    blank = frozenset(
        [
            Triple(NamedNode("urn:s"), NamedNode("urn:p"), BlankNode("a")),
            Triple(BlankNode("a"), NamedNode("urn:p"), Literal("x")),
        ]
    )
    apart = "blank nodes, which updates in batches would take apart"
    with serving(Scripted(graph_store=False)) as server, pytest.raises(Misuse, match=apart):
        list(push.load({A: blank}, way(server.address)))
    with serving(Scripted(graph_store=True)) as server:
        chosen = way(server.address)
        list(push.load({A: blank}, chosen))
        assert push.prove({A: blank}, chosen.remote)


@pytest.mark.parametrize(
    "some", [triples(0), triples(1), triples(1201), triples(7, "中" * (MOST_CHARACTERS // 3))]
)
def test_batches_are_the_graph(some: frozenset[Triple]) -> None:
    """Joined they are the graph in order, and none is longer than a store takes."""
    batches = list(push.batches(some))
    lines = [line for batch in batches for line in batch]

    assert "".join(f"{line}\n" for line in lines).encode() == formats.write(some, "nt", "", {})
    assert all(0 < len(batch) <= MOST_TRIPLES for batch in batches)
    assert all(len(batch) == 1 or sum(map(len, batch)) <= MOST_CHARACTERS for batch in batches)


# --- finding the way ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("endpoint", "place"),
    [
        ("/sparql", "/sparql-graph-crud-auth"),
        ("/sparql-auth", "/sparql-graph-crud-auth"),
        ("/ds/query", "/ds/data"),
        ("/ds/sparql", "/ds/data"),
        ("/ds", "/ds/data"),
        ("/ds/", "/ds/data"),
        ("/query", "/store"),
        ("/repositories/r", "/repositories/r/rdf-graphs/service"),
        ("/sparql", "/sparql/gsp/"),
        ("/db/query", "/db"),
    ],
)
def test_graph_stores_are_where_the_known_stores_have_them(endpoint: str, place: str) -> None:
    """From the address of the endpoint its graph store is found, by looking and not by writing."""

    def there(heard: Heard) -> Said:
        is_place = heard.target == f"{place}?default"
        return Said(200 if is_place else 404, {"Content-Type": "application/n-triples"}, b"")

    with serving(there) as server:
        root = server.address.removesuffix("/sparql")
        found = GraphStore.find(root + endpoint, Line([root]))
        assert {one.method for one in server.heard} == {"HEAD"}

    assert found is not None and found.address == root + place


def test_a_page_is_no_graph_store() -> None:
    """A server that answers everything with a page is not written to."""
    with serving(Said(200, {"Content-Type": "text/html"}, b"")) as server:
        assert GraphStore.find(server.address, Line([server.address])) is None


@pytest.mark.parametrize(
    ("endpoint", "updates"),
    [
        ("/query", "/update"),
        ("/ds/query", "/ds/update"),
        ("/repositories/r", "/repositories/r/statements"),
        ("/sparql", "/sparql"),
    ],
)
def test_updates_go_where_the_known_stores_take_them(endpoint: str, updates: str) -> None:
    """Without --update they go beside the queries, or to the same address."""
    with serving(lambda heard: Said(404, {}, b"") if heard.method == "HEAD" else Said()) as server:
        root = server.address.removesuffix("/sparql")
        found = push.reach(root + endpoint, None, None, None)

    assert found.graphs is None
    assert found.remote.updates == root + updates


# --- the command --------------------------------------------------------------------------------


def test_a_read_only_store_is_named(tmp_path: Path) -> None:
    """A store that takes nothing is an error of one sentence, and says what arrived: nothing."""
    stores.load("oxigraph", tmp_path)
    with stores.oxigraph(tmp_path, "serve-read-only") as running:
        for more in ((), ("--update", running.updates)):
            done = readouts(running, "push", running.endpoint, *more)
            assert (done.returncode, done.stdout) == (2, "")
            assert "refused the " in done.stderr
            assert "Until then arrived: no graph." in done.stderr
            assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["http://127.0.0.1:9/sparql"], "http://127.0.0.1:9/sparql cannot be asked: "),
        (["nowhere"], "'nowhere' is no address of a store"),
        (["http://127.0.0.1:9/", "--graph-store", "x"], "'x' is no address of a store"),
        (["http://127.0.0.1:9/", "--release", "tests"], "manifest.json cannot be read"),
        (["http://ada:x@127.0.0.1:9/"], "A password in an address can be read by others"),
    ],
)
def test_a_wrong_push_ends_with_2(words: list[str], told: str) -> None:
    """What is wrong with the call is said before anything is sent."""
    done = readouts(Running("", "", ""), "push", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace(".\n", "", 1),
        lambda text: text.partition("\n")[2],
        lambda text: text.replace("Angela", "Ангела"),
        lambda text: text + "<urn:a> <urn:b> <urn:c> .\n",
    ],
)
def test_a_damaged_release_is_not_sent(damage: object, tmp_path: Path) -> None:
    """A release that is not what its manifest says ends with 1 before a store is asked."""
    shutil.copytree(RELEASE, tmp_path / "release")
    quads = tmp_path / "release/readouts.nq"
    assert callable(damage)
    quads.write_text(damage(quads.read_text(encoding="utf-8")), encoding="utf-8")

    done = readouts(
        Running("", "", ""), "push", "http://127.0.0.1:9/", "--release", str(tmp_path / "release")
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "readouts.nq" in done.stderr and "Traceback" not in done.stderr


def test_progress_is_for_terminals(tmp_path: Path) -> None:
    """A bar runs on a terminal's stderr and nowhere else; stdout holds the answer alone."""
    with stores.oxigraph(tmp_path) as running:
        piped = readouts(running, "push", running.endpoint)
        command = f"{stores.here('readouts')} push {running.endpoint}"
        shown = subprocess.run(
            ["script", "--quiet", "--return", "--command", command, "/dev/null"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )

    assert piped.stderr == ""
    assert "100%" in shown.stdout and "100%" not in piped.stdout


# --- the release --------------------------------------------------------------------------------


def literals() -> Iterable[Literal]:
    for graph in push.read(release.read(RELEASE)).values():
        yield from (one.object for one in graph if isinstance(one.object, Literal))


def test_the_release_has_what_stores_keep() -> None:
    """Its datatypes are those that every store gives back, or the publication's own."""
    types = {one.datatype.value for one in literals()}

    assert len(types) > 4
    assert {one for one in types if not one.startswith(f"{BASE}ns#")} <= KEPT
    assert not any(one.language and one.language != one.language.lower() for one in literals())


def test_numbers_and_days_of_the_release_have_one_spelling() -> None:
    """Stores write 01 as 1; the release has no such number."""
    numbers = [one.value for one in literals() if one.datatype.value.endswith("#integer")]

    assert len(numbers) > 1000
    assert all(str(int(one)) == one for one in numbers)


def test_the_hash_is_that_of_the_manifest() -> None:
    """What push proves is what the manifest says, graph by graph and in all."""
    manifest = json.loads((RELEASE / "manifest.json").read_bytes())
    graphs = push.read(release.read(RELEASE))

    assert push.counts(graphs) == manifest["graphs"]
    assert push.digest(graphs) == manifest["rdfc10Sha256"]
    for graph, told in manifest.get("graphHashes", {}).items():
        unnamed = (Quad(one.subject, one.predicate, one.object) for one in graphs[graph])
        assert formats.hashed(unnamed) == told
