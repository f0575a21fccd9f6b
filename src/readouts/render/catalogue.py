"""The stored queries for programs: what each asks, what it takes, and where its answers are."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from readouts import formats
from readouts.query import Parameter, Stored
from readouts.query.paging import BOUNDS
from readouts.query.values import TYPES
from readouts.render.answers import GRAPHS, RESULTS
from readouts.vocab import XSD

TEXT = "rq"


def suffixes(stored: Stored) -> tuple[str, ...]:
    """The formats that the answer to a stored query can be had in, by suffix."""
    return tuple(RESULTS) if stored.form == "SELECT" else GRAPHS


def write(queries: Mapping[str, Stored], allows: Callable[[str], bool]) -> bytes:
    """The list as JSON. Links are relative to the address of the list.

    `allows` says of the endpoint of a federated query whether it is asked from here. Where it is
    not, the list has the text of the query and no answer.
    """
    return formats.dump({"queries": [_told(one, allows) for one in queries.values()]})


def _told(stored: Stored, allows: Callable[[str], bool]) -> dict[str, object]:
    links = {one: f"queries/{stored.name}.{one}" for one in ("html", *suffixes(stored), TEXT)}
    if stored.federated and not allows(stored.endpoint):
        links = {TEXT: links[TEXT]}
    told: dict[str, object] = {
        "name": stored.name,
        "summary": dict(stored.summary),
        "description": stored.description,
        "form": stored.form,
        "tags": list(stored.tags),
        "federated": stored.federated,
        "parameters": [_parameter(one) for one in stored.parameters],
        "links": links,
    }
    if stored.form == "SELECT":
        told["columns"] = list(stored.columns)
        told["paging"] = {
            name: {"minimum": least, "maximum": most} for name, (least, most) in BOUNDS.items()
        }
    return told


def _parameter(parameter: Parameter) -> dict[str, object]:
    """`allowed` is a list where few words are; else it says what kind of text is taken."""
    told: dict[str, object] = {
        "name": parameter.name,
        "type": parameter.type,
        "description": parameter.description,
        "allowed": words(parameter.type) or _taken(parameter.type),
    }
    return {**told, "default": parameter.default} if parameter.default else told


def words(type_: str) -> list[str]:
    """The words of a closed list; none where a type is not one."""
    told = TYPES[type_]
    return [one for one in told if isinstance(one, str)] if isinstance(told, tuple) else []


def _taken(type_: str) -> str:
    if TYPES[type_] == XSD.date:
        return "A day such as 2020-02-13."
    if TYPES[type_] == XSD.string:
        return "Any text."
    if TYPES[type_] == XSD.language:
        return "A language tag such as fr."
    return f"A {type_}: its slug or a part of it, a label, a key, a prefixed name or an IRI."
