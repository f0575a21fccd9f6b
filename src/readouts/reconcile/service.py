"""The reconciliation service of one release: questions that were read → answers as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from pyoxigraph import Literal, NamedNode

from readouts.reconcile import batch, extend, manifest, names, suggest
from readouts.reconcile import facts as known
from readouts.reconcile.classes import Classes
from readouts.reconcile.facts import NAMING, Facts
from readouts.reconcile.index import Index
from readouts.reconcile.match import Candidate, Matcher
from readouts.reconcile.properties import Properties
from readouts.reconcile.suggest import Entry
from readouts.reconcile.titles import titles
from readouts.reconcile.values import Json, Values
from readouts.release import Release
from readouts.render import labels
from readouts.store import Store
from readouts.vocab import DCTERMS, SCHEMA, SKOS

DESCRIBING = (SKOS.definition, DCTERMS.description, SCHEMA.description)
LONGEST = 200


class Reconciler:
    """Matches names with the things of a release. What it needs of the store is asked once."""

    def __init__(self, release: Release, store: Store, name: str) -> None:
        self._release = release
        self._name = name
        self.facts = Facts(store, release.base)
        naming = labels.naming(release.base, release.context)
        found = labels.find(_terms(self.facts), [store], naming)
        self.classes = Classes(self.facts, found)
        self.properties = Properties(self.facts, self.classes, found)
        self._values = Values(self.facts, self.classes)
        self._matcher = Matcher(self.classes, self.properties, Index(self.facts), self._values)
        self.things: Mapping[str, NamedNode] = {
            key: node for node in self.facts.things for key in (self.facts.key(node), node.value)
        }

    def manifest(self, address: str) -> Json:
        """What the service at an address offers."""
        base, types = self._release.base, self.classes.defaults
        return manifest.manifest(address, self._name, base, types, self._languages)

    def answer(self, queries: Mapping[str, batch.Query]) -> Json:
        """The candidates of every query of a batch (§4.2). Raises Misuse."""
        return {
            key: {"result": [self._candidate(one) for one in self._matcher.find(query)]}
            for key, query in queries.items()
        }

    def extend(self, asked: batch.Extension) -> Json:
        """The values of properties (§7.4). Raises Misuse."""
        return extend.extend(asked, self.things, self.properties, self.classes, self._values)

    def propose(self, type_: str, limit: int = 0) -> Json | None:
        """The properties of a type, or without one of any (§7.2); None if there is no such type."""
        kind = self.classes.find(type_) if type_ else None
        if type_ and kind is None:
            return None
        found = self.properties.of(kind)
        told: Json = {
            "properties": [{"id": one.id, "name": one.name} for one in found[: limit or None]]
        }
        if kind:
            told["type"] = kind.id
        return {**told, "limit": limit} if limit else told

    def suggest(self, kind: str, prefix: str, cursor: int = 0) -> Json:
        """Entities, types or properties for what was typed so far (§6.3)."""
        found = suggest.suggest(self._entries[kind].values(), prefix, cursor)
        return {"result": [self._suggested(one) for one in found]}

    def entry(self, kind: str, key: str) -> Entry | None:
        """An entity, type or property by its identifier."""
        return self._entries[kind].get(key)

    @cached_property
    def _entries(self) -> Mapping[str, Mapping[str, Entry]]:
        types = (
            Entry(one.id, one.name, f"{one.count:,} of them here", (names.read(one.name),))
            for one in self.classes.all.values()
        )
        properties = (
            Entry(one.id, one.name, f"of {len(one.values):,} things here", (names.read(one.name),))
            for one in self.properties.all.values()
        )
        held = {
            "entity": map(self._entry, self.facts.things),
            "type": types,
            "property": properties,
        }
        return {kind: {one.id: one for one in entries} for kind, entries in held.items()}

    def _entry(self, node: NamedNode) -> Entry:
        return Entry(
            self.facts.key(node),
            self._values.called(node),
            self._description(node),
            tuple(names.read(one.value) for one in self.facts.texts(node)),
            tuple((one.id, one.name) for one in self.classes.of(node)),
            (node.value, *known.links(self.facts.about[node])),
        )

    def _description(self, node: NamedNode) -> str:
        """What tells a thing from its namesakes: other names, offices, or what is said of it."""
        name, told = self._values.called(node), self.facts.about[node]
        parts = [one.value for one in self.facts.texts(node) if one.value != name]
        parts += [self._values.called(one) for one in titles(node, self.facts).offices]
        parts += [
            " ".join(one.value.split())
            for name in DESCRIBING
            for one in told.get(name, ())
            if isinstance(one, Literal)
        ]
        text = " · ".join(dict.fromkeys(parts))
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def _candidate(self, found: Candidate) -> Json:
        entry = self._entries["entity"][self.facts.key(found.node)]
        return {
            **_named(entry),
            "type": _typed(entry),
            "score": found.score,
            "features": [{"id": name, "value": value} for name, value in found.features],
            "match": found.is_certain,
        }

    def _suggested(self, entry: Entry) -> Json:
        told = _named(entry)
        if entry.types:
            told["notable"] = _typed(entry)
        if kind := self.classes.all.get(entry.id):
            broader = [self.classes.all[one.value] for one in kind.broader]
            if broader:
                told["broader"] = [{"id": one.id, "name": one.name} for one in broader]
        return told

    @cached_property
    def _languages(self) -> list[str]:
        """The languages of names, English first."""
        found = {one.language for node in self.facts.things for one in self.facts.texts(node)}
        return sorted({one for one in found if one}, key=lambda tag: (tag != "en", tag))


def _named(entry: Entry) -> Json:
    told: Json = {"id": entry.id, "name": entry.name}
    return {**told, "description": entry.description} if entry.description else told


def _typed(entry: Entry) -> list[Json]:
    return [{"id": one, "name": name} for one, name in entry.types]


def _terms(facts: Facts) -> set[NamedNode]:
    """The classes, properties and datatypes that have to be called something."""
    found: set[NamedNode] = set(NAMING)
    for node, told in facts.about.items():
        found |= {wide for one in facts.types(node) for wide in facts.wider(one)}
        for predicate, values in told.items():
            found.add(predicate)
            found |= {one.datatype for one in values if isinstance(one, Literal)}
    return found
