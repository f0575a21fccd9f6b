"""Data extension: the values of properties of things that were matched (§7)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from pyoxigraph import NamedNode

from readouts.fault import Misuse
from readouts.reconcile.batch import Extension
from readouts.reconcile.classes import Classes, Kind
from readouts.reconcile.properties import Properties, Property
from readouts.reconcile.values import DAY, Json, Values

NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set of a property: how many values, on which day, in which language, or a count."""

    limit: int = 0
    day: str = ""
    language: str = "en"
    counts: bool = False


def extend(
    asked: Extension,
    things: Mapping[str, NamedNode],
    properties: Properties,
    classes: Classes,
    values: Values,
) -> Json:
    """The answer: what each column holds, and its values by thing. Raises Misuse.

    A thing that is not here has no values.
    """
    chosen = [
        _chosen(place, name, told, properties)
        for place, (name, told) in enumerate(asked.properties)
    ]
    rows: Json = {}
    for key in asked.ids:
        node = things.get(key)
        rows[key] = {
            one.id: _cells(node, one, settings, values) if node else [] for one, settings in chosen
        }
    return {"meta": [_meta(one, told, classes, values) for one, told in chosen], "rows": rows}


def _chosen(
    place: int, name: str, told: Mapping[str, object], properties: Properties
) -> tuple[Property, Settings]:
    where = f"extend.properties[{place}]"
    if name not in properties.all:
        raise Misuse(f"{where}: there is no property {name[:200]} here.")
    return properties.all[name], _settings(f"{where}.settings", told)


def _settings(where: str, told: Mapping[str, object]) -> Settings:
    """The settings. A form may send a number as text, and a box that is ticked as `on`."""
    limit, day = str(told.get("limit") or 0), str(told.get("day") or "")
    if not NUMBER.fullmatch(limit):
        raise Misuse(f"{where}.limit must be a whole number from 0 on.")
    if day and not _is_day(day):
        raise Misuse(f"{where}.day must be a day such as 2020-02-13.")
    counts = told.get("count") in (True, "true", "on")
    return Settings(int(limit), day, str(told.get("language") or "en"), counts)


def _cells(node: NamedNode, asked: Property, settings: Settings, values: Values) -> list[Json]:
    held = [
        one
        for one in asked.values.get(node, ())
        if not settings.day or values.lasts(one, settings.day)
    ]
    told: list[Json] = []
    for one in held:
        # Two ways may lead to the same value: a title that was printed twice is one title.
        if (cell := values.told(one, settings.language)) not in told:
            told.append(cell)
    if settings.counts:
        return [{"int": len(told)}]
    return told[: settings.limit] if settings.limit else told


def _meta(asked: Property, settings: Settings, classes: Classes, values: Values) -> Json:
    """What a column is called, and of which type its things are, if all are of one."""
    meta: Json = {"id": asked.id, "name": asked.name}
    held = [one for found in asked.values.values() for one in found]
    if held and all(values.is_thing(one) for one in held) and not settings.counts:
        nodes = {one.term for one in held if isinstance(one.term, NamedNode)}
        if kind := _shared(nodes, classes):
            meta["type"] = {"id": kind.id, "name": kind.name}
    return meta


def _shared(nodes: Iterable[NamedNode], classes: Classes) -> Kind | None:
    """The type that all of some things have; of several, the one that fewest others have."""
    shared: set[str] | None = None
    for node in nodes:
        found = {one.id for one in classes.of(node)}
        shared = found if shared is None else shared & found
    kinds = [classes.all[one] for one in shared or ()]
    return min(kinds, key=lambda one: (one.count, one.id), default=None)


def _is_day(text: str) -> bool:
    try:
        return bool(DAY.fullmatch(text) and date.fromisoformat(text))
    except ValueError:
        return False
