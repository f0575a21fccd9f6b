"""The process that loads the release once and forks the workers that answer queries.

A fork has the release in memory without a copy of it, and can be killed: the engine keeps no
deadline, and a query that is deep or greedy enough ends the process that it runs in. `workers`
runs this as `python -m readouts.serve.zygote SOCKET RELEASE SECONDS MEMORY`.
"""

from __future__ import annotations

import ctypes
import gc
import math
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

from pyoxigraph import NamedNode, QuerySolutions

from readouts import release
from readouts.fault import Fault, Misuse
from readouts.release import Release
from readouts.render import answers
from readouts.serve import wire
from readouts.store import Embedded, Rows

CONNECTION = 3
PR_SET_PDEATHSIG, PR_SET_DUMPABLE = 1, 4
# Python has no call for prctl. The library is looked up here: a worker can open nothing.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
# A worker whose memory has grown by so many octets is replaced, because it keeps much of that.
GROWN = 100_000_000
UNIT = 1024 if sys.platform == "linux" else 1  # of ru_maxrss, getrusage(2)
GREEDY = "The query needs more memory than a query may have. Ask for less at once."


class Zygote:
    """Forks workers, kills them, and ends when the server does, however that ends."""

    def __init__(self, orders: socket.socket, desk: Desk, seconds: float, memory: int) -> None:
        self._orders = orders
        self._desk = desk
        self._seconds = seconds
        self._memory = memory
        # The number of a worker → its process. A process is waited for only when it is killed
        # here, so that its identifier cannot meanwhile have become that of another.
        self._workers: dict[int, int] = {}

    def run(self) -> None:
        """Do as ordered until the other end is closed."""
        while True:
            order, sent, _, _ = socket.recv_fds(self._orders, wire.ORDER.size, 1)
            if len(order) < wire.ORDER.size:
                break
            what, number = wire.ORDER.unpack(order)
            if what == wire.FORK:
                self._fork(number, socket.socket(fileno=sent[0]))
            else:
                self._kill(number)
        for number in list(self._workers):
            self._kill(number)

    def _fork(self, number: int, connection: socket.socket) -> None:
        parent = os.getpid()
        # Where no process is to be had, the server sees that the connection is closed.
        with connection, suppress(OSError):
            if process := os.fork():
                self._workers[number] = process
                return
            try:
                with confined(connection, parent, self._memory) as kept:
                    work(kept, self._desk, self._seconds)
            finally:
                # The child must not go on as a zygote, nor clean up what belongs to one.
                os._exit(0)

    def _kill(self, number: int) -> None:
        if process := self._workers.pop(number, None):
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


class Desk:
    """Answers queries on a release, one at a time."""

    def __init__(self, of: Release, store: Embedded) -> None:
        self._release = of
        self._store = store

    def answer(self, given: wire.Header) -> tuple[wire.Header, bytes]:
        """The header and body of a reply: a whole answer, or the reason why there is none."""
        try:
            header, body = self._written(given)
        except MemoryError:
            return {"code": "memory", "error": GREEDY}, b""
        except Misuse as error:
            return {"code": "query", "error": str(error)}, b""
        except (SyntaxError, ValueError, OSError, RuntimeError) as error:
            return {"code": "query", "error": f"The query cannot be answered: {error}."}, b""
        if len(body) > (most := given["max_bytes"]):
            message = f"The answer has more than {most:,} octets. Ask for less at once."
            return {"code": "size", "error": message}, b""
        return header, body

    def _written(self, given: wire.Header) -> tuple[wire.Header, bytes]:
        asked = _graphs(given["default_graphs"]), _graphs(given["named_graphs"])
        answer = self._store.query(given["query"], *asked)
        suffix = given["formats"][answer.kind]
        header: wire.Header = {"kind": answer.kind, "suffix": suffix, "complete": True}
        if isinstance(answer, Rows):
            most = given["max_rows"]
            if (body := answers.few(answer, suffix, most)) is not None:
                return header, body
            # What is read of an answer is used up, so the query is asked again.
            again = self._store.query(given["query"], *asked)
            assert isinstance(again, Rows)
            answer, header["rows"], header["complete"] = first(again.solutions, most)
        return header, answers.write(answer, suffix, self._release.base, self._release.context)

    def rehearse(self) -> None:
        """Write each kind of answer in each format: what is imported on first use is needed now."""
        for query in ("SELECT * {}", "ASK {}", "CONSTRUCT {?s ?p ?o} {VALUES (?s ?p ?o) {}}"):
            for suffix in answers.allowed(self._store.query(query)):
                answer = self._store.query(query)
                answers.write(answer, suffix, self._release.base, self._release.context)


def first(solutions: QuerySolutions, most: int) -> tuple[Rows, int, bool]:
    """The first rows, how many they are, and whether there are no others."""
    rows = list(islice(solutions, most + 1))
    held = rows[:most]
    return Rows(answers.again(solutions.variables, held)), len(held), len(rows) <= most


def _graphs(iris: Sequence[str] | None) -> list[NamedNode] | None:
    return None if iris is None else [NamedNode(iri) for iri in iris]


def work(connection: socket.socket, desk: Desk, seconds: float) -> None:
    """Answer one query after another, until the connection is closed or the worker has grown."""
    connection.sendall(wire.packed({"process": os.getpid()}))
    before, spent = _peak(), False
    with suppress(ConnectionError):
        while not spent:
            given, _ = wire.receive(connection)
            _allow(time.process_time() + seconds)
            header, body = desk.answer(given)
            spent = _peak() > before + GROWN
            connection.sendall(wire.packed({**header, "spent": spent}, body))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT


def confined(connection: socket.socket, parent: int, memory: int) -> socket.socket:
    """Take from this process what a query has no need of. Gives the connection, alone left open."""
    if LIBC is not None:
        # Dies with the zygote (elsewhere: when the connection closes, or its time is up), and
        # leaves no image to a crash reporter, for whom RLIMIT_CORE does not count (core(5)).
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        LIBC.prctl(PR_SET_DUMPABLE, 0)
        if os.getppid() != parent:
            os._exit(0)
    kept, nothing = os.dup(connection.fileno()), os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):  # The engine says at length how it ended.
        os.dup2(nothing, standard)
    os.dup2(kept, CONNECTION)
    os.closerange(CONNECTION + 1, os.sysconf("SC_OPEN_MAX"))
    for what in (resource.RLIMIT_NOFILE, resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(what, (0, 0))
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = memory if hard == resource.RLIM_INFINITY else min(memory, hard)
    # macOS knows the limit and does not keep it, or refuses to set it. There is only the deadline.
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return socket.socket(fileno=CONNECTION)


def _allow(seconds: float) -> None:
    """Let this process use so much of the processor since it began, and one second more.

    The deadline is kept by the server; this is for a worker that has lost it and the zygote.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with suppress(ValueError):  # A lower limit is in force already.
        resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds) + 1, hard))


def main(descriptor: str, directory: str, seconds: str, memory: str) -> None:
    """Load the release, say so or why not, and do as ordered."""
    # Whoever stops the server with all its processes lets it finish answers under way.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    with socket.socket(fileno=int(descriptor)) as orders:
        try:
            desk = Desk(release.read(Path(directory)), Embedded(Path(directory)))
        except Fault as fault:
            orders.sendall(wire.packed({"fault": str(fault), "code": fault.code}))
            return
        desk.rehearse()
        gc.freeze()  # The collector would touch, and so copy, what is shared with the workers.
        orders.sendall(wire.packed({"fault": None}))
        Zygote(orders, desk, float(seconds), int(memory)).run()
        os._exit(0)  # To free a large release would only take time.


if __name__ == "__main__":
    main(*sys.argv[1:])
