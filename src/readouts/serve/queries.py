"""Stored queries over HTTP: a list, a page with a form, and the answer in any format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from readouts import query
from readouts.fault import Misuse
from readouts.query import Stored
from readouts.query.paging import BOUNDS, Window, window
from readouts.release import Release
from readouts.render import catalogue
from readouts.render.asked import Asked
from readouts.render.page import Pages
from readouts.render.phrases import ENGLISH
from readouts.serve import gate, replies
from readouts.serve.abroad import Abroad
from readouts.serve.paging import Paged, paged
from readouts.serve.refusal import Refusal, shown
from readouts.store import Store

LIST = {"application/json": "json", replies.HTML: "html"}
# Where the queries themselves are described, in RDF: with the endpoint that takes them.
DESCRIBED = "../sparql"


class Queries:
    """Answers `/queries/NAME`, by Accept, and `/queries/NAME.SUFFIX`."""

    def __init__(
        self,
        queries: Mapping[str, Stored],
        store: Store,
        release: Release,
        pages: Pages,
        abroad: Abroad | None = None,
    ) -> None:
        self._queries = queries
        self._store = store
        self._release = release
        self._pages = pages
        self._abroad = abroad or Abroad()
        self._list = catalogue.write(queries, self._abroad.allows)

    def list(self, request: Request) -> Response:
        """The stored queries: a page for browsers, JSON for programs."""
        if replies.chosen(request, LIST) == replies.HTML:
            return HTMLResponse(self._pages.queries(), headers=replies.NEGOTIATED)
        return Response(self._list, media_type="application/json", headers=replies.NEGOTIATED)

    def data(self, _: Request) -> Response:
        """The stored queries as JSON, whatever the client prefers."""
        return Response(self._list, media_type="application/json")

    def answer(self, request: Request) -> Response:
        """The answer to a stored query, its page, or its text."""
        stored, suffix = self._named(request.path_params["name"])
        if suffix == catalogue.TEXT:
            return Response(stored.text, media_type="application/sparql-query; charset=utf-8")
        person = suffix == "html" or (suffix is None and replies.prefers_page(request))
        bare = suffix is None and not request.query_params
        if bare and stored.form == "SELECT" and replies.wants_rdf(request):
            # Rows are no graph: whoever asks for one at the IRI of the query is told about it.
            return RedirectResponse(DESCRIBED, HTTPStatus.SEE_OTHER, replies.NEGOTIATED)
        closed = self._closed(stored)
        if closed and not person:
            raise Refusal(HTTPStatus.BAD_REQUEST, closed)
        if closed:
            # The page is there all the same: it tells what is asked, and how to ask it.
            asked = Asked(dict(request.query_params), fault=closed)
            return HTMLResponse(self._pages.query(stored, asked), headers=replies.NEGOTIATED)
        try:
            values, part = given(request, stored)
            values = self._spoken(stored, values)
            answer = self._ask(stored, values, part)
        except (Misuse, Refusal) as error:
            if not person:
                raise
            # The fault of a reader stands beside the form that it was made in.
            values = dict(request.query_params)
            return self._page(stored, Asked(values, fault=str(error)))
        written = self._written(request, stored, suffix, values, answer)
        response = answer.told(written, DESCRIBED)
        if stored.federated:
            # What another endpoint says may be something else tomorrow.
            response.headers["Cache-Control"] = "no-store"
        return response

    def _written(
        self,
        request: Request,
        stored: Stored,
        suffix: str | None,
        values: Mapping[str, str],
        paged: Paged,
    ) -> Response:
        answer = paged.answer
        if suffix not in (None, "html"):
            return replies.written(answer, suffix, self._release)
        asked = Asked(values, answer, "", paged.note, paged.links, paged.sparql)
        page = partial(self._page, stored, asked)
        return page() if suffix else replies.reply(request, answer, self._release, page)

    def _spoken(self, stored: Stored, values: Mapping[str, str]) -> dict[str, str]:
        """The values, with labels in the language of the pages where the reader does not say."""
        takes = any(one.name == "lang" for one in stored.parameters)
        own = {"lang": self._pages.language} if takes and self._pages.language != ENGLISH else {}
        return {**own, **values}

    def _page(self, stored: Stored, asked: Asked) -> Response:
        status = HTTPStatus.BAD_REQUEST if asked.fault else HTTPStatus.OK
        return HTMLResponse(self._pages.query(stored, asked), status, replies.NEGOTIATED)

    def _closed(self, stored: Stored) -> str:
        """Why a query is not answered here, in plain words; empty where it is."""
        reaches = stored.federated or gate.fetches(stored.text)
        if not reaches or (stored.federated and self._abroad.allows(stored.endpoint)):
            return ""
        return (
            f"{stored.name} asks other endpoints, and this server fetches nothing. "
            f"Run it yourself: readouts query {stored.name}."
        )

    def _ask(self, stored: Stored, values: Mapping[str, str], part: Window) -> Paged:
        own = {name: value for name, value in values.items() if name not in BOUNDS}
        sparql = query.bound(stored, own, self._store, self._release.base)
        answer = query.asked(stored, sparql, self._store, self._abroad)
        return replace(paged(answer, part, values), sparql=sparql)

    def _named(self, name: str) -> tuple[Stored, str | None]:
        """The query that a name asks for, and the suffix. Raises Refusal (404)."""
        if name in self._queries:
            return self._queries[name], None
        stem, _, suffix = name.rpartition(".")
        if stem not in self._queries:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                f"There is no stored query named {shown(name)}. "
                f"There are: {', '.join(self._queries)}.",
            )
        stored = self._queries[stem]
        suffixes = (*catalogue.suffixes(stored), "html", catalogue.TEXT)
        if suffix not in suffixes:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                f"{stem} has no form named .{shown(suffix)}. "
                f"It has: {', '.join(f'.{one}' for one in suffixes)}.",
            )
        return stored, suffix


def given(request: Request, stored: Stored) -> tuple[dict[str, str], Window]:
    """The values of the parameters, and the part asked for. An empty value is none: forms send all.

    Raises Misuse when a parameter is unknown or given twice, or the part is none.
    """
    values: dict[str, str] = {}
    known = [parameter.name for parameter in stored.parameters]
    if stored.form == "SELECT":
        known += BOUNDS
    for name, value in request.query_params.multi_items():
        if name not in known:
            there = ", ".join(known) or "none"
            raise Misuse(f"{stored.name} has no parameter {shown(name)}. It has: {there}.")
        if name in values and (value or name in BOUNDS):
            raise Misuse(f"The parameter {name} is given twice. Give it once.")
        if value or name in BOUNDS:
            values[name] = value
    return values, window(values)
