"""What goes between the server and its workers: a header in JSON, and then bytes.

The server orders workers from the zygote and sends each its end of a socket;
from then on it talks to the worker alone.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from readouts.fault import Misuse

PREFIX = struct.Struct(">IQ")
# No header is longer than a posted query, escaped as JSON, and its graphs.
LONGEST_HEADER = 1 << 24
# Octets that are read at once. Nobody sends a message before the last one is answered.
PIECE = 1 << 16
# An order to the zygote: to fork, or to kill, the worker of a number.
ORDER = struct.Struct(">cI")
FORK, KILL = b"f", b"k"
Header = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query may take: seconds, octets of memory, rows and octets of its answer.

    `workers` queries are answered at once, and `waiting` more may wait.
    """

    seconds: float = 10.0
    memory: int = 1_500_000_000
    workers: int = 2
    waiting: int = 16
    max_rows: int = 100_000
    max_bytes: int = 50_000_000


@dataclass(frozen=True, slots=True)
class Request:
    """A query, its dataset (IRIs of graphs), and the suffix of the format for each kind of answer.

    `formats` has the keys "rows", "truth" and "graph".
    """

    query: str
    formats: Mapping[str, str]
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer: "rows", "truth" or "graph", and its bytes in the format of the suffix.

    Where there are more rows than may be given, `complete` is false and the first `rows` are here.
    """

    kind: str
    suffix: str
    body: bytes
    rows: int | None
    complete: bool


class Unanswered(Exception):
    """There is no answer to a query, and the query may be right."""


class Busy(Unanswered):
    """All workers are busy, and enough queries wait. Ask again after `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The server is busy with other queries. Try again in {seconds:g} s.")
        self.seconds = seconds


class Late(Unanswered):
    """The query took more than `seconds` and was ended."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The query took longer than {seconds:g} s and was ended. Ask for less.")
        self.seconds = seconds


class Died(Unanswered):
    """The query ended the worker that it ran in: it was nested too deeply or wanted too much."""

    def __init__(self) -> None:
        super().__init__(
            "The query could not be carried out: the process that ran it has ended. "
            "It may be nested too deeply, or need too much memory; if not, ask again."
        )


class Excess(Unanswered):
    """The answer is too large, or finding it takes too much memory: `code` is size or memory."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Garbled(ConnectionError):
    """The other side has gone, or sent what is no message."""


def packed(header: Mapping[str, object], body: bytes = b"") -> bytes:
    """A message."""
    head = json.dumps(header).encode()
    return PREFIX.pack(len(head), len(body)) + head + body


def header(request: Request, limits: Limits) -> Header:
    """What a worker is told of a request."""
    return {
        "query": request.query,
        "formats": dict(request.formats),
        "default_graphs": request.default_graphs,
        "named_graphs": request.named_graphs,
        "max_rows": limits.max_rows,
        "max_bytes": limits.max_bytes,
    }


def reply(header: Header, body: bytes) -> Reply:
    """What a worker answered. Raises Misuse or Excess where it says why it did not."""
    if "error" not in header:
        complete = header["complete"]
        rows = None if complete else header["rows"]
        return Reply(header["kind"], header["suffix"], body, rows, complete)
    if header["code"] == "query":
        raise Misuse(header["error"])
    raise Excess(header["code"], header["error"])


def opened(message: bytearray) -> tuple[Header, bytes]:
    """The header and the body of a message that is there whole."""
    head, body = PREFIX.unpack_from(message)
    with memoryview(message) as view:
        start = PREFIX.size + head
        return json.loads(bytes(view[PREFIX.size : start])), bytes(view[start : start + body])


def receive(connection: socket.socket) -> tuple[Header, bytes]:
    """The next message, for a process that has nothing else to do. Raises Garbled at the end."""
    message = bytearray(connection.recv(PIECE))
    if not message:
        raise Garbled("The connection was closed.")
    if len(message) < PREFIX.size:
        message += _exactly(connection, PREFIX.size - len(message))
    missing = PREFIX.size + sum(PREFIX.unpack_from(message)) - len(message)
    return opened(message + _exactly(connection, missing) if missing else message)


def _exactly(connection: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        if not (count := connection.recv_into(view)):
            raise Garbled("The connection was closed.")
        view = view[count:]
    return data


async def received(connection: socket.socket, most: int) -> tuple[Header, bytes]:
    """The next message with at most so many octets of a body. Raises Garbled."""
    head, body = PREFIX.unpack(await _all(connection, PREFIX.size))
    if head > LONGEST_HEADER or body > most:
        raise Garbled(f"A message of {head} and {body} octets was announced.")
    header = json.loads(await _all(connection, head))
    return header, bytes(await _all(connection, body))


async def _all(connection: socket.socket, size: int) -> bytearray:
    loop = asyncio.get_running_loop()
    data = bytearray(size)
    view = memoryview(data)
    while view:
        if not (count := await loop.sock_recv_into(connection, view)):
            raise Garbled("The connection was closed.")
        view = view[count:]
    return data
