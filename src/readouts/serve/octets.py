"""Answers as the octets that leave: those that are ready, and those of the connection itself.

Whoever has a whole answer ready may hand it over at once where the server offers that (ASGI
extensions). Its headers were checked and joined when it was made, and not for every client again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from readouts.serve import guard

Pairs = Iterable[tuple[bytes, bytes]]
# The message: `status`, `head` (from `joined`), and `body`, which is empty for HEAD and for 304.
WHOLE = "readouts.response.whole"
OFFERED: dict[str, dict[object, object]] = {WHOLE: {}}
# What ends a line, or means something to a terminal (RFC 9110 §5.5).
CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


def joined(headers: Pairs) -> bytes:
    """The lines of headers. Raises ValueError where one would make another line."""
    return b"".join([_line(name, value) for name, value in headers])


@lru_cache(maxsize=1024)
def _line(name: bytes, value: bytes) -> bytes:
    """A line; most are the same in most answers."""
    if CONTROL.search(name) or CONTROL.search(value):
        raise ValueError(f"The header {name!r} has a control character: {value!r}")
    return name + b": " + value + b"\r\n"


def refusal(status: HTTPStatus, told: str, headers: Pairs) -> bytes:
    """An answer after which the connection is closed, with the headers that every answer has."""
    body = f"{told}\n".encode()
    own = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        own.append((b"retry-after", b"1"))
    return STATUS_LINE[status] + joined([*headers, *own, *guard.RAW]) + b"\r\n" + body


def answering(app: ASGIApp, cycle: RequestResponseCycle) -> Any:
    """The application, whose answers to one request may be whole."""

    async def answered(scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Message) -> None:
            if message["type"] == WHOLE:
                await _give(cycle, message)
            else:
                await send(message)

        await app(scope, receive, sent)

    return answered


async def _give(cycle: RequestResponseCycle, message: Message) -> None:
    """Write a whole answer, as the cycle does it with one in parts."""
    if cycle.flow.write_paused and not cycle.disconnected:
        await cycle.flow.drain()
    if cycle.disconnected:
        return
    cycle.response_started = cycle.response_complete = True
    lines = [STATUS_LINE[message["status"]]]
    for name, value in cycle.default_headers:
        lines += (name, b": ", value, b"\r\n")
    lines += (message["head"], b"\r\n" if cycle.keep_alive else b"connection: close\r\n\r\n")
    cycle.transport.write(b"".join([*lines, message["body"]]))
    cycle.message_event.set()
    if not cycle.keep_alive:
        cycle.transport.close()
    cycle.on_response()
