"""What is asked for, as far as it chooses between answers that are ready; and such an answer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import NamedTuple

from starlette.types import Scope, Send

from readouts.serve import codings, guard, octets, validators

READING = ("GET", "HEAD")
GOOD = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
# Those that 304 has too, and no others (RFC 9110 §15.4.5).
LASTING = {b"etag", b"vary", b"cache-control"} | guard.NAMES


class Asked(NamedTuple):
    """The headers of a request that decide here, and the address as it was written."""

    path: bytes
    query: bytes
    method: str
    accept: bytes
    language: bytes
    zips: bool
    condition: str | None
    ranged: bool

    @property
    def keeps(self) -> bool:
        """Whether the answer may be one that is kept."""
        return self.method in READING and not self.ranged

    @property
    def key(self) -> tuple[bytes, bytes, bool]:
        """What answers are kept under."""
        return self.path, self.query, self.zips

    @property
    def full_key(self) -> tuple[bytes, bytes, bool, bytes, bytes]:
        """What answers are kept under that others at the same address differ from."""
        return (*self.key, self.accept, self.language)


@dataclass(frozen=True)
class Ready:
    """A whole answer. One without a status stands for several, of which the client chooses."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""

    @cached_property
    def head(self) -> bytes:
        """The headers as they are sent."""
        return octets.joined(self.headers)

    async def begin(self, asked: Asked, send: Send) -> bool:
        """Send the status and the headers, of 304 if the client has it; whether no body follows."""
        same = asked.condition is not None and self._known(asked)
        kept = [pair for pair in self.headers if pair[0] in LASTING] if same else self.headers
        status = HTTPStatus.NOT_MODIFIED if same else self.status
        await send({"type": "http.response.start", "status": status, "headers": list(kept)})
        return same or asked.method == "HEAD"

    async def give(self, asked: Asked, scope: Scope, send: Send) -> None:
        """Send all of it, or what the client needs of it; at once where the server offers that."""
        if asked.condition is None and octets.WHOLE in scope.get("extensions", ()):
            body = b"" if asked.method == "HEAD" else self.body
            told = {"type": octets.WHOLE, "status": self.status, "head": self.head, "body": body}
            await send(told)
        else:
            silent = await self.begin(asked, send)
            await send({"type": "http.response.body", "body": b"" if silent else self.body})

    def _known(self, asked: Asked) -> bool:
        tag = next((value.decode() for name, value in self.headers if name == b"etag"), None)
        if tag is None or self.status not in GOOD or asked.method not in READING:
            return False
        return validators.known(asked.condition, tag)


def read(scope: Scope) -> Asked:
    """What a request asks. Several lines of a header are one list (RFC 9110 §5.3)."""
    told: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        told[name] = told[name] + b", " + value if name in told else value
    condition = told.get(b"if-none-match")
    return Asked(
        scope.get("raw_path") or scope["path"].encode(),
        scope["query_string"],
        scope["method"],
        told.get(b"accept", b""),
        told.get(b"accept-language", b""),
        codings.takes_gzip(told.get(b"accept-encoding", b"").decode("latin-1")),
        None if condition is None else condition.decode("latin-1"),
        b"range" in told,
    )
