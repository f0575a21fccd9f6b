"""Files as they are: the dumps of the release and the style sheet of the pages."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from readouts.render.dumps import Dump
from readouts.render.page import STATIC
from readouts.serve.refusal import Refusal, shown

MEDIA = {".css": "text/css"}


class Files:
    """Answers `/dumps/FILE`, `/static/FILE` and `/health`. Names are looked up, never joined."""

    def __init__(self, dumps: Mapping[str, Dump]) -> None:
        self._dumps = dumps
        self._static = {path.name: path for path in STATIC.iterdir() if path.suffix in MEDIA}

    @property
    def dumps(self) -> list[Dump]:
        """The files of the release."""
        return list(self._dumps.values())

    def dump(self, request: Request) -> Response:
        """A file of the release."""
        name: str = request.path_params["name"]
        if name not in self._dumps:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                f"There is no file named {shown(name)}. There are: {', '.join(self._dumps)}.",
            )
        return FileResponse(self._dumps[name].path, media_type=self._dumps[name].media)

    def static(self, request: Request) -> Response:
        """A file that pages are shown with."""
        name: str = request.path_params["name"]
        if name not in self._static:
            raise Refusal(HTTPStatus.NOT_FOUND, f"There is no file named {shown(name)}.")
        path = self._static[name]
        return FileResponse(path, media_type=MEDIA[path.suffix])

    def health(self, _: Request) -> Response:
        """That the server answers."""
        return PlainTextResponse("ok\n")
