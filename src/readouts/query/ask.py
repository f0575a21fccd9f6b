"""A stored query with values for its parameters → the answer of a store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from readouts.fault import Misuse
from readouts.query import federation
from readouts.query.binding import bind
from readouts.query.federation import Services
from readouts.query.stored import Stored
from readouts.query.values import resolve
from readouts.store import Answer, Store


def answer(
    stored: Stored,
    values: Mapping[str, str],
    store: Store,
    base: str,
    services: Services | None = None,
) -> Answer:
    """The answer. `services` gives the endpoint that a federated query asks besides the store.

    Raises Misuse when a parameter is unknown, its value is not of its type, or an endpoint is
    needed and there is none.
    """
    return asked(stored, bound(stored, values, store, base), store, services)


def asked(stored: Stored, sparql: str, store: Store, services: Services | None = None) -> Answer:
    """The answer to a stored query that has its values already. Raises Misuse as `answer`."""
    if not stored.federated:
        return store.query(sparql)
    if services is None:
        raise Misuse(f"{stored.name} asks {stored.endpoint}, and nothing is fetched here.")
    return federation.answer(sparql, store, services)


def bound(stored: Stored, values: Mapping[str, str], store: Store, base: str) -> str:
    """The query with the values in it, as it can be asked anywhere.

    Raises Misuse when a parameter is unknown or its value is not of its type.
    """
    types = {parameter.name: parameter.type for parameter in stored.parameters}
    for name in values:
        if name not in types:
            known = ", ".join(types) or "none"
            raise Misuse(f"{stored.name} has no parameter {name!r}. It has: {known}.")
    terms = {
        f"_{name}": resolve(name, types[name], text, store, base) for name, text in values.items()
    }
    return bind(stored.text, terms)


def pairs(given: Iterable[str]) -> dict[str, str]:
    """`key=value` words as a mapping. Raises Misuse when one is none, or a key comes twice."""
    values: dict[str, str] = {}
    for word in given:
        key, equals, value = word.partition("=")
        if not equals:
            raise Misuse(f"{word!r} is no parameter. Write --param key=value.")
        if key in values:
            raise Misuse(f"The parameter {key} is given twice. Give it once.")
        values[key] = value
    return values


def listing(queries: Mapping[str, Stored]) -> str:
    """The stored queries for a person: name, parameters, question."""
    width = max((len(name) for name in queries), default=0)
    lines = [
        f"{name:{width}}  {one.summary['en']}"
        + (
            f" [{', '.join(parameter.name for parameter in one.parameters)}]"
            if one.parameters
            else ""
        )
        for name, one in queries.items()
    ]
    return "".join(f"{line}\n" for line in lines)
