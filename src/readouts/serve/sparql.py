"""The SPARQL endpoint: read-only, for people and for programs (SPARQL 1.1 Protocol §2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from http import HTTPStatus

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from readouts.fault import Misuse
from readouts.release import Release
from readouts.render.asked import Asked, Sparql
from readouts.render.page import Pages
from readouts.serve import gate, protocol, replies
from readouts.serve.guard import settled
from readouts.serve.refusal import Refusal
from readouts.store import Answer, Store

METHODS = ("GET", "HEAD", "POST", "OPTIONS")
# What a browser asks before it posts a query from a page elsewhere (Fetch §3.3).
PREFLIGHT = {
    "Allow": ", ".join(METHODS),
    "Access-Control-Allow-Methods": ", ".join(METHODS),
    "Access-Control-Allow-Headers": "Accept, Content-Type",
    "Access-Control-Max-Age": "86400",
}
ABROAD = (
    "The query has the word SERVICE, and this server fetches nothing from elsewhere. "
    "Ask the other endpoint yourself, or run the query where both may be asked."
)


class Endpoint:
    """Answers `/sparql`: a form for people, answers for programs."""

    def __init__(self, store: Store, release: Release, pages: Pages) -> None:
        self._store = store
        self._release = release
        self._pages = pages

    async def answer(self, request: Request) -> Response:
        """The answer to the query of a request; the engine works in the thread pool."""
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
        given = await protocol.pairs(request)
        return await run_in_threadpool(settled, self._answer, request, given)

    def _answer(self, request: Request, given: protocol.Pairs) -> Response:
        asked = protocol.asked(given)
        person = replies.prefers_page(request)
        if not asked.query and not person:
            raise Refusal(HTTPStatus.BAD_REQUEST, protocol.NOTHING)
        if not asked.query:
            return self._page(asked, Asked())
        try:
            answer = self._ask(asked)
        except (Misuse, Refusal) as error:
            if not person:
                raise
            # The fault of a reader stands beside what was written.
            return self._page(asked, Asked(fault=str(error)))
        if suffix := _suffix(given, answer):
            return replies.written(answer, suffix, self._release)
        page = partial(self._page, asked, Asked(answer=answer))
        return replies.reply(request, answer, self._release, page)

    def _page(self, sparql: Sparql, asked: Asked) -> Response:
        status = HTTPStatus.BAD_REQUEST if asked.fault else HTTPStatus.OK
        return HTMLResponse(self._pages.sparql(sparql, asked), status, replies.NEGOTIATED)

    def _ask(self, asked: Sparql) -> Answer:
        if gate.fetches(asked.query):
            raise Refusal(HTTPStatus.BAD_REQUEST, ABROAD)
        default = _graphs("default-graph-uri", asked.default_graphs)
        named = _graphs("named-graph-uri", asked.named_graphs)
        return self._store.query(asked.query, default or None, named or None)


def _suffix(given: protocol.Pairs, answer: Answer) -> str | None:
    """The format that a link asks for; a word that is none (`format=turtle`) is left to Accept."""
    suffix = protocol.suffix(given)
    return suffix if suffix in replies.offers(answer).values() and suffix != "html" else None


def _graphs(name: str, values: Sequence[str]) -> list[NamedNode]:
    """The graphs of a dataset. A graph that is not here is empty; none is ever fetched (§2.1.4)."""
    try:
        return [NamedNode(value) for value in values]
    except ValueError as error:
        raise Refusal(HTTPStatus.BAD_REQUEST, f"{name} is no IRI: {error}.") from None
