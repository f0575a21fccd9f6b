"""The release in the stores that people use: loaded, proved, and asked every stored query."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from pyoxigraph import NamedNode

import stores
from conftest import BASE, ROOT
from readouts import push, query, release
from readouts.fault import Fault
from readouts.query import Stored
from readouts.render import answers
from readouts.serve import application
from readouts.store import Credentials, Embedded, Line, Remote, Rows, Store
from stores import RELEASE, STORES, Running, readouts
from test_query import CASES, GOLDEN, label, rows
from wikidata import Wikidata

MANIFEST = json.loads((RELEASE / "manifest.json").read_bytes())
OTHER = "urn:somebody:else"
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator:
    """A store that runs and has a graph of somebody else."""
    folder = tmp_path_factory.mktemp(request.param)
    with STORES[request.param](folder) as running:
        about = f"<{BASE}exchange/of-somebody-else> a <{BASE}ns#Exchange>"
        remote(running).update(f"INSERT DATA {{ GRAPH <{OTHER}> {{ {about} }} }}")
        yield running


@pytest.fixture(scope="module")
def pushed(store: Running) -> Running:
    """The store with the release in it, pushed twice."""
    for _ in range(2):
        done = readouts(store, "push", store.endpoint)
        assert done.returncode == 0, done.stderr
        assert f"is {MANIFEST['rdfc10Sha256']}." in done.stdout
        for graph, count in MANIFEST["graphs"].items():
            assert f"{graph}  {count:,} triples\n" in done.stdout
    return store


@pytest.fixture(scope="module")
def held(pushed: Running) -> Remote:
    return remote(pushed).over(MANIFEST["graphs"])


@pytest.fixture(scope="module")
def stored() -> dict[str, Stored]:
    return query.load(ROOT / "queries")


def remote(running: Running) -> Remote:
    credentials = Credentials.read(running.environment)
    line = Line([running.endpoint, running.updates], credentials)
    return Remote(running.endpoint, line, update=running.updates)


def number(answer: object) -> int:
    assert isinstance(answer, Rows)
    ((one,),) = answer.solutions
    return int(one.value)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_stores_answer_as_the_embedded_one(
    case: tuple[str, dict[str, str], int],
    held: Remote,
    embedded: Embedded,
    stored: dict[str, Stored],
) -> None:
    """Every stored query with every set of parameters gives the same rows in the same order."""
    name, values, total = case
    there = rows(query.answer(stored[name], values, held, BASE))

    assert total == len(there)
    assert there == rows(query.answer(stored[name], values, embedded, BASE))


@pytest.mark.parametrize("name", ["cite", "describe"])
def test_stores_give_whole_graphs(
    name: str, held: Remote, embedded: Embedded, stored: dict[str, Stored]
) -> None:
    """Without a parameter a CONSTRUCT is about everything, and none of it is lost."""
    there, here = (rows(query.answer(stored[name], {}, one, BASE)) for one in (held, embedded))

    assert len(there) > 500
    assert there == here


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.csv")))
def test_stores_give_the_golden_answers(
    name: str, held: Remote, stored: dict[str, Stored], wikidata: Wikidata
) -> None:
    """The rows that were looked at and kept come out of each store, the federated ones too."""
    told = query.answer(stored[name], {}, held, BASE, lambda _: Remote(wikidata.url))
    written = answers.write(told, "csv", BASE, {})
    golden = (GOLDEN / f"{name}.csv").read_bytes()

    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == list(
        csv.reader(io.StringIO(golden.decode(), newline=""))
    )


def test_a_server_before_each_store_shows_the_same(
    held: Remote, embedded: Embedded, stored: dict[str, Stored]
) -> None:
    """With the store behind it the server gives the documents and pages that it gives alone."""
    made, pages = release.read(RELEASE), query.load(ROOT / "queries/pages")

    def get(one: Store, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=application(made, one, stored, pages))

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.get(path)

        return asyncio.run(ask())

    for path in (
        "/exchange/2020-02-13-call-mahathir-mohamad.ttl",
        "/person/macky-sall.jsonld",
        "/queries/exchanges.csv",
        "/queries/cite.ttl?statement=china-approach-04",
    ):
        there, here = get(held, path), get(embedded, path)
        assert (there.status_code, there.content) == (200, here.content), path


def test_nobody_elses_graph_is_touched(pushed: Running, held: Remote) -> None:
    """What was there stays there, and is not in the answers."""
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?x a dro:Exchange }"

    assert number(remote(pushed).query(count, [NamedNode(OTHER)])) == 1
    assert number(held.query(count)) == 21


def test_the_command_asks_a_store(pushed: Running) -> None:
    """`query` and `sparql` with --endpoint ask the store and need no other setting."""
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?call a dro:PhoneCall }"
    asked = readouts(pushed, "sparql", count, "--format", "csv", "--endpoint", pushed.endpoint)
    listed = readouts(
        pushed, "query", "exchanges", "--format", "csv", "--endpoint", pushed.endpoint
    )

    assert asked.stdout.split() == ["n", "16"], asked.stderr
    assert listed.stdout.encode().replace(b"\r\n", b"\n") == (
        (GOLDEN / "exchanges.csv").read_bytes().replace(b"\r\n", b"\n")
    )


def test_a_graph_that_somebody_changed_is_found_and_mended(pushed: Running) -> None:
    """The proof names a triple too many and one too few; a push in batches makes it whole."""
    made = push.read(release.read(RELEASE))
    (graph, *_) = made
    line = min(map(str, made[graph]))
    there = remote(pushed)
    there.update(f"INSERT DATA {{ GRAPH <{graph}> {{ <urn:a> <urn:b> <urn:c> }} }}")
    there.update(f"DELETE DATA {{ GRAPH <{graph}> {{ {line} }} }}")

    with pytest.raises(Fault, match=f"{graph}: ") as caught:
        push.prove(made, there)
    assert f"Missing: {line} .." in str(caught.value)
    assert "Not ours: <urn:a> <urn:b> <urn:c> .." in str(caught.value)
    assert caught.value.code == 1

    done = readouts(pushed, "push", pushed.endpoint, "--update", pushed.updates)
    assert done.returncode == 0, done.stderr


# --- in bulk ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["oxigraph", "fuseki"])
def test_a_bulk_load_is_whole(name: str, tmp_path: Path) -> None:
    """`oxigraph load` and `tdb2.tdbloader` put the same dataset into a store."""
    stores.need(name)
    stores.load(name, tmp_path)
    with STORES[name](tmp_path) as running:
        assert MANIFEST["rdfc10Sha256"] in push.prove(
            push.read(release.read(RELEASE)), remote(running)
        )


def test_virtuosos_bulk_load_is_whole(tmp_path: Path) -> None:
    """`ld_dir` and `rdf_loader_run` put the same dataset into Virtuoso."""
    with stores.virtuoso(tmp_path) as running:
        load = f"ld_dir('{RELEASE}', 'readouts.nq', 'urn:none'); rdf_loader_run(); checkpoint;"
        command = ["isql-vt", str(running.sql), "dba", "dba", f"exec={load}"]
        subprocess.run(command, check=True, capture_output=True)

        assert MANIFEST["rdfc10Sha256"] in push.prove(
            push.read(release.read(RELEASE)), remote(running)
        )


# --- the README ---------------------------------------------------------------------------------


def pasted(name: str) -> str:
    """What the README says for a store."""
    (block,) = re.findall(rf"^# {name}\b.*?\n(.*?)(?=^# |^```)", README, re.MULTILINE | re.DOTALL)
    return block.strip()


@pytest.mark.parametrize(("name", "port"), [("Oxigraph", 7878), ("Fuseki", 3030)])
def test_what_the_readme_says_of_a_store_works(name: str, port: int, tmp_path: Path) -> None:
    """The three lines, pasted, start the store, load the release and ask it."""
    stores.need(name.lower())
    answer = paste(name, port, stores.free(), tmp_path)

    assert "Angela Merkel" in answer


def test_what_the_readme_says_of_virtuoso_works(tmp_path: Path) -> None:
    """The three lines, pasted, load the release into the Virtuoso that runs and ask it."""
    with stores.virtuoso(tmp_path) as running:
        answer = paste(
            "Virtuoso", 8890, int(running.endpoint.split(":")[2].split("/")[0]), tmp_path
        )

    assert "Angela Merkel" in answer


def paste(name: str, port: int, free: int, folder: Path) -> str:
    lines = pasted(name)
    assert len(lines.split("\n")) == 3
    here = lines.replace(f"localhost:{port}", f"127.0.0.1:{free}")
    here = here.replace("jena-fuseki-server-", f"{stores.CACHE}/jena-fuseki-server-")
    here = here.replace("--localhost", f"--localhost --port {free}").replace(".venv/bin/", "")
    script = f"set -e\n{here}\nkill $(jobs -p) || true\nwait || true\n"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{Path(stores.here('x')).parent}:{os.environ['PATH']}"},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
