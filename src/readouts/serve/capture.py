"""An answer of the application, caught before it leaves."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import Message, Send

# Longer bodies go on in pieces as they come, neither kept nor compressed.
LARGEST = 8 << 20
Begun = Callable[[int, MutableHeaders], Awaitable[bool]]


class Capture:
    """Takes what the application sends, until it is whole.

    A part of a file, or a body too large to hold, is passed on instead: `begun` sends the status
    and the headers, and says whether no body follows.
    """

    def __init__(self, begun: Begun, send: Send) -> None:
        self._begun = begun
        self._send = send
        self._silent = False
        self._pieces: list[bytes] = []
        self.passed = False
        self.status = 0
        self.headers = MutableHeaders()

    @property
    def body(self) -> bytes:
        """All of it."""
        return b"".join(self._pieces)

    async def __call__(self, message: Message) -> None:
        """Take one message of the application."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = MutableHeaders(raw=list(message["headers"]))
            length = int(self.headers.get("content-length", "0"))
            self.passed = length > LARGEST or self.status == HTTPStatus.PARTIAL_CONTENT
            if self.passed:
                self._silent = await self._begun(self.status, self.headers)
        elif not self.passed:
            self._pieces.append(message.get("body", b""))
        elif not self._silent:
            await self._send(message)
        elif not message.get("more_body", False):
            await self._send({**message, "body": b""})
