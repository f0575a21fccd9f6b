"""The socket, and the process that answers on it until it is told to stop."""

from __future__ import annotations

import errno
import signal
import socket
import sys
from contextlib import ExitStack, suppress
from pathlib import Path
from types import FrameType

import uvicorn
from starlette.types import ASGIApp

from readouts import query, release
from readouts.fault import Misuse
from readouts.serve.abroad import Abroad
from readouts.serve.application import application
from readouts.serve.asker import Direct, Pool
from readouts.serve.connection import Connection
from readouts.serve.edge import Edge
from readouts.serve.log import Log, Writer
from readouts.serve.rules import Rules
from readouts.serve.settings import Settings
from readouts.serve.workers import Limits
from readouts.store import Embedded, Store

DEFAULT = Rules()


class Server(uvicorn.Server):
    """Says where it is once it answers. From then on it takes signals itself."""

    def __init__(self, config: uvicorn.Config, address: str) -> None:
        super().__init__(config)
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        await super().startup(sockets=sockets)
        sys.stderr.write(f"Readouts is served at {self._address}\n")
        sys.stderr.flush()


def run(
    directory: Path,
    store: Store,
    queries: Path,
    host: str,
    port: int,
    rules: Rules = DEFAULT,
) -> None:
    """Serve a release until SIGINT or SIGTERM. Port 0 is any free one. Raises Fault or Misuse.

    `store` answers the queries: the release itself, or an endpoint that holds it.
    """
    made = release.read(directory)
    # A remote store has limits of its own, and runs the query elsewhere.
    is_here = isinstance(store, Embedded)
    asker = Pool(directory, Limits(seconds=rules.seconds)) if is_here else Direct(store, made)
    app: ASGIApp = application(
        made, store, query.load(queries), query.load(queries / "pages"), asker, Abroad(rules)
    )
    app = Edge(app, rules.rate)
    with ExitStack() as stack:
        writer = stack.enter_context(Writer(rules.log)) if rules.log else None
        if writer:
            app = Log(app, writer)
        listener = stack.enter_context(bound(host, port))
        stack.enter_context(suppress(KeyboardInterrupt))
        before = signal.signal(signal.SIGTERM, _stop)
        try:
            settings = Settings(app, rules, Connection, writer)
            Server(settings, address(host, listener)).run(sockets=[listener])
        finally:
            signal.signal(signal.SIGTERM, before)


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens on a host and port. Raises Misuse when it cannot be had."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, where = found[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise Misuse(f"{host} is no address of this machine: {error.strerror}.") from None
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen()
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            told = "is in use. Choose another with --port, or 0 for any free one."
        else:
            told = f"cannot be had: {error.strerror}."
        raise Misuse(f"Port {port} of {host} {told}") from None
    return listener


def address(host: str, listener: socket.socket) -> str:
    """The address of the home page, with the port that was given."""
    port = listener.getsockname()[1]
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def _stop(_: int, __: FrameType | None) -> None:
    """SIGTERM ends the server as Ctrl-C does."""
    raise KeyboardInterrupt
