"""What people write for a parameter → an RDF term of its type.

A thing may be written as a slug (`france`), a part of one that only one thing
has (`macron`), a label (`法国`), a key (`country/france`), a prefixed name or a
full IRI.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from pyoxigraph import Literal, NamedNode

from readouts.fault import Misuse
from readouts.fold import folded
from readouts.store import Rows, Store
from readouts.vocab import DRO, ORG, PREFIXES, RDFS, SCHEMA, SKOS, XSD

# A closed list of words, a datatype, or the classes that a thing may have.
TYPES: Mapping[str, tuple[str, ...] | NamedNode | tuple[NamedNode, ...]] = {
    "kind": ("call", "meeting", "talks", "letter", "reply"),
    "lang": ("en", "zh-hans"),
    "date": XSD.date,
    "language": XSD.language,
    "string": XSD.string,
    "person": (SCHEMA.Person,),
    "country": (SCHEMA.Country,),
    "organisation": (ORG.Organization,),
    "theme": (DRO.Heading,),
    "exchange": (DRO.Exchange,),
    "statement": (DRO.Statement,),
    "text": (DRO.SourceText,),
    "thing": (),
}
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
# RFC 3987 without what N-Triples forbids in an IRI, and without bidirectional controls (§4.1).
IRI = re.compile(
    r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\\x00-\x20\u200e\u200f\u202a-\u202e\u2066-\u2069]+"
)


def resolve(name: str, type_: str, text: str, store: Store, base: str) -> NamedNode | Literal:
    """The term that a text stands for. Raises Misuse naming the parameter and what is allowed."""
    told = TYPES[type_]
    if told == XSD.date:
        return _date(name, text)
    if told == XSD.string:
        return _string(name, text)
    if told == XSD.language:
        return _language(name, text)
    if told and isinstance(told, tuple) and isinstance(told[0], str):
        if text in told:
            return Literal(text)
        raise Misuse(f"{name} is {text!r}. It must be one of {', '.join(map(str, told))}.")
    assert isinstance(told, tuple)
    return _thing(
        name, type_, text, [one for one in told if isinstance(one, NamedNode)], store, base
    )


def _date(name: str, text: str) -> Literal:
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return Literal(date.fromisoformat(text).isoformat(), datatype=XSD.date)
    except ValueError:
        pass
    raise Misuse(f"{name} is {text!r}. It must be a day such as 2020-02-13.")


def _string(name: str, text: str) -> Literal:
    # A lone surrogate, which a command line can hold, is no character: no RDF literal can hold it.
    if any("\ud800" <= character <= "\udfff" for character in text) or "\x00" in text:
        raise Misuse(f"{name} holds something that is not text. Write it in UTF-8.")
    return Literal(text)


def _language(name: str, text: str) -> Literal:
    """A language tag in lower case, as Wikidata and we write it (BCP 47, §2.1.1)."""
    if LANGUAGE.fullmatch(text):
        return Literal(text.lower())
    raise Misuse(f"{name} is {text!r}. It must be a language tag such as fr or zh-hant.")


def _thing(
    name: str, type_: str, text: str, classes: list[NamedNode], store: Store, base: str
) -> NamedNode:
    node = _iri(text, base)
    if node is not None:
        if _is_a(node, classes, store):
            return node
        raise Misuse(f"{name} is {text!r}, and there is no such {type_} here.")
    things = _named(classes, store)
    wanted = folded(text)
    exact = {node for node, names in things.items() if wanted in names}
    found = exact or {
        node for node, names in things.items() if wanted and wanted in _parts(node.value)
    }
    if len(found) == 1:
        return found.pop()
    if found:
        several = ", ".join(sorted(node.value.removeprefix(base) for node in found)[:8])
        raise Misuse(f"{name} is {text!r}, which could be {several}. Write one of them.")
    raise Misuse(f"{name} is {text!r}, and there is no such {type_} here.{_some(things, base)}")


def _iri(text: str, base: str) -> NamedNode | None:
    """The IRI that a text writes out: in full, by prefix, or as a key under the base."""
    inner = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    prefix, colon, local = inner.partition(":")
    if colon and prefix in PREFIXES:
        inner = PREFIXES[prefix] + local
    elif not colon and "/" in inner:
        inner = base + inner
    elif not inner.startswith(("http://", "https://", "urn:")):
        return None
    try:
        return NamedNode(inner) if IRI.fullmatch(inner) else None
    except ValueError:
        return None


def _is_a(node: NamedNode, classes: list[NamedNode], store: Store) -> bool:
    kinds = " ".join(map(str, classes))
    test = f"VALUES ?class {{ {kinds} }} {node} a ?class" if classes else f"{node} ?p ?o"
    answer = store.query(f"SELECT (1 AS ?one) WHERE {{ {test} }} LIMIT 1")
    return isinstance(answer, Rows) and any(True for _ in answer.solutions)


def _named(classes: list[NamedNode], store: Store) -> dict[NamedNode, set[str]]:
    """The things of those classes with their slugs and labels, folded for comparison."""
    kinds = " ".join(map(str, classes))
    test = f"VALUES ?class {{ {kinds} }} ?thing a ?class ." if classes else ""
    answer = store.query(
        f"SELECT ?thing ?name WHERE {{ {test} ?thing {RDFS.label}|{SKOS.altLabel} ?name }}"
    )
    things: dict[NamedNode, set[str]] = {}
    for thing, label in _pairs(answer):
        slug = re.split(r"[/#]", thing.value)[-1]
        things.setdefault(thing, {slug}).add(folded(label))
    return things


def _pairs(answer: object) -> Iterator[tuple[NamedNode, str]]:
    assert isinstance(answer, Rows)
    for solution in answer.solutions:
        thing, label = solution["thing"], solution["name"]
        if isinstance(thing, NamedNode) and isinstance(label, Literal):
            yield thing, label.value


def _parts(iri: str) -> set[str]:
    """The words of a slug: emmanuel and macron of emmanuel-macron."""
    return set(re.split(r"[/#]", iri)[-1].split("-"))


def _some(things: Mapping[NamedNode, set[str]], base: str, most: int = 12) -> str:
    """A few of what there is, to choose from."""
    names = sorted(node.value.removeprefix(base) for node in things)
    if not names:
        return ""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f" There are: {', '.join(names[:most])}{more}."
