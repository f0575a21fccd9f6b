"""A line to one worker: a question goes out, an answer comes back, one after another."""

from __future__ import annotations

import asyncio
from typing import Any

from readouts.serve import wire


class Line(asyncio.Protocol):
    """The connection to a worker, which says whenever a whole message of it is there.

    No message may have a body of more than `most` octets; one that has ends the line.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._arrived = bytearray()
        self._size = 0
        self._message: asyncio.Future[tuple[wire.Header, bytes]] | None = None
        self._transport: asyncio.Transport | None = None
        self._lost = False

    def connection_made(self, transport: Any) -> None:
        """The line is there."""
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """A part of a message."""
        self._arrived += data
        if not self._size and len(self._arrived) >= wire.PREFIX.size:
            head, body = wire.PREFIX.unpack_from(self._arrived)
            if head > wire.LONGEST_HEADER or body > self._most:
                self.close()
            self._size = wire.PREFIX.size + head + body
        if self._size and len(self._arrived) >= self._size and self._message:
            message, self._message = self._message, None
            if not message.done():
                message.set_result(wire.opened(self._arrived))
            self._arrived, self._size = bytearray(), 0

    def connection_lost(self, _: Exception | None) -> None:
        """The other end has gone."""
        self._lost = True
        self._fail(wire.Garbled("The connection was closed."))

    def send(self, message: bytes) -> None:
        """Send a question."""
        assert self._transport is not None  # whoever has the line waited until it was there
        self._transport.write(message)

    async def heard(self, seconds: float) -> tuple[wire.Header, bytes]:
        """The next message. Raises TimeoutError when that takes longer, Garbled at the end."""
        if self._lost:
            raise wire.Garbled("The connection was closed.")
        loop = asyncio.get_running_loop()
        message: asyncio.Future[tuple[wire.Header, bytes]] = loop.create_future()
        self._message = message
        # A timer costs a fifth of `asyncio.timeout`.
        limit = loop.call_later(seconds, self._fail, TimeoutError())
        try:
            self.data_received(b"")  # It may be there already.
            return await message
        finally:
            limit.cancel()

    def _fail(self, why: Exception) -> None:
        if self._message and not self._message.done():
            self._message.set_exception(why)

    def close(self) -> None:
        """End the line at once."""
        if self._transport is not None:
            self._transport.abort()
