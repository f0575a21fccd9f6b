"""What clients send, read with care: a batch of queries, or a question for values.

The fields are those of the Reconciliation Service API 0.2, §4.1 and §7.3. Whatever is not as they
say is a Misuse that tells where, as `queries.q1.limit`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from readouts.fault import Misuse

# How many queries may come at once, how many candidates go back for each, and how many values of
# properties of how many things.
LARGEST, MOST, CELLS = 20, 25, 2000
# How many candidates go back where nobody says, and how many properties may be compared.
FEW, MANY = 10, 10
FIELDS = ("query", "type", "limit", "properties", "type_strict")
STRICT = ("any", "all", "should")


class TooMany(Misuse):
    """More at once than is answered."""


@dataclass(frozen=True, slots=True)
class Query:
    """One question: which thing is meant? `where` names it in messages."""

    where: str
    text: str = ""
    types: tuple[str, ...] = ()
    limit: int = FEW
    properties: tuple[tuple[str, tuple[object, ...]], ...] = ()
    strict: str = "any"


@dataclass(frozen=True, slots=True)
class Extension:
    """Which properties of which things are asked for, each property with its settings."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, Mapping[str, object]], ...] = field(default=())


def queries(text: str) -> dict[str, Query]:
    """The queries of a batch by their keys. Raises Misuse, and TooMany."""
    told = _json("queries", text)
    if not isinstance(told, dict):
        raise Misuse('queries must be an object such as {"q0": {"query": "法国总统马克龙"}}.')
    if len(told) > LARGEST:
        raise TooMany(
            f"There are {len(told):,} queries in the batch. Send at most {LARGEST} at once."
        )
    return {key: _query(f"queries.{_shown(key)}", one) for key, one in told.items()}


def extension(text: str) -> Extension:
    """A question for values. Raises Misuse, and TooMany."""
    told = _json("extend", text)
    if not isinstance(told, dict):
        raise Misuse('extend must be an object such as {"ids": […], "properties": [{"id": …}]}.')
    ids, properties = told.get("ids"), told.get("properties")
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise Misuse("extend.ids must be an array of identifiers.")
    if not isinstance(properties, list):
        raise Misuse("extend.properties must be an array of objects with an id.")
    if len(ids) * len(properties) > CELLS:
        raise TooMany(
            f"There are {len(ids):,} things with {len(properties):,} properties each. "
            f"Ask for at most {CELLS:,} cells at once."
        )
    return Extension(tuple(ids), tuple(map(_asked, range(len(properties)), properties)))


def _query(where: str, told: object) -> Query:
    if not isinstance(told, dict):
        raise Misuse(f'{where} must be an object such as {{"query": "法国总统马克龙"}}.')
    if unknown := [_shown(one) for one in told if one not in FIELDS]:
        raise Misuse(f"{where} has no field {unknown[0]}. There are: {', '.join(FIELDS)}.")
    text, limit, strict = told.get("query"), told.get("limit"), told.get("type_strict")
    if text is not None and not isinstance(text, str):
        raise Misuse(f"{where}.query must be a text.")
    if limit is not None and (not _is_whole(limit) or limit < 1):
        raise Misuse(f"{where}.limit must be a whole number from 1 on.")
    if strict is not None and strict not in STRICT:
        raise Misuse(f"{where}.type_strict must be one of {', '.join(STRICT)}.")
    properties = _properties(where, told.get("properties"))
    if text is None and not properties:
        raise Misuse(f"{where} has neither query nor properties. Give at least one.")
    return Query(
        where,
        text or "",
        _types(where, told.get("type")),
        min(int(limit or FEW), MOST),
        properties,
        strict or "any",
    )


def _types(where: str, told: object) -> tuple[str, ...]:
    types = [told] if isinstance(told, str) else told or []
    if not isinstance(types, list) or not all(isinstance(one, str) for one in types):
        raise Misuse(f"{where}.type must be the identifier of a type, or an array of them.")
    return tuple(one for one in types if one)


def _properties(where: str, told: object) -> tuple[tuple[str, tuple[object, ...]], ...]:
    if told is None:
        return ()
    if not isinstance(told, list):
        raise Misuse(f"{where}.properties must be an array of objects with pid and v.")
    if len(told) > MANY:
        raise TooMany(f"{where} has {len(told):,} properties. Give at most {MANY}.")
    return tuple(_property(f"{where}.properties[{place}]", one) for place, one in enumerate(told))


def _property(where: str, told: object) -> tuple[str, tuple[object, ...]]:
    if not isinstance(told, dict) or not isinstance(told.get("pid"), str) or "v" not in told:
        raise Misuse(f"{where} must be an object with a property in pid and a value in v.")
    values = told["v"] if isinstance(told["v"], list) else [told["v"]]
    for one in values:
        is_entity = isinstance(one, dict) and isinstance(one.get("id"), str)
        if not is_entity and not isinstance(one, str | int | float | bool):
            raise Misuse(f"{where}.v must be a text, a number, a truth, or an object with an id.")
    return told["pid"], tuple(values)


def _asked(place: int, told: object) -> tuple[str, Mapping[str, object]]:
    where = f"extend.properties[{place}]"
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise Misuse(f"{where} must be an object with an id.")
    settings = told.get("settings") or {}
    if not isinstance(settings, dict):
        raise Misuse(f"{where}.settings must be an object.")
    return told["id"], settings


def _json(name: str, text: str) -> object:
    try:
        found: object = json.loads(text, parse_constant=_refused)
        # An escape can stand for half of a character, which no answer could repeat.
        json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, character {error.colno}"
        raise Misuse(f"{name} is not JSON: {error.msg} at {place}.") from None
    except RecursionError:
        raise Misuse(f"{name} is nested too deeply to be read.") from None
    except UnicodeEncodeError:
        raise Misuse(f"{name} holds half of a surrogate pair, which is no character.") from None
    except ValueError:
        told = (
            "NaN, Infinity or a number of thousands of digits, which JSON cannot carry everywhere"
        )
        raise Misuse(f"{name} holds {told}.") from None
    return found


def _refused(constant: str) -> object:
    raise ValueError(f"{constant} is no number")


def _is_whole(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value == int(value)


def _shown(key: str, most: int = 40) -> str:
    """What a client wrote, short enough for a sentence."""
    return key if len(key) <= most else f"{key[:most]}…"
