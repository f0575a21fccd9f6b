"""The way of a query past the router: it is what is asked anew each time, and must be cheap."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from readouts.fault import Misuse
from readouts.render.page import Pages
from readouts.serve import refusal
from readouts.serve.protocol import METHODS
from readouts.serve.refusal import Refusal
from readouts.serve.sparql import Endpoint

PATH = "/sparql"


class Entrance:
    """Sends what is asked of SPARQL to the endpoint, and everything else to the application."""

    def __init__(self, app: ASGIApp, endpoint: Endpoint, pages: Mapping[str, Pages]) -> None:
        self._app = app
        self._endpoint = endpoint
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] not in METHODS:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            answer = await self._endpoint.answer(request)
        except (Refusal, Misuse, HTTPException) as error:
            answer = refusal.handled(request, error, self._pages)
        await answer(scope, receive, send)
