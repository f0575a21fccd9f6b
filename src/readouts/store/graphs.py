"""Graphs put into a store whole (SPARQL 1.1 Graph Store HTTP Protocol), and where it offers that.

No standard says how to find the graph store of an endpoint, so the places that the known stores
have are asked for their default graph, with HEAD: that changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from http import HTTPStatus
from urllib.parse import quote, urlsplit, urlunsplit
from urllib.request import Request

from readouts.store.line import Line
from readouts.store.refused import Refused

# From the path of an endpoint to that of its graph store.
PLACES = (
    (r"/sparql(-auth)?$", "/sparql-graph-crud-auth"),  # Virtuoso
    (r"/(query|sparql|update)$", "/data"),  # Fuseki
    (r"/?$", "/data"),  # Fuseki, from the address of the dataset
    (r"/(query|update)$", "/store"),  # Oxigraph
    (r"(/repositories/[^/]+)$", r"\1/rdf-graphs/service"),  # RDF4J, GraphDB
    (r"/sparql$", "/sparql/gsp/"),  # Neptune
    (r"/(query|update)$", ""),  # Stardog
)


class GraphStore:
    """A graph store at an address, reached over the line of its endpoint."""

    def __init__(self, address: str, line: Line) -> None:
        self.address = address
        self._line = line

    def put(self, graph: str, triples: bytes) -> None:
        """Replace a graph by triples in N-Triples (§5.3). Raises Misuse when it is refused."""
        request = Request(  # noqa: S310 - the line takes http and https only
            f"{self.address}?graph={quote(graph, safe='')}",
            data=triples,
            headers={"Content-Type": "application/n-triples"},
            method="PUT",
        )
        self._line.send(request, f"refused the graph {graph}")

    @classmethod
    def find(cls, endpoint: str, line: Line) -> GraphStore | None:
        """The graph store of an endpoint, or None where there is none at the known places.

        Raises Misuse when one asks for other credentials than those of the line.
        """
        for address in _places(endpoint):
            if _is_there(address, line):
                return cls(address, line)
        return None


def _places(endpoint: str) -> Iterator[str]:
    parts = urlsplit(endpoint)
    for pattern, place in PLACES:
        path, count = re.subn(pattern, place, parts.path, count=1)
        if count and path:
            yield urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _is_there(address: str, line: Line) -> bool:
    request = Request(  # noqa: S310 - the line takes http and https only
        f"{address}?default", headers={"Accept": "application/n-triples"}, method="HEAD"
    )
    try:
        reply = line.send(request)
    except Refused as refused:
        if refused.status == HTTPStatus.UNAUTHORIZED:
            raise
        # Virtuoso has no HEAD there, and says so with 500 (7.2) or 501.
        unable = (HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.NOT_IMPLEMENTED)
        return refused.status in unable and refused.fields.get("Server", "").startswith("Virtuoso")
    return reply.media != "text/html"
