"""The SPARQL endpoint: read-only, for people and for programs (SPARQL 1.1 Protocol §2.1).

What is asked here was written by anyone, so it is never answered in this
process: see `asker`. Only whole answers come back, in the format that the
client takes of the kind that the answer turns out to be.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from pyoxigraph import NamedNode, QueryResultsFormat, RdfFormat, parse, parse_query_results
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from readouts.fault import Misuse
from readouts.render import answers
from readouts.render.answers import MEDIA
from readouts.render.asked import Asked, Sparql
from readouts.render.page import Pages
from readouts.render.service import Service
from readouts.serve import gate, negotiation, protocol, replies
from readouts.serve.asker import Asker
from readouts.serve.refusal import Refusal, accept
from readouts.serve.workers import Busy, Late, Reply, Unanswered
from readouts.store import Answer, Graph, wrapped

ABROAD = (
    "The query has the word SERVICE, and this server fetches nothing from elsewhere: what runs "
    "queries here has no way out, whatever its operator allows to stored ones. "
    "Ask the other endpoint yourself, or run the query where both may be asked."
)
CUT = "These are the first {:,} rows: there are more. Ask for them with LIMIT and OFFSET."
OFFERS = {"rows": replies.ROWS, "truth": replies.TRUTH, "graph": replies.GRAPH}
# The formats in which a page reads an answer before it shows it.
READ = {"rows": "json", "truth": "json", "graph": "nt"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a client is given of one kind of answer: a suffix, "html", or None for 406."""

    suffix: str | None
    media: str


class Endpoint:
    """Answers `/sparql`: a form for people, for programs answers and what may be asked."""

    def __init__(self, asker: Asker, pages: Pages, service: Service) -> None:
        self._asker = asker
        self._pages = pages
        self._service = service

    async def answer(self, request: Request) -> Response:
        """The answer to the query of a request."""
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=protocol.PREFLIGHT)
        given = await protocol.pairs(request)
        asked = protocol.asked(given)
        if not asked.query:
            return await self._described(request, asked, given)
        person, choices = _choices(accept(request), protocol.suffix(given))
        try:
            reply = await self._ask(asked, choices)
        except (Misuse, Refusal, Unanswered) as error:
            refusal = _refusal(error)
            if not person:
                raise refusal from None
            # The fault of a reader stands beside what was written.
            page = self._pages.sparql(asked, Asked(fault=refusal.message))
            return HTMLResponse(page, refusal.status, replies.NEGOTIATED | refusal.headers)
        return await self._written(asked, reply, choices[reply.kind])

    async def _described(self, request: Request, asked: Sparql, given: protocol.Pairs) -> Response:
        """What is said without a query: the page, or the description of the service (§2 there)."""
        media = negotiation.choose(accept(request), list(replies.GRAPH))
        if replies.prefers_page(request):
            page = self._pages.sparql(asked, Asked())
            return HTMLResponse(page, headers=replies.NEGOTIATED)
        # Whoever sends an empty query, or takes no RDF, did not ask for a description.
        silent = all(name != "query" for name, _ in given) and request.method != "POST"
        if media in (None, replies.HTML) or not silent:
            raise Refusal(HTTPStatus.BAD_REQUEST, protocol.NOTHING)
        _checked(asked)
        body = await run_in_threadpool(self._service.write, replies.GRAPH[media])
        return Response(body, media_type=media, headers=replies.NEGOTIATED)

    async def _ask(self, asked: Sparql, choices: Mapping[str, Choice]) -> Reply:
        # The size of a query bounds how long it takes to look for SERVICE in it.
        if told := gate.excess(asked.query):
            raise Refusal(HTTPStatus.BAD_REQUEST, told)
        if gate.fetches(asked.query):
            raise Refusal(HTTPStatus.BAD_REQUEST, ABROAD)
        _checked(asked)
        formats = {
            kind: READ[kind] if one.suffix in (None, "html") else str(one.suffix)
            for kind, one in choices.items()
        }
        return await self._asker.ask(asked, formats)

    async def _written(self, asked: Sparql, reply: Reply, choice: Choice) -> Response:
        if choice.suffix is None:
            raise replies.refused(OFFERS[reply.kind])
        headers = {**replies.NEGOTIATED, "Readouts-Complete": str(reply.complete).lower()}
        if choice.suffix == "html":
            page = await run_in_threadpool(self._page, asked, reply)
            return HTMLResponse(page, headers=headers)
        return Response(_told(reply), media_type=choice.media, headers=headers)

    def _page(self, asked: Sparql, reply: Reply) -> str:
        note = "" if reply.complete else CUT.format(reply.rows)
        return self._pages.sparql(asked, Asked(answer=_read(reply), note=note))


@lru_cache(maxsize=256)
def _choices(accepted: str | None, suffix: str | None) -> tuple[bool, Mapping[str, Choice]]:
    """Whether a client is a browser, and what it takes of each kind of answer.

    The kind is not known before the answer is there.
    A link asks by suffix; a word that is none (`format=turtle`) is left to Accept.
    """
    choices = {}
    for kind, offered in OFFERS.items():
        if suffix is not None and suffix in offered.values() and suffix in MEDIA:
            choices[kind] = Choice(suffix, MEDIA[suffix])
        else:
            media = negotiation.choose(accepted, list(offered))
            choices[kind] = Choice(offered[media] if media else None, media or "")
    return replies.prefers(accepted) == replies.HTML, choices


def _read(reply: Reply) -> Answer:
    """The answer again, from the format in which a page asks for it."""
    if reply.kind == "graph":
        return Graph([one.triple for one in parse(reply.body, format=RdfFormat.N_TRIPLES)])
    return wrapped(parse_query_results(reply.body, QueryResultsFormat.JSON))


def _told(reply: Reply) -> bytes:
    """The body; JSON results say in their head when they are not all."""
    if reply.complete or reply.suffix != "json":
        return reply.body
    return answers.noted(reply.body, CUT.format(reply.rows))


def _refusal(error: Misuse | Refusal | Unanswered) -> Refusal:
    """The status that says whose fault it is, and when to come again."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, Busy):
        again = {"Retry-After": f"{math.ceil(error.seconds)}"}
        return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, str(error), again)
    if isinstance(error, Late):
        return Refusal(HTTPStatus.GATEWAY_TIMEOUT, str(error))
    return Refusal(HTTPStatus.BAD_REQUEST, str(error))


def _checked(asked: Sparql) -> None:
    """The graphs of a dataset. A graph that is not here is empty; none is ever fetched (§2.1.4)."""
    chosen = {"default-graph-uri": asked.default_graphs, "named-graph-uri": asked.named_graphs}
    for name, values in chosen.items():
        try:
            for value in values:
                NamedNode(value)
        except ValueError as error:
            raise Refusal(HTTPStatus.BAD_REQUEST, f"{name} is no IRI: {error}.") from None
