"""What HTTP has beyond the answer itself: caches, conditions, compression, OPTIONS.

The release does not change while it is served. So an answer that says nothing
else is made once and kept, with its headers, and given to whoever asks for the
same: the same address, and the same Accept header where the answer varies by it.
An answer that depends on more than that must say so in `Vary`.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from readouts.serve import codings, validators
from readouts.serve.capture import Capture
from readouts.serve.shelf import Shelf

# Freshness (RFC 9111 §4.2). A release may be made again under the same addresses, so nothing is
# fresh for long; files are fetched whole, and a mix of two releases does not arise within one.
BRIEF = "public, max-age=300, must-revalidate"
LONG = "public, max-age=3600, must-revalidate"
# What anyone may ask has endless addresses, which would fill the caches of others.
NEVER = "no-store"
LIFETIMES = {"sparql": NEVER, "health": NEVER, "dumps": LONG, "static": LONG}
FRESH = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.SEE_OTHER)
# Those that 304 has too, and no others (RFC 9110 §15.4.5).
LASTING = (b"etag", b"vary", b"cache-control")
READING = ("GET", "HEAD")
# The length of the address and of the Accept header, beyond which nothing is kept.
LONGEST = 2000
# Around the body of an answer: its headers, its key, and what holds them.
AROUND = 1500
OPTIONS = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, If-Range, Range",
    "Access-Control-Max-Age": "86400",
}


@dataclass(frozen=True, slots=True)
class Ready:
    """A whole answer. One without a status stands for several, of which Accept chooses."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...] = ()
    body: bytes = b""


class Keeper:
    """Gives answers that are ready, and makes those of the application ready."""

    def __init__(self, app: ASGIApp, release: str, shelf: Shelf[Ready] | None = None) -> None:
        self._app = app
        self._release = release
        self._shelf = Shelf[Ready]() if shelf is None else shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS" and scope["path"] != "/sparql":
            await self._options(scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        keeps = scope["method"] in READING and "range" not in headers
        ready = self._find(scope) if keeps else None
        if ready is None:

            async def begun(status: int, told: MutableHeaders) -> bool:
                self._dress(scope, status, told)
                return await _begin(scope, Ready(status, tuple(told.raw)), send)

            capture = Capture(begun, send)
            await self._app(_as_get(scope), receive, capture)
            if capture.passed:
                return
            ready = await self._made(scope, capture)
            if keeps:
                self._keep(scope, ready)
        silent = await _begin(scope, ready, send)
        await send({"type": "http.response.body", "body": b"" if silent else ready.body})

    async def _options(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What can be done with a resource, if there is one (RFC 9110 §9.3.7, Fetch §3.3)."""

        async def unheard(_: Message) -> None: ...

        async def unread(_: int, __: MutableHeaders) -> bool:
            return True

        capture = Capture(unread, unheard)
        if scope["path"] != "*" and self._find(scope) is None:
            await self._app({**scope, "method": "GET"}, receive, capture)
        status, told, body = HTTPStatus.NO_CONTENT, MutableHeaders(OPTIONS), b""
        if capture.status == HTTPStatus.NOT_FOUND:
            status, told, body = HTTPStatus.NOT_FOUND, capture.headers, capture.body
        told["Cache-Control"] = NEVER
        await _begin(scope, Ready(status, tuple(told.raw)), send)
        await send({"type": "http.response.body", "body": body})

    async def _made(self, scope: Scope, capture: Capture) -> Ready:
        """The answer with all its headers, compressed where the client takes it and it helps."""
        headers, body = capture.headers, capture.body
        self._dress(scope, capture.status, headers)
        if capture.status != HTTPStatus.OK:
            return Ready(capture.status, tuple(headers.raw), body)
        media = headers.get("content-type", "")
        if "etag" not in headers and headers["cache-control"] != NEVER:
            headers["ETag"] = validators.tag(self._release, media, body)
        if _zips(scope) and codings.compressible(media) and len(body) >= codings.SMALLEST:
            body = await run_in_threadpool(codings.compressed, body)
            headers["Content-Encoding"] = codings.GZIP
            headers["Content-Length"] = str(len(body))
            if "etag" in headers:
                headers["ETag"] = f'{headers["etag"][:-1]}-{codings.GZIP}"'
            # Parts are given of the bytes as they are.
            del headers["Accept-Ranges"]
        return Ready(capture.status, tuple(headers.raw), body)

    def _dress(self, scope: Scope, status: int, headers: MutableHeaders) -> None:
        """How long the answer may be kept by others, and what else it depends on."""
        first = scope["path"].split("/")[1] if "/" in scope["path"] else ""
        fresh = LIFETIMES.get(first, BRIEF) if status in FRESH else NEVER
        headers.setdefault("Cache-Control", fresh if scope["method"] in READING else NEVER)
        partly = status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
        if partly and codings.compressible(headers.get("content-type", "")):
            headers.add_vary_header("Accept-Encoding")

    def _find(self, scope: Scope) -> Ready | None:
        ready = self._shelf.get(_key(scope))
        if ready is not None and not ready.status:
            return self._shelf.get((*_key(scope), _accept(scope)))
        return ready

    def _keep(self, scope: Scope, ready: Ready) -> None:
        headers = Headers(raw=list(ready.headers))
        if ready.status not in FRESH or NEVER in headers["cache-control"]:
            return
        names = {one.strip().lower() for one in headers.get("vary", "").split(",") if one}
        key = _key(scope)
        size = len(ready.body) + AROUND
        if names - {"accept", "accept-encoding"} or sum(map(len, key[:2])) > LONGEST:
            return
        if "accept" not in names:
            self._shelf.put(key, ready, size)
        elif len(_accept(scope)) <= LONGEST:
            self._shelf.put(key, Ready(0), AROUND)
            self._shelf.put((*key, _accept(scope)), ready, size)


def _key(scope: Scope) -> tuple[bytes, bytes, bool]:
    """The address as it was written, and whether the answer is to be compressed."""
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    return path, scope["query_string"], _zips(scope)


def _accept(scope: Scope) -> bytes:
    return b", ".join(value for name, value in scope["headers"] if name == b"accept")


def _zips(scope: Scope) -> bool:
    return codings.takes_gzip(", ".join(Headers(scope=scope).getlist("accept-encoding")))


def _as_get(scope: Scope) -> Scope:
    """HEAD has the headers of GET (RFC 9110 §9.3.2), so it is answered as GET without the body."""
    return {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope


async def _begin(scope: Scope, ready: Ready, send: Send) -> bool:
    """Send the status and the headers; whether no body follows."""
    headers = Headers(raw=list(ready.headers))
    condition = ", ".join(Headers(scope=scope).getlist("if-none-match")) or None
    good = ready.status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
    tag = headers.get("etag")
    same = scope["method"] in READING and good and tag and validators.known(condition, tag)
    lasting = [pair for pair in ready.headers if pair[0] in LASTING]
    await send(
        {
            "type": "http.response.start",
            "status": HTTPStatus.NOT_MODIFIED if same else ready.status,
            "headers": lasting if same else list(ready.headers),
        }
    )
    return bool(same) or scope["method"] == "HEAD"
