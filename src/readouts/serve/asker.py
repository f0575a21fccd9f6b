"""Who answers the queries that anyone may write: killable workers, or a store elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool

from readouts.release import Release
from readouts.render import answers
from readouts.render.asked import Sparql
from readouts.serve.shelf import Shelf
from readouts.serve.workers import Limits, Reply, Request, Workers
from readouts.store import Store

# Octets of answers that are kept, and of what is around each.
KEPT, AROUND = 8 << 20, 2000
# The functions that give something else each time (SPARQL 1.1 §17.4.2.12, §17.4.4.5, §17.4.5.1).
CHANGING = re.compile(r"NOW|RAND|UUID|BNODE", re.IGNORECASE)


class Asker(Protocol):
    """Answers one query at a time for each who asks. Used as an asynchronous context."""

    async def ask(self, sparql: Sparql, formats: Mapping[str, str]) -> Reply:
        """The whole answer; `formats` gives the suffix for "rows", "truth" and "graph".

        Raises Misuse when it is no query, and Unanswered when it broke a limit.
        """

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None: ...


class Pool:
    """Workers on a release, hired when the server begins and let go when it ends.

    The release does not change meanwhile, so an answer is kept for whoever asks the same again.
    """

    def __init__(self, directory: Path, limits: Limits | None = None) -> None:
        self._shelf = Shelf[Reply](size=KEPT)
        self._directory = directory
        self._limits = limits or Limits()
        self._workers: Workers | None = None

    async def ask(self, sparql: Sparql, formats: Mapping[str, str]) -> Reply:
        """The answer of a worker, now or when the same was asked before."""
        assert self._workers is not None  # nobody asks before the server has begun
        default, named = tuple(sparql.default_graphs), tuple(sparql.named_graphs)
        key = sparql.query, default, named, *formats.items()
        if (kept := self._shelf.get(key)) is not None:
            return kept
        chosen = bool(default or named)
        reply = await self._workers.ask(
            Request(sparql.query, formats, default if chosen else None, named if chosen else None)
        )
        if not CHANGING.search(sparql.query):
            self._shelf.put(key, reply, len(sparql.query) + len(reply.body) + AROUND)
        return reply

    async def __aenter__(self) -> Self:
        self._workers = await Workers.start(self._directory, self._limits)
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        if self._workers is not None:
            await self._workers.close()


class Direct:
    """A store asked from this process: a remote endpoint, which has limits of its own."""

    def __init__(self, store: Store, release: Release) -> None:
        self._store = store
        self._release = release

    async def ask(self, sparql: Sparql, formats: Mapping[str, str]) -> Reply:
        """The answer of the store."""
        return await run_in_threadpool(self._ask, sparql, formats)

    def _ask(self, sparql: Sparql, formats: Mapping[str, str]) -> Reply:
        default, named = _graphs(sparql.default_graphs), _graphs(sparql.named_graphs)
        answer = self._store.query(sparql.query, default or None, named or None)
        suffix = formats[answer.kind]
        body = answers.write(answer, suffix, self._release.base, self._release.context)
        return Reply(answer.kind, suffix, body, None, complete=True)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        return None


def _graphs(iris: Sequence[str]) -> list[NamedNode]:
    return [NamedNode(iri) for iri in iris]
