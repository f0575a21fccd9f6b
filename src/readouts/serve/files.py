"""Files as they are: the dumps of the release, and what pages are shown with."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import file_digest
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import Route

from readouts.fault import Misuse
from readouts.render import dumps
from readouts.render.desk import STATIC
from readouts.render.dumps import GZIP, SUFFIX, Dump
from readouts.serve import replies, validators
from readouts.serve.refusal import Refusal, shown
from readouts.serve.signposts import Signposts

MEDIA = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}
# A worker has the policy of its own address. The engine's may compile WebAssembly, and no page may.
POLICIES = {
    "engine.js": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
}
INDEX = {"application/json": "json", replies.HTML: "html"}


class Files:
    """Answers `/dumps/`, `/dumps/FILE`, `/static/FILE` and `/health`.

    Names are looked up, never joined.
    """

    def __init__(self, held: Mapping[str, Dump], release: str, signposts: Signposts) -> None:
        self._dumps = held
        self._signposts = signposts
        self._static = found(STATIC)
        self._tags = {
            path: validators.tag(release, path.name, _digest(path))
            for path in (*self._static.values(), *(one.path for one in held.values()))
        }

    def routes(self) -> list[Route]:
        """Where each of them is answered."""
        return [
            Route("/health", self.health),
            Route("/static/{name}", self.static),
            Route("/dumps", lambda _: RedirectResponse("dumps/", HTTPStatus.PERMANENT_REDIRECT)),
            Route("/dumps/", self.index),
            Route("/dumps/{name}", self.dump),
        ]

    def index(self, request: Request) -> Response:
        """The files and what is known of them, for programs. People are led to their page."""
        if replies.chosen(request, INDEX) == replies.HTML:
            return RedirectResponse("../data.html", HTTPStatus.SEE_OTHER, replies.NEGOTIATED)
        told = {**replies.NEGOTIATED, **self._signposts.dump()}
        return JSONResponse({"files": [_told(one) for one in self._dumps.values()]}, headers=told)

    def dump(self, request: Request) -> Response:
        """A file of the release, as it is or, with the suffix, in gzip."""
        name: str = request.path_params["name"]
        if (plain := name.removesuffix(SUFFIX)) != name and plain in self._dumps:
            content = dumps.packed(self._dumps[plain])
            return Response(content, headers=self._signposts.dump(), media_type=GZIP)
        if name not in self._dumps:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                f"There is no file named {shown(name)}. There are: {', '.join(self._dumps)}, "
                f"each also with {SUFFIX} after its name.",
            )
        path, media = self._dumps[name].path, self._dumps[name].media
        told = {"ETag": self._tags[path], **self._signposts.dump()}
        return FileResponse(path, headers=told, media_type=media)

    def static(self, request: Request) -> Response:
        """A file that pages are shown with."""
        name: str = request.path_params["name"]
        if name not in self._static:
            raise Refusal(HTTPStatus.NOT_FOUND, f"There is no file named {shown(name)}.")
        path = self._static[name]
        told = {"ETag": self._tags[path]}
        if name in POLICIES:
            told["Content-Security-Policy"] = POLICIES[name]
        return FileResponse(path, headers=told, media_type=MEDIA[path.suffix])

    def health(self, _: Request) -> Response:
        """That the server answers."""
        return PlainTextResponse("ok\n")


def _told(dump: Dump) -> dict[str, object]:
    """What the index says of a file. The addresses are relative to that of the index."""
    return {
        "name": dump.name,
        "address": quote(dump.name),
        "gzip": quote(dump.name) + SUFFIX,
        "mediaType": dump.media,
        "distribution": dump.distribution,
        "bytes": dump.bytes,
        "sha256": dump.sha256,
        "triples": dump.triples,
        "quads": dump.quads,
    }


def found(static: Path) -> dict[str, Path]:
    """What pages are shown with, by name. Raises Misuse when the package was built without it."""
    files = static.iterdir() if static.is_dir() else ()
    held = {path.name: path for path in files if path.suffix in MEDIA}
    if "style.css" not in held:
        raise Misuse(
            f"{static} does not hold what pages are shown with. Install the package again: "
            "its build makes it."
        )
    return held


def _digest(path: Path) -> bytes:
    """The digest of a file as it is, not as a manifest says; of one that is not there, of nothing.

    Without it the framework would make a tag of the time of the file, which differs by copy.
    """
    if not path.is_file():
        return b""
    with path.open("rb") as file:
        return file_digest(file, "sha256").digest()
