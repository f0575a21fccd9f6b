"""Requests a second and their slowest hundredth, ours beside others, in one run on one machine.

    python tests/bench/serve.py [SECONDS [ROUNDS]]

Asked for are (i) one exchange as Turtle, (ii) the stored query `statements` as SPARQL JSON, and
(iii) two SPARQL queries, a light one and one that a person might write, each time with another
comment, so that no cache has seen them. A store that keeps no documents is asked (i) by the query
that our documents are made by. All servers run at once and are loaded in turn, several times; the
median counts. Absolute numbers are this machine's; the ratios are what to read, and the processor
time a request where others use the machine too. Needs wrk (Debian: apt-get install wrk); what else
is not there is named. `pip install -e '.[bench]'` brings the peers that are Python packages.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import load
import peers
from load import Load
from peers import Missing, Peer
from pyoxigraph import NamedNode

from readouts.query import bind

ROOT = Path(__file__).parents[2]
CALL = "exchange/2020-02-13-call-mahathir-mohamad"
DESCRIBE = bind(
    (ROOT / "queries/describe.rq").read_text(encoding="utf-8"),
    {"_thing": NamedNode(f"https://w3id.org/readouts/{CALL}")},
)
LIGHT = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/readouts/ns#Passage> }"
REAL = """PREFIX dro: <https://w3id.org/readouts/ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX schema: <http://schema.org/>
SELECT ?date ?who ?name WHERE {
  ?exchange a dro:PhoneCall ; schema:startDate ?date ; dro:participation ?part .
  ?part dro:role dro:role-counterpart ; dro:agent ?who .
  ?who rdfs:label ?name . FILTER(LANGMATCHES(LANG(?name), "en"))
} ORDER BY ?date ?who"""
QUERIES = {"light": LIGHT, "real": REAL}
JSON, TURTLE = "application/sparql-results+json", "text/turtle"
TITLES = {
    "document": "(i) one exchange as Turtle",
    "stored": "(ii) the stored query statements as JSON",
    "light": "(iii) ad hoc, light: a count",
    "real": "(iii) ad hoc, real: phone calls with names, in order",
}
Servers = Mapping[str, Peer]


def main(seconds: int, rounds: int) -> None:
    """Start the servers, load each in turn, print the tables."""
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed. On Debian: apt-get install wrk.")
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        place.chmod(0o755)  # nginx gives up its rights before it reads
        servers = begun(stack, place)
        for kind, title in TITLES.items():
            table(title, kind, servers, place, seconds, rounds)
        mine = servers["ours"]
        followed(mine, place, seconds)
        held(servers)
        attacked(mine, 3 * seconds)


def begun(stack: ExitStack, place: Path) -> Servers:
    """All the servers that can be had here, ours first; the others are named."""
    servers = {"ours": stack.enter_context(peers.ours(CALL))}
    for name, kind, accept in (("document", "document", TURTLE), ("answer", "stored", JSON)):
        (place / name).write_bytes(load.fetch(servers["ours"].addresses[kind], accept))
    others: dict[str, Callable[[], AbstractContextManager[Peer]]] = {
        "bare uvicorn": lambda: peers.bare(place),
        "nginx": lambda: peers.nginx(place),
        "oxigraph": lambda: peers.oxigraph(place, DESCRIBE),
        "virtuoso": lambda: peers.virtuoso(place, DESCRIBE),
        "rdflib-endpoint": lambda: peers.rdflib(place, DESCRIBE),
        "grlc": lambda: peers.grlc(place, servers["oxigraph"].endpoint),
    }
    for name, start in others.items():
        try:
            servers[name] = stack.enter_context(start())
        except Missing as missing:
            print(f"{name} is left out: {missing}")
    return servers


def table(title: str, kind: str, servers: Servers, place: Path, seconds: int, rounds: int) -> None:
    """A row for each server: the medians of all rounds, and the ratio of ours to it."""
    loads: dict[str, list[Load]] = {}
    for _ in range(rounds):
        for name, peer in servers.items():
            if url := peer.endpoint if kind in QUERIES else peer.addresses.get(kind):
                script = None
                if kind in QUERIES:
                    script = place / "varied.lua"
                    script.write_text(load.varied(QUERIES[kind]))
                accept = TURTLE if kind == "document" else JSON
                one = load.measure(peer.process, url, accept, seconds, script)
                loads.setdefault(name, []).append(one)
    print(f"\n{title}\n{'':18}{'req/s':>9}{'ours / it':>11}{'p99':>10}{'CPU':>10}{'not 200':>9}")
    mine = median(loads["ours"])
    for name, several in loads.items():
        slow = sorted(several, key=lambda one: one.rate)[len(several) // 2].slow
        cost = statistics.median(one.cost for one in several) * 1e6
        wrong = sum(one.wrong for one in several)
        rate = median(several)
        ratio = f"{mine / rate:.2f}" if rate else "none came"
        print(f"{name:18}{rate:9.0f}{ratio:>11}{slow:>10}{cost:7.0f} us{wrong:9}")


def median(several: list[Load]) -> float:
    """The rate in the middle."""
    return statistics.median(one.rate for one in several)


def followed(mine: Peer, place: Path, seconds: int) -> None:
    """What a client gets that asks for the thing: 303, and then the document."""
    script = place / "led.lua"
    script.write_text(load.led(f"/{CALL}", f"/{CALL}.ttl"))
    one = load.measure(mine.process, mine.addresses["document"], TURTLE, seconds, script)
    print(f"\n(i) from the thing, 303 followed: {one.rate / 2:.0f} documents a second")


def held(servers: Servers) -> None:
    """The memory of each server after all that, and how soon it answered."""
    print(f"\n{'':18}{'memory':>9}{'first answer':>14}")
    for name, peer in servers.items():
        octets = load.memory(peer.process)
        print(f"{name:18}{sum(octets) / 1e6:6.0f} MB{peer.seconds:12.2f} s")
    parts = " + ".join(f"{one / 1e6:.0f}" for one in load.memory(servers["ours"].process))
    print(f"(PSS of smaps_rollup; ours is web process, zygote and workers: {parts})")


def attacked(mine: Peer, seconds: int) -> None:
    """How long (i) takes while ten hostile queries a second arrive."""
    with load.attacked(mine.endpoint) as statuses:
        one = load.measure(mine.process, mine.addresses["document"], TURTLE, seconds)
    counted = ", ".join(f"{statuses.count(told)} × {told}" for told in sorted({*statuses}))
    print(f"\n(i) under ten hostile queries a second: {one.rate:.0f} req/s, p99 {one.slow}")
    print(f"(what was hostile got {counted or 'no answer yet'})")


if __name__ == "__main__":
    given = [int(word) for word in sys.argv[1:]]
    main(*(given + [2, 3][len(given) :]))
