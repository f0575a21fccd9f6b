"""Things and their documents: 303 from the one to the other (Cool URIs for the Semantic Web §4.2).

A client that takes anything (`*/*`, or no Accept header: curl, wget) is sent to
Turtle, which a person can read and a program can load. A browser names HTML
and is sent to the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from readouts.formats import FORMATS
from readouts.render.document import SUFFIXES, Documents
from readouts.render.page import Pages
from readouts.render.phrases import FOLDERS
from readouts.serve import negotiation, replies
from readouts.serve.refusal import Refusal, shown
from readouts.serve.signposts import Signposts

OFFERED: Mapping[str, str] = {
    "text/turtle": "ttl",
    "text/html": "html",
    **{FORMATS[suffix].media: suffix for suffix in SUFFIXES},
    "application/json": "jsonld",
}


class Things:
    """Answers the address of a thing and those of its documents."""

    def __init__(self, documents: Documents, pages: Pages, signposts: Signposts) -> None:
        self._documents = documents
        self._pages = pages
        self._signposts = signposts
        self._kinds = {path.partition("/")[0] for path in documents.all() if "/" in path}

    def answer(self, request: Request) -> Response:
        """A redirection, a document, or 404. The path is looked up and never names a file."""
        path: str = request.path_params["path"]
        # An escaped slash would make one thing of two addresses, and relative links go astray.
        escaped = b"%2f" in request.scope.get("raw_path", b"").lower()
        if (thing := self._documents.find(path)) is not None and not escaped:
            return self._see_other(request, thing)
        if (thing := self._documents.version(path)) is not None and not escaped:
            return self._elsewhere(request, thing)
        stem, _, suffix = path.rpartition(".")
        if (thing := self._documents.find(stem)) is None or escaped:
            kind = "thing" if path.partition("/")[0] in self._kinds else "page"
            raise Refusal(HTTPStatus.NOT_FOUND, f"There is no such {kind} here: /{shown(path)}")
        return self._document(thing, suffix)

    def description(self, request: Request) -> Response:
        """From the address where crawlers look for it to the description (VoID §7.2)."""
        if (thing := self._documents.described) is None:
            raise Refusal(HTTPStatus.NOT_FOUND, "This release has no description of itself.")
        return self._elsewhere(request, thing)

    def _elsewhere(self, request: Request, thing: NamedNode) -> Response:
        """From an address that is not that of a thing to its document."""
        suffix = OFFERED[replies.chosen(request, OFFERED)]
        up = "../" * (request.scope["path"].count("/") - 1)
        way = f"{up}{quote(self._documents.path(thing) or '')}.{suffix}"
        return RedirectResponse(way, HTTPStatus.SEE_OTHER, replies.NEGOTIATED)

    def _see_other(self, request: Request, thing: NamedNode) -> Response:
        suffix = OFFERED[replies.chosen(request, OFFERED)]
        path = unquote(self._documents.path(thing) or "")
        way, _, last = path.rpartition("/")
        spoken = negotiation.language(request.headers.get("accept-language"), list(FOLDERS))
        folder = ""
        if suffix == "html" and FOLDERS[spoken]:
            folder = "../" * path.count("/") + FOLDERS[spoken] + (f"{way}/" if way else "")
        # Relative to the address of the thing, so it holds under any path that a proxy puts before.
        return RedirectResponse(
            f"{quote(folder)}{quote(last, safe='')}.{suffix}",
            HTTPStatus.SEE_OTHER,
            {"Vary": "Accept, Accept-Language", **self._signposts.thing(thing)},
        )

    def _document(self, thing: NamedNode, suffix: str) -> Response:
        if suffix == "html":
            told = self._signposts.document(thing, suffix, self._pages.language)
            return HTMLResponse(self._pages.thing(thing), headers=told)
        if suffix not in SUFFIXES:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                f"There is no such document: .{shown(suffix)}. "
                f"There are: {', '.join(f'.{one}' for one in ('html', *SUFFIXES))}.",
            )
        return Response(
            self._documents.write(thing, suffix),
            media_type=FORMATS[suffix].media,
            headers=self._signposts.document(thing, suffix),
        )
