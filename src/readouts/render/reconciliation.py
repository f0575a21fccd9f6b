"""What an OpenAPI document says of the reconciliation service (W3C API 0.2, §3 to §7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from readouts.render.schemas import HTML, JSON, TEXT, Json, refs

FORM, SCRIPT = "application/x-www-form-urlencoded", "text/javascript"
KINDS = ("entity", "type", "property")
KIND: Json = {"type": "string", "enum": list(KINDS)}
COUNT: Json = {"type": "integer", "minimum": 0, "maximum": 999_999}


def _object(required: Iterable[str], **properties: object) -> Json:
    return {"type": "object", "required": list(required), "properties": properties}


def _array(items: object) -> Json:
    return {"type": "array", "items": items}


def _map(values: object) -> Json:
    return {"type": "object", "additionalProperties": values}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


NAMED = _object(("id", "name"), id=TEXT, name=TEXT, description=TEXT)
FEATURE = _object(("id", "value"), id=TEXT, value={"type": ["number", "boolean"]})
CANDIDATE = _object(
    ("id", "name", "score", "match", "type"),
    id=TEXT,
    name=TEXT,
    description=TEXT,
    type=_array(NAMED),
    score={"type": "number", "minimum": 0, "maximum": 100},
    features=_array(FEATURE),
    match={"type": "boolean"},
)
# A value has one key, which says what it is (§7.4).
VALUE: Json = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {
        "id": TEXT,
        "name": TEXT,
        "str": TEXT,
        "int": {"type": "integer"},
        "float": {"type": "number"},
        "date": {"type": "string", "format": "date-time"},
    },
    "dependentRequired": {"id": ["name"], "name": ["id"]},
}
SERVICE = _object(("service_url", "service_path"), service_url=TEXT, service_path=TEXT)
TEMPLATE: Json = {"type": "string", "pattern": r"\{\{id\}\}"}
SETTING = _object(
    ("name", "label", "type"),
    name=TEXT,
    label=TEXT,
    type={"type": "string", "enum": ["number", "text", "checkbox", "select"]},
    help_text=TEXT,
    choices=_array(_object(("value", "name"), value=TEXT, name=TEXT)),
)
SCHEMAS: Mapping[str, Json] = {
    "reconciliation-manifest": _object(
        ("versions", "name", "identifierSpace", "schemaSpace", "batchSize"),
        versions={"type": "array", "items": TEXT, "contains": {"const": "0.2"}},
        name=TEXT,
        identifierSpace=TEXT,
        schemaSpace=TEXT,
        documentation=TEXT,
        serviceVersion=TEXT,
        defaultTypes=_array(NAMED),
        view=_object(("url",), url=TEMPLATE),
        preview=_object(
            ("url", "width", "height"),
            url=TEMPLATE,
            width={"type": "integer"},
            height={"type": "integer"},
        ),
        suggest=_object(KINDS, entity=SERVICE, type=SERVICE, property=SERVICE),
        extend=_object(
            ("propose_properties",), propose_properties=SERVICE, property_settings=_array(SETTING)
        ),
        batchSize={"type": "integer", "minimum": 1},
    ),
    "reconciliation-results": _map(_object(("result",), result=_array(CANDIDATE))),
    "reconciliation-extension": _object(
        ("meta", "rows"),
        meta=_array(_object(("id", "name"), id=TEXT, name=TEXT, type=NAMED)),
        rows=_map(_map(_array(VALUE))),
    ),
    "reconciliation-suggestions": _object(
        ("result",), result=_array({**NAMED, "description": "An entity, a type or a property."})
    ),
    "reconciliation-flyout": _object(("id", "html"), id=TEXT, html=TEXT),
    "reconciliation-properties": _object(
        ("properties",), properties=_array(NAMED), type=TEXT, limit=COUNT
    ),
}
ANSWERS = ("manifest", "results", "extension")
QUESTIONS: Json = {
    one: {
        "type": "string",
        "contentMediaType": JSON,
        "format": f"reconciliation-{one}",
        "description": told,
    }
    for one, told in (
        ("queries", "A batch of reconciliation queries as JSON (§4.1)."),
        ("extend", "A data extension query as JSON (§7.3)."),
    )
}
# One or the other, as fields of a form or parameters of an address: texts, all of them.
QUESTION: list[Json] = [
    {**_object((one,), **{one: told}), "not": {"required": [other]}, "additionalProperties": TEXT}
    for (one, told), other in zip(QUESTIONS.items(), reversed(QUESTIONS), strict=True)
]
CALLBACK: Json = {
    "type": "string",
    "maxLength": 100,
    "pattern": r"^([A-Za-z_$][A-Za-z0-9_$]*(\.[A-Za-z_$][A-Za-z0-9_$]*)*)?$",
    "description": "The function that JSONP calls.",
}


def paths() -> Json:
    """The paths of the service."""
    neither: Json = {"not": {"anyOf": [{"required": [one]} for one in QUESTIONS]}}
    asked, others = [_others({"anyOf": [neither, *QUESTION]})], _others({})
    told = "The manifest, or the answer to queries or extend."
    get = _operation("reconcile", told, ANSWERS, asked, {"413": "TooLarge"})
    post = _operation(
        "reconcile.post", told, ANSWERS[1:], [others], {"413": "TooLarge", "415": "MediaType"}
    )
    form = {"type": "object", "oneOf": QUESTION}
    post["requestBody"] = {"required": True, "content": {FORM: {"schema": form}}}
    prefix = _query("prefix", {"type": "string", "maxLength": 200})
    found, missing = _query("id", TEXT, required=True), {"404": "Missing"}
    kind: Json = {"name": "kind", "in": "path", "required": True, "schema": KIND}
    suggest = (kind, prefix, _query("cursor", COUNT), others)
    proposed = (_query("type", TEXT), _query("limit", COUNT), others)
    return {
        "/reconcile": {"get": get, "post": post},
        "/reconcile/suggest/{kind}": {
            "get": _operation("suggest", "What begins so?", ("suggestions",), suggest, missing)
        },
        "/reconcile/flyout/{kind}": {
            "get": _operation(
                "flyout", "What is this?", ("flyout",), (kind, found, others), missing
            )
        },
        "/reconcile/properties": {
            "get": _operation("propose", "What is known?", ("properties",), proposed, missing)
        },
        "/reconcile/preview": {"get": _preview(found)},
        "/reconcile/view": {"get": _view(found)},
    }


def _operation(
    name: str,
    summary: str,
    answers: Iterable[str],
    parameters: Iterable[Json],
    refused: Mapping[str, str],
) -> Json:
    """An operation that is answered in JSON, or in JSONP."""
    schemas = [_ref(f"reconciliation-{one}") for one in answers]
    held = {JSON: {"schema": {"anyOf": schemas}}, SCRIPT: {"schema": TEXT}}
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["reconciliation"],
        "parameters": [*parameters, _query("callback", CALLBACK)],
        "responses": {
            "200": {"description": "The answer.", "content": held},
            **refs("responses", {"400": "Misuse", **refused}),
        },
    }


def _preview(found: Json) -> Json:
    held: Json = {"200": {"description": "The thing.", "content": {HTML: {"schema": TEXT}}}}
    return _page("preview", "A thing in a few lines.", found, held)


def _view(found: Json) -> Json:
    return _page("view", "The page of a thing.", found, {"303": {"description": "Where it is."}})


def _page(name: str, summary: str, found: Json, responses: Json) -> Json:
    return {
        "operationId": name,
        "summary": summary,
        "tags": ["reconciliation"],
        "parameters": [found],
        "responses": {**responses, **refs("responses", {"404": "Missing"})},
    }


def _others(schema: Json) -> Json:
    """Parameters by any name: clients send some of their own, which are left alone."""
    told = {"name": "others", "in": "query", "style": "form", "explode": True}
    return {**told, "schema": {"type": "object", "additionalProperties": TEXT, **schema}}


def _query(name: str, schema: object, *, required: bool = False) -> Json:
    return {"name": name, "in": "query", "required": required, "schema": schema}
