"""What every page is made with: the store, names in the language of the page, templates.

Every value is escaped by the template engine. Pages lead to pages by addresses that end in
`.html` and are relative, so that the same bytes work at the root of a server, under a path, and as
files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pyoxigraph import NamedNode

from readouts.query import Stored
from readouts.release import Release
from readouts.render import index, labels, schemaorg
from readouts.render.answers import MEDIA
from readouts.render.document import Documents
from readouts.render.labels import Labels
from readouts.render.links import Links
from readouts.render.phrases import FOLDERS, Phrases
from readouts.render.shown import Row, Shown, nodes
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


class Desk:
    """Where the pages of one release in one language are made.

    `shown` holds the queries of pages by name; `site` is what the release says of itself.
    """

    def __init__(
        self,
        documents: Documents,
        store: Store,
        release: Release,
        shown: Mapping[str, Stored],
        language: str,
    ) -> None:
        self.documents = documents
        self.store = store
        self.release = release
        self.language = language
        self.say = Phrases(language)
        self.naming = labels.naming(release.base, release.context, language)
        self._queries = shown
        self.shown = Shown(shown, store)
        self._names: dict[NamedNode, Mapping[str, str]] = {}
        self.site = index.site(self.shown, language)

    def names(self, things: Iterable[NamedNode]) -> Labels:
        """What things are called. Of each it is asked once: a release does not change."""
        wanted = set(things)
        if fresh := wanted - self._names.keys():
            found = labels.find(fresh, self.documents.stores, self.naming).found
            self._names.update({one: found.get(one, {}) for one in fresh})
        return Labels(self.naming, {one: told for one in wanted if (told := self._names[one])})

    def links(self, depth: int) -> Links:
        """Links from a page that lies so many folders under the home page."""
        return Links(self.documents, self.release.base, depth, self.language)

    @cached_property
    def catalogued(self) -> str:
        """The dataset for search engines, to stand in a script element; empty if not described."""
        node = self.documents.described
        return schemaorg.dataset(node, self.documents.triples(node)) if node is not None else ""

    def beside(self, name: str) -> list[Row]:
        """The rows of a query of pages, asked of what lies beside the data: shapes and reports."""
        return [row for shown, _ in self._beside for row in shown.rows(name)]

    @cached_property
    def classes(self) -> list[index.Class]:
        """The classes of the release, seen from the home page. A release does not change."""
        return index.classes(self.shown, self.store, self.links(0), self.naming)

    @cached_property
    def rules(self) -> list[index.Class]:
        """The same of the shapes and checks, and the report, that lie beside the data."""
        return [
            one
            for shown, store in self._beside
            for one in index.classes(shown, store, self.links(0), self.naming)
        ]

    @cached_property
    def _beside(self) -> list[tuple[Shown, Store]]:
        """The queries of pages on each store that lies beside the data."""
        return [(Shown(self._queries, store), store) for store in self.documents.stores[1:]]

    def page(self, name: str, links: Links, here: str, **values: object) -> str:
        """A template filled in. `here` is the address of the page from the home page on."""
        template = ENVIRONMENT.get_template(f"{name}.html")
        return template.render(
            site=self.site,
            say=self.say,
            language=self.language,
            languages={tag: (links.top + folder + here) for tag, folder in FOLDERS.items()},
            phrases=Phrases,
            root=links.root,
            top=links.top,
            media=MEDIA,
            version=self.release.version,
            source=self._source(links),
            **values,
        )

    def _source(self, links: Links) -> str:
        """Where the source is read; with several, where they are listed."""
        held = nodes(self.shown.rows("sources"), "text")
        if len(held) == 1:
            return links.address(held.pop())
        return f"{links.root}things.html#dro:SourceText" if held else ""
