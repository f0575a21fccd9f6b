"""The reconciliation service over HTTP: W3C Reconciliation Service API 0.2.

`/reconcile` gives the manifest, and answers what is sent as `queries` or `extend`, in the address
or as a form. Beneath it are `suggest`, `flyout`, `properties`, `preview` and `view`. Everything
that is JSON is given as JSONP to whoever names a `callback` (§3.3).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from functools import cached_property
from html import escape
from http import HTTPStatus
from urllib.parse import parse_qs, quote, unquote

from pyoxigraph import NamedNode
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from readouts import reconcile
from readouts.fault import Misuse
from readouts.reconcile import Reconciler, TooMany
from readouts.release import Release
from readouts.render.document import Documents
from readouts.render.page import Pages
from readouts.serve.guard import HEADERS, settled, within
from readouts.serve.protocol import FORM, METHODS, PREFLIGHT
from readouts.serve.refusal import Refusal, shown
from readouts.store import Store

JSON, SCRIPT = "application/json", "text/javascript; charset=utf-8"
# What anyone may ask has endless addresses, and a manifest names the host that it was asked of.
FLEETING = {"Cache-Control": "no-store"}
KINDS = ("entity", "type", "property")
# A preview is made for a frame on a page elsewhere.
POLICY = "Content-Security-Policy"
FRAMED = {POLICY: HEADERS[POLICY].replace("frame-ancestors 'none'", "frame-ancestors *")}
# A function of a page, perhaps of an object: `jQuery.fn_1`. No other script can be written so.
CALLBACK = re.compile(r"[A-Za-z_$][\w$]*(\.[A-Za-z_$][\w$]*)*", re.ASCII)
LONGEST_CALLBACK, LONGEST_PREFIX = 100, 200
NUMBER = re.compile(r"[0-9]{1,6}")
ASKED = ("queries", "extend")
Given = Mapping[str, str]


class Reconciliation:
    """Answers `/reconcile` and what is beneath it."""

    def __init__(self, release: Release, store: Store, documents: Documents, pages: Pages) -> None:
        self._release = release
        self._store = store
        self._documents = documents
        self._pages = pages
        # A batch takes up to a quarter of a second of a processor: one after the other, so that
        # documents do not wait for many.
        self._turn = asyncio.Lock()

    def routes(self) -> list[Route]:
        """Where each part answers."""
        return [
            Route("/reconcile", self.answer, methods=METHODS),
            Route("/reconcile/suggest/{kind}", within(self.suggest)),
            Route("/reconcile/flyout/{kind}", within(self.flyout)),
            Route("/reconcile/properties", within(self.properties)),
            Route("/reconcile/preview", within(self.preview)),
            Route("/reconcile/view", within(self.view)),
        ]

    async def answer(self, request: Request) -> Response:
        """The manifest, candidates, or values of properties."""
        if request.method == "OPTIONS":
            return Response(status_code=HTTPStatus.NO_CONTENT, headers=PREFLIGHT)
        given: Given = request.query_params
        if request.method == "POST":
            given = {**given, **await _form(request)}
        async with self._turn:
            return await run_in_threadpool(settled, self._answer, request, given)

    def suggest(self, request: Request) -> Response:
        """Things, types or properties whose names begin as what was typed."""
        kind, given = _kind(request), request.query_params
        prefix = given.get("prefix", "")
        if len(prefix) > LONGEST_PREFIX:
            raise Misuse(f"prefix is longer than {LONGEST_PREFIX} characters. Send a shorter one.")
        found = self._service.suggest(kind, prefix, _number(given, "cursor"))
        return _written(found, given)

    def flyout(self, request: Request) -> Response:
        """A few words of HTML about a thing, type or property."""
        kind, key = _kind(request), request.query_params.get("id", "")
        entry = self._service.entry(kind, key)
        if entry is None:
            raise _missing(kind, key)
        html = f"<p><strong>{escape(entry.name)}</strong></p><p>{escape(entry.description)}</p>"
        return _written({"id": key, "html": html}, request.query_params)

    def properties(self, request: Request) -> Response:
        """The properties of a type."""
        given = request.query_params
        found = self._service.propose(given.get("type", ""), _number(given, "limit"))
        if found is None:
            raise _missing("type", given.get("type", ""))
        return _written(found, given)

    def preview(self, request: Request) -> Response:
        """A thing in a few lines, for a frame."""
        node = self._thing(request)
        entry = self._service.entry("entity", self._service.facts.key(node))
        page = self._pages.preview(node, entry.description if entry else "")
        return HTMLResponse(page, headers=FRAMED)

    def view(self, request: Request) -> Response:
        """The way to the page of a thing: an identifier with a slash is escaped by clients."""
        path = quote(unquote(self._documents.path(self._thing(request)) or ""))
        return RedirectResponse(f"../{path}.html", HTTPStatus.SEE_OTHER)

    @cached_property
    def _service(self) -> Reconciler:
        """Read when it is first asked for: who only serves documents does not wait for it."""
        return Reconciler(self._release, self._store, self._pages.site.short)

    def _answer(self, request: Request, given: Given) -> Response:
        asked = [name for name in ASKED if given.get(name)]
        if len(asked) > 1:
            raise Misuse("queries and extend are two questions. Send one of them.")
        if not asked and request.method == "POST":
            raise Misuse("There is no question. Post a form with queries, or with extend.")
        try:
            if asked == ["queries"]:
                return _written(self._service.answer(reconcile.queries(given["queries"])), given)
            if asked == ["extend"]:
                return _written(self._service.extend(reconcile.extension(given["extend"])), given)
        except TooMany as error:
            raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, str(error)) from None
        address = str(request.base_url.replace(path=request.url.path.rstrip("/")))
        return _written(self._service.manifest(address.rstrip("/")), given)

    def _thing(self, request: Request) -> NamedNode:
        key = request.query_params.get("id", "")
        if node := self._service.things.get(key):
            return node
        raise _missing("entity", key)


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form. Raises Refusal when it is none, or comes twice."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media != FORM:
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Queries are posted as {FORM}, not as {shown(media) or 'nothing'}.",
            {"Accept-Post": FORM},
        )
    try:
        body = await request.body()
    except Refusal as error:
        told = f"{error.message} A batch has at most {reconcile.LARGEST} queries."
        raise Refusal(error.status, told) from None
    try:
        # Each field is a pair of an address, escaped as UTF-8 (WHATWG URL §5.1).
        fields = parse_qs(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=100
        )
    except UnicodeDecodeError:
        raise Misuse("The form is not in UTF-8. Send it in UTF-8.") from None
    except ValueError:
        raise Misuse("The form has more than 100 fields. Send queries or extend alone.") from None
    if twice := [name for name, values in fields.items() if name in ASKED and len(values) > 1]:
        raise Misuse(f"{twice[0]} is given twice. Send it once.")
    return {name: values[0] for name, values in fields.items()}


def _written(found: object, given: Given | QueryParams) -> Response:
    """An answer as JSON, or as a call of the function that the client names."""
    callback = given.get("callback", "")
    if not callback:
        return Response(json.dumps(found, ensure_ascii=False), media_type=JSON, headers=FLEETING)
    if len(callback) > LONGEST_CALLBACK or not CALLBACK.fullmatch(callback):
        raise Misuse(f"callback is {shown(callback)}. It must be the name of a function.")
    # Nothing but ASCII: two line ends of Unicode were none in the scripts of old browsers.
    return Response(f"/**/{callback}({json.dumps(found)});", media_type=SCRIPT, headers=FLEETING)


def _kind(request: Request) -> str:
    kind: str = request.path_params["kind"]
    if kind in KINDS:
        return kind
    told = f"There is no such service: {shown(kind)}. There are: {', '.join(KINDS)}."
    raise Refusal(HTTPStatus.NOT_FOUND, told)


def _number(given: Given | QueryParams, name: str) -> int:
    text = given.get(name, "") or "0"
    if not NUMBER.fullmatch(text):
        raise Misuse(f"{name} is {shown(text)}. It must be a whole number from 0 on.")
    return int(text)


def _missing(kind: str, key: str) -> Refusal:
    return Refusal(HTTPStatus.NOT_FOUND, f"There is no {kind} with this identifier: {shown(key)}")
