"""What is asked of a SPARQL endpoint: the query operation of the SPARQL 1.1 Protocol (§2.1)."""

from __future__ import annotations

import re
from contextlib import suppress
from http import HTTPStatus

from starlette.requests import Request

from readouts.render.asked import Sparql
from readouts.serve.refusal import Refusal, shown

FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
METHODS = ("GET", "HEAD", "POST", "OPTIONS")
# What a browser asks before it posts from a page elsewhere (Fetch §3.3).
PREFLIGHT = {
    "Allow": ", ".join(METHODS),
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}
READ_ONLY = "This endpoint is read-only: it answers queries and takes no updates."
NOTHING = "There is no query. Send one as the parameter query, as in /sparql?query=ASK{}"
# A query that is posted, in octets.
LARGEST = 1 << 20
ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")
Pairs = list[tuple[str, str]]


async def pairs(request: Request) -> Pairs:
    """The parameters of the operation, wherever they are sent (§2.1.1–2.1.3). Raises Refusal."""
    address = parameters(request.scope["query_string"])
    if request.method != "POST":
        return address
    media, _, others = request.headers.get("content-type", "").lower().partition(";")
    media = media.strip()
    if media == UPDATE:
        raise Refusal(HTTPStatus.FORBIDDEN, READ_ONLY)
    if media not in (FORM, QUERY):
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"A query is posted as {QUERY} or {FORM}, not as {shown(media) or 'nothing'}.",
            {"Accept-Post": f"{QUERY}, {FORM}"},
        )
    text = _decoded(await _body(request), others)
    if media == QUERY:
        return [*address, ("query", text)]
    # The protocol has all of them in the body (§2.1.2); its test suite has graphs in the address.
    return [*address, *parameters(text.encode())]


def parameters(form: bytes) -> Pairs:
    """The names and values of a form or of an address (URL Standard §5.1)."""
    pairs = (part.replace(b"+", b" ").partition(b"=") for part in form.split(b"&") if part)
    return [(_unescaped(name), _unescaped(value)) for name, _, value in pairs]


def _unescaped(text: bytes) -> str:
    """Text with its escapes resolved: each of the few that there are at once, not one by one.

    The percent sign comes last, so that it begins no other escape.
    """
    for one in sorted({*ESCAPE.findall(text)}, key=b"%25".__eq__):
        text = text.replace(one, bytes.fromhex(one[1:].decode()))
    return text.decode(errors="replace")


async def _body(request: Request) -> bytes:
    """The body of a request. Raises Refusal (413) before more than the limit is held."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            message = f"The query is longer than {LARGEST:,} octets. Send a shorter one."
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, message)
    return bytes(body)


def _decoded(body: bytes, parameters: str) -> str:
    charset = parameters.partition("charset=")[2].strip('" ') or "utf-8"
    with suppress(UnicodeDecodeError):
        if charset in ("utf-8", "utf8", "us-ascii"):
            return body.decode()
    message = "The query is not in UTF-8. Send it in UTF-8 (SPARQL 1.1 Query Language §19.1)."
    raise Refusal(HTTPStatus.BAD_REQUEST, message)


def asked(given: Pairs) -> Sparql:
    """The query, empty if there is none, and its graphs. Raises Refusal on several or an update."""
    if any(name == "update" for name, _ in given):
        raise Refusal(HTTPStatus.FORBIDDEN, READ_ONLY)
    queries = [value for name, value in given if name == "query"]
    if len(queries) > 1:
        message = f"There are {len(queries)} parameters named query. Send one."
        raise Refusal(HTTPStatus.BAD_REQUEST, message)
    return Sparql(
        queries[0].strip() if queries else "",
        [value for name, value in given if name == "default-graph-uri"],
        [value for name, value in given if name == "named-graph-uri"],
    )


def suffix(given: Pairs) -> str | None:
    """The format that a link asks for."""
    return next((value for name, value in given if name == "format"), None)
