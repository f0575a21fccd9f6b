"""The zygote and its workers as the web process sees them: a child process, and sockets."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from readouts.fault import Fault, Misuse
from readouts.serve import wire
from readouts.serve.line import Line
from readouts.serve.wire import Limits

# Seconds in which a release must be loaded, a worker be there, and everything have ended.
LOADING, FORKING, ENDING = 60, 5, 2


class Zygote:
    """The zygote as this process sees it: a child, and a socket for orders. See `zygote`."""

    def __init__(self, directory: Path, limits: Limits) -> None:
        self._limits = limits
        self._numbers = itertools.count()
        self._loaded = False
        self._orders, theirs = socket.socketpair()
        self._orders.settimeout(0)
        given = f"{theirs.fileno()}", str(directory), f"{limits.seconds}", f"{limits.memory}"
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 # nothing of a query is in it
                [sys.executable, "-P", "-m", "readouts.serve.zygote", *given],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                # Modules are found where they are here; no secret of the environment goes along.
                env={"PYTHONPATH": os.pathsep.join(one or os.curdir for one in sys.path)},
                start_new_session=True,  # Ctrl-C is for the server, which then ends this.
            )

    async def load(self) -> None:
        """Wait until the release is loaded. Raises Misuse or Fault when it cannot be."""
        if self._loaded:
            return
        try:
            async with asyncio.timeout(LOADING):
                header, _ = await wire.received(self._orders, 0)
            if header["fault"]:
                raise (Misuse if header["code"] == Misuse.code else Fault)(header["fault"])
            self._loaded = True
        except OSError as error:
            raise Fault(f"The process for queries did not start: {error}") from None
        finally:
            if not self._loaded:
                self._end()

    async def fork(self) -> Worker | None:
        """A new worker, or None if the zygote can give none and was ended for that."""
        ours, theirs = socket.socketpair()
        ours.settimeout(0)
        line = Line(self._limits.max_bytes)
        worker = Worker(self, next(self._numbers), ours, line)
        try:
            with theirs:
                loop = asyncio.get_running_loop()
                await loop.create_unix_connection(lambda: line, sock=ours)
                order = wire.ORDER.pack(wire.FORK, worker.number)
                socket.send_fds(self._orders, [order], [theirs.fileno()])
            await line.heard(FORKING)
        except OSError:
            worker.drop()
            self._end()
            return None
        except BaseException:
            worker.drop()
            raise
        return worker

    def kill(self, number: int) -> None:
        """Have a worker ended. If there is no zygote to do it, the workers ended with it."""
        with suppress(OSError):
            self._orders.send(wire.ORDER.pack(wire.KILL, number))

    def has_died(self) -> bool:
        """Whether the process has ended, by whomever."""
        if self._process.poll() is None:
            return False
        self._orders.close()
        return True

    def abandon(self) -> None:
        """End the process if it is still loading; who waits for it sees that."""
        if not self._loaded:
            self._process.kill()

    async def close(self) -> None:
        """End the process and its workers."""
        try:
            with suppress(OSError, subprocess.TimeoutExpired):
                self._orders.shutdown(socket.SHUT_RDWR)
                await asyncio.to_thread(self._process.wait, ENDING)
        finally:
            self._end()

    def _end(self) -> None:
        self._orders.close()
        self._process.kill()
        self._process.wait()


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker: who forked it, its number there, the connection to it, and the line on that."""

    zygote: Zygote
    number: int
    connection: socket.socket
    line: Line

    def is_idle(self) -> bool:
        """Whether it is there and has nothing to say."""
        try:
            self.connection.recv(1, socket.MSG_PEEK)
        except OSError as error:
            return isinstance(error, BlockingIOError) and not self.zygote.has_died()
        return False

    def drop(self) -> None:
        """End the worker, whatever it does."""
        self.line.close()
        self.zygote.kill(self.number)
