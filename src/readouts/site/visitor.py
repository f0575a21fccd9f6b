"""Asks the application in this process, as a browser would that has never been there."""

from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from starlette.types import ASGIApp, Scope

from readouts.render.links import SAFE

HEADERS = [(b"host", b"localhost"), (b"accept", b"text/html")]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the media type without its parameters, and the body."""

    status: int
    media: str
    body: bytes


class Visitor:
    """Sends GET requests to an ASGI application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def get(self, path: str) -> Answer:
        """The answer to a path, which is not percent-encoded."""
        status, media, pieces = 0, "", []
        asked: list[dict[str, Any]] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> MutableMapping[str, Any]:
            # Who waits for the client to go away waits until the answer is whole.
            return asked.pop() if asked else await asyncio.Future()

        async def send(message: MutableMapping[str, Any]) -> None:
            nonlocal status, media
            if message["type"] == "http.response.start":
                status = message["status"]
                held = {name.lower(): value for name, value in message["headers"]}
                media = held.get(b"content-type", b"").decode("latin-1").partition(";")[0]
            else:
                pieces.append(message.get("body", b""))

        await self._app(_scope(path), receive, send)
        return Answer(status, media, b"".join(pieces))


def _scope(path: str) -> Scope:
    return {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": quote(path, safe=SAFE).encode(),
        "root_path": "",
        "query_string": b"",
        "headers": HEADERS,
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
    }
