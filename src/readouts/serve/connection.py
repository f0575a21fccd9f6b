"""A connection that does not wait for ever: for a header, for a body, or for a reader.

Uvicorn alone keeps half a header open until the client goes. Here a request must have arrived, and
an answer must be taken, at a pace that a person's connection has.
"""

from __future__ import annotations

import asyncio
import time
from http import HTTPStatus
from typing import Any

from readouts.serve import log, octets
from readouts.serve.bucket import client
from readouts.serve.reading import Part, Reading
from readouts.serve.settings import Settings

# Octets of a header that may wait for the rest of it, of a request before it is answered, however
# it is cut in chunks, and octets a second that a client must take.
LONGEST_HEAD, LARGEST, PACE = 65_536, 524_288, 1024
LARGE = "The request is too large."
LONG = "The headers are too long."
CROWDED = "There are too many connections. Try again in a moment."
SLOW = "The request did not arrive in time."


class Connection(Reading):
    """A connection with deadlines."""

    config: Settings
    _limit: asyncio.TimerHandle | None = None
    _watch: asyncio.TimerHandle | None = None
    _awaited: Part | None = None
    _left = _count = 0
    _has_moved = _is_crowded = False
    _who = ""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for a header, unless there are too many who do."""
        super().connection_made(transport)
        rules, host = self.config.rules, self.client[0] if self.client else ""
        self._who = "" if host in rules.proxies else client(host)
        if self._who:
            self.config.held[self._who] += 1
        there = len(self.connections)
        is_greedy = self.config.held[self._who] > rules.share if self._who else False
        self._is_crowded = there > rules.connections or is_greedy
        if there > rules.connections + rules.share or self.config.held[self._who] > 2 * rules.share:
            transport.abort()
            return
        self._wait()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client, and tell the application that works for it."""
        for timer in (self._limit, self._watch):
            if timer:
                timer.cancel()
        self._limit = self._watch = None
        if self._who:
            self.config.held[self._who] -= 1
            if not self.config.held[self._who]:
                del self.config.held[self._who]
        self.pipeline.clear()
        self._end_cycle()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and wait for what is still missing."""
        if self._is_deaf or self.transport.is_closing():
            return
        if self._is_crowded:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, CROWDED)
            return
        self._count += len(data)
        if self._count > LARGEST and not (self._running and self._running.response_started):
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, LARGE)
            return
        self._unset_keepalive_if_required()
        self._parse(data)
        if self.transport.is_closing():
            return
        if self._part is Part.HEAD and self._count > LONGEST_HEAD and not self._is_working:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, LONG)
            return
        self._wait()

    def on_response_complete(self) -> None:
        """Wait for the next request as uvicorn does, but for the rest of this one no longer."""
        self._has_moved = True
        self._count = 0
        super().on_response_complete()
        if self._part or self._is_working:
            self._wait()

    def resume_writing(self) -> None:
        """The client has taken what was waiting."""
        self._has_moved = True
        super().resume_writing()

    def _reject(self, told: str) -> None:
        self._refuse(HTTPStatus.BAD_REQUEST, told)

    def _wait(self) -> None:
        """Give the client so many seconds for a header or for a body; else stop waiting."""
        awaited: Part | None = self._part or Part.HEAD
        if self._is_working:
            is_asked = self._part is Part.BODY and self._running is self.cycle
            awaited = Part.BODY if is_asked else None
        if awaited is self._awaited:
            return
        self._awaited = awaited
        if self._limit:
            self._limit.cancel()
            self._limit = None
        if awaited and not self.transport.is_closing():
            self._limit = self.loop.call_later(self.config.rules.patience, self._cut)

    def _cut(self) -> None:
        is_owed = self._part is Part.HEAD
        if self._part is Part.BODY and self._running:
            is_owed = not self._running.response_started
        if is_owed:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, SLOW)
        else:
            self._end_cycle()
            self.transport.close()

    def _end_cycle(self) -> None:
        """Tell the application that the client has gone, if it is at work for it."""
        if self._running and self._is_working:
            self._running.disconnected = True
            self._running.message_event.set()

    def _refuse(self, status: HTTPStatus, told: str) -> None:
        """Answer in place of the application, and close."""
        refused = status, len(told) + 1
        if self._running and self._is_working:
            if self._running.response_started:
                self._end_cycle()
                self.transport.abort()
                return
            self._running.scope.update({log.REFUSED: refused})  # type: ignore[misc]
        elif self.config.writer:
            self.config.writer.write(log.line(self._asked(), *refused, time.gmtime()))
        self._end_cycle()
        self.transport.write(octets.refusal(status, told, self.server_state.default_headers))
        self.transport.close()

    def _asked(self) -> dict[str, Any]:
        """As much of the request as is known."""
        head = {"raw_path": self.url, "headers": self.headers} if self._part else {"headers": []}
        known = {"method": "-", "query_string": b"", "http_version": "1.1", "client": self.client}
        return known | head

    def _look(self) -> None:
        """Whether the client takes what it asked for. One that does not is cut off."""
        period = self.config.rules.patience
        left = self.transport.get_write_buffer_size()
        if self._left and left and not self._has_moved and left > self._left - PACE * period:
            self.transport.abort()
            return
        self._left, self._has_moved = left, False
        self._watch = self.loop.call_later(period, self._look)
