"""The pages of the site: what the store says, put into templates of the same name.

Every value is escaped by the template engine. A page knows how many folders it
lies under the home page, and links relative to itself. Pages lead to pages by
addresses that end in `.html`, so that the same bytes work as files.
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
from readouts.render import form, index, labels, schemaorg, table, text, thing
from readouts.render.answers import MEDIA, allowed
from readouts.render.asked import Asked, Sparql
from readouts.render.document import SUFFIXES, Documents
from readouts.render.dumps import Dump
from readouts.render.links import Links
from readouts.render.phrases import ENGLISH, FOLDERS, Phrases
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
    """The pages of one release in one language.

    `shown` holds the query of each page that has one, by template. `site` is what the release says
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
        self._documents = documents
        self._store = store
        self._base = release.base
        self._naming = labels.naming(release.base, release.context, language)
        self._queries = queries
        self._shown = shown
        self.language = language
        self.site = index.site(shown, store, language)

    def home(self, dumps: Sequence[Dump]) -> str:
        """What this is, what it holds, and where to go on."""
        links = self._links(0)
        told = {"classes": self._classes, "dumps": dumps, "queries": self._queries}
        return self._page("home", links, "", dataset=self.catalogued, **told)

    def things(self) -> str:
        """Everything that has a page, by class."""
        return self._page("things", self._links(0), "things.html", groups=self._classes)

    def thing(self, node: NamedNode) -> str:
        """What the document of a thing says; a source text with its passages marked."""
        path = self._documents.path(node) or ""
        links, triples = self._links(path.count("/")), self._documents.triples(node)
        names = labels.find(thing.nodes(triples), self._store, self._naming)
        names = labels.titled(names, triples)
        source = text.read(node, triples)
        view = thing.view(node, triples, links, names, whole=source is not None)
        formats = [(one, FORMATS[one].media) for one in SUFFIXES]
        here = links.address(node).removeprefix(links.root)
        stem = links.top + here.removesuffix(".html")
        told = {"view": view, "stem": stem, "formats": formats, "iri": node.value}
        if source is None:
            return self._page("thing", links, here, **told)
        named = {one: links.cell(one, names) for one in text.named(source)}
        told |= {"text": source, "marks": text.marks(source), "named": named}
        return self._page("text", links, here, **told)

    def queries(self) -> str:
        """The stored queries: what each asks."""
        return self._page("queries", self._links(0), "queries.html", queries=self._queries)

    def query(self, stored: Stored, asked: Asked) -> str:
        """A stored query: what it asks, a form for its parameters, and the answer."""
        links, given = self._links(1), urlencode(asked.values)
        return self._page(
            "query",
            links,
            f"queries/{stored.name}.html{'?' if given else ''}{given}",
            stored=stored,
            fields=form.fields(stored, asked.values, self._store, self._base, self.language),
            given=given,
            limit="" if asked.fault else asked.values.get("limit", ""),
            parts=asked.links,
            **_outcome(asked, links),
        )

    def sparql(self, sparql: Sparql, asked: Asked) -> str:
        """A form for a SPARQL query, and the answer to the one that was sent."""
        links = self._links(0)
        here = f"sparql.html{'?' if sparql.query else ''}{sparql.address() if sparql.query else ''}"
        return self._page("sparql", links, here, sparql=sparql, **_outcome(asked, links))

    def error(self, title: str, message: str, depth: int) -> str:
        """What is wrong, in plain words."""
        return self._page("error", self._links(depth), "", title=title, message=message)

    @cached_property
    def catalogued(self) -> str:
        """The dataset for search engines, to stand in a script element; empty if not described."""
        node = self._documents.described
        if node is None:
            return ""
        return schemaorg.dataset(node, self._documents.triples(node))

    @cached_property
    def _classes(self) -> list[index.Class]:
        """Asked once: a release does not change while it is served."""
        return index.classes(self._shown, self._store, self._links(0), self._naming)

    def _links(self, depth: int) -> Links:
        return Links(self._documents, self._base, depth, self.language)

    def _page(self, name: str, links: Links, here: str, **values: object) -> str:
        """A template filled in. `here` is the address of the page from the home page on."""
        template = ENVIRONMENT.get_template(f"{name}.html")
        languages = {tag: (links.top + folder + here) for tag, folder in FOLDERS.items()}
        return template.render(
            site=self.site,
            say=Phrases(self.language),
            language=self.language,
            languages=languages,
            phrases=Phrases,
            root=links.root,
            top=links.top,
            media=MEDIA,
            **values,
        )


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
