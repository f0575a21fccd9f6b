"""Where to go from here, for programs: Link headers (RFC 8288) and FAIR Signposting.

Everything in them is said by the release: the IRI of the thing, its class of schema.org, the
licence of the dataset, the files of the manifest. A thing that states rights of its own, as a
source text does, is not given the licence of the dataset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import quote, unquote

from pyoxigraph import NamedNode

from readouts.formats import FORMATS
from readouts.render.document import SUFFIXES, Documents
from readouts.render.dumps import Dump
from readouts.render.phrases import ENGLISH, FOLDERS
from readouts.store import Rows, Store

TYPES = """SELECT DISTINCT ?a ?b { ?a a/rdfs:subClassOf* ?b
FILTER(REGEX(STR(?b), "^https?://schema[.]org/")) }"""
DATASETS = "SELECT DISTINCT ?a ?b { ?a a dcat:Dataset OPTIONAL { ?a dcterms:license ?b } }"
RIGHTS = """SELECT DISTINCT ?a ?b { ?a dcterms:license|dcterms:rights ?c
OPTIONAL { ?a dcterms:license ?b } }"""
MEDIA = {"html": "text/html", **{suffix: FORMATS[suffix].media for suffix in SUFFIXES}}
# What a page about a thing is, besides what the thing is (Signposting: landing pages).
ABOUT = "https://schema.org/AboutPage"
# All that may stand in a URI; the rest is written in percent signs (RFC 3987 §3.1).
URI = "%/:?#[]@!$&'()*+,;=~"


class Signposts:
    """The Link headers of one release. What they need of the store is asked once."""

    def __init__(self, documents: Documents, store: Store, dumps: Sequence[Dump]) -> None:
        self._documents = documents
        self._dumps = dumps
        self._types = _pairs(store, TYPES)
        self._rights = _pairs(store, RIGHTS)
        datasets = _pairs(store, DATASETS)
        # Of several, none is known to be the one that the files hold.
        self._dataset = next(iter(datasets)) if len(datasets) == 1 else None
        self._licences = next(iter(datasets.values())) if len(datasets) == 1 else []

    def thing(self, node: NamedNode, way: str) -> dict[str, str]:
        """From a thing to the documents that describe it; `way` leads to them, without suffix."""
        told = [_link(to, "alternate describedby", media) for to, media in _others(way, "")]
        return _header([*told, *self._said(node)])

    def document(self, node: NamedNode, suffix: str, language: str = ENGLISH) -> dict[str, str]:
        """From a document to the thing, and to the other documents."""
        page = suffix == "html"
        relation = "alternate describedby" if page else "alternate"
        stem = self._last(node)
        if depth := FOLDERS[language].count("/"):
            path = unquote(self._documents.path(node) or "")
            stem = "../" * (depth + path.count("/")) + quote(path)
        told = [_link(to, relation, media) for to, media in _others(stem, suffix)]
        told += [_link(node.value, relation) for relation in ("canonical", "describes")]
        return _header([*told, *([_link(ABOUT, "type")] if page else []), *self._said(node)])

    def home(self, language: str = ENGLISH) -> dict[str, str]:
        """From the home page of a language to the dataset, and to its files."""
        if self._dataset is None:
            return {}
        depth = FOLDERS[language].count("/")
        told = [_link(self._dataset.value, relation) for relation in ("cite-as", "describes")]
        if (node := self._documents.described) is not None:
            way = f"{'../' * depth}{self._documents.path(node)}.ttl"
            told.append(_link(way, "describedby", MEDIA["ttl"]))
        told.append(_link(ABOUT, "type"))
        return _header([*told, *self._licensed(), *self._items(depth)])

    def dump(self) -> dict[str, str]:
        """From a file to the dataset that it is of."""
        if self._dataset is None:
            return {}
        return _header([_link(self._dataset.value, "collection"), *self._licensed()])

    def _last(self, node: NamedNode) -> str:
        """A thing seen from its own address."""
        return quote(unquote((self._documents.path(node) or "").rpartition("/")[2]), safe="")

    def _said(self, node: NamedNode) -> Iterator[str]:
        """What is said of a thing, wherever one stands."""
        yield _link(node.value, "cite-as")
        for one in self._types.get(node, []):
            yield _link(one.value, "type")
        if node in self._rights:
            yield from (_link(one.value, "license") for one in self._rights[node])
        else:
            yield from self._licensed()
        if node == self._dataset:
            yield from self._items((self._documents.path(node) or "").count("/"))
        elif self._dataset is not None:
            yield _link(self._dataset.value, "collection")

    def _licensed(self) -> Iterator[str]:
        return (_link(one.value, "license") for one in self._licences)

    def _items(self, depth: int) -> Iterator[str]:
        for one in self._dumps:
            address = f"{'../' * depth}dumps/{quote(one.name, safe='')}"
            yield _link(address, "item", one.media)


def _others(way: str, but: str) -> Iterator[tuple[str, str]]:
    """The documents of a thing and their media types; `way` is that to them, without suffix."""
    for suffix, media in MEDIA.items():
        if suffix != but:
            yield f"{way}.{suffix}", media


def _link(target: str, relation: str, media: str = "") -> str:
    """One link; its target is a URI or relative to the address of the answer (RFC 8288 §3.1)."""
    kind = f'; type="{media}"' if media else ""
    return f'<{quote(target, safe=URI)}>; rel="{relation}"{kind}'


def _header(links: Iterable[str]) -> dict[str, str]:
    return {"Link": ", ".join(links)}


def _pairs(store: Store, text: str) -> dict[NamedNode, list[NamedNode]]:
    """What a query of two columns finds: the IRIs of the second by those of the first, in order."""
    answer = store.query(text)
    found: dict[NamedNode, set[NamedNode]] = {}
    if isinstance(answer, Rows):
        for row in answer.solutions:
            if isinstance(row["a"], NamedNode):
                values = found.setdefault(row["a"], set())
                values |= {row["b"]} if isinstance(row["b"], NamedNode) else set()
    return {one: sorted(values, key=str) for one, values in found.items()}
