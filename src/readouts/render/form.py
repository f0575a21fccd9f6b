"""The fields of a form for the parameters of a stored query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from readouts.query import Parameter, Stored
from readouts.query.values import TYPES
from readouts.render.labels import Text, described
from readouts.render.phrases import ENGLISH
from readouts.store import Rows, Store
from readouts.vocab import XSD

# A longer list is no help: the field takes what is typed.
MOST = 300
CHOICES = """SELECT ?thing (SAMPLE(?name) AS ?label) WHERE {{
  VALUES ?class {{ {classes} }}
  ?thing a ?class .
  OPTIONAL {{ ?thing rdfs:label ?name FILTER(LANGMATCHES(LANG(?name), "{language}")) }}
}} GROUP BY ?thing ORDER BY ?label ?thing LIMIT {most}"""


@dataclass(frozen=True, slots=True)
class Field:
    """An input: `kind` is date, text or select; `choices` are values with what they are called."""

    name: str
    kind: str
    description: Text
    value: str
    choices: tuple[tuple[str, str], ...] = ()


def allowed(type_: str, store: Store, base: str) -> tuple[str, ...]:
    """The values that a form offers for a parameter of a type; none where any text is taken."""
    field = _field(Parameter("", type_, {"en": ""}, ""), "", store, base)
    return tuple(value for value, _ in field.choices)


def fields(
    stored: Stored, values: Mapping[str, str], store: Store, base: str, language: str = ENGLISH
) -> tuple[Field, ...]:
    """A field for each parameter, filled with the value given or its default."""
    return tuple(
        _field(one, values.get(one.name, ""), store, base, language) for one in stored.parameters
    )


def _field(
    parameter: Parameter, value: str, store: Store, base: str, language: str = ENGLISH
) -> Field:
    told = TYPES[parameter.type]
    kind = "date" if told == XSD.date else "text"
    choices: tuple[tuple[str, str], ...] = ()
    if isinstance(told, tuple):
        words = [one for one in told if isinstance(one, str)]
        classes = [one for one in told if isinstance(one, NamedNode)]
        choices = tuple((word, word) for word in words)
        if classes:
            choices = _things(classes, store, base, language)
    if choices and value not in ("", *(key for key, _ in choices)):
        choices = ((value, value), *choices)
    return Field(
        parameter.name,
        "select" if choices else kind,
        described(parameter.descriptions, language),
        value or parameter.default,
        choices,
    )


def _things(
    classes: list[NamedNode], store: Store, base: str, language: str
) -> tuple[tuple[str, str], ...]:
    """The things of those classes: the key under the base, and the label. Empty if too many."""
    told = {"classes": " ".join(map(str, classes)), "most": MOST + 1, "language": language}
    answer = store.query(CHOICES.format(**told))
    found = []
    for row in answer.solutions if isinstance(answer, Rows) else ():
        thing, label = row["thing"], row["label"]
        if isinstance(thing, NamedNode):
            key = thing.value.removeprefix(base)
            found.append((key, label.value if isinstance(label, Literal) else key))
    return tuple(found) if len(found) <= MOST else ()
