"""Queries that anyone may write, answered outside this process and within limits.

A zygote has loaded the release and forks workers. Each answers one query at a time over a socket
of its own, and is killed when that takes too long: what fails is one query, never the server.
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Self

from readouts.fault import Fault
from readouts.serve import wire
from readouts.serve.child import Worker, Zygote
from readouts.serve.wire import Busy, Died, Excess, Late, Limits, Reply, Request, Unanswered

__all__ = ["Busy", "Died", "Excess", "Late", "Limits", "Reply", "Request", "Unanswered", "Workers"]

# Seconds in which a worker that was dead before it was asked is seen to be so.
MOMENT = 0.05


class Workers:
    """Workers that answer queries on a release, and a bounded queue before them."""

    def __init__(self, directory: Path, limits: Limits) -> None:
        self._directory = directory
        self._limits = limits
        self._zygote: Zygote | None = None
        self._starting = asyncio.Lock()
        self._waiting = 0
        self._closed = False
        # One entry for each query that may run now: a worker that is idle, or none yet.
        self._places: asyncio.Queue[Worker | None] = asyncio.Queue()
        for _ in range(limits.workers):
            self._places.put_nowait(None)

    @classmethod
    async def start(cls, directory: Path, limits: Limits | None = None) -> Self:
        """Load the release in a directory. Raises Misuse or Fault when that cannot be done."""
        workers = cls(directory, limits or Limits())
        await workers._awake()
        return workers

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End all workers and the zygote, and wait until they have. Who still waits is told."""
        self._closed = True
        if self._zygote is not None:
            self._zygote.abandon()
        async with self._starting:
            if self._zygote is not None:
                await self._zygote.close()
        for _ in range(self._places.qsize()):
            if worker := self._places.get_nowait():
                worker.drop()
            self._places.put_nowait(None)

    async def ask(self, request: Request) -> Reply:
        """The whole answer to a query.

        Raises Misuse when it is none or has no answer in that format; Busy at once when enough
        wait, or when no worker gets free in time; Late, Died or Excess when it breaks a limit.
        """
        place = await self._turn()
        kept = None
        try:
            begun = time.monotonic()
            try:
                kept, answer = await self._tried(place, request)
            except Died:
                # One that was killed while it was idle looks alive for a moment longer. That is
                # not the fault of this query, which a new worker is given.
                if place is None or time.monotonic() - begun > MOMENT:
                    raise
                kept, answer = await self._tried(None, request)
        finally:
            self._places.put_nowait(kept)
        return wire.reply(*answer)

    async def _tried(
        self, place: Worker | None, request: Request
    ) -> tuple[Worker | None, tuple[wire.Header, bytes]]:
        """The answer of one worker, and that worker if it can answer another query."""
        worker = await self._ready(place)
        kept = None
        try:
            header, body = await self._exchange(worker, request)
            kept = None if header["spent"] else worker
            return kept, (header, body)
        finally:
            # Also when nobody waits any longer: this answer must not be given to the next.
            if kept is None:
                worker.drop()

    async def _turn(self) -> Worker | None:
        """A place to run in, once there is one and whoever came before has one."""
        if not self._waiting and not self._places.empty():
            return self._places.get_nowait()
        if self._places.empty() and self._waiting >= self._limits.waiting:
            raise Busy(self._limits.seconds)
        self._waiting += 1
        try:
            async with asyncio.timeout(self._limits.seconds):
                return await self._places.get()
        except TimeoutError:
            raise Busy(self._limits.seconds) from None
        finally:
            self._waiting -= 1

    async def _ready(self, worker: Worker | None) -> Worker:
        """The worker of a place, or a new one where there is none or it has died meanwhile."""
        if worker is not None:
            if worker.is_idle():
                return worker
            worker.drop()
        for _ in range(2):  # The zygote may have died meanwhile too; a new one has not.
            try:
                zygote = await self._awake()
            except Fault as fault:
                raise Died from fault  # It is not the fault of the query, as a Misuse would be.
            if (new := await zygote.fork()) is not None:
                return new
        raise Died

    async def _awake(self) -> Zygote:
        """The zygote, started again if it has died. Whoever comes meanwhile waits for it."""
        async with self._starting:
            if self._closed:
                raise Died
            if self._zygote is None or self._zygote.has_died():
                self._zygote = Zygote(self._directory, self._limits)
            await self._zygote.load()
            return self._zygote

    async def _exchange(self, worker: Worker, request: Request) -> tuple[wire.Header, bytes]:
        limits = self._limits
        worker.line.send(wire.packed(wire.header(request, limits)))
        try:
            return await worker.line.heard(limits.seconds)
        except TimeoutError:
            raise Late(limits.seconds) from None
        except OSError:
            raise Died from None
