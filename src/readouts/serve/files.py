"""Files as they are: the dumps of the release, and what pages are shown with."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import file_digest
from http import HTTPStatus
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from readouts.fault import Misuse
from readouts.render.desk import STATIC
from readouts.render.dumps import Dump
from readouts.serve import validators
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


class Files:
    """Answers `/dumps/FILE`, `/static/FILE` and `/health`. Names are looked up, never joined."""

    def __init__(self, dumps: Mapping[str, Dump], release: str, signposts: Signposts) -> None:
        self._dumps = dumps
        self._signposts = signposts
        self._static = found(STATIC)
        self._tags = {
            path: validators.tag(release, path.name, _digest(path))
            for path in (*self._static.values(), *(one.path for one in dumps.values()))
        }

    def dump(self, request: Request) -> Response:
        """A file of the release."""
        name: str = request.path_params["name"]
        if name not in self._dumps:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                f"There is no file named {shown(name)}. There are: {', '.join(self._dumps)}.",
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
