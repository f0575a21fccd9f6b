"""SPARQL 1.1 Protocol, query operation: the cases of the W3C suite data-sparql11/protocol.

They are written from the specification. The data of the suite are loaded by updates; this server is
read-only, so its own graphs stand in, and the cases of updates are turned round: each is refused.
"""

import asyncio
from urllib.parse import urlencode

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from readouts.serve import application

SPARQL = "http://readouts.test/sparql"
GRAPH = "https://w3id.org/readouts/graph/"
ONE, TWO, THREE = (f"{GRAPH}{name}" for name in ("dataset", "authority", "ontology"))
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
UPDATE = "application/sparql-update"
ROWS = {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"}
RDF = {"text/turtle", "application/rdf+xml", "application/n-triples", "application/ld+json"}
# Whether each graph of the list, and no other of the three, is the default graph or a named one.
SUBJECTS = {ONE: "void:Dataset", TWO: "dro:Tenure", THREE: "owl:Ontology"}


def default(*graphs):
    """Asks whether the default graph is the merge of these."""
    there = [f"{{ ?s{n} a {SUBJECTS[one]} }}" for n, one in enumerate(graphs)]
    others = [one for one in SUBJECTS if one not in graphs]
    not_there = [f"FILTER NOT EXISTS {{ ?x a {SUBJECTS[one]} }}" for one in others]
    return f"ASK {{ {' '.join([*there, *not_there])} }}"


def named(*graphs):
    """Asks whether the named graphs are these."""
    there = [f"GRAPH <{one}> {{ ?t{n} ?p{n} ?o{n} }}" for n, one in enumerate(graphs)]
    listed = ", ".join(f"<{one}>" for one in graphs)
    other = f"GRAPH ?g {{ ?s ?p ?o }} FILTER(?g NOT IN ({listed}))"
    return f"ASK {{ {' '.join(there)} FILTER NOT EXISTS {{ {other} }} }}"


def both(defaults, names):
    """Asks for both at once."""
    return default(*defaults)[:-1] + named(*names)[5:]


def get(*pairs, **headers):
    return "GET", f"{SPARQL}?{urlencode(pairs)}", headers, None


def form(*pairs, url=SPARQL, media=FORM):
    return "POST", url, {"content-type": media} if media else {}, urlencode(pairs).encode()


def direct(text, *pairs, media=QUERY):
    body = text if isinstance(text, bytes) else text.encode()
    return "POST", f"{SPARQL}?{urlencode(pairs)}", {"content-type": media} if media else {}, body


def graphs(kind, *names):
    return [(f"{kind}-graph-uri", name) for name in names]


TRUE = "ASK {}"
FULL = both([THREE, TWO], [ONE, TWO])
FROM = f"ASK FROM <{TWO}> {{ ?s a void:Dataset }}"
SELECT, DESCRIBE = "SELECT (1 AS ?value) {}", f"DESCRIBE <{ONE}>"
CONSTRUCT = "CONSTRUCT { <s> <p> 1 } WHERE {}".replace("<s>", "<http://e/s>").replace(
    "<p>", "<http://e/p>"
)
GOOD = {
    "query_get": get(("query", TRUE)),
    "query_post_form": form(("query", TRUE)),
    "query_post_direct": direct(TRUE),
    # The suite has the graph in the address and the query in the form.
    "query_post_form_with_graph_in_address": form(
        ("query", default(ONE)), url=f"{SPARQL}?{urlencode(graphs('default', ONE))}"
    ),
    "query_dataset_default_graph_get": get(("query", default(ONE)), *graphs("default", ONE)),
    "query_dataset_default_graph_post": direct(default(ONE), *graphs("default", ONE)),
    "query_dataset_default_graph_form": form(("query", default(ONE)), *graphs("default", ONE)),
    "query_dataset_default_graphs_get": get(
        ("query", default(ONE, TWO)), *graphs("default", ONE, TWO)
    ),
    "query_dataset_default_graphs_post": direct(default(ONE, TWO), *graphs("default", ONE, TWO)),
    "query_dataset_named_graphs_get": get(("query", named(ONE, TWO)), *graphs("named", ONE, TWO)),
    "query_dataset_named_graphs_post": direct(named(ONE, TWO), *graphs("named", ONE, TWO)),
    "query_dataset_full": direct(FULL, *graphs("default", THREE, TWO), *graphs("named", ONE, TWO)),
    # The dataset of the request replaces the one that the query names (§2.1.4).
    "query_multiple_dataset": get(("query", FROM), *graphs("default", ONE)),
}
CONTENT = {
    "query_content_type_select": (direct(SELECT), ROWS),
    "query_content_type_ask": (direct(TRUE), ROWS),
    "query_content_type_describe": (direct(DESCRIBE), RDF),
    "query_content_type_construct": (direct(CONSTRUCT), RDF),
}
BAD = {
    "bad_query_method": (("PUT", f"{SPARQL}?{urlencode({'query': TRUE})}", {}, None), 405),
    "bad_multiple_queries_get": (get(("query", TRUE), ("query", SELECT)), 400),
    "bad_multiple_queries_form": (form(("query", TRUE), ("query", SELECT)), 400),
    "bad_multiple_queries_apart": (
        form(("query", TRUE), url=f"{SPARQL}?{urlencode({'query': TRUE})}"),
        400,
    ),
    "bad_query_wrong_media_type": (direct(TRUE, media="text/plain"), 415),
    "bad_query_missing_form_type": (form(("query", TRUE), media=None), 415),
    "bad_query_missing_direct_type": (direct(TRUE, media=None), 415),
    "bad_query_non_utf8": (direct(TRUE.encode("utf-16"), media=f"{QUERY}; charset=UTF-16"), 400),
    "bad_query_syntax": (get(("query", "ASK {")), 400),
}
CLEAR = "INSERT DATA { <http://e/s> <http://e/p> 1 }"
UPDATES = {
    "update_post_form": form(("update", CLEAR)),
    "update_post_direct": direct(CLEAR, media=UPDATE),
    "update_base_uri": direct(f"BASE <http://e/> {CLEAR}", media=UPDATE),
    "update_dataset_default_graph": form(("update", CLEAR), ("using-graph-uri", ONE)),
    "update_dataset_default_graphs": direct(
        CLEAR, ("using-graph-uri", ONE), ("using-graph-uri", TWO), media=UPDATE
    ),
    "update_dataset_named_graphs": direct(CLEAR, ("using-named-graph-uri", ONE), media=UPDATE),
    "update_dataset_full": direct(
        CLEAR, ("using-graph-uri", ONE), ("using-named-graph-uri", TWO), media=UPDATE
    ),
    "bad_update_get": get(("update", CLEAR)),
    "bad_multiple_updates": form(("update", CLEAR), ("update", CLEAR)),
    "bad_update_wrong_media_type": direct(CLEAR, media="text/plain"),
    "bad_update_missing_form_type": form(("update", CLEAR), media=None),
    "bad_update_non_utf8": direct(CLEAR.encode("utf-16"), media=f"{UPDATE}; charset=UTF-16"),
    "bad_update_syntax": form(("update", "INSERT {")),
    "bad_update_dataset_conflict": form(
        ("update", f"INSERT {{ ?s ?p 1 }} USING <{ONE}> WHERE {{ ?s ?p ?o }}"),
        ("using-graph-uri", TWO),
    ),
}


@pytest.fixture(scope="module")
def ask(made, embedded, stored):
    """Sends a request to the application in this process."""
    app = application(made, embedded, stored)

    async def sent(method, url, headers, body):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app)) as client:
            return await client.request(method, url, headers=headers, content=body)

    return lambda case: asyncio.run(sent(*case))


# The entries of the manifest of the suite, in its order.
SUITE = [
    "query_post_form",
    "query_dataset_default_graphs_get",
    "query_dataset_default_graphs_post",
    "query_dataset_named_graphs_post",
    "query_dataset_named_graphs_get",
    "query_dataset_full",
    "query_multiple_dataset",
    "query_get",
    "query_content_type_select",
    "query_content_type_ask",
    "query_content_type_describe",
    "query_content_type_construct",
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
    "query_post_direct",
    "bad_query_method",
    "bad_multiple_queries",
    "bad_query_wrong_media_type",
    "bad_query_missing_form_type",
    "bad_query_missing_direct_type",
    "bad_query_non_utf8",
    "bad_query_syntax",
    "bad_update_get",
    "bad_multiple_updates",
    "bad_update_wrong_media_type",
    "bad_update_missing_form_type",
    "bad_update_non_utf8",
    "bad_update_syntax",
    "bad_update_dataset_conflict",
]


def test_all_cases_are_run():
    """All 34 entries of the suite are here, in 40 cases: 26 of queries and 14 of updates."""
    assert (len(GOOD), len(CONTENT), len(BAD), len(UPDATES)) == (13, 4, 9, 14)
    held = {*GOOD, *CONTENT, *BAD, *UPDATES}
    assert len(SUITE) == 34
    assert not [name for name in SUITE if not any(one.startswith(name) for one in held)]


@pytest.mark.parametrize("name", GOOD)
def test_a_query_is_answered(ask, name):
    """A query sent in a way that the protocol has is true of the dataset that was asked for."""
    answer = ask(GOOD[name])
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].partition(";")[0] in ROWS
    assert answer.json()["boolean"] is True


@pytest.mark.parametrize("name", CONTENT)
def test_the_answer_has_a_type_of_its_form(ask, name):
    """Rows and truths come in a format of results, graphs in one of RDF, and each can be read."""
    case, allowed = CONTENT[name]
    answer = ask(case)
    media = answer.headers["content-type"].partition(";")[0]
    assert (answer.status_code, media in allowed) == (200, True)
    if allowed is RDF:
        assert list(parse(answer.content, format=RdfFormat.from_media_type(media)))
    else:
        read = parse_query_results(answer.content, QueryResultsFormat.from_media_type(media))
        assert bool(read) if "ask" in name else len(list(read)) == 1


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_query_is_refused(ask, name):
    """What the protocol does not have gets 4xx and a sentence."""
    case, status = BAD[name]
    answer = ask(case)
    assert answer.status_code == status
    assert answer.text.rstrip().endswith((".", "POST", ")")), answer.text


@pytest.mark.parametrize("name", UPDATES)
def test_an_update_is_refused(ask, name):
    """No way to send an update gets past 403, or 415 where it is not even one."""
    before = ask(GOOD["query_get"]).content
    answer = ask(UPDATES[name])
    assert answer.status_code == (415 if "media_type" in name or "missing" in name else 403)
    assert ask(get(("query", "ASK { <http://e/s> ?p ?o }"))).json()["boolean"] is False
    assert ask(GOOD["query_get"]).content == before
