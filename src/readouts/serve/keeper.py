"""What HTTP has beyond the answer itself: caches, conditions, compression, OPTIONS.

The release does not change while it is served. So an answer that says nothing
else is made once and kept, with its headers, and given to whoever asks for the
same: the same address, and the same Accept and Accept-Language where the answer varies by them.
An answer that depends on more than its address must say so in `Vary`.
"""

from __future__ import annotations

from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from readouts.render.phrases import first
from readouts.serve import codings, guard, ready, validators
from readouts.serve.capture import Capture
from readouts.serve.guard import Guard
from readouts.serve.ready import GOOD, READING, Asked, Ready
from readouts.serve.shelf import Shelf

# Freshness (RFC 9111 §4.2). A release may be made again under the same addresses, so nothing is
# fresh for long. Files are taken away whole, and one of them is never of two releases.
BRIEF = "public, max-age=300, must-revalidate"
LONG = "public, max-age=3600, must-revalidate"
# What anyone may ask has endless addresses, which would fill the caches of others.
NEVER = "no-store"
CHOOSING = {"accept", "accept-language"}
LIFETIMES = {
    **dict.fromkeys(("sparql", "search", "search.json", "health"), NEVER),
    **dict.fromkeys(("dumps", "static"), LONG),
}
# What says itself what can be done with it, for it can be posted to.
TELLING = ("/sparql", "/reconcile")
FRESH = (*GOOD, HTTPStatus.SEE_OTHER)
# Those that have no body, and say nothing of its length (RFC 9110 §8.6).
EMPTY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)
# The length of the address and of the headers that choose, beyond which nothing is kept.
LONGEST = 2000
# Around the body of an answer: its headers, its key, and what holds them.
AROUND = 3000
OPTIONS = {
    "Allow": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match, If-Range, Range",
    "Access-Control-Max-Age": "86400",
    "Cache-Control": NEVER,
    **guard.HEADERS,
}


class Keeper:
    """Gives answers that are ready, and makes those of the application ready."""

    def __init__(self, app: ASGIApp, release: str, shelf: Shelf[Ready] | None = None) -> None:
        self._app = app
        self._guarded = Guard(self._answer)
        self._release = release
        self._shelf = Shelf[Ready]() if shelf is None else shelf

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = ready.read(scope)
        answer = self._find(asked) if asked.keeps else None
        if answer is None:
            await self._guarded(scope, receive, send)
        else:
            await answer.give(asked, scope, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = ready.read(scope)
        if asked.method == "OPTIONS" and scope["path"] not in TELLING:
            await self._options(scope, receive, send)
            return
        answer = await self._made(asked, scope, receive, send)
        if answer is not None:
            if asked.keeps:
                self._keep(asked, answer)
            await answer.give(asked, scope, send)

    async def _made(self, asked: Asked, scope: Scope, receive: Receive, send: Send) -> Ready | None:
        """The answer of the application; None when it is too large to wait for and was sent."""

        async def begun(status: int, headers: MutableHeaders) -> bool:
            _dress(scope, status, headers)
            return await Ready(status, tuple(headers.raw)).begin(asked, send)

        capture = Capture(begun, send)
        # HEAD has the headers of GET (RFC 9110 §9.3.2), so it is answered as GET without the body.
        method = "GET" if asked.method == "HEAD" else asked.method
        await self._app({**scope, "method": method}, receive, capture)
        if capture.passed:
            return None
        _dress(scope, capture.status, capture.headers)
        return await self._tagged(asked, capture)

    async def _tagged(self, asked: Asked, capture: Capture) -> Ready:
        """The answer with its tag, compressed where the client takes it and it helps."""
        status, headers, body = capture.status, capture.headers, capture.body
        media = headers.get("content-type", "")
        good = status == HTTPStatus.OK
        if good and "etag" not in headers and NEVER not in headers["cache-control"]:
            headers["ETag"] = validators.tag(self._release, media, body)
        if good and asked.zips and codings.compressible(media) and len(body) >= codings.SMALLEST:
            body = await run_in_threadpool(codings.compressed, body)
            headers["Content-Encoding"] = codings.GZIP
            headers["Content-Length"] = str(len(body))
            if "etag" in headers:
                headers["ETag"] = validators.coded(headers["etag"], codings.GZIP)
            # Parts are given of the bytes as they are.
            del headers["Accept-Ranges"]
        if status not in EMPTY:
            headers.setdefault("Content-Length", str(len(body)))
        return Ready(status, tuple(guard.dressed(headers.raw)), body)

    async def _options(self, scope: Scope, receive: Receive, send: Send) -> None:
        """What can be done with a resource, if there is one (RFC 9110 §9.3.7, Fetch §3.3.2)."""

        async def unheard(_: Message) -> None: ...

        async def unread(_: int, __: MutableHeaders) -> bool:
            return True

        asked, capture = ready.read(scope), Capture(unread, unheard)
        if scope["path"] != "*" and self._find(asked) is None:
            await self._app({**scope, "method": "GET"}, receive, capture)
        answer = Ready(HTTPStatus.NO_CONTENT, tuple(MutableHeaders(OPTIONS).raw))
        if capture.status == HTTPStatus.NOT_FOUND:
            _dress(scope, capture.status, capture.headers)
            answer = Ready(capture.status, tuple(capture.headers.raw), capture.body)
        await answer.give(asked, scope, send)

    def _find(self, asked: Asked) -> Ready | None:
        answer = self._shelf.get(asked.key)
        if answer is not None and not answer.status:
            return self._shelf.get(asked.full_key)
        return answer

    def _keep(self, asked: Asked, answer: Ready) -> None:
        headers = Headers(raw=list(answer.headers))
        if answer.status not in FRESH or NEVER in headers["cache-control"]:
            return
        names = {one.strip().lower() for one in headers.get("vary", "").split(",") if one}
        if names - {*CHOOSING, "accept-encoding"}:
            return
        if sum(map(len, (asked.path, asked.query, asked.accept, asked.language))) > LONGEST:
            return
        size = len(answer.body) + AROUND
        if names & CHOOSING:
            self._shelf.put(asked.key, Ready(0), AROUND)
            self._shelf.put(asked.full_key, answer, size)
        else:
            self._shelf.put(asked.key, answer, size)


def _dress(scope: Scope, status: int, headers: MutableHeaders) -> None:
    """How long others may keep the answer, and that it may come compressed."""
    folder = first(scope["path"])
    lasts = status in FRESH and scope["method"] in READING
    headers.setdefault("Cache-Control", LIFETIMES.get(folder, BRIEF) if lasts else NEVER)
    if status in GOOD and codings.compressible(headers.get("content-type", "")):
        headers.add_vary_header("Accept-Encoding")
