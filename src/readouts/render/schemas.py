"""What an OpenAPI document says of values and answers: parameters, media types, refusals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from readouts.query import Parameter
from readouts.query.paging import BOUNDS
from readouts.query.values import LANGUAGE, TYPES
from readouts.render import catalogue, form
from readouts.render.answers import MEDIA
from readouts.render.document import Documents
from readouts.store import Store
from readouts.vocab import XSD

Json = dict[str, object]
OBJECT: Json = {"type": "object"}
HTML, JSON, PLAIN = "text/html", "application/json", "text/plain"
TEXT: Json = {"type": "string"}
RESULTS: Json = {
    "type": "object",
    "description": "SPARQL 1.1 Query Results JSON Format",
    "required": ["head"],
    "properties": {
        "head": {
            "type": "object",
            "properties": {
                "vars": {"type": "array", "items": TEXT},
                "complete": {"const": False, "description": "There only where rows are missing."},
                "note": {"type": "string", "description": "What is missing, in plain words."},
            },
        },
        "results": {
            "type": "object",
            "required": ["bindings"],
            "properties": {"bindings": {"type": "array", "items": {"type": "object"}}},
        },
        "boolean": {"type": "boolean"},
    },
}
REFUSALS = {
    "Misuse": "The request is at fault: what is wrong, and what would be right.",
    "Missing": "There is no such thing or form here.",
    "NotAcceptable": "No format on offer is accepted: the list of those there are.",
    "ReadOnly": "Updates are not taken.",
    "TooLarge": "The query is too long.",
    "MediaType": "A query is not posted so.",
    "TooMany": "You have sent too many requests. Retry-After says when to come again.",
    "Busy": "Too much is being asked. Retry-After says when to come again.",
    "Late": "The query took too long.",
}
HEADERS: Json = {
    "Readouts-Complete": {
        "description": "Whether the answer holds all rows.",
        "schema": {"type": "string", "enum": ["true", "false"]},
    },
    "Readouts-Total": {
        "description": "How many rows there are in all.",
        "schema": {"type": "integer", "minimum": 0},
    },
    "Link": {
        "description": "The first, previous, next and last part of the rows (RFC 8288).",
        "schema": TEXT,
    },
}


def types(store: Store, base: str, documents: Documents) -> Json:
    """A schema for each type of parameter."""
    return {one: _type(one, store, base, documents) for one in TYPES}


def _type(name: str, store: Store, base: str, documents: Documents) -> Json:
    if TYPES[name] == XSD.date:
        return {"type": "string", "format": "date", "description": "A day such as 2020-02-13."}
    if TYPES[name] == XSD.string:
        return {"type": "string", "pattern": r"^[^\u0000]*$"}
    if TYPES[name] == XSD.language:
        return {
            "type": "string",
            "pattern": f"^{LANGUAGE.pattern}$",
            "description": "A tag such as fr.",
        }
    values: Iterable[str] = form.allowed(name, store, base)
    if not TYPES[name]:
        values = (path for path in documents.data() if "/" in path and path.isascii())
    if not (found := list(values)):
        return {"type": "string", "description": f"The key or the full IRI of a {name}."}
    if catalogue.words(name):
        return {"type": "string", "enum": found}
    told = f"The key of a {name}. Its label, a part of its slug and its full IRI are taken too."
    return {"type": "string", "enum": found, "description": told}


def parameter(one: Parameter) -> Json:
    """A parameter of a stored query."""
    schema: Json = {"$ref": f"#/components/schemas/{one.type}"}
    if one.default:
        schema["default"] = one.default
    told: Json = {"name": one.name, "in": "query", "description": one.description}
    if TYPES[one.type] != XSD.string:
        # What a form sends for a field that is left empty; it is the same as no value.
        told["allowEmptyValue"] = True
    return {**told, "schema": schema}


def window() -> Json:
    """The parameters that ask for a part of the rows."""
    told = {"limit": "At most so many rows.", "offset": "Leave out so many rows."}
    return {
        name: {
            "name": name,
            "in": "query",
            "description": told[name],
            "schema": {"type": "integer", "minimum": least, "maximum": most},
        }
        for name, (least, most) in BOUNDS.items()
    }


def refusals() -> Json:
    """The answers that are none, each with a sentence that helps."""
    held = {PLAIN: {"schema": TEXT}, HTML: {"schema": TEXT}}
    return {name: {"description": told, "content": held} for name, told in REFUSALS.items()}


def content(media: Iterable[str]) -> Json:
    """A body in one of those media types."""
    schemas = {MEDIA["json"]: RESULTS, MEDIA["jsonld"]: OBJECT, JSON: OBJECT}
    return {one: {"schema": schemas.get(one, TEXT)} for one in media}


def refs(kind: str, names: Mapping[str, str]) -> Json:
    """References to components, under keys."""
    return {key: {"$ref": f"#/components/{kind}/{name}"} for key, name in names.items()}
