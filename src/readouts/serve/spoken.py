"""Pages by addresses that end in `.html`, in every language.

The addresses without it are those of data too, and choose by Accept. The pages of a language other
than English have a folder of their own (`render.phrases`), where nothing but pages is found.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from readouts.render.dumps import Dump
from readouts.render.page import Pages
from readouts.render.phrases import FOLDERS
from readouts.serve.guard import within
from readouts.serve.queries import Queries
from readouts.serve.refusal import Refusal, shown
from readouts.serve.signposts import Signposts
from readouts.serve.sparql import Endpoint
from readouts.serve.things import Things

PAGE = ".html"
Plain = Callable[[Request], Response]
Awaited = Callable[[Request], Awaitable[Response]]


def general(
    pages: Pages, held: Sequence[Dump], signposts: Signposts, stored: Queries, endpoint: Endpoint
) -> list[Route]:
    """The pages of a language that are about no one thing or query."""
    folder, home = f"/{FOLDERS[pages.language]}", signposts.home(pages.language)
    made: dict[str, Callable[[], str]] = {
        "things": pages.things,
        "about": pages.about,
        "network": pages.network,
        "data": lambda: pages.data(held),
    }
    return [
        Route(folder, within(lambda _: HTMLResponse(pages.home(held), headers=home))),
        *(Route(f"{folder}{name}{PAGE}", within(_page(one))) for name, one in made.items()),
        Route(f"{folder}queries{PAGE}", within(as_page(stored.list))),
        Route(f"{folder}sparql{PAGE}", as_page_awaited(endpoint.answer)),
    ]


def _page(made: Callable[[], str]) -> Plain:
    return lambda _: HTMLResponse(made())


def foldered(pages: Pages, stored: Queries, things: Things) -> list[Route]:
    """The pages of things and queries in a language that has a folder. No data is found there."""
    folder = f"/{FOLDERS[pages.language]}"
    return [
        Route(f"{folder}queries/{{name}}", within(as_page(alone(stored.answer)))),
        Route(f"{folder}{{path:path}}", within(as_page(alone(things.answer)))),
    ]


def as_page(answer: Plain) -> Plain:
    """The same for one who takes a page and nothing else, whatever the client would rather have."""
    return lambda request: answer(Request(_for_page(request.scope)))


def as_page_awaited(answer: Awaited) -> Awaited:
    """The same for an answer that takes its time."""

    async def answered(request: Request) -> Response:
        return await answer(Request(_for_page(request.scope), request.receive))

    return answered


def alone(answer: Plain) -> Plain:
    """The same, for addresses of pages alone."""

    def answered(request: Request) -> Response:
        path: str = request.scope["path"]
        if not path.endswith(PAGE):
            told = f"There is no such page here: {shown(path)}. Pages end in {PAGE}."
            raise Refusal(HTTPStatus.NOT_FOUND, told)
        return answer(request)

    return answered


def _for_page(scope: Scope) -> Scope:
    others = [pair for pair in scope["headers"] if pair[0] != b"accept"]
    return {**scope, "headers": [*others, (b"accept", b"text/html")]}
