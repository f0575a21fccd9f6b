"""Where a term leads from a page, and how a term is shown there.

Addresses are relative to the page, so that the same bytes work at the root of
a server, under a path, and as files. Only http and https are linked: an IRI of
a release may also be a `javascript:` one.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote, unquote

from pyoxigraph import Literal, NamedNode

from readouts.render.answers import short
from readouts.render.document import Documents
from readouts.render.labels import Labels, Text
from readouts.render.phrases import ENGLISH, FOLDERS
from readouts.vocab import RDF, XSD

# Types that say no more than the text itself.
PLAIN = (XSD.string, XSD.date, XSD.integer, XSD.boolean, XSD.gYear, XSD.gYearMonth, RDF.langString)
SAFE = "/%:@!$&'()*+,;=~"


@dataclass(frozen=True, slots=True)
class Cell:
    """A term as a page shows it. `iri` and `address` are empty where there is none."""

    text: str
    language: str | None = None
    address: str = ""
    iri: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Links from a page that lies `depth` folders under the home page of its language."""

    documents: Documents
    base: str
    depth: int = 0
    language: str = ENGLISH

    @property
    def root(self) -> str:
        """The way from the page to the home page of its language."""
        return "../" * self.depth or "./"

    @property
    def top(self) -> str:
        """The way from the page to the root of the site, where data and files lie."""
        return "../" * (self.depth + FOLDERS[self.language].count("/")) or "./"

    def address(self, node: NamedNode) -> str:
        """Where a link to a node leads; empty if it is nothing that can be linked."""
        path = self.documents.path(node)
        if path is not None:
            _, mark, part = node.value.partition("#")
            return f"{self.root}{quote(unquote(path), safe=SAFE)}.html{mark}{part}"
        return self.outside(node.value)

    def outside(self, iri: str) -> str:
        """The IRI where it may be linked as it is; nothing else, such as `javascript:`."""
        return iri if iri.startswith(("http://", "https://")) else ""

    def named(self, node: NamedNode, name: Text) -> Cell:
        """A node under a name."""
        return Cell(name.text, name.language, self.address(node), node.value)

    def cell(self, term: object, labels: Labels | None = None) -> Cell:
        """Any term: a node under its label or shortened IRI, a literal with language or type."""
        if isinstance(term, NamedNode):
            name = labels.name(term) if labels else Text(short(term, self.base))
            return self.named(term, name if name.text else Text(term.value))
        if isinstance(term, Literal):
            note = "" if term.datatype in PLAIN else short(term.datatype, self.base)
            text = term.datatype in (XSD.string, RDF.langString)
            return Cell(term.value, (term.language or "") if text else None, note=note)
        return Cell("" if term is None else str(term))
