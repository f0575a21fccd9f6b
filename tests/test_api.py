"""The stored queries as an interface for programs: the list, parts of answers, descriptions."""

import asyncio
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote, urlencode, urljoin

import httpx
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, parse

from readouts import query
from readouts.fault import Fault, Misuse
from readouts.query.paging import Window, window
from readouts.serve import application
from readouts.store import Rows
from readouts.vocab import RDF, RDFS, SCHEMA, VOID

HOST = "http://readouts.test"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
TURTLE = "text/turtle; charset=utf-8"
RDF_FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
SD = "http://www.w3.org/ns/sparql-service-description#"
SH = "http://www.w3.org/ns/shacl#"
BASE = "https://w3id.org/readouts/"


@pytest.fixture(scope="module")
def ask(made, embedded, stored):
    """Sends one request to the application in this process."""
    app = application(made, embedded, stored)

    async def asked(path, accept, method):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            del client.headers["accept"]
            headers = {} if accept is None else {"accept": accept}
            return await client.request(method, path, headers=headers)

    return lambda path, accept=None, method="GET": asyncio.run(asked(path, accept, method))


def links(answer):
    """The Link header: address by relation, but for that of the description."""
    found = re.findall(r'<([^<>]*)>; rel="(\w+)"', answer.headers.get("link", ""))
    told = {relation: urljoin(str(answer.url), address) for address, relation in found}
    assert told.pop("describedby", f"{HOST}/sparql") == f"{HOST}/sparql"
    return told


def columns(answer):
    return answer.text.splitlines()[1:]


# --- the list --------------------------------------------------------------


def test_the_list_is_negotiated(ask):
    """Browsers get the page of the stored queries, programs JSON, and others the list of both."""
    for accept, media in (
        (BROWSER, "text/html; charset=utf-8"),
        ("application/json", "application/json"),
        (None, "application/json"),
    ):
        answer = ask("/queries", accept)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert "Accept" in answer.headers["vary"].split(", ")
    assert ask("/queries", "image/png").status_code == 406
    assert ask("/queries.json", BROWSER).json() == ask("/queries", None).json()


def test_the_list_tells_what_each_query_takes_and_gives(ask, stored):
    """The list in JSON has every stored query with its words, parameters and columns."""
    held = {one["name"]: one for one in ask("/queries.json").json()["queries"]}
    assert set(held) == set(stored)
    for name, one in stored.items():
        assert held[name]["summary"] == dict(one.summary)
        assert held[name].get("columns", []) == list(one.columns)
        named = [parameter["name"] for parameter in held[name]["parameters"]]
        assert named == [parameter.name for parameter in one.parameters]
    kind, *_, lang = held["exchanges"]["parameters"]
    assert kind["allowed"] == ["call", "meeting", "talks", "letter", "reply"]
    assert (lang["type"], lang["default"], lang["allowed"]) == ("lang", "en", ["en", "zh-hans"])


def test_every_link_of_the_list_answers(ask):
    """Each format that the list names can be had at the address that it gives."""
    for one in ask("/queries.json").json()["queries"]:
        for address in one["links"].values():
            assert ask(urljoin("/queries.json", address)).status_code == 200, address


# --- parts -----------------------------------------------------------------


def test_parts_make_the_whole(ask, stored):
    """Whoever follows "next" gets every row of every stored query once, in order."""
    for one in stored.values():
        if one.form != "SELECT" or one.federated:
            continue
        path = f"/queries/{one.name}.csv"
        whole = ask(path)
        assert whole.headers["readouts-complete"] == "true"
        total = int(whole.headers["readouts-total"])
        assert total == len(ask(f"/queries/{one.name}.json").json()["results"]["bindings"])
        step = max(1, total // 3)
        rows, address = [], f"{path}?limit={step}"
        while address:
            part = ask(address)
            assert part.headers["readouts-total"] == str(total)
            assert part.headers["readouts-complete"] == str(step >= total).lower()
            rows += columns(part)
            address = links(part).get("next")
        assert rows == columns(whole), one.name


def test_the_order_of_a_stored_query_tells_its_rows_apart(embedded, stored):
    """No two different rows of a stored query are alike in all by which they are ordered."""
    for one in stored.values():
        if one.form != "SELECT" or one.federated:
            continue
        order = re.search(r"ORDER BY (.*)", one.text)[1]
        keys = re.findall(r"\?(\w+)", order)
        text = one.text
        if "GROUP BY" not in text:
            text = re.sub(r"(?m)^SELECT .*$", "SELECT DISTINCT *", text, count=1)
        answer = embedded.query(text)
        assert isinstance(answer, Rows)
        seen = {}
        for row in answer.solutions:
            shown = tuple(str(row[column]) for column in one.columns)
            assert seen.setdefault(tuple(str(row[key]) for key in keys), shown) == shown, one.name


def test_links_keep_the_other_parameters(ask):
    """Links lead to the first, previous, next and last part and ask for all else as before."""
    asked = "kind=call&lang=zh-hans&limit=5"
    part = ask(f"/queries/exchanges?{asked}&offset=5", "text/csv")
    assert part.headers["readouts-total"] == "16"
    at = f"{HOST}/queries/exchanges?{asked}&offset="
    assert links(part) == {
        "first": f"{at}0",
        "prev": f"{at}0",
        "next": f"{at}10",
        "last": f"{at}15",
    }
    assert set(links(ask(f"/queries/exchanges?{asked}"))) == {"first", "next", "last"}
    assert set(links(ask(f"/queries/exchanges?{asked}&offset=15"))) == {"first", "prev", "last"}
    assert not links(ask("/queries/exchanges"))


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 21, 22])
@pytest.mark.parametrize("offset", [0, 1, 5, 20, 21, 40])
def test_next_leads_to_last(limit, offset):
    """From any part "next" leads to the part that is called the last, and no further."""
    part, total = Window(limit, offset), 21
    last = part.others(total)["last"]
    while (further := part.others(total)).get("next") is not None:
        part = Window(limit, further["next"])
    assert part.offset == last or offset >= total
    assert last < total <= last + limit
    assert further.get("prev", 0) < part.offset or part.offset == 0


def test_a_part_says_so(ask):
    """A part of an answer says which it is in the header, in the head of JSON and on the page."""
    note = "These are rows 6 to 10 of 16. Ask for the others with limit and offset."
    asked = "kind=call&limit=5&offset=5"
    part = ask(f"/queries/exchanges.json?{asked}")
    assert part.headers["readouts-complete"] == "false"
    assert part.json()["head"]["complete"] is False
    assert part.json()["head"]["note"] == note
    assert len(part.json()["results"]["bindings"]) == 5
    page = ask(f"/queries/exchanges?{asked}", BROWSER)
    assert note in page.text
    assert 'rel="next" href="?kind=call&amp;limit=5&amp;offset=10"' in page.text
    whole = ask("/queries/exchanges.json?kind=call")
    assert "note" not in whole.json()["head"]
    assert (whole.headers["readouts-complete"], whole.headers["readouts-total"]) == ("true", "16")
    beyond = ask("/queries/exchanges.json?kind=call&offset=16")
    assert beyond.json()["results"]["bindings"] == []
    assert "There are no rows after the first 16: there are 16" in beyond.json()["head"]["note"]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("limit=0", "limit is '0'. It must be a whole number from 1 to 10,000."),
        ("limit=10001", "limit is '10001'."),
        ("limit=", "limit is ''."),
        ("limit=ten", "limit is 'ten'."),
        ("limit=%D9%A3", "It must be a whole number from 1 to 10,000."),
        ("limit=1.5", "limit is '1.5'."),
        ("limit=" + "9" * 5000, "limit is '99999"),
        ("offset=-1", "offset is '-1'. It must be a whole number from 0 to 1,000,000."),
        ("limit=1&limit=2", "The parameter limit is given twice."),
    ],
)
def test_a_part_that_is_none_is_refused(ask, asked, told):
    """400 names the parameter, what was given and what is allowed."""
    answer = ask(f"/queries/exchanges.csv?{asked}")
    assert (answer.status_code, told in answer.text) == (400, True)
    page = ask(f"/queries/exchanges?{asked}", BROWSER)
    assert page.status_code == 400


def test_a_graph_has_no_parts(ask):
    """A query that gives a graph takes neither limit nor offset."""
    answer = ask("/queries/cite.ttl?limit=3")
    assert answer.status_code == 400
    assert "cite has no parameter limit. It has: statement." in answer.text
    assert "readouts-total" not in ask("/queries/cite.ttl").headers


@pytest.mark.parametrize("name", ["limit", "offset"])
def test_no_stored_query_may_call_a_parameter_so(tmp_path, publication, name):
    """A stored query with a parameter named limit or offset is refused when it is read."""
    text = (publication.queries / "wording.rq").read_text(encoding="utf-8")
    text = text.replace("#+   text:", f"#+   {name}:").replace("?_text", f"?_{name}")
    (tmp_path / "odd.rq").write_text(text, encoding="utf-8")
    with pytest.raises(Fault, match=f"{name} chooses a part of the answer and is no parameter"):
        query.load(tmp_path)


def test_a_window_is_read_from_whole_numbers():
    """Without limit and offset all rows are asked for."""
    assert window({}) == Window(None, 0)
    assert window({"limit": "10000", "offset": "1000000"}) == Window(10000, 1000000)
    with pytest.raises(Misuse):
        window({"limit": ""})


def test_a_table_is_not_given_as_a_graph(ask):
    """The rows of a SELECT in RDF are refused with a list; the query itself is described in RDF."""
    answer = ask("/queries/exchanges?limit=5", "text/turtle")
    assert answer.status_code == 406
    assert "application/sparql-results+json" in answer.text
    answer = ask("/queries/exchanges", "text/turtle")
    assert (answer.status_code, answer.headers["location"]) == (303, "../sparql")
    assert ask("/queries/exchanges.ttl").status_code == 404


# --- the description of the service ----------------------------------------


def described(answer, media="text/turtle"):
    form = RDF_FORMATS[media]
    return {one.triple for one in parse(answer.content, format=form, base_iri=BASE)}


@pytest.mark.parametrize("media", RDF_FORMATS)
def test_the_endpoint_describes_itself(ask, media):
    """Without a query, whoever prefers RDF gets the same description in any of four formats."""
    answer = ask("/sparql", f"{media}, text/html;q=0.5")
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media
    assert "Accept" in answer.headers["vary"].split(", ")
    triples = described(answer, media)
    assert triples == described(ask("/sparql", None))
    assert not any(isinstance(term, BlankNode) for triple in triples for term in triple)
    said = {(one.predicate.value, one.object) for one in triples if "#service" in str(one.subject)}
    for name, value in (
        ("endpoint", f"{BASE}sparql"),
        ("supportedLanguage", f"{SD}SPARQL11Query"),
        ("feature", f"{SD}UnionDefaultGraph"),
    ):
        assert (SD + name, NamedNode(value)) in said
    assert len([1 for name, _ in said if name == f"{SD}resultFormat"]) == 8


def test_the_description_counts_the_graphs(ask, publication):
    """Each named graph of the release is in the description with as many triples as it has."""
    store = Store()
    store.bulk_load(path=publication.release / "readouts.nq", format=RdfFormat.N_QUADS)
    triples = described(ask("/sparql", "*/*"))
    named = {one.object for one in triples if one.predicate.value == f"{SD}name"}
    assert named == set(store.named_graphs())
    counts = {
        one.subject: int(one.object.value) for one in triples if one.predicate == VOID.triples
    }
    for graph in named:
        assert counts[graph] == len(list(store.quads_for_pattern(None, None, None, graph)))
    union = len({quad.triple for quad in store})
    assert counts[NamedNode(f"{BASE}sparql#union")] == union


def test_stored_queries_are_examples(ask, stored, embedded):
    """The description holds every stored query as it is, with its question in both languages."""
    triples = described(ask("/sparql", None))
    for name, one in stored.items():
        said = {
            (t.predicate, t.object) for t in triples if t.subject.value == f"{BASE}queries/{name}"
        }
        form = one.form.lower()
        assert (RDF.type, NamedNode(f"{SH}SPARQLExecutable")) in said
        assert (RDF.type, NamedNode(f"{SH}SPARQL{form.capitalize()}Executable")) in said
        assert (NamedNode(SH + form), Literal(one.text)) in said
        assert (RDFS.label, Literal(one.summary["en"], language="en")) in said
        assert (RDFS.label, Literal(one.summary["zh-hans"], language="zh-hans")) in said
        assert {node.language for kind, node in said if kind == RDFS.comment} == {"en", "zh-hans"}
        assert (SCHEMA.target, NamedNode(f"{BASE}sparql")) in said
        embedded.query(one.text)


def test_the_form_keeps_the_graphs(ask):
    """Whoever opens the form with a graph in the address asks that graph."""
    page = ask("/sparql?default-graph-uri=urn:x", BROWSER).text
    assert 'name="default-graph-uri" value="urn:x"' in page


@pytest.mark.parametrize(
    ("path", "accept", "method", "status", "media"),
    [
        ("/sparql", BROWSER, "GET", 200, "text/html; charset=utf-8"),
        ("/sparql", None, "GET", 200, TURTLE),
        ("/sparql", "*/*", "GET", 200, TURTLE),
        ("/sparql", "*/*", "HEAD", 200, TURTLE),
        ("/sparql", "application/sparql-results+json", "GET", 400, "text/plain; charset=utf-8"),
        ("/sparql?query=", "text/turtle", "GET", 400, "text/plain; charset=utf-8"),
        (f"/sparql?query={quote('ASK {}')}", None, "GET", 200, "application/sparql-results+json"),
    ],
)
def test_what_the_endpoint_says_unasked(ask, path, accept, method, status, media):
    """The form is for browsers, the description for programs, and an empty query is a mistake."""
    answer = ask(path, accept, method)
    assert (answer.status_code, answer.headers["content-type"]) == (status, media)


# --- OpenAPI ---------------------------------------------------------------


def test_the_interface_has_every_query(ask, stored):
    """The OpenAPI document names each stored query, its parameters, formats and refusals."""
    answer = ask("/openapi.json", BROWSER)
    assert answer.headers["content-type"] == "application/json"
    held = answer.json()
    assert held["openapi"].startswith("3.1.")
    assert held["info"]["title"].startswith("Readouts")
    for name, one in stored.items():
        assert f"/queries/{name}.rq" in held["paths"]
        if one.federated:
            # It is answered only where the operator allows the other endpoint.
            assert f"/queries/{name}" not in held["paths"]
            continue
        told = held["paths"][f"/queries/{name}"]["get"]
        named = [each["name"] for each in told["parameters"] if "name" in each]
        assert named == [parameter.name for parameter in one.parameters]
        assert {"200", "400", "406"} <= set(told["responses"])
    assert set(held["paths"]["/sparql"]) == {"get", "post"}
    assert {"/health", "/queries", "/queries.json", "/person/{name}.{suffix}"} <= set(held["paths"])
    schemas = held["components"]["schemas"]
    assert schemas["kind"]["enum"] == ["call", "meeting", "talks", "letter", "reply"]
    assert "country/france" in schemas["country"]["enum"]


def test_every_reference_of_the_interface_leads_somewhere(ask):
    """No `$ref` of the OpenAPI document points at nothing, and no two operations share a name."""
    held = ask("/openapi.json").json()
    text = json.dumps(held)
    for pointer in set(re.findall(r'"\$ref": "#/([^"]*)"', text)):
        part = held
        for step in pointer.split("/"):
            part = part[step]
    names = re.findall(r'"operationId": "([^"]*)"', text)
    assert len(names) == len(set(names)) > 50


def test_every_value_of_the_interface_is_taken(ask, stored):
    """Each value that the OpenAPI document lists for a parameter is one that the server takes."""
    schemas = ask("/openapi.json").json()["components"]["schemas"]
    for name in ("exchanges", "statements", "cite"):
        for parameter in stored[name].parameters:
            for value in schemas[parameter.type].get("enum", [])[:4]:
                answer = ask(f"/queries/{name}?{urlencode({parameter.name: value})}")
                assert answer.status_code == 200, (parameter.name, value)


HOOKS = """
import schemathesis
from hypothesis import strategies as st

QUERIES = ("SELECT ?s { ?s a dro:Talks }", "ASK {}", "DESCRIBE dro:Talks")
schemathesis.openapi.format("sparql-query", st.sampled_from(QUERIES))
BATCH, COLUMNS = '{"q0": {"query": "Macron"}}', '{"ids": [], "properties": []}'
schemathesis.openapi.format("reconciliation-queries", st.just(BATCH))
schemathesis.openapi.format("reconciliation-extend", st.just(COLUMNS))
schemathesis.openapi.format("iri", st.sampled_from(("https://w3id.org/readouts/graph/authority",)))


@schemathesis.hook
def before_load_schema(context, raw_schema):
    # To save time: two of the hundreds of keys of each kind, and every third of the addresses by
    # suffix. Each format is left with several queries, and each query by Accept.
    paths = raw_schema["paths"]
    named = sorted(path for path in paths if path.startswith("/queries/") and "." in path)
    for path in set(named) - set(named[::3]):
        del paths[path]
    for schema in raw_schema["components"]["schemas"].values():
        if "enum" in schema:
            schema["enum"] = schema["enum"][:2]


@schemathesis.hook
def filter_query(context, query):
    # These are written as no value, or as an empty one, and both are allowed.
    return all(value not in (None, {}, []) for value in (query or {}).values())
"""


def test_schemathesis_finds_nothing(address, tmp_path):
    """Thousands of requests, right and wrong, get no answer that /openapi.json does not allow.

    All four phases are run: examples, the edges of every schema, fuzzing, and sequences; by one
    worker, for the parser of Python 3.11 counts wrongly where threads share it.
    """
    (tmp_path / "hooks.py").write_text(HOOKS, encoding="utf-8")
    script = str(Path(sys.executable).parent / "schemathesis")
    words = "--checks all --generation-deterministic --max-examples 4 --no-color"
    run = subprocess.run(
        [script, "run", f"{address}/openapi.json", *words.split()],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": module_path(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-4000:]
    for phase in ("Examples", "Coverage", "Fuzzing", "Stateful"):
        assert re.search(rf"\u2705 +{phase}\b", run.stdout), run.stdout[-4000:]
    assert re.search(r"Tested: [6-9][0-9]\b", run.stdout)
    assert int(re.search(r"([0-9]+) generated", run.stdout)[1]) > 2000


def module_path(folder):
    """Where Python looks for modules: that folder first."""
    return os.pathsep.join([str(folder), os.environ.get("PYTHONPATH", "")])
