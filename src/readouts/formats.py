"""RDF triples and quads → bytes, the same bytes every time and good to read.

Order is that of graph, subject, predicate and object as text, with numbers
counted as numbers and types and labels first. Turtle and TriG get their
prefixes in order and an empty line between subjects; JSON-LD is compacted with
the context of the publication and carries it, so that nobody has to fetch it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from pyld import jsonld
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, serialize

from readouts.fault import Misuse
from readouts.vocab import PREFIXES, RDF, RDFS, XSD

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Format:
    """A serialisation: its suffix, its media type, and whether it holds named graphs.

    `name` is the end of its IRI among the file formats of the W3C, http://www.w3.org/ns/formats/.
    """

    suffix: str
    media: str
    rdf: RdfFormat
    name: str
    graphs: bool = False


FORMATS: Mapping[str, Format] = {
    one.suffix: one
    for one in (
        Format("ttl", "text/turtle", RdfFormat.TURTLE, "Turtle"),
        Format("jsonld", "application/ld+json", RdfFormat.JSON_LD, "JSON-LD", graphs=True),
        Format("nt", "application/n-triples", RdfFormat.N_TRIPLES, "N-Triples"),
        Format("rdf", "application/rdf+xml", RdfFormat.RDF_XML, "RDF_XML"),
        Format("trig", "application/trig", RdfFormat.TRIG, "TriG", graphs=True),
        Format("nq", "application/n-quads", RdfFormat.N_QUADS, "N-Quads", graphs=True),
    )
}
FIRST = (RDF.type.value, RDFS.label.value)
NOT_XML = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
DIGITS = re.compile(r"([0-9]+)")


def write(
    statements: Iterable[Triple] | Iterable[Quad], suffix: str, base: str, context: Context
) -> bytes:
    """Triples or quads in the format of that suffix, each once. Raises Misuse: see `xml`."""
    format_ = FORMATS[suffix]
    if suffix in ("nt", "nq"):
        distinct: set[Any] = set(statements)
        return b"".join(sorted(serialized(distinct, format_.rdf).splitlines(keepends=True)))
    ordered: list[Any] = sorted(set(statements), key=_order)
    if suffix == "jsonld":
        return dump(_compacted(ordered, context))
    if suffix == "rdf":
        return xml(serialized(ordered, format_.rdf)) + b"\n"
    return _spaced(serialized(ordered, format_.rdf).decode(), base).encode()


def serialized(statements: Iterable[Triple] | Iterable[Quad], rdf: RdfFormat) -> bytes:
    """The statements as the engine writes them, in the order given."""
    data = serialize(statements, format=rdf, prefixes=PREFIXES)
    assert data is not None  # no output was named, so the engine hands the bytes back
    return data


def hashed(statements: Iterable[Quad]) -> str:
    """The SHA-256 of the canonical form, sorted N-Quads (RDFC-1.0 §4.4), in hexadecimal."""
    dataset = Dataset(statements)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(serialized(dataset, RdfFormat.N_QUADS).splitlines(keepends=True))
    return sha256(b"".join(lines)).hexdigest()


def xml(data: bytes) -> bytes:
    """XML as the engine writes it, so that a parser reads the same text out of it.

    A carriage return would be read as a line feed (XML 1.0 §2.11). Raises Misuse when there is a
    character that XML has no way to write (§2.2).
    """
    if found := NOT_XML.search(data):
        code = ord(found[0].decode())
        raise Misuse(
            f"The answer holds the character U+{code:04X}, which cannot be written in XML. "
            "Ask for another format."
        )
    return data.replace(b"\r", b"&#13;")


def dump(value: object) -> bytes:
    """A JSON value as bytes, keys in order."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _order(one: Any) -> tuple[Any, ...]:
    graph = str(one.graph_name) if isinstance(one, Quad) else ""
    predicate = one.predicate.value
    rank = FIRST.index(predicate) if predicate in FIRST else len(FIRST)
    return (graph, _natural(str(one.subject)), rank, predicate, _natural(str(one.object)))


@lru_cache(maxsize=1 << 14)
def _natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key in which #char=7,10 comes before #char=12,13."""
    parts = DIGITS.split(text)
    return tuple((int(part), part) if index % 2 else (-1, part) for index, part in enumerate(parts))


def _relative(text: str, base: str) -> str:
    """Turtle or TriG with the IRIs under the base written relative to it, and no others.

    The engine, given a base, would write <//creativecommons.org/…> too: right, and hard to read.
    """
    under = re.compile(rf'"(?:[^"\\]|\\.)*"|<{re.escape(base)}([^<>]+)>')
    return under.sub(lambda found: f"<{found[1]}>" if found[1] else found[0], text)


def _spaced(text: str, base: str) -> str:
    """Turtle or TriG with the prefixes it uses, sorted, and an empty line before each subject.

    The writer breaks no literal over lines, so a line is a unit of syntax; it keeps prefixes in a
    hash map, so their order is not its own.
    """
    lines = text.splitlines()
    body = [_relative(line, base) for line in lines if not line.startswith("@prefix")]
    used = set(re.findall(r"(?:^|[\s^])([a-z]+):", "\n".join(body), re.MULTILINE))
    prefixes = [line for line in lines if line.startswith("@prefix")]
    out = [f"@base <{base}> ."]
    out += sorted(line for line in prefixes if line.split()[1].removesuffix(":") in used)
    fresh = True
    for line in body:
        if fresh and line != "}":
            out.append("")
        out.append(line)
        fresh = line.endswith((" .", "{", "}"))
    return "\n".join(out) + "\n"


def _compacted(ordered: list[Any], context: Context) -> Any:
    # What the engine writes is expanded already; to expand it again takes a third of the time.
    told = {"graph": True, "skipExpansion": True, "documentLoader": _refuse}
    expanded = json.loads(serialized(ordered, RdfFormat.JSON_LD))
    return jsonld.compact(_native(expanded), dict(context), told)


def _native(node: Any) -> Any:
    """Expanded JSON-LD with types as @type and xsd:integer as JSON numbers."""
    if isinstance(node, list):
        return [_native(one) for one in node]
    if not isinstance(node, dict):
        return node
    if node.get("@type") == XSD.integer.value and re.fullmatch(
        r"0|-?[1-9][0-9]{0,14}", node["@value"]
    ):
        return {"@value": int(node["@value"])}
    native = {key: _native(value) for key, value in node.items() if key != RDF.type.value}
    if RDF.type.value in node:
        native["@type"] = [one["@id"] for one in node[RDF.type.value]]
    return native


def _refuse(url: str, _options: object) -> None:
    raise ValueError(f"the JSON-LD context names {url}, and nothing is fetched")
