"""A connection as far as it reads: which part of which request arrives, and what is no request.

Uvicorn's protocol on llhttp, with what the parser leaves to others: `framing`, one request answered
at a time however many were sent, and no protocol but HTTP.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Any

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from readouts.serve import framing, octets

# Requests that may wait behind one on a connection (RFC 9112 §9.3.2).
PIPELINED = 64
MALFORMED = "This is no HTTP request, or one that can be read in two ways."


class Part(Enum):
    """The part of a request that is still arriving."""

    HEAD = auto()
    BODY = auto()


class Reading(HttpToolsProtocol):
    """Reads requests and begins to answer them. What is none is for `_reject`."""

    # What arrives, and what is being answered: the first of those that came.
    _part: Part | None = None
    _running: RequestResponseCycle | None = None
    _is_deaf = _is_told = False
    _fault = ""

    def on_message_begin(self) -> None:
        """The first octet of a request is there."""
        if not self._is_told:
            self._part = Part.HEAD
            super().on_message_begin()
            self.scope["extensions"] = octets.OFFERED

    def on_url(self, url: bytes) -> None:
        """A part of the address."""
        if not self._is_told:
            self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """A header; what follows a body in chunks is none, whatever it is called."""
        if self._part is Part.HEAD:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Begin to answer. An exception is how the parser is told to stop."""
        if self._is_told:
            return
        version = self.parser.get_http_version()
        self._fault = framing.fault(version, self.url, self.headers) or ""
        if self._fault or len(self.pipeline) >= PIPELINED:
            raise ValueError(self._fault)
        self._part = Part.BODY
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole, unless the parser takes its body for another protocol."""
        if not self.parser.should_upgrade():
            self._part = None
            super().on_message_complete()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: Any) -> None:
        self._running = cycle
        super()._start_asgi_task(cycle, octets.answering(app, cycle))

    @property
    def _is_working(self) -> bool:
        return self._running is not None and not self._running.response_complete

    def _parse(self, data: bytes) -> None:
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as upgrade:
            # Nothing else is spoken here. What the parser takes for it is the body as usual.
            self.parser = httptools.HttpRequestParser(self)
            self.parser.set_dangerous_leniencies(lenient_data_after_close=True)
            self._is_told = True
            self.parser.feed_data(framing.framed(self.headers))
            self._is_told = False
            self._parse(data[upgrade.args[0] :])
        except httptools.HttpParserError:
            self._unread()

    def _unread(self) -> None:
        """Stop reading at what is no request. What was asked before it is answered first."""
        self._is_deaf = True
        if self._part is not Part.BODY and self._is_working:
            self.cycle.keep_alive = False
        elif self._part is Part.BODY and not self._is_working:
            self.transport.close()  # The request was answered before all of it was there.
        elif self._running is not self.cycle and self._is_working:
            self.transport.abort()
        else:
            self._reject(self._fault or MALFORMED)

    def _reject(self, told: str) -> None:
        """Say that what came is no request, and close."""
        raise NotImplementedError
