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
    # rdflib asks so for N-Triples, the media type of which was this one until 2014.
    "text/plain": "nt",
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
        thing = self._documents.find(path) or self._documents.version(path)
        if thing is not None and not escaped:
            return self._see_other(request, thing)
        stem, _, suffix = path.rpartition(".")
        if (thing := self._documents.find(stem)) is None or escaped:
            kind = "thing" if path.partition("/")[0] in self._kinds else "page"
            raise Refusal(HTTPStatus.NOT_FOUND, f"There is no such {kind} here: /{shown(path)}")
        return self._document(thing, suffix)

    def _see_other(self, request: Request, thing: NamedNode) -> Response:
        suffix = OFFERED[replies.chosen(request, OFFERED)]
        spoken = negotiation.language(request.headers.get("accept-language"), list(FOLDERS))
        folder = FOLDERS[spoken] if suffix == "html" else ""
        told = self._signposts.thing(thing, self._way(request, thing))
        return RedirectResponse(
            f"{self._way(request, thing, folder)}.{suffix}",
            HTTPStatus.SEE_OTHER,
            {"Vary": "Accept, Accept-Language", **told},
        )

    def _way(self, request: Request, thing: NamedNode, folder: str = "") -> str:
        """From the address that was asked for to that of the document, without its suffix.

        It is relative, so it holds under any path that a proxy puts before. `folder` is that of
        the pages of a language.
        """
        asked: str = request.path_params["path"]
        path = folder + unquote(self._documents.path(thing) or "")
        if asked.rpartition("/")[0] == path.rpartition("/")[0]:
            return quote(path.rpartition("/")[2], safe="")
        return "../" * asked.count("/") + quote(path)

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
