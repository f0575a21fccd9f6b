"""A connection that does not wait for ever: for a header, for a body, or for a reader.

Uvicorn alone keeps half a header open until the client goes. Here a request must have arrived, and
an answer must be taken, at a pace that a person's connection has.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from http import HTTPStatus
from typing import Any, cast

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from readouts.serve.bucket import client
from readouts.serve.rules import Rules

# Octets of a header that may wait for the rest of it, of a request before it is answered, however
# it is cut in chunks, and octets a second that a client must take.
LONGEST_HEAD, LARGEST, PACE = 65_536, 524_288, 1024
LARGE = "The request is too large."
CROWDED = "There are too many connections. Try again in a moment."
SLOW = "The request did not arrive in time."


class Settings(uvicorn.Config):
    """The settings of a server, and the connections that each client has."""

    def __init__(self, app: ASGIApp, rules: Rules) -> None:
        super().__init__(
            cast("Any", app),
            http=Connection,
            h11_max_incomplete_event_size=LONGEST_HEAD,
            lifespan="on",
            ws="none",
            log_level="warning",
            access_log=False,
            server_header=False,
            # X-Forwarded-For is believed of those alone whom the operator names.
            proxy_headers=bool(rules.proxies),
            forwarded_allow_ips=list(rules.proxies),
            # Whoever waits for a place and whoever is answered: each has that long.
            timeout_graceful_shutdown=int(2 * rules.seconds) + 1,
        )
        self.rules = rules
        self.held: Counter[str] = Counter()


class Connection(H11Protocol):
    """A connection with deadlines."""

    config: Settings
    _limit: asyncio.TimerHandle | None = None
    _watch: asyncio.TimerHandle | None = None
    _awaited: object = None
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
        self._wait_for(h11.IDLE)
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        for timer in (self._limit, self._watch):
            if timer:
                timer.cancel()
        self._limit = self._watch = None
        if self._who:
            self.config.held[self._who] -= 1
            if not self.config.held[self._who]:
                del self.config.held[self._who]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and wait for what is still missing."""
        if self.transport.is_closing():
            return
        if self._is_crowded:
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, CROWDED)
            return
        self._count += len(data)
        if self._count > LARGEST and not (self.cycle and self.cycle.response_started):
            self._end_cycle()
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, LARGE)
            return
        super().data_received(data)
        self._wait_for(self.conn.their_state)

    def on_response_complete(self) -> None:
        """Wait for the next request as uvicorn does, but for the rest of this one no longer."""
        self._has_moved = True
        self._count = 0
        super().on_response_complete()
        if self.conn.their_state is not h11.IDLE:
            self._wait_for(self.conn.their_state)

    def resume_writing(self) -> None:
        """The client has taken what was waiting."""
        self._has_moved = True
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP. Where an answer has begun already there is nothing to say."""
        if self._end_cycle() and self.cycle.response_started:
            self.transport.abort()
        elif self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            super().send_400_response(msg)
        else:
            self.transport.close()

    def _unsupported_upgrade_warning(self) -> None:
        """Nothing: whoever asks for a WebSocket is answered as usual, and fills no log."""

    def _wait_for(self, state: object) -> None:
        """Give the client so many seconds for a header or for a body; else stop waiting."""
        awaited = state if state in (h11.IDLE, h11.SEND_BODY) else None
        if awaited is self._awaited:
            return
        self._awaited = awaited
        if self._limit:
            self._limit.cancel()
            self._limit = None
        if awaited and not self.transport.is_closing():
            self._limit = self.loop.call_later(self.config.rules.patience, self._cut)

    def _cut(self) -> None:
        has_begun = self._awaited is h11.SEND_BODY or bool(self.conn.trailing_data[0])
        if self._end_cycle():
            has_begun = not self.cycle.response_started
        if has_begun and self.conn.our_state is not h11.DONE:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, SLOW)
        else:
            self.transport.close()

    def _end_cycle(self) -> bool:
        """Tell the application that the client has gone, if it is at work for it."""
        is_working = self.cycle is not None and not self.cycle.response_complete
        if is_working:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        return is_working

    def _refuse(self, status: HTTPStatus, told: str) -> None:
        again = "Retry-After: 1\r\n" if status == HTTPStatus.SERVICE_UNAVAILABLE else ""
        self.transport.write(
            f"HTTP/1.1 {status} {status.phrase}\r\nContent-Type: text/plain; charset=utf-8\r\n"
            f"Content-Length: {len(told) + 1}\r\n{again}Connection: close\r\n\r\n{told}\n".encode()
        )
        self.transport.close()

    def _look(self) -> None:
        """Whether the client takes what it asked for. One that does not is cut off."""
        period = self.config.rules.patience
        left = self.transport.get_write_buffer_size()
        if self._left and left and not self._has_moved and left > self._left - PACE * period:
            self.transport.abort()
            return
        self._left, self._has_moved = left, False
        self._watch = self.loop.call_later(period, self._look)
