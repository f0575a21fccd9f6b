"""Prefixes, terms, and how an IRI is minted.

The vocabulary is a hash namespace, data are slash IRIs under the base of the
publication. Passages are NIF offset strings: `text/<slug>#char=<begin>,<end>`.
"""

from __future__ import annotations

from pyoxigraph import Literal, NamedNode

from readouts.model import Span

PREFIXES = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcterms": "http://purl.org/dc/terms/",
    "dro": "https://w3id.org/readouts/ns#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "itsrdf": "http://www.w3.org/2005/11/its/rdf#",
    "nif": "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "http://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# The media types of IANA and the file formats of the W3C have IRIs; each begins so.
MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"
FILE_FORMATS = "http://www.w3.org/ns/formats/"


class Namespace:
    """The terms of one prefix, as attributes: `SCHEMA.Person`."""

    def __init__(self, prefix: str) -> None:
        self._stem = PREFIXES[prefix]

    def __getattr__(self, name: str) -> NamedNode:
        return NamedNode(self._stem + name)

    def __getitem__(self, name: str) -> NamedNode:
        return NamedNode(self._stem + name)


DCAT = Namespace("dcat")
DCTERMS = Namespace("dcterms")
DRO = Namespace("dro")
FOAF = Namespace("foaf")
ITSRDF = Namespace("itsrdf")
NIF = Namespace("nif")
ORG = Namespace("org")
OWL = Namespace("owl")
PROV = Namespace("prov")
RDF = Namespace("rdf")
RDFS = Namespace("rdfs")
SCHEMA = Namespace("schema")
SH = Namespace("sh")
SKOS = Namespace("skos")
SPDX = Namespace("spdx")
VOID = Namespace("void")
WD = Namespace("wd")
XSD = Namespace("xsd")


class Mint:
    """Mints the IRIs of one publication from keys such as `person/hun-sen`."""

    def __init__(self, base: str) -> None:
        self.base = base

    def thing(self, *parts: str) -> NamedNode:
        """The IRI of a key; a key `ns#…` is a term of the vocabulary."""
        key = "/".join(parts)
        if key.startswith("ns#"):
            return DRO[key.removeprefix("ns#")]
        return NamedNode(self.base + key)

    def passage(self, text: str, span: Span) -> NamedNode:
        """The IRI of a range of a text, in code points."""
        return NamedNode(f"{self.base}text/{text}#char={span.begin},{span.end}")


def english(text: str) -> Literal:
    """A literal in English."""
    return Literal(text, language="en")


def chinese(text: str) -> Literal:
    """A literal in simplified Chinese. The tag is lower case: Oxigraph and Virtuoso make it so."""
    return Literal(text, language="zh-hans")


def integer(value: int) -> Literal:
    """An xsd:integer."""
    return Literal(str(value), datatype=XSD.integer)


def day(text: str) -> Literal:
    """An xsd:date, xsd:gYearMonth or xsd:gYear, whichever the ISO 8601 text is."""
    return Literal(text, datatype={10: XSD.date, 7: XSD.gYearMonth, 4: XSD.gYear}[len(text)])
