"""The access log, in the combined format of web servers.

Lines are written by a thread of their own, so neither a full disk nor a pipe that nobody reads
keeps an answer waiting. Lines that cannot be written are lost.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from readouts.fault import Misuse

# Lines that may wait, and seconds that they are given at the end.
WAITING, ENDING = 10_000, 1
STDOUT = "-"
# The key of a scope under which a connection leaves the status and the octets of its own answer.
REFUSED = "readouts.refused"
VISIBLE = range(0x20, 0x7F)


class Writer:
    """Writes lines to a file, as a context. The file is made again when it is moved or deleted."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._lines: queue.Queue[bytes | None] = queue.Queue(WAITING)
        self._file = 1 if path == STDOUT else _opened(path)
        self._has_failed = False
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(queue.Full):
            self._lines.put(None, timeout=ENDING)
        self._thread.join(ENDING)

    def write(self, line: str) -> None:
        """Have a line written, unless too many wait."""
        with suppress(queue.Full):
            self._lines.put_nowait(f"{line}\n".encode())

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                self._renew()
                os.write(self._file, line)
                self._has_failed = False
            except OSError as error:
                if not self._has_failed:
                    told = f"The access log cannot be written: {error.strerror}.\n"
                    sys.stderr.write(told)
                self._has_failed = True
        if self._path != STDOUT:
            os.close(self._file)

    def _renew(self) -> None:
        if self._path == STDOUT:
            return
        with suppress(FileNotFoundError):
            if os.path.samestat(Path(self._path).stat(), os.fstat(self._file)):
                return
        new = _open(self._path)
        os.close(self._file)
        self._file = new


class Log:
    """Writes one line for each answer."""

    def __init__(self, app: ASGIApp, writer: Writer) -> None:
        self._app = app
        self._writer = writer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status, size = 0, 0

        async def noted(message: Message) -> None:
            nonlocal status, size
            status = message.get("status", status)
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            sent = 0 if scope["method"] == "HEAD" else size
            status, sent = scope.get(REFUSED, (status, sent))
            self._writer.write(line(scope, status, sent, time.gmtime()))


def line(scope: Scope, status: int, size: int, when: time.struct_time) -> str:
    """What is said of a request. What the client wrote is escaped, so it cannot make a line."""
    headers = dict(scope["headers"])
    path: bytes = scope.get("raw_path") or b""
    query = b"?" + scope["query_string"] if scope["query_string"] else b""
    host = scope["client"][0] if scope.get("client") else "-"
    asked = f"{scope['method']} ".encode() + path + query
    return (
        f"{_plain(host.encode(), b' ')} - - [{time.strftime('%d/%b/%Y:%H:%M:%S +0000', when)}] "
        f'"{_plain(asked)} HTTP/{scope["http_version"]}" {status or "-"} {size} '
        f'"{_plain(headers.get(b"referer", b"-"))}" "{_plain(headers.get(b"user-agent", b"-"))}"'
    )


def _plain(octets: bytes, also: bytes = b"") -> str:
    r"""Visible ASCII as it is, anything else as \xhh, and so quotation mark and backslash."""
    hidden = b'"\\' + also
    return "".join(
        chr(one) if one in VISIBLE and one not in hidden else f"\\x{one:02x}" for one in octets
    )


def _open(path: str) -> int:
    # Without waiting: a pipe that nobody reads is an error like a disk that is full.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NONBLOCK
    return os.open(path, flags, 0o640)


def _opened(path: str) -> int:
    try:
        return _open(path)
    except OSError as error:
        raise Misuse(f"The access log {path} cannot be opened: {error.strerror}.") from None
