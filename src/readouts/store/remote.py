"""A SPARQL endpoint elsewhere, asked through SPARQLWrapper."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from urllib.request import Request

from pyoxigraph import NamedNode

from readouts.fault import Misuse
from readouts.store.answer import Answer, Truth
from readouts.store.line import AGENT, Line
from readouts.store.received import read
from readouts.tokens import has_dataset, uncommented
from readouts.vocab import PREFIXES

# Longer requests go by POST: servers refuse long URLs (RFC 9110 §4.1 asks for 8,000 octets only).
LONGEST_GET = 6000


class NotThere(Misuse):
    """An endpoint that answers and does not hold the release."""


class Remote:
    """A SPARQL endpoint: `Remote("https://query.wikidata.org/sparql").query("ASK { … }")`.

    `line` says how it is asked: for how long and how often, and who asks. Without one it is
    asked by nobody in particular, with the patience of `Patience()`; a busy server is left alone
    for as long as it says in Retry-After. Several threads may ask at once.

    `graphs` are those that hold the release. Where a query chooses no dataset they are its
    dataset, so that the answer is that of the embedded store: what the default graph is otherwise
    differs (Oxigraph and Fuseki: the triples outside named graphs; Virtuoso: all triples that
    it has, other people's too). Without `graphs` that is left to the endpoint.
    """

    def __init__(
        self,
        endpoint: str,
        line: Line | None = None,
        graphs: Iterable[str] = (),
        update: str | None = None,
    ) -> None:
        self.endpoint = endpoint
        self.updates = update or endpoint
        self._line = line or Line([endpoint, self.updates])
        self._graphs = tuple(NamedNode(iri) for iri in graphs)

    def query(
        self,
        text: str,
        default_graphs: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """The answer. Raises Misuse when the endpoint cannot be asked or refuses the query."""
        if default_graphs is None and named_graphs is None and not has_dataset(text):
            default_graphs = named_graphs = self._graphs
        wrapper = self._wrapper(text)
        for graph in default_graphs or ():
            wrapper.addDefaultGraph(graph.value)
        for graph in named_graphs or ():
            wrapper.addNamedGraph(graph.value)
        asks_rows = wrapper.queryType in ("SELECT", "ASK")
        if asks_rows:
            wrapper.setReturnFormat("json")
        else:
            wrapper.addCustomHttpHeader("Accept", "application/n-triples, text/turtle")
        reply = self._line.send(_request(wrapper), "refused the query")
        return read(reply, self.endpoint, asks_rows=asks_rows)

    def over(self, graphs: Collection[str]) -> Remote:
        """The endpoint with those graphs as its dataset. Raises Misuse when they are not there.

        It is as it is here if its default graph alone tells of one of them, as it does where the
        release was loaded without its graphs.
        """
        if not graphs:
            return self
        iris = " ".join(f"<{iri}>" for iri in graphs)
        if self._is_true(f"ASK {{ VALUES ?g {{ {iris} }} GRAPH ?g {{ ?s ?p ?o }} }}"):
            return Remote(self.endpoint, self._line, graphs, self.updates)
        if self._is_true(f"ASK {{ VALUES ?g {{ {iris} }} ?g ?p ?o }}"):
            return self
        raise NotThere(
            f"{self.endpoint} does not hold this release. Load it with `readouts push "
            f"{self.endpoint}`, or give the address of a store that has it."
        )

    def among(self, graphs: Collection[str]) -> Remote:
        """The endpoint over those graphs, or as it is when it does not hold them."""
        try:
            return self.over(graphs)
        except NotThere:
            return self

    def update(self, text: str) -> None:
        """Carry out an update (SPARQL 1.1 Update). Raises Misuse when it is refused."""
        wrapper = self._wrapper(text)
        wrapper.setMethod("POST")
        self._line.send(_request(wrapper), "refused the update")

    def _is_true(self, text: str) -> bool:
        answer = self.query(text)
        return isinstance(answer, Truth) and bool(answer.value)

    def _wrapper(self, text: str) -> Any:
        # SPARQLWrapper brings rdflib with it, which takes longer to import than most queries run.
        from SPARQLWrapper import SPARQLWrapper  # noqa: PLC0415

        wrapper = SPARQLWrapper(self.endpoint, self.updates, agent=AGENT)
        # The Accept header says what is wanted, not the parameters of some stores besides it.
        wrapper.setOnlyConneg(True)
        wrapper.setQuery(_declared(text))
        return wrapper


def _request(wrapper: Any) -> Request:
    """What SPARQLWrapper would send. Its own sending is left aside for two reasons.

    To sign with Digest it changes the opener of the whole process, and what it signs with Basic it
    signs again wherever a redirect leads.
    """
    request: Request = wrapper._createRequest()  # noqa: SLF001
    if request.data is None and len(request.full_url) > LONGEST_GET:
        wrapper.setMethod("POST")
        request = wrapper._createRequest()  # noqa: SLF001
    return request


def _declared(text: str) -> str:
    """The query with the prefixes that it uses and does not declare, on its first line.

    Comments are left out: SPARQLWrapper looks for the form of a query in them too.
    """
    text = uncommented(text)
    wanted = [
        f"PREFIX {prefix}: <{stem}>"
        for prefix, stem in PREFIXES.items()
        if re.search(rf"\b{prefix}:", text)
        and not re.search(rf"\bPREFIX\s+{prefix}:", text, re.IGNORECASE)
    ]
    return " ".join([*wanted, text])
