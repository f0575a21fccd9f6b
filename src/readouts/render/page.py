"""The pages of a release, by name: each is made at a desk by the module that knows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pyoxigraph import NamedNode

from readouts.query import Stored
from readouts.release import Release
from readouts.render import (
    asking,
    explained,
    finding,
    home,
    pictures,
    sources,
    text,
    thing,
    vocabulary,
)
from readouts.render.asked import Asked, Sparql
from readouts.render.charts import network
from readouts.render.desk import Desk
from readouts.render.document import VOCABULARY, Documents
from readouts.render.dumps import Dump
from readouts.render.phrases import ENGLISH
from readouts.render.shown import nodes
from readouts.search import Index
from readouts.store import Store


class Pages:
    """The pages of one release in one language.

    `shown` holds the query of each page that has one, by name. `site` is what the release says
    of itself.
    """

    def __init__(
        self,
        documents: Documents,
        store: Store,
        release: Release,
        queries: Mapping[str, Stored],
        shown: Mapping[str, Stored],
        language: str = ENGLISH,
    ) -> None:
        self._desk = Desk(documents, store, release, shown, language)
        self._queries = queries
        self.language = language
        self.site = self._desk.site

    def home(self, dumps: Sequence[Dump]) -> str:
        """What this is, what it holds, and where to go on."""
        return home.page(self._desk, self._queries, dumps)

    def about(self) -> str:
        """What the sources are, what is not known of them, and what it is to be attributed."""
        return sources.page(self._desk)

    def data(self, dumps: Sequence[Dump]) -> str:
        """The files of the release, how to load them, and how to cite it."""
        release = self._desk.release
        return self._desk.page(
            "data",
            self._desk.links(0),
            "data.html",
            dumps=dumps,
            base=release.base,
            hash=release.hash,
            dataset=self._desk.catalogued,
        )

    def network(self) -> str:
        """Who was spoken to under which headings."""
        links, rows = self._desk.links(0), self._desk.shown.rows("headings")
        names = self._desk.names(nodes(rows, "heading", "person"))
        chart = network.figure(pictures.network(rows, links, names), self._desk.say)
        return self._desk.page("network", links, "network.html", chart=chart)

    def things(self) -> str:
        """Everything that has a page, by class."""
        groups = [*self._desk.classes, *self._desk.rules]
        return self._desk.page("things", self._desk.links(0), "things.html", groups=groups)

    def thing(self, node: NamedNode) -> str:
        """What the document of a thing says; a source text, or the vocabulary, explained."""
        triples = self._desk.documents.triples(node)
        if node.value == VOCABULARY:
            return vocabulary.page(self._desk, node, triples)
        source = text.read(node, triples)
        if source is None:
            return thing.page(self._desk, node, triples)
        return explained.page(self._desk, node, triples, source)

    def preview(self, node: NamedNode, description: str) -> str:
        """A thing in a few lines, for a frame on a page elsewhere; its address has one folder."""
        links, triples = self._desk.links(1), self._desk.documents.triples(node)
        names = self._desk.names(thing.nodes(triples))
        view = thing.view(node, triples, links, names, whole=False)
        told = {"view": view, "address": links.address(node), "iri": node.value}
        return self._desk.page("preview", links, "", **told, description=description)

    def queries(self) -> str:
        """The stored queries: what each asks."""
        links = self._desk.links(0)
        return self._desk.page("queries", links, "queries.html", queries=self._queries)

    def query(self, stored: Stored, asked: Asked) -> str:
        """A stored query: what it asks, a form for its parameters, and the answer."""
        return asking.query(self._desk, stored, asked)

    def sparql(self, sparql: Sparql, asked: Asked) -> str:
        """A form for a SPARQL query, and the answer to the one that was sent."""
        return asking.sparql(self._desk, sparql, asked)

    def search(self, index: Index, words: str) -> str:
        """What bears some words, and where on a page they stand."""
        return finding.page(self._desk, index, words)

    def found(self, index: Index, words: str | None) -> bytes:
        """The same as JSON; without words all that can be found."""
        if words is None:
            return finding.entries(self._desk, index)
        return finding.hits(self._desk, index, words)

    def error(self, title: str, message: str, depth: int) -> str:
        """What is wrong, in plain words."""
        links = self._desk.links(depth)
        return self._desk.page("error", links, "", title=title, message=message)
