"""Queries in workers: the same answers as here, and nothing that a query does reaches further."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar

import pytest
from pyoxigraph import parse_query_results

from conftest import ROOT
from readouts import release
from readouts.fault import Misuse
from readouts.render import answers
from readouts.serve.workers import Busy, Died, Excess, Late, Limits, Request, Unanswered, Workers
from readouts.store import Embedded

RELEASE = ROOT / "data/release"
FORMATS = {"rows": "json", "truth": "json", "graph": "nt"}
PEOPLE = "SELECT ?p ?name { ?p a schema:Person ; rdfs:label ?name } ORDER BY ?p ?name"
TERMS = r"""SELECT ?a ?b ?c ?d ?e ?f ?nothing {
  BIND("a\u0085\t\n\r\"\\é𠮷"@en AS ?a) BIND("01"^^xsd:integer AS ?b) BIND(<a:b> AS ?c)
  BIND(<<( <a:b> <a:b> <<( <a:b> <a:b> "x\ty" )>> )>> AS ?d) BIND("x"@ar--rtl AS ?e)
  VALUES ?f { UNDEF 1.50 1e0 true "" }
}"""
NOTHING = "SELECT ?x { VALUES ?x {} }"
TRUTH = "ASK { ?s a schema:Person }"
GRAPH = "CONSTRUCT WHERE { ?s a schema:Person }"
DESCRIPTION = "DESCRIBE ?s { ?s a schema:Person }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
DOUBLING = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
DEEP = {
    "braces": "SELECT * " + "{" * 2344 + "}" * 2344,
    "brackets": "ASK { FILTER" + "(" * 4687 + "1" + ")" * 4687 + " }",
    "negations": "ASK { FILTER(" + "!" * 9375 + "true) }",
}
HOSTILE = {
    **DEEP,
    "product": SLOW,
    "order": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "doubling": f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("0123456789" AS ?x0) {DOUBLING} }}',
    "closure": "SELECT (COUNT(*) AS ?n) { ?s (rdf:type|^rdf:type|!rdf:type|^rdfs:label)* ?o }",
    "rows": "SELECT * { ?a ?b ?c . ?d ?e ?f . BIND(STR(RAND()) AS ?r) }",
    "graph": "CONSTRUCT { ?a ?e ?i } { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
}
Given = TypeVar("Given")


def run(scenario: Callable[[Workers], Awaitable[Given]], **limits: float) -> Given:
    async def main() -> Given:
        async with await Workers.start(RELEASE, Limits(**{"seconds": 1, **limits})) as workers:
            return await scenario(workers)

    return asyncio.run(main())


def asked(query: str, **formats: str) -> Request:
    return Request(query, {**FORMATS, **formats})


async def number(workers: Workers, value: int) -> None:
    """A good query, and that its own answer is what comes."""
    reply = await workers.ask(asked(f"SELECT ({value} AS ?n) {{}}", rows="csv"))
    assert reply.body == f"n\r\n{value}\r\n".encode()


def processes() -> dict[int, tuple[int, int]]:
    """Process → its parent and its memory in octets; one that only waits to be reaped has 0."""
    listed = subprocess.run(
        ["ps", "-axo", "pid=,ppid=,rss="], capture_output=True, text=True, check=True
    )
    rows = [map(int, line.split()) for line in listed.stdout.splitlines()]
    return {process: (parent, size * 1024) for process, parent, size in rows}


def below(workers: Workers) -> tuple[int, list[int]]:
    """The zygote, and all of its children, reaped or not."""
    zygote = workers._zygote._process.pid  # noqa: SLF001
    return zygote, [one for one, (parent, _) in processes().items() if parent == zygote]


def gone(*ended: int) -> bool:
    """Whether processes end soon; one that waits to be reaped by init has."""
    end = time.monotonic() + 3
    while any(processes().get(one, (0, 0))[1] for one in ended):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_a_worker_answers_as_the_store_does(embedded: Embedded) -> None:
    """A worker gives the same bytes as the store in this process, in each format."""
    of = release.read(RELEASE)

    async def scenario(workers: Workers) -> None:
        for query in (PEOPLE, TERMS, "SELECT * {}", NOTHING, TRUTH, GRAPH, DESCRIPTION):
            for suffix in answers.allowed(embedded.query(query)):
                reply = await workers.ask(Request(query, dict.fromkeys(FORMATS, suffix)))
                expected = answers.write(embedded.query(query), suffix, of.base, of.context)
                assert reply.body == expected
                assert (reply.suffix, reply.complete) == (suffix, True)

    run(scenario)


def test_a_reply_says_what_it_is() -> None:
    """A reply tells rows, truth and graph apart, and takes the format of each."""

    async def scenario(workers: Workers) -> None:
        formats = {"rows": "csv", "truth": "xml", "graph": "ttl"}
        rows = await workers.ask(Request("SELECT * { ?s ?p ?o } LIMIT 7", formats))
        truth = await workers.ask(Request("ASK {}", formats))
        graph = await workers.ask(Request(GRAPH, formats))
        assert (rows.kind, rows.suffix, rows.rows, rows.complete) == ("rows", "csv", None, True)
        assert (truth.kind, truth.suffix, truth.rows) == ("truth", "xml", None)
        assert (graph.kind, graph.suffix, graph.rows) == ("graph", "ttl", None)

    run(scenario)


def test_the_dataset_of_a_query_is_kept_to() -> None:
    """Only the graphs that are named in a request are asked, and an unknown one is empty."""

    async def scenario(workers: Workers) -> None:
        query, none = "ASK { ?s ?p ?o }", ("http://127.0.0.1/none",)
        named = "ASK { GRAPH ?g { ?s ?p ?o } }"
        for request, expected in (
            (Request(query, FORMATS), True),
            (Request(query, FORMATS, default_graphs=none), False),
            (Request(named, FORMATS), True),
            (Request(named, FORMATS, named_graphs=none), False),
        ):
            assert json.loads((await workers.ask(request)).body)["boolean"] is expected
        with pytest.raises(Misuse):
            await workers.ask(Request(query, FORMATS, default_graphs=("no iri",)))
        await number(workers, 1)

    run(scenario)


def test_what_is_no_query_is_said_in_the_words_of_the_engine(embedded: Embedded) -> None:
    """A query with a fault raises what the store raises, and the worker is kept."""

    async def scenario(workers: Workers) -> None:
        _, before = below(workers)
        for query in ("SELECT", "", "ASK { \ud800 }", "INSERT DATA {}", "ASK { ?s no:prefix ?o }"):
            with pytest.raises(Misuse) as here:
                embedded.query(query)
            with pytest.raises(Misuse) as there:
                await workers.ask(asked(query))
            assert str(there.value) == str(here.value)
        with pytest.raises(Misuse, match="cannot be written as csv"):
            await workers.ask(asked("ASK {}", truth="csv"))
        assert not before
        assert len(below(workers)[1]) == 2

    run(scenario)


@pytest.mark.parametrize("most", [0, 1, 50])
def test_what_is_cut_says_so(most: int) -> None:
    """Of more rows than may be given the first are, well-formed, and said not to be all."""

    async def scenario(workers: Workers) -> None:
        query = "SELECT ?n ?text { ?n a ?t ; rdfs:label ?text } ORDER BY ?n ?text"
        for suffix in ("json", "xml", "csv", "tsv"):
            whole = await workers.ask(asked(f"{query} LIMIT {most}", rows=suffix))
            cut = await workers.ask(asked(query, rows=suffix))
            assert (whole.rows, whole.complete) == (None, True)
            assert (cut.rows, cut.complete) == (most, False)
            assert cut.body == whole.body
            if suffix == "csv":
                assert cut.body.count(b"\r\n") == most + 1
            else:
                assert len(list(parse_query_results(cut.body, answers.RESULTS[suffix]))) == most

    run(scenario, max_rows=most)


def test_too_large_an_answer_is_none() -> None:
    """An answer with more octets than it may have is refused, and one with as many is not."""

    async def scenario(workers: Workers) -> None:
        for form in ('SELECT ("{}" AS ?x) {{}}', 'CONSTRUCT {{ <a:b> <a:b> "{}" }} {{}}'):
            with pytest.raises(Excess, match="more than 1,000 octets") as told:
                await workers.ask(asked(form.format("x" * 1000)))
            assert told.value.code == "size"
        exact = await workers.ask(asked(f'SELECT ("{"x" * 995}" AS ?x) {{}}', rows="csv"))
        assert len(exact.body) == 1000

    run(scenario, max_bytes=1000)


def test_a_large_answer_comes_whole() -> None:
    """An answer of many megabytes comes as it is, and its worker does not keep the memory."""

    async def scenario(workers: Workers) -> None:
        await number(workers, 1)
        _, before = below(workers)
        query = f'SELECT ("{"x" * 400}" AS ?x) {{ ?a ?b ?c . ?d a schema:Person }} LIMIT 100000'
        reply = await workers.ask(asked(query, rows="csv"))
        assert (reply.rows, reply.complete) == (None, True)
        assert reply.body == b"x\r\n" + (b"x" * 400 + b"\r\n") * 100_000
        await number(workers, 2)
        assert not set(below(workers)[1]) & set(before)

    run(scenario, seconds=20, workers=1)


def test_the_time_of_a_worker_is_not_that_of_a_query() -> None:
    """A worker goes on for longer than any one of its queries may."""

    async def scenario(workers: Workers) -> None:
        await number(workers, 1)
        _, before = below(workers)
        begun = time.monotonic()
        while time.monotonic() < begun + 2.8:
            await workers.ask(
                asked("SELECT (COUNT(*) AS ?n) { ?a a ?b . ?c a ?d . VALUES ?e {1 2} }")
            )
        assert below(workers)[1] == before

    run(scenario, workers=1)


def test_memory_has_a_limit() -> None:
    """A query that wants more memory than it may have ends before its time is up."""

    async def scenario(workers: Workers) -> None:
        for name in ("order", "doubling", "rows"):
            with pytest.raises((Died, Excess)):
                await workers.ask(asked(HOSTILE[name]))
        await number(workers, 1)

    run(scenario, memory=200_000_000, max_rows=10**9, seconds=20)


def test_hostile_queries_end_and_the_next_is_answered() -> None:
    """A query that would end the server or never end ends alone, in time; good ones go on."""

    async def scenario(workers: Workers) -> None:
        for name, query in HOSTILE.items():
            begun = time.monotonic()
            with pytest.raises((Unanswered, Misuse)) as told:
                await workers.ask(asked(query))
            assert time.monotonic() - begun < 2, name
            assert name not in DEEP or told.type is Died, name
            await number(workers, len(name))

    run(scenario, max_rows=10**9, seconds=0.5)


def test_nothing_is_fetched() -> None:
    """A worker opens no connection: a listener that queries name is never called."""

    async def scenario(workers: Workers) -> None:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            listener.settimeout(0)
            there = f"<http://127.0.0.1:{listener.getsockname()[1]}/>"
            for query in (
                f"SELECT * {{ SERVICE {there} {{ ?s ?p ?o }} }}",
                f"SELECT * {{ VALUES ?e {{ {there} }} SERVICE ?e {{ ?s ?p ?o }} }}",
            ):
                with pytest.raises(Misuse, match="cannot be answered"):
                    await workers.ask(asked(query))
            silent = await workers.ask(asked(f"ASK {{ SERVICE SILENT {there} {{ ?s ?p ?o }} }}"))
            elsewhere = await workers.ask(asked(f"ASK FROM {there} {{ ?s ?p ?o }}"))
            assert json.loads(silent.body)["boolean"]
            assert not json.loads(elsewhere.body)["boolean"]
            with pytest.raises(Misuse):
                await workers.ask(asked(f"LOAD {there}"))
            with pytest.raises(BlockingIOError):
                listener.accept()

    run(scenario)


def test_a_killed_worker_is_replaced() -> None:
    """A worker that is killed while idle harms nobody, one at work its own query only."""

    async def scenario(workers: Workers) -> None:
        await number(workers, 1)
        await number(workers, 2)
        _, idle = below(workers)
        for one in idle:
            os.kill(one, signal.SIGKILL)  # The next query may come before it is seen.
        for value in range(3, 7):
            await number(workers, value)
        task = asyncio.create_task(workers.ask(asked(SLOW)))
        await asyncio.sleep(0.1)
        for one in below(workers)[1]:
            os.kill(one, signal.SIGKILL)
        with pytest.raises(Died):
            await task
        await number(workers, 7)
        await number(workers, 8)
        assert len(below(workers)[1]) == 2

    run(scenario)


def test_a_killed_zygote_is_started_again() -> None:
    """When the zygote is killed the queries at work fail, and the next are answered."""

    async def scenario(workers: Workers) -> None:
        await number(workers, 1)
        task = asyncio.create_task(workers.ask(asked(SLOW)))
        await asyncio.sleep(0.1)
        zygote, before = below(workers)
        os.kill(zygote, signal.SIGKILL)
        with pytest.raises(Died):
            await task
        await asyncio.gather(*(number(workers, value) for value in range(2, 8)))
        assert below(workers)[0] != zygote
        assert gone(zygote, *before)

    run(scenario, seconds=20)


def test_a_stopped_zygote_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """A zygote that does not do as ordered is ended and another started."""
    monkeypatch.setattr("readouts.serve.child.FORKING", 0.2)

    async def scenario(workers: Workers) -> None:
        zygote, _ = below(workers)
        os.kill(zygote, signal.SIGSTOP)
        await number(workers, 1)
        assert below(workers)[0] != zygote

    run(scenario)


def test_who_comes_to_a_full_queue_is_told_at_once() -> None:
    """Beyond those that are answered and those that may wait, one is told when to come again."""

    async def scenario(workers: Workers) -> None:
        at_work = asyncio.create_task(workers.ask(asked(SLOW)))
        await asyncio.sleep(0.05)
        waits = asyncio.create_task(number(workers, 1))
        await asyncio.sleep(0.05)
        begun = time.monotonic()
        with pytest.raises(Busy) as told:
            await number(workers, 2)
        assert time.monotonic() - begun < 0.1
        assert told.value.seconds == 1
        with pytest.raises(Late):
            await at_work
        with contextlib.suppress(Busy):  # It may just have waited too long.
            await waits
        await number(workers, 3)

    run(scenario, workers=1, waiting=1)


def test_nobody_waits_longer_than_a_query_may_take() -> None:
    """Who waits behind slow queries for as long as one may take is told to come again."""

    async def scenario(workers: Workers) -> None:
        begun = time.monotonic()
        tasks = [workers.ask(asked(SLOW)) for _ in range(8)]
        told = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(one) for one in told} == {Late, Busy}
        assert time.monotonic() - begun < 3

    run(scenario)


def test_one_slow_query_does_not_hold_up_another() -> None:
    """While a worker is at a slow query, the other answers."""

    async def scenario(workers: Workers) -> None:
        task = asyncio.create_task(workers.ask(asked(SLOW)))
        await asyncio.sleep(0.05)
        for value in range(20):
            await number(workers, value)
        assert not task.done()
        with pytest.raises(Late, match="longer than 1 s"):
            await task

    run(scenario)


def test_an_answer_that_nobody_took_is_not_given_to_the_next() -> None:
    """Whenever a client goes, the next one gets the answer to its own query."""

    async def scenario(workers: Workers) -> None:
        for value in range(100):
            query = SLOW if value % 10 == 0 else f"SELECT ({-value} AS ?n) {{}}"
            task = asyncio.create_task(workers.ask(asked(query)))
            await asyncio.sleep(value * 0.0001)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await number(workers, value)
        assert len(below(workers)[1]) == 1

    run(scenario, workers=1)


def test_a_release_that_cannot_be_read_is_said_at_the_start(tmp_path: Path) -> None:
    """Without a release there are no workers, and the sentence says what to do."""
    with pytest.raises(Misuse, match="readouts build"):
        asyncio.run(Workers.start(tmp_path))


def test_no_process_is_left_when_workers_are_closed() -> None:
    """Closing ends every process, busy or idle, and tells who waits; to close again is harmless."""

    async def scenario(workers: Workers) -> None:
        tasks = [asyncio.create_task(workers.ask(asked(SLOW))) for _ in range(4)]
        await asyncio.sleep(0.1)
        zygote, at_work = below(workers)
        assert len(at_work) == 2
        await workers.close()
        assert not {zygote, *at_work} & set(processes())
        told = await asyncio.gather(*tasks, return_exceptions=True)
        assert {type(one) for one in told} == {Died}
        with pytest.raises(Died):
            await number(workers, 1)

    run(scenario)


def test_workers_can_be_closed_while_the_zygote_starts() -> None:
    """Closing does not wait for a release to be loaded."""

    async def scenario(workers: Workers) -> None:
        os.kill(below(workers)[0], signal.SIGKILL)
        await asyncio.sleep(0.1)
        task = asyncio.create_task(number(workers, 1))
        await asyncio.sleep(0.05)
        zygote, _ = below(workers)
        os.kill(zygote, signal.SIGSTOP)
        async with asyncio.timeout(5):
            await workers.close()
        assert zygote not in processes()
        with pytest.raises(Died):
            await task

    run(scenario)


OWNER = f"""
import asyncio
from pathlib import Path
from readouts.serve.workers import Limits, Request, Workers

async def main():
    workers = await Workers.start(Path({str(RELEASE)!r}), Limits(seconds=60))
    await workers.ask(Request("ASK {{}}", {FORMATS!r}))
    task = asyncio.create_task(workers.ask(Request({SLOW!r}, {FORMATS!r})))
    await asyncio.sleep(0.2)
    print(workers._zygote._process.pid, flush=True)
    await task

asyncio.run(main())
"""


def test_no_process_is_left_when_the_owner_is_killed() -> None:
    """The zygote and the workers, busy or idle, end with the process that they answer."""
    with subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as owner:
        zygote = int(owner.stdout.readline())
        at_work = [one for one, (parent, _) in processes().items() if parent == zygote]
        owner.kill()
    assert at_work
    assert gone(zygote, *at_work)


def test_many_hostile_queries_leave_nothing_behind() -> None:
    """After 200 queries that end their workers there are as many processes and as much memory."""

    async def scenario(workers: Workers) -> None:
        await number(workers, 1)
        zygote, _ = below(workers)
        before = {one: processes()[one][1] for one in (zygote, os.getpid())}
        files = open_files()
        for index in range(100):
            query = list(DEEP.values())[index % len(DEEP)]
            told = await asyncio.gather(
                *(workers.ask(asked(query)) for _ in range(2)), return_exceptions=True
            )
            assert {type(one) for one in told} == {Died}
        await asyncio.gather(number(workers, 2), number(workers, 3))
        assert below(workers)[0] == zygote
        assert len(below(workers)[1]) <= 2
        after = processes()
        assert all(after[one][1] < size + 20_000_000 for one, size in before.items())
        assert open_files() <= files + 1

    run(scenario)
