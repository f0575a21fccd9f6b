"""What every answer has, whoever makes it, and what happens when one cannot be made."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from traceback import clear_frames
from typing import ParamSpec

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Given = ParamSpec("Given")
LOG = logging.getLogger(__name__)
SORRY = "The server failed. The failure is in its log; nothing was wrong with what you asked.\n"
HEADERS = {
    "Access-Control-Allow-Origin": "*",
    # What a page elsewhere may read besides the few headers that it always may (Fetch §3.3.3).
    "Access-Control-Expose-Headers": (
        "Content-Range, ETag, Link, Readouts-Complete, Readouts-Total, Retry-After"
    ),
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src 'self'; "
        "connect-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# As they are sent: every answer passes here, and looking for names one by one takes its time.
RAW = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
POLICY = b"content-security-policy"
NAMES = frozenset(name for name, _ in RAW)


def dressed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Headers with those that every answer has, which stand last. A policy of its own stands."""
    given = list(headers)
    own = next((pair for pair in given if pair[0] == POLICY), None)
    others = [pair for pair in given if pair[0] not in NAMES]
    return others + [own if own and pair[0] == POLICY else pair for pair in RAW]


def settled(work: Callable[Given, Response], *args: Given.args, **kwargs: Given.kwargs) -> Response:
    """What some work gives. If it fails, nothing that it held outlives its thread.

    An answer of the engine must be dropped by the thread that asked (PyO3 `unsendable`), and the
    traceback of an exception keeps every variable of the frames that it passed.
    """
    try:
        return work(*args, **kwargs)
    except Exception as error:
        held: BaseException | None = error
        while held is not None:
            clear_frames(held.__traceback__)
            held = held.__context__
        raise


def within(endpoint: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """An endpoint that the framework runs in its thread pool, settled."""
    return lambda request: settled(endpoint, request)


class Guard:
    """Adds the headers, and turns an exception into a sentence; the traceback goes to the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def guarded(message: Message) -> None:
            nonlocal started
            started = True
            if message["type"] == "http.response.start":
                message = {**message, "headers": dressed(message["headers"])}
            await send(message)

        try:
            await self._app(scope, receive, guarded)
        except ClientDisconnect:
            LOG.debug("%s %r: the client has gone", scope["method"], scope["path"])
        except Exception:
            LOG.exception("%s %r failed", scope["method"], scope["path"])
            if started:
                raise
            await PlainTextResponse(SORRY, 500)(scope, receive, guarded)
