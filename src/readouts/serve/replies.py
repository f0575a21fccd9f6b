"""An answer of the store → an HTTP answer in the format that the client takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from readouts.release import Release
from readouts.render import answers
from readouts.render.answers import MEDIA
from readouts.serve import negotiation
from readouts.serve.refusal import Refusal, accept
from readouts.store import Answer, Graph, Rows

HTML = "text/html"
# Media type → suffix, in the order of preference. JSON and XML under their general names, and
# N-Triples under its old one, are what clients ask for that do not know the particular ones; they
# are given the same bytes.
GRAPH: Mapping[str, str] = {
    **{MEDIA[suffix]: suffix for suffix in ("ttl", "jsonld", "nt", "rdf")},
    HTML: "html",
    "application/json": "jsonld",
    "text/plain": "nt",
}
ROWS: Mapping[str, str] = {
    **{MEDIA[suffix]: suffix for suffix in ("json", "xml", "csv", "tsv")},
    HTML: "html",
    "application/json": "json",
    "application/xml": "xml",
}
# SPARQL 1.1 gives a CSV and a TSV form to SELECT only.
TRUTH = {media: suffix for media, suffix in ROWS.items() if suffix not in ("csv", "tsv")}
NEGOTIATED = {"Vary": "Accept"}


def offers(answer: Answer) -> Mapping[str, str]:
    """The media types that an answer can be given in, each with its suffix, the usual one first."""
    if isinstance(answer, Graph):
        return GRAPH
    return ROWS if isinstance(answer, Rows) else TRUTH


def prefers_page(request: Request) -> bool:
    """Whether a client would rather have HTML than any other format, as browsers do."""
    return prefers(accept(request)) == HTML


def prefers(accepted: str | None) -> str | None:
    """The media type that a client prefers whatever the kind of the answer."""
    return negotiation.choose(accepted, tuple({**ROWS, **GRAPH}))


def wants_rdf(request: Request) -> bool:
    """Whether a client takes RDF and none of the formats that rows can be given in."""
    if negotiation.choose(accept(request), list(ROWS)) is not None:
        return False
    return negotiation.choose(accept(request), list(GRAPH)) is not None


def chosen(request: Request, offered: Mapping[str, str]) -> str:
    """The media type that the client takes. Raises Refusal (406), naming what there is."""
    media = negotiation.choose(accept(request), list(offered))
    if media is None:
        raise refused(offered)
    return media


def refused(offered: Mapping[str, str]) -> Refusal:
    """What is said to a client that takes none of the formats on offer."""
    return Refusal(
        HTTPStatus.NOT_ACCEPTABLE,
        f"There is no format here that you accept. There are: {', '.join(offered)}.",
        NEGOTIATED,
    )


def reply(
    request: Request, answer: Answer, release: Release, page: Callable[[], Response]
) -> Response:
    """The answer in the format that the client prefers; `page` makes the one for people."""
    offered = offers(answer)
    media = chosen(request, offered)
    if media == HTML:
        return page()
    body = answers.write(answer, offered[media], release.base, release.context)
    return Response(body, media_type=media, headers=NEGOTIATED)


def written(answer: Answer, suffix: str, release: Release) -> Response:
    """The answer in the format of a suffix, whatever the client prefers."""
    body = answers.write(answer, suffix, release.base, release.context)
    return Response(body, media_type=MEDIA[suffix])
