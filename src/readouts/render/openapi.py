"""The interface in OpenAPI 3.1, made from the stored queries and the things of a release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from readouts import formats
from readouts.query import Stored
from readouts.release import Release
from readouts.render import catalogue, reconciliation, schemas
from readouts.render.answers import GRAPHS, MEDIA, RESULTS
from readouts.render.document import SUFFIXES, Documents
from readouts.render.index import Site
from readouts.render.labels import Text
from readouts.render.schemas import HTML, JSON, PLAIN, Json
from readouts.store import Store

QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
MISUSED = {"400": "Misuse"}
REFUSED = {"400": "Misuse", "406": "NotAcceptable"}
ENDPOINT = REFUSED | {"403": "ReadOnly", "503": "Busy", "504": "Late"}
POSTED = ENDPOINT | {"413": "TooLarge", "415": "MediaType"}
GENERAL = (JSON, "application/xml")


def write(
    queries: Mapping[str, Stored], release: Release, store: Store, documents: Documents, site: Site
) -> bytes:
    """The document as JSON."""
    paths: Json = {**_fixed(), **_queries(queries.values()), **_things(documents)}
    return formats.dump(
        {
            "openapi": "3.1.0",
            "info": {
                "title": _english(site.titles),
                "description": _english(site.descriptions),
                "version": release.version,
            },
            "servers": [{"url": "."}],
            "paths": paths,
            "components": {
                "schemas": {
                    **schemas.types(store, release.base, documents),
                    **reconciliation.SCHEMAS,
                },
                "parameters": schemas.window(),
                "headers": schemas.HEADERS,
                "responses": schemas.refusals(),
            },
        }
    )


def _english(texts: Iterable[Text]) -> str:
    held = list(texts)
    return next((one.text for one in held if one.language == "en"), held[0].text if held else "")


def _get(
    name: str, summary: str, tag: str, responses: Json, parameters: Iterable[Json] = ()
) -> Json:
    told: Json = {"operationId": name, "summary": summary, "tags": [tag], "responses": responses}
    return {**told, "parameters": list(parameters)}


def _given(description: str, media: Iterable[str], refused: Mapping[str, str]) -> Json:
    ok = {"description": description, "content": schemas.content(media)}
    # Whoever asks too often is told so, whatever was asked.
    return {"200": ok, **schemas.refs("responses", {**refused, "429": "TooMany"})}


def _fixed() -> Json:
    """The paths that every release has."""
    listed = _given("The stored queries.", (JSON, HTML), {"406": "NotAcceptable"})
    listed_json = _given("The stored queries.", (JSON,), {})
    well = _given("The server answers.", (PLAIN,), {})
    this = _given("This document.", (JSON,), {})
    found = _given("Things and places; without words, all that can be found.", (JSON,), MISUSED)
    words: Json = {"name": "q", "in": "query", "schema": {"type": "string", "maxLength": 200}}
    return {
        "/health": {"get": _get("health", "Is the server well?", "server", well)},
        "/openapi.json": {"get": _get("openapi", "What can be asked?", "server", this)},
        "/queries": {"get": _get("queries", "Which stored queries are there?", "queries", listed)},
        "/queries.json": {
            "get": _get("queries.json", "The same, as JSON.", "queries", listed_json)
        },
        "/search.json": {
            "get": _get("search", "Which things bear words?", "search", found, [words])
        },
        "/sparql": _sparql(),
        **reconciliation.paths(),
    }


def _sparql() -> Json:
    query: Json = {"type": "string", "format": "sparql-query", "description": "SPARQL 1.1 Query"}
    iri: Json = {"type": "array", "items": {"type": "string", "format": "iri"}}
    fields: Json = {"query": query, "default-graph-uri": iri, "named-graph-uri": iri}
    media = [*(MEDIA[one] for one in (*RESULTS, *GRAPHS)), HTML, *GENERAL]
    parameters = [{"name": one, "in": "query", "schema": told} for one, told in fields.items()]
    told = "The answer. Without a query, a description of the service in RDF, or a form."
    get = _get("sparql", "Ask in SPARQL.", "sparql", _given(told, media, ENDPOINT), parameters)
    post = _get("sparql.post", "Ask in SPARQL.", "sparql", _given("The answer.", media, POSTED))
    form = {"type": "object", "required": ["query"], "properties": fields}
    body = {FORM: {"schema": form}, QUERY: {"schema": query}}
    post["requestBody"] = {"required": True, "content": body}
    for one in (get, post):
        _headed(one, {"Readouts-Complete": "Readouts-Complete"})
    return {"get": get, "post": post}


def _headed(operation: Json, names: Mapping[str, str]) -> None:
    responses = operation["responses"]
    assert isinstance(responses, dict)
    responses["200"]["headers"] = schemas.refs("headers", names)


def _queries(queries: Iterable[Stored]) -> Json:
    """Two paths for each stored query: negotiated, and by suffix. Federated: the text alone."""
    paths: Json = {}
    for stored in queries:
        address, by = f"/queries/{stored.name}", (*catalogue.suffixes(stored), "html")
        if not stored.federated:
            general = GENERAL if stored.form == "SELECT" else (JSON,)
            media = [*(MEDIA.get(one, HTML) for one in by), *general]
            paths[address] = {"get": _query(stored, stored.name, media, REFUSED)}
            for suffix in by:
                media = [MEDIA.get(suffix, HTML)]
                name, refused = f"{stored.name}.{suffix}", {"400": "Misuse"}
                paths[f"{address}.{suffix}"] = {"get": _query(stored, name, media, refused)}
        text = _given("The query.", (QUERY,), {})
        name = f"{stored.name}.{catalogue.TEXT}"
        paths[f"/queries/{name}"] = {"get": _get(name, "The text of the query.", "queries", text)}
    return paths


def _query(stored: Stored, name: str, media: Iterable[str], refused: Mapping[str, str]) -> Json:
    parameters = [schemas.parameter(one) for one in stored.parameters]
    told = _given("The answer.", media, refused)
    if stored.form == "SELECT":
        parameters += [{"$ref": f"#/components/parameters/{one}"} for one in schemas.window()]
    found = _get(name, stored.summary["en"], "queries", told, parameters)
    if stored.form == "SELECT":
        _headed(found, {one: one for one in schemas.HEADERS})
    return {**found, "description": stored.description}


def _things(documents: Documents) -> Json:
    """The addresses of things by their first folder: the document in a format, by suffix."""
    found: dict[tuple[str, int], str] = {}
    for path in sorted(documents.all()):
        found.setdefault((path.partition("/")[0], path.count("/")), path)
    return dict(_thing(folder, depth, path) for (folder, depth), path in found.items())


def _thing(folder: str, depth: int, example: str) -> tuple[str, Json]:
    names = ["name", "part", "piece"][:depth] + [f"level{one}" for one in range(3, depth)]
    values = example.split("/")[1:]
    parameters: list[Json] = [
        {"name": one, "in": "path", "required": True, "schema": schemas.TEXT, "example": value}
        for one, value in zip(names, values, strict=True)
    ]
    suffixes = (*SUFFIXES, "html")
    parameters.append(
        {
            "name": "suffix",
            "in": "path",
            "required": True,
            "schema": {"type": "string", "enum": list(suffixes)},
            "example": "ttl",
        }
    )
    media = [MEDIA.get(one, HTML) for one in suffixes]
    told = _given("What is said of the thing.", media, {"404": "Missing"})
    address = "/" + "/".join([folder, *(f"{{{one}}}" for one in names)]) + ".{suffix}"
    name = "-".join([folder, *names])
    return address, {"get": _get(name, f"A document: {folder}.", "things", told, parameters)}
