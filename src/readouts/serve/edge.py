"""What is refused before the application sees it: too long, too large, too often."""

from __future__ import annotations

import math
import re
from http import HTTPStatus

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from readouts.render.phrases import first
from readouts.serve import gate, guard
from readouts.serve.bucket import Buckets, client
from readouts.serve.protocol import FORM
from readouts.serve.refusal import Refusal

# Octets of an address, of all headers, and of a body: the longest query, and some names of graphs.
LONGEST_ADDRESS, LONGEST_HEADERS, LONGEST_BODY = 16_384, 32_768, gate.LONGEST + 16_384
# An octet of a form, escaped.
ESCAPED = re.compile(rb"%[0-9A-Fa-f]{2}")
SIGNS = 4  # of each header: a colon, a space and the end of the line
# Seconds' worth of queries that may come at once, and how much cheaper anything else is.
BURST, CHEAPER = 20, 100
# A batch of names is dearer than a document: a client may send a tenth as many.
BATCHES = 10
SPARQL, RECONCILE = "sparql", "/reconcile"


class Edge:
    """Checks the measures of a request, and how many its client has sent."""

    def __init__(self, app: ASGIApp, rate: float) -> None:
        self._app = app
        self._queries = Buckets(rate * BURST, rate) if rate else None
        self._batches = Buckets(rate * BURST * BATCHES, rate * BATCHES) if rate else None
        self._others = Buckets(rate * BURST * CHEAPER, rate * CHEAPER) if rate else None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif refusal := _measured(scope) or self._counted(scope):
            headers = {**refusal.headers, "Cache-Control": "no-store", **guard.HEADERS}
            answer = PlainTextResponse(f"{refusal.message}\n", refusal.status, headers)
            await answer(scope, receive, send)
        elif scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)  # Nobody reads a body of those.
        else:
            is_form = Headers(scope=scope).get("content-type", "").lower().startswith(FORM)
            await self._app(scope, _bounded(receive, is_form=is_form), send)

    def _counted(self, scope: Scope) -> Refusal | None:
        if self._queries is None or self._batches is None or self._others is None:
            return None
        if scope["path"] == RECONCILE:
            buckets = self._batches
        else:
            buckets = self._queries if _asks(scope) else self._others
        host = scope["client"][0] if scope.get("client") else ""
        if not (wait := buckets.take(client(host))):
            return None
        seconds = math.ceil(wait)
        message = f"You have sent too many requests. Try again in {seconds} s."
        return Refusal(HTTPStatus.TOO_MANY_REQUESTS, message, {"Retry-After": f"{seconds}"})


def _asks(scope: Scope) -> bool:
    """Whether a worker may have to answer: any parameter counts, for names can be escaped."""
    has_any = scope["method"] == "POST" or bool(scope["query_string"])
    return has_any and scope["method"] != "OPTIONS" and first(scope["path"]) == SPARQL


def _measured(scope: Scope) -> Refusal | None:
    """Why a request is too large, or None."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
        return Refusal(
            HTTPStatus.REQUEST_URI_TOO_LONG,
            f"The address is longer than {LONGEST_ADDRESS:,} octets. A long query can be posted.",
        )
    if sum([len(name) + len(value) + SIGNS for name, value in scope["headers"]]) > LONGEST_HEADERS:
        return Refusal(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            f"The headers are longer than {LONGEST_HEADERS:,} octets. Send shorter ones.",
        )
    return None


def _bounded(receive: Receive, *, is_form: bool) -> Receive:
    """The body of a request, up to the limit. Beyond it whoever reads gets a Refusal.

    What is escaped in a form counts as what it stands for.
    """
    count = 0

    async def received() -> Message:
        nonlocal count
        message = await receive()
        body = message.get("body", b"")
        count += len(body) - (2 * len(ESCAPED.findall(body)) if is_form else 0)
        if count > LONGEST_BODY:
            told = f"What was sent is longer than {LONGEST_BODY:,} octets. Send less at once."
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, told)
        return message

    return received
