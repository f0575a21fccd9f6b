"""The names of things as people read them, with the language each name is in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from pyoxigraph import Literal, NamedNode, Triple

from readouts.formats import Context
from readouts.render import borrowed
from readouts.render.answers import short
from readouts.render.phrases import ENGLISH
from readouts.store import Rows, Store
from readouts.vocab import DCTERMS

LONGEST = 60
# A passage has no label: it is named by its words, in the language of its text.
NAMES = """SELECT ?thing ?name ?language WHERE {{
  VALUES ?thing {{ {things} }}
  {{ ?thing rdfs:label ?name }}
  UNION
  {{ ?thing dcterms:title ?name FILTER NOT EXISTS {{ ?thing rdfs:label ?label }} }}
  UNION
  {{
    ?thing nif:anchorOf ?name .
    OPTIONAL {{ ?thing nif:referenceContext/dcterms:language ?language }}
  }}
}}"""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A text and its language tag; the tag is empty where the language is not known."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Naming:
    """How things are called: the language that comes first, and what there is without a label.

    That is the IRI without the base, and for terms of others the words of the JSON-LD context.
    """

    base: str
    words: Mapping[str, str]
    language: str = ENGLISH


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels of some things, by language."""

    naming: Naming
    found: Mapping[NamedNode, Mapping[str, str]] = field(default_factory=dict)

    def all(self, node: NamedNode) -> list[Text]:
        """Every label of a thing, the one in the language of the page first, then English."""
        held, first = self.found.get(node, {}), (self.naming.language, ENGLISH)
        ordered = sorted(held, key=lambda tag: (tag != first[0], tag != first[1], tag))
        return [Text(held[tag], tag) for tag in ordered]

    def name(self, node: NamedNode) -> Text:
        """The first label of a thing, else its shortened IRI."""
        labels = self.all(node)
        return _clipped(labels[0]) if labels else Text(short(node, self.naming.base))

    def term(self, node: NamedNode) -> Text:
        """The name of a property or class; without any the words of its name in JSON-LD."""
        if node in self.found:
            return self.name(node)
        if names := borrowed.held().get(node.value):
            return described(names, self.naming.language)
        local = self.naming.words.get(node.value) or re.split(r"[/#]", node.value)[-1]
        words = [word if word.isupper() else word.lower() for word in WORD.findall(local)]
        return Text(" ".join(words), "en") if words else Text(short(node, self.naming.base))


def described(texts: Mapping[str, str], language: str) -> Text:
    """The text in a language, else the one in English, which there always is."""
    tag = language if language in texts else ENGLISH
    return Text(texts[tag], tag)


def naming(base: str, context: Context, language: str = ENGLISH) -> Naming:
    """The names that a release gives to terms in its JSON-LD context (JSON-LD 1.1 §3.1)."""
    held = context.get("@context", {})
    words: dict[str, str] = {}
    for key, told in held.items() if isinstance(held, dict) else ():
        name = told.get("@id", "") if isinstance(told, dict) else told
        prefix, colon, local = str(name).partition(":")
        stem = held.get(prefix)
        if colon and isinstance(stem, str) and not local.startswith("//"):
            words[stem + local] = key
    return Naming(base, words, language)


def find(nodes: Iterable[NamedNode], stores: Iterable[Store], naming: Naming) -> Labels:
    """The labels of those things, or their titles, asked for at once in each store."""
    things = " ".join(sorted({str(node) for node in nodes}))
    answers = [store.query(NAMES.format(things=things)) for store in stores]
    rows = [row for one in answers if isinstance(one, Rows) for row in one.solutions]
    found: dict[NamedNode, dict[str, str]] = {}
    for row in rows:
        thing, name, language = row["thing"], row["name"], row["language"]
        if isinstance(thing, NamedNode) and isinstance(name, Literal):
            given = language.value if isinstance(language, Literal) else ""
            # Of several labels in one language the first of the alphabet is taken, always.
            labels = found.setdefault(thing, {})
            tag = name.language or given
            labels[tag] = min(labels.get(tag, name.value), name.value)
    return Labels(naming, found)


def titled(labels: Labels, triples: Iterable[Triple]) -> Labels:
    """The same labels, and the titles that a document gives to what has none in the store."""
    found = dict(labels.found)
    for one in triples:
        thing, title = one.subject, one.object
        if one.predicate != DCTERMS.title or thing in labels.found:
            continue
        if isinstance(thing, NamedNode) and isinstance(title, Literal):
            found[thing] = {**found.get(thing, {}), title.language or "": title.value}
    return replace(labels, found=found)


def _clipped(label: Text) -> Text:
    """A label that fits on a line."""
    text = " ".join(label.text.split())
    return Text(text if len(text) <= LONGEST * 3 else f"{text[:LONGEST]}…", label.language)
