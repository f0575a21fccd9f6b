"""The pages of the site: what the store says, put into templates of the same name.

Every value is escaped by the template engine. A page knows how many folders it
lies under the home page, and links relative to itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import NamedNode

from readouts.formats import FORMATS
from readouts.query import Stored
from readouts.release import Release
from readouts.render import form, index, labels, table, text, thing
from readouts.render.answers import MEDIA, allowed
from readouts.render.asked import Asked, Sparql
from readouts.render.document import SUFFIXES, Documents
from readouts.render.dumps import Dump
from readouts.render.links import Links
from readouts.store import Store

HERE = Path(__file__).parent
STATIC = HERE / "static"
ENVIRONMENT = Environment(
    loader=FileSystemLoader(HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


class Pages:
    """The pages of one release. `shown` holds the query of each page that has one, by template.

    `site` is what the release says of itself.
    """

    def __init__(
        self,
        documents: Documents,
        store: Store,
        release: Release,
        queries: Mapping[str, Stored],
        shown: Mapping[str, Stored],
    ) -> None:
        self._documents = documents
        self._store = store
        self._base = release.base
        self._naming = labels.naming(release.base, release.context)
        self._queries = queries
        self._shown = shown
        self.site = index.site(shown, store)

    def home(self, dumps: Sequence[Dump]) -> str:
        """What this is, what it holds, and where to go on."""
        links = self._links(0)
        return self._page("home", links, classes=self._classes, dumps=dumps, queries=self._queries)

    def things(self) -> str:
        """Everything that has a page, by class."""
        return self._page("things", self._links(0), groups=self._classes)

    def thing(self, node: NamedNode) -> str:
        """What the document of a thing says; a source text with its passages marked."""
        path = self._documents.path(node) or ""
        links, triples = self._links(path.count("/")), self._documents.triples(node)
        names = labels.find(thing.nodes(triples), self._store, self._naming)
        source = text.read(node, triples)
        view = thing.view(node, triples, links, names, whole=source is not None)
        formats = [(one, FORMATS[one].media) for one in SUFFIXES]
        told = {"view": view, "address": links.address(node), "formats": formats, "iri": node.value}
        if source is None:
            return self._page("thing", links, **told)
        named = {one: links.cell(one, names) for one in text.named(source)}
        return self._page("text", links, **told, text=source, marks=text.marks(source), named=named)

    def queries(self) -> str:
        """The stored queries: what each asks."""
        return self._page("queries", self._links(0), queries=self._queries)

    def query(self, stored: Stored, asked: Asked) -> str:
        """A stored query: what it asks, a form for its parameters, and the answer."""
        links = self._links(1)
        return self._page(
            "query",
            links,
            stored=stored,
            fields=form.fields(stored, asked.values, self._store, self._base),
            given=urlencode(asked.values),
            limit="" if asked.fault else asked.values.get("limit", ""),
            parts=asked.links,
            **_outcome(asked, links),
        )

    def sparql(self, sparql: Sparql, asked: Asked) -> str:
        """A form for a SPARQL query, and the answer to the one that was sent."""
        links = self._links(0)
        return self._page("sparql", links, sparql=sparql, **_outcome(asked, links))

    def error(self, title: str, message: str, depth: int) -> str:
        """What is wrong, in plain words."""
        return self._page("error", self._links(depth), title=title, message=message)

    @cached_property
    def _classes(self) -> list[index.Class]:
        """Asked once: a release does not change while it is served."""
        return index.classes(self._shown, self._store, self._links(0), self._naming)

    def _links(self, depth: int) -> Links:
        return Links(self._documents, self._base, depth)

    def _page(self, name: str, links: Links, **values: object) -> str:
        template = ENVIRONMENT.get_template(f"{name}.html")
        return template.render(site=self.site, root=links.root, media=MEDIA, **values)


def _outcome(asked: Asked, links: Links) -> dict[str, object]:
    """The answer as a table with its formats, or the fault.

    The answer itself never reaches a template: the engine wants it dropped by the thread that
    asked, and templates leave what they held to the garbage collector.
    """
    return {
        "fault": asked.fault,
        "note": asked.note,
        "formats": allowed(asked.answer) if asked.answer else (),
        "table": table.table(asked.answer, links) if asked.answer else None,
    }
