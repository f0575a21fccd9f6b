"""Federated stored queries over HTTP: only where the operator allows the other endpoint."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from collections.abc import Callable

import httpx
import pytest

from conftest import ROOT
from readouts import query, release
from readouts.fault import Misuse
from readouts.serve import application
from readouts.serve.abroad import Abroad, Kept
from readouts.serve.refusal import Refusal
from readouts.serve.rules import Rules
from readouts.store import Answer, Embedded, Rows
from wikidata import Wikidata

PUBLIC = "https://query.wikidata.org/sparql"
Ask = Callable[[str], httpx.Response]


def house(embedded: Embedded, abroad: Abroad) -> Ask:
    """A server of the release, asked in this process."""
    app = application(
        release.read(ROOT / "data/release"), embedded, query.load(ROOT / "queries"), abroad=abroad
    )

    def ask(path: str) -> httpx.Response:
        async def get() -> httpx.Response:
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.get(path)

        return asyncio.run(get())

    return ask


@pytest.fixture
def allowed(embedded: Embedded, wikidata: Wikidata) -> Ask:
    rules = Rules(services=(wikidata.url,), wikidata=wikidata.url)
    return house(embedded, Abroad(rules))


def test_what_is_allowed_is_answered_in_any_format(allowed: Ask, wikidata: Wikidata) -> None:
    """Where the operator allows the endpoint, a federated query is answered, and said to pass."""
    answer = allowed("/queries/not-spoken-to.csv")

    assert answer.status_code == 200
    assert "Ruritania" in answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers
    assert answer.headers["readouts-total"] == "1"
    assert "Ruritania" in allowed("/queries/not-spoken-to.html").text
    assert wikidata.asked


def test_the_list_has_answers_where_there_are_some(allowed: Ask, embedded: Embedded) -> None:
    """The list of queries links to the answers of a federated one only where it is answered."""
    closed = house(embedded, Abroad())

    def links(ask: Ask) -> set[str]:
        held = {one["name"]: one for one in ask("/queries.json").json()["queries"]}
        assert held["not-spoken-to"]["federated"] is True
        return set(held["not-spoken-to"]["links"])

    assert links(closed) == {"rq"}
    assert links(allowed) == {"csv", "html", "json", "rq", "tsv", "xml"}


def test_the_endpoint_is_asked_once_for_the_same(allowed: Ask, wikidata: Wikidata) -> None:
    """What it said is kept: the same question in another format sends nothing."""
    before = len(wikidata.asked)
    for path in ("office-holders-today.csv", "office-holders-today.json?limit=3"):
        assert allowed(f"/queries/{path}").status_code == 200
    assert len(wikidata.since(before)) == 1

    allowed("/queries/labels-in-another-language.csv?language=ar")
    allowed("/queries/labels-in-another-language.csv?language=fr")
    assert len(wikidata.since(before)) == 3


@pytest.mark.parametrize(
    "rules",
    [
        Rules(),
        Rules(services=("https://example.org/sparql",)),
        Rules(services=(PUBLIC,), wikidata="http://127.0.0.1:9/sparql"),
        Rules(wikidata=PUBLIC),
    ],
)
def test_what_is_not_allowed_is_refused(embedded: Embedded, rules: Rules) -> None:
    """An endpoint that is not named is not asked, and nor is what stands in for a named one."""
    ask = house(embedded, Abroad(rules))
    answer = ask("/queries/not-spoken-to.csv")

    assert answer.status_code == 400
    assert "this server fetches nothing" in answer.text
    with pytest.raises(Misuse, match="may not be asked"):
        Abroad(rules)(PUBLIC)


def test_a_query_of_a_stranger_reaches_no_endpoint(allowed: Ask, wikidata: Wikidata) -> None:
    """SERVICE in a query that anyone wrote is refused, the allowed endpoint included."""
    before = len(wikidata.asked)
    text = f"SELECT * WHERE {{ SERVICE <{wikidata.url}> {{ ?s ?p ?o }} }}"
    answer = allowed(f"/sparql?query={httpx.QueryParams({'q': text})['q']}")

    assert answer.status_code == 400
    assert "has no way out, whatever its operator allows" in answer.text
    assert not wikidata.since(before)


def test_an_endpoint_that_is_not_there_is_a_bad_gateway(embedded: Embedded) -> None:
    """A failure is named, with 502, and is not tried again by the next who asks."""
    gone = "http://127.0.0.1:9/sparql"
    ask = house(embedded, Abroad(Rules(services=(gone,), wikidata=gone)))

    for path in ("not-spoken-to.csv", "not-spoken-to.json"):
        answer = ask(f"/queries/{path}")
        assert answer.status_code == 502
        assert f"{gone} cannot be asked" in answer.text
        assert answer.headers["cache-control"] == "no-store"


class Slow:
    """A store that answers when it is told to, and counts what it is asked."""

    def __init__(self, store: Embedded) -> None:
        self.store, self.count = store, 0
        self.begun, self.may_end = threading.Event(), threading.Event()

    def query(self, text: str, *_: object) -> Answer:
        self.count += 1
        self.begun.set()
        self.may_end.wait(30)
        return self.store.query(text)


def test_one_is_asked_at_a_time(embedded: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    """While an endpoint is asked, another question waits a little and is told to come again."""
    monkeypatch.setattr("readouts.serve.abroad.WAITING", 0.01)
    slow = Slow(embedded)
    kept = Kept(slow, "http://there/")
    first = threading.Thread(target=kept.query, args=("SELECT (1 AS ?n) {}",))
    first.start()
    assert slow.begun.wait(30)
    with pytest.raises(Refusal, match="Another query is asking http://there/") as caught:
        kept.query("SELECT (2 AS ?n) {}")
    slow.may_end.set()
    first.join()

    assert (caught.value.status, "Retry-After" in caught.value.headers) == (503, True)
    again = kept.query("SELECT (1 AS ?n) {}")
    assert isinstance(again, Rows)
    assert [row["n"].value for row in again.solutions] == ["1"]
    assert slow.count == 1


def test_no_more_is_kept_than_is_meant(embedded: Embedded) -> None:
    """Of many questions the answers to the last are kept."""
    slow = Slow(embedded)
    slow.may_end.set()
    kept = Kept(slow, "http://there/")
    for number in range(100):
        kept.query(f"SELECT ({number} AS ?n) {{}}")
    kept.query("SELECT (99 AS ?n) {}")
    assert slow.count == 100
    kept.query("SELECT (0 AS ?n) {}")
    assert slow.count == 101


def test_the_command_allows_an_endpoint(wikidata: Wikidata) -> None:
    """`serve --allow-service URL` answers what asks there, through a real socket."""
    told = ["--port", "0", "--allow-service", wikidata.url, "--wikidata", wikidata.url]
    command = [sys.executable, "-m", "readouts", "serve", *told]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr
            line = process.stderr.readline()
            address = line.removeprefix("Readouts is served at ").strip()
            answer = httpx.get(f"{address}queries/not-spoken-to.json", timeout=30)
        finally:
            process.terminate()
            process.communicate()

    assert answer.json()["results"]["bindings"][0]["countryLabel"]["value"] == "Ruritania"
