"""Search: a page in each language, and JSON for scripts and programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from readouts.render.page import Pages
from readouts.render.phrases import ENGLISH, FOLDERS
from readouts.search import Index
from readouts.serve.guard import within
from readouts.serve.refusal import Refusal
from readouts.store import Store

# More than this is no longer a word to look for.
LONGEST = 200


class Searching:
    """Answers `/search`, `/search.html` in each language, and `/search.json`."""

    def __init__(self, pages: Mapping[str, Pages], store: Store) -> None:
        self._pages = pages
        self._store = store

    def routes(self) -> list[Route]:
        """Where it answers."""
        folders = {tag: f"/{FOLDERS[tag]}search.html" for tag in self._pages}
        return [
            Route("/search.json", within(self._data)),
            Route("/search", within(lambda request: self._page(request, ENGLISH))),
            *(Route(path, within(self._in(tag))) for tag, path in folders.items()),
        ]

    @cached_property
    def _index(self) -> Index:
        """Read when the first reader looks for something."""
        return Index(self._store)

    def _in(self, tag: str) -> Callable[[Request], Response]:
        return lambda request: self._page(request, tag)

    def _page(self, request: Request, tag: str) -> Response:
        return HTMLResponse(self._pages[tag].search(self._index, _words(request) or ""))

    def _data(self, request: Request) -> Response:
        """Hits; without `q` all that can be found."""
        body = self._pages[ENGLISH].found(self._index, _words(request))
        return Response(body, media_type="application/json")


def _words(request: Request) -> str | None:
    """What is looked for. Raises Refusal when it is too long for that."""
    words = request.query_params.get("q")
    if words is not None and len(words) > LONGEST:
        raise Refusal(
            HTTPStatus.BAD_REQUEST,
            f"The words are {len(words)} characters long. At most {LONGEST} are looked for.",
        )
    return words
