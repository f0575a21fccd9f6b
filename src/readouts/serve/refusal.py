"""What a server says when it gives no answer: a status, and a sentence that helps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from readouts.fault import Misuse
from readouts.render.page import Pages
from readouts.render.phrases import FOLDERS, spoken_at
from readouts.serve import negotiation

LONGEST = 200


class Refusal(Exception):
    """No answer: why, in plain words, and the headers that go with it."""

    def __init__(
        self, status: HTTPStatus, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = dict(headers or {})


def accept(request: Request) -> str | None:
    """The Accept header; several lines are one list (RFC 9110 §5.3)."""
    lines = request.headers.getlist("accept")
    return ", ".join(lines) if lines else None


def shown(text: str) -> str:
    """What a client wrote, fit to be shown back: short, and without control characters."""
    clean = printable(text)
    return clean if len(clean) <= LONGEST else f"{clean[:LONGEST]}…"


def printable(text: str) -> str:
    """The text with what would move a cursor, or turn its direction, replaced."""
    return "".join(one if one.isprintable() else "\N{REPLACEMENT CHARACTER}" for one in text)


def handlers(
    pages: Mapping[str, Pages],
) -> dict[type[Exception], Callable[[Request, Exception], Response]]:
    """What the framework does with a refusal, its own or ours, and with a misuse: 400.

    `pages` are those of each language.
    """

    def refuse(request: Request, error: Exception) -> Response:
        return handled(request, error, pages)

    return {Refusal: refuse, Misuse: refuse, HTTPException: refuse}


def handled(request: Request, error: Exception, pages: Mapping[str, Pages]) -> Response:
    """What is said of one of these exceptions."""
    return answer(request, pages, _refusal(request, error))


def answer(request: Request, pages: Mapping[str, Pages], refusal: Refusal) -> Response:
    """The refusal as a page, where HTML is preferred, or as plain text."""
    headers = {"Vary": "Accept", **refusal.headers}
    media = negotiation.choose(accept(request), ("text/plain", "text/html"))
    if media != "text/html":
        return PlainTextResponse(f"{refusal.message}\n", refusal.status, headers)
    raw: bytes = request.scope.get("raw_path", b"/").partition(b"?")[0]
    language = spoken_at(raw.decode("latin-1"))
    depth = raw.count(b"/") - 1 - FOLDERS[language].count("/")
    page = pages[language].error(refusal.status.phrase, refusal.message, max(depth, 0))
    return HTMLResponse(page, refusal.status, headers)


def _refusal(request: Request, error: Exception) -> Refusal:
    if isinstance(error, Refusal):
        return error
    if isinstance(error, HTTPException) and error.status_code != HTTPStatus.BAD_REQUEST:
        status = HTTPStatus(error.status_code)
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            methods = {*(error.headers or {}).get("Allow", "GET, HEAD").split(", "), "OPTIONS"}
            allowed = ", ".join(sorted(methods))
            message = f"{shown(request.method)} is not done here. There are: {allowed}."
            return Refusal(status, message, {"Allow": allowed})
        told = "There is no such thing here" if status == HTTPStatus.NOT_FOUND else status.phrase
        return Refusal(status, f"{told}: {shown(request.scope['path'])}", error.headers)
    return Refusal(HTTPStatus.BAD_REQUEST, printable(" ".join(str(error).splitlines())))
