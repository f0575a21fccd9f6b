"""The server: asked in this process for breadth, and as a process for what only that shows."""

import asyncio
import json
import logging
import re
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import quote, urldefrag, urlencode, urljoin
from urllib.request import Request, urlopen

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse
from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper

from readouts import query
from readouts.fault import Misuse
from readouts.render.answers import RESULTS
from readouts.render.page import Pages
from readouts.serve import application, gate, server
from readouts.store import Graph, Rows
from readouts.vocab import DRO, NIF

HOST = "http://readouts.test"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CALL = "/exchange/2020-02-13-call-mahathir-mohamad"
JSON_ROWS, TURTLE_MEDIA = "application/sparql-results+json", "text/turtle; charset=utf-8"
SELECT = "SELECT ?s WHERE { ?s a dro:Talks }"
SUBJECTS = "SELECT DISTINCT ?s WHERE { ?s ?p ?o }"


@pytest.fixture(scope="module")
def app(made, embedded, stored):
    return application(made, embedded, stored)


@pytest.fixture(scope="module")
def ask(app):
    """Sends one request to the application in this process; redirections are not followed."""

    def asked(path, accept=None, method="GET", **told):
        return together(app, [(path, accept)], method, **told)[0]

    return asked


def together(app, wanted, method="GET", **told):
    """The responses to (path, Accept) pairs, over one client."""

    async def all_of_them():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            # httpx accepts anything by default; None stands for a request that says nothing.
            del client.headers["accept"]
            answers = []
            for path, accept in wanted:
                headers = {
                    **({"accept": accept} if accept is not None else {}),
                    **told.get("headers", {}),
                }
                rest = {key: value for key, value in told.items() if key != "headers"}
                answers.append(await client.request(method, path, headers=headers, **rest))
            return answers

    return asyncio.run(all_of_them())


def command(*words):
    return [sys.executable, "-m", "readouts", "serve", *words]


def fetched(url, accept=None, method="GET"):
    """What urllib gets, redirections followed: status, headers, body."""
    asked = Request(url, headers={"Accept": accept} if accept else {}, method=method)
    with urlopen(asked, timeout=10) as response:
        return response.status, response.headers, response.read()


def raw(address, lines):
    """What a server answers to octets that no well-behaved client would send."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as connection:
        connection.sendall(lines)
        out = b""
        while part := connection.recv(65536):
            out += part
    return out


# --- things and documents --------------------------------------------------


def test_curl_gets_the_graph_of_an_exchange(address):
    """`curl -L -H 'Accept: text/turtle' …` gives the exchange with all that belongs to it."""
    status, headers, body = fetched(f"{address}{CALL}", "text/turtle")
    assert (status, headers["Content-Type"]) == (200, TURTLE_MEDIA)
    triples = [one.triple for one in parse(body, format=RdfFormat.TURTLE)]
    thing = NamedNode(f"https://w3id.org/readouts{CALL}")
    parties = [one.object for one in triples if one.predicate == DRO.participation]
    assert len(parties) == 2
    offices = {one.object for one in triples if one.predicate == DRO.inOffice}
    said = [one.subject for one in triples if one.predicate == DRO.saidAt]
    places = {one.subject for one in triples if one.predicate == NIF.anchorOf}
    assert {office.value.rpartition("/")[2] for office in offices} == {
        "president-of-china",
        "prime-minister-of-malaysia",
    }
    assert [one.value.rpartition("/")[2] for one in said] == ["china-approach-04"]
    assert len(places) == 10
    assert {thing, *parties, *offices, *said} <= {one.subject for one in triples}


def test_every_thing_of_ours_dereferences(app, embedded, made):
    """Each of our IRIs, 832 at least, leads by 303 to a document that parses and speaks of it."""
    answer = embedded.query(SUBJECTS)
    assert isinstance(answer, Rows)
    ours = [one["s"].value for one in answer.solutions if one["s"].value.startswith(made.base)]
    assert len(ours) >= 832
    paths = sorted({"/" + urldefrag(iri).url.removeprefix(made.base) for iri in ours})
    assert len(paths) >= 270
    told = set()
    for media, format_ in (
        ("text/turtle", RdfFormat.TURTLE),
        ("application/ld+json", RdfFormat.JSON_LD),
    ):
        redirections = together(app, [(path, media) for path in paths])
        assert {one.status_code for one in redirections} == {303}
        places = [
            urljoin(HOST + path, one.headers["location"])
            for path, one in zip(paths, redirections, strict=True)
        ]
        documents = together(app, [(place, None) for place in places])
        assert {one.status_code for one in documents} == {200}
        told = {
            quad.subject.value for one in documents for quad in parse(one.content, format=format_)
        }
        assert set(ours) <= told


@pytest.mark.parametrize(
    ("accept", "suffix", "media"),
    [
        (None, "ttl", TURTLE_MEDIA),
        ("*/*", "ttl", TURTLE_MEDIA),
        (BROWSER, "html", "text/html; charset=utf-8"),
        ("application/ld+json", "jsonld", "application/ld+json"),
        ("application/json", "jsonld", "application/ld+json"),
        ("application/n-triples", "nt", "application/n-triples"),
        ("application/rdf+xml", "rdf", "application/rdf+xml"),
        ("application/trig", "trig", "application/trig"),
    ],
)
def test_accept_decides_where_a_thing_leads(ask, accept, suffix, media):
    """The redirection goes to the format preferred, relative, and says that Accept decided."""
    answer = ask(CALL, accept)
    assert (answer.status_code, answer.headers["vary"]) == (303, "Accept, Accept-Language")
    assert answer.headers["location"] == f"{CALL.rpartition('/')[2]}.{suffix}"
    document = ask(f"{CALL}.{suffix}")
    assert (document.status_code, document.headers["content-type"]) == (200, media)
    assert len(document.content) > 5000


def test_the_document_in_trig_has_named_graphs(ask):
    """What the source says and what editors decided stand in different graphs."""
    quads = list(parse(ask(f"{CALL}.trig").content, format=RdfFormat.TRIG))
    graphs = {quad.graph_name.value.rpartition("/")[2] for quad in quads}
    assert graphs == {"2020-03-16-xwlb", "authority", "ontology"}


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/nobody", 404, "There is no such page here: /nobody"),
        ("/a%0Ab%00%E2%80%AE", 404, "here: /a\ufffdb\ufffd\ufffd\n"),
        ("/person/", 404, "There is no such thing here: /person/"),
        (f"{CALL}/", 404, "There is no such thing here"),
        (f"{CALL}.exe", 404, "There are: .html, .ttl, .jsonld, .nt, .rdf, .trig."),
        (f"{CALL}.", 404, "There are: .html"),
        ("/exchange%2F2020-02-13-call-mahathir-mohamad", 404, "There is no such thing here"),
        ("/dumps/nothing.ttl", 404, "readouts.ttl"),
        ("/static/nothing.css", 404, "There is no file named nothing.css."),
        ("/queries/nothing", 404, "There are: busiest-days"),
        ("/queries/nothing.csv", 404, "There are: busiest-days"),
        ("/queries/exchanges.pdf", 404, "It has: .csv, .tsv, .json, .xml, .html, .rq."),
        ("/queries/cite.csv", 404, "It has: .ttl, .jsonld, .nt, .rdf, .html, .rq."),
    ],
)
def test_what_is_not_there_is_said_plainly(ask, path, status, told):
    """404 names what was asked for and, where they are few, what there is."""
    answer = ask(path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert told in answer.text


@pytest.mark.parametrize(
    "path", [CALL, "/queries/exchanges", "/queries/cite", f"/sparql?query={quote(SELECT)}"]
)
def test_406_lists_what_there_is(ask, path):
    """A client that takes none of the formats is told which there are."""
    answer = ask(path, "image/png")
    assert answer.status_code == 406
    assert "There are: " in answer.text
    assert "text/html" in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path", [CALL, f"{CALL}.ttl", "/", "/queries/exchanges", "/dumps/readouts.ttl"]
)
def test_nothing_can_be_changed(ask, path, method):
    """Documents, pages and files can be read: 405 names the methods."""
    answer = ask(path, method=method)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    assert answer.text == f"{method} is not done here. There are: GET, HEAD, OPTIONS.\n"


# --- pages -----------------------------------------------------------------


class Links(HTMLParser):
    """The links and ids of a page."""

    def __init__(self, page):
        super().__init__()
        self.hrefs, self.ids = [], set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.ids.add(told.get("id"))
        if tag in ("a", "link") and "href" in told:
            self.hrefs.append(told["href"])


def test_every_link_of_every_page_leads_somewhere(app):
    """From the home page all pages are reached, and no link and no anchor of theirs is broken."""
    pages, waiting, wanted, others = {}, {f"{HOST}/"}, [], set()
    while waiting:
        found = together(app, [(url, BROWSER) for url in sorted(waiting)])
        for url, answer in zip(sorted(waiting), found, strict=True):
            assert answer.status_code == 200, url
            pages[url] = Links(answer.text)
        waiting = set()
        for url in list(pages)[-len(found) :]:
            for href in pages[url].hrefs:
                target, fragment = urldefrag(urljoin(url, href))
                if not target.startswith(HOST):
                    continue
                wanted.append((url, target, fragment))
                is_page = target.endswith(".html") or "." not in target.rpartition("/")[2]
                (waiting if is_page and target not in pages else others).add(target)
        others -= pages.keys()
    assert len(pages) > 290
    assert len(wanted) > 10000
    assert not [
        one for one in wanted if one[1] in pages and one[2] and one[2] not in pages[one[1]].ids
    ]
    # The other formats of documents are swept elsewhere; here, those of queries and files.
    rest = sorted(
        one for one in others if "/queries/" in one or "/dumps/" in one or "/static/" in one
    )
    assert len(rest) > 80
    for url, answer in zip(rest, together(app, [(url, None) for url in rest]), strict=True):
        assert answer.status_code == 200, url


def test_errors_have_a_page_for_browsers(ask):
    """A browser gets a page with a way home, at any depth, and programs get a sentence."""
    answer = ask("/a/b/c%3Cscript%3E", BROWSER)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert answer.headers["vary"] == "Accept"
    assert 'href="../../static/style.css"' in answer.text
    assert "<script>" not in answer.text
    assert "/a/b/c&lt;script&gt;" in answer.text


# --- stored queries --------------------------------------------------------


@pytest.mark.parametrize(
    ("suffix", "media"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("tsv", "text/tab-separated-values; charset=utf-8"),
        ("json", JSON_ROWS),
        ("xml", "application/sparql-results+xml"),
    ],
)
def test_a_stored_query_answers_in_each_format(ask, embedded, stored, made, suffix, media):
    """An address with a suffix gives the bytes of the embedded store, whatever Accept says."""
    answer = ask(f"/queries/exchanges.{suffix}?kind=call&lang=zh-hans", "image/png")
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["vary"] == "Accept-Encoding"
    rows = query.answer(
        stored["exchanges"], {"kind": "call", "lang": "zh-hans"}, embedded, made.base
    )
    assert answer.content == rows.solutions.serialize(format=RESULTS[suffix])
    assert answer.content.count(b"2020-") >= 16


def test_a_stored_query_is_negotiated(ask):
    """Browsers get the page, programs their format, and a client that takes anything JSON."""
    for accept, media in (
        (BROWSER, "text/html; charset=utf-8"),
        ("*/*", JSON_ROWS),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/turtle, text/html;q=0.1", "text/html; charset=utf-8"),
    ):
        answer = ask("/queries/exchanges?kind=talks", accept)
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert answer.headers["vary"] == "Accept, Accept-Encoding"
    assert ask("/queries/cite", "*/*").headers["content-type"] == TURTLE_MEDIA


def test_an_empty_field_of_a_form_is_not_given(ask):
    """A form sends all its fields; the empty ones change nothing."""
    filled = ask("/queries/exchanges.csv?kind=call")
    sent = ask("/queries/exchanges.csv?kind=call&counterpart=&country=&from=&to=&lang=")
    assert filled.content == sent.content


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("kind=visit", "kind is 'visit'. It must be one of call, meeting, talks, letter, reply."),
        ("from=yesterday", "from is 'yesterday'. It must be a day such as 2020-02-13."),
        ("country=atlantis", "country is 'atlantis', and there is no such country here."),
        ("colour=red", "exchanges has no parameter colour. It has: kind, counterpart, country,"),
        ("colour=", "exchanges has no parameter colour."),
        ("kind=call&kind=talks", "The parameter kind is given twice. Give it once."),
    ],
)
def test_a_wrong_parameter_is_named(ask, asked, told):
    """400 names the parameter, what was given and what is allowed, on the page as in plain text."""
    plain = ask(f"/queries/exchanges.csv?{asked}")
    assert (plain.status_code, plain.headers["content-type"]) == (400, "text/plain; charset=utf-8")
    assert told in plain.text
    page = ask(f"/queries/exchanges?{asked}", BROWSER)
    assert page.status_code == 400
    assert told.replace("'", "&#39;") in page.text
    assert '<select id="country"' in page.text


def test_a_federated_query_is_not_run_here(made, embedded, stored):
    """A stored query that asks other endpoints says so, and how to run it; its text can be had."""
    other = replace(stored["exchanges"], name="elsewhere", endpoint="https://example.org/sparql")
    house = application(made, embedded, {**stored, "elsewhere": other})
    wanted = [("/queries/elsewhere.csv", None), ("/queries/elsewhere", BROWSER)]
    for status, answer in zip((400, 200), together(house, wanted), strict=True):
        assert answer.status_code == status
        assert "elsewhere asks other endpoints, and this server fetches nothing." in answer.text
        assert "readouts query elsewhere" in answer.text
    assert together(house, [("/queries/elsewhere.rq", None)])[0].status_code == 200


def test_the_text_of_a_stored_query_can_be_had(ask, stored):
    """`/queries/NAME.rq` is the file."""
    answer = ask("/queries/statements.rq")
    assert answer.text == stored["statements"].text
    assert answer.headers["content-type"] == "application/sparql-query; charset=utf-8"


# --- SPARQL ----------------------------------------------------------------


def test_sparqlwrapper_gets_the_answers_of_the_store(address, embedded, stored):
    """Every stored query gives through SPARQLWrapper what it gives in this process."""
    asked = [one for one in stored.values() if not one.federated]
    assert len(asked) >= 18
    for one in asked:
        wrapper = SPARQLWrapper(f"{address}/sparql")
        wrapper.setQuery(one.text)
        wrapper.setReturnFormat(JSON if one.form == "SELECT" else TURTLE)
        answer, got = embedded.query(one.text), wrapper.query().convert()
        if isinstance(answer, Graph):
            triples = {quad.triple for quad in parse(got, format=RdfFormat.TURTLE)}
            assert triples == set(answer.triples), one.name
            assert len(triples) > 100
        else:
            rows = json.loads(answer.solutions.serialize(format=RESULTS["json"]))
            assert got["results"]["bindings"] == rows["results"]["bindings"], one.name
            assert got["head"]["vars"] == list(one.columns)


FORM = {"content-type": "application/x-www-form-urlencoded"}
TEXT = {"content-type": "application/sparql-query"}


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "media"),
    [
        ("GET", f"/sparql?query={quote(SELECT)}", {}, None, 200, JSON_ROWS),
        ("POST", "/sparql", FORM, urlencode({"query": SELECT}), 200, JSON_ROWS),
        (
            "POST",
            "/sparql",
            {"content-type": "Application/X-WWW-Form-URLencoded; charset=UTF-8"},
            urlencode({"query": SELECT}),
            200,
            JSON_ROWS,
        ),
        ("POST", "/sparql", TEXT, SELECT, 200, JSON_ROWS),
        (
            "POST",
            "/sparql",
            {"content-type": "application/sparql-query; charset=utf-8"},
            SELECT,
            200,
            JSON_ROWS,
        ),
        ("GET", f"/sparql?query={quote('ASK {}')}", {}, None, 200, JSON_ROWS),
        ("GET", f"/sparql?query={quote('DESCRIBE dro:Talks')}", {}, None, 200, TURTLE_MEDIA),
        (
            "GET",
            f"/sparql?query={quote(SELECT)}&format=csv",
            {},
            None,
            200,
            "text/csv; charset=utf-8",
        ),
        ("GET", f"/sparql?query={quote(SELECT)}&format=turtle", {}, None, 200, JSON_ROWS),
        (
            "GET",
            f"/sparql?query={quote(SELECT)}&format=csv",
            {"accept": BROWSER},
            None,
            200,
            "text/csv; charset=utf-8",
        ),
        (
            "GET",
            f"/sparql?query={quote(SELECT)}",
            {"accept": BROWSER},
            None,
            200,
            "text/html; charset=utf-8",
        ),
        (
            "GET",
            f"/sparql?query={quote(SELECT)}",
            {"accept": "text/csv"},
            None,
            200,
            "text/csv; charset=utf-8",
        ),
        (
            "GET",
            f"/sparql?query={quote(SELECT)}",
            {"accept": "application/xml"},
            None,
            200,
            "application/xml",
        ),
        (
            "GET",
            f"/sparql?query={quote('ASK {}')}",
            {"accept": "text/csv"},
            None,
            406,
            "text/plain; charset=utf-8",
        ),
        ("GET", "/sparql", {"accept": BROWSER}, None, 200, "text/html; charset=utf-8"),
        ("GET", "/sparql?query=", {}, None, 400, "text/plain; charset=utf-8"),
        ("GET", "/sparql?query=SELECT", {}, None, 400, "text/plain; charset=utf-8"),
        ("GET", "/sparql?query=SELECT", {"accept": BROWSER}, None, 400, "text/html; charset=utf-8"),
        ("GET", "/sparql?query=ASK{}&query=ASK{}", {}, None, 400, "text/plain; charset=utf-8"),
        ("POST", "/sparql?query=ASK{}", TEXT, "ASK {}", 400, "text/plain; charset=utf-8"),
        (
            "POST",
            "/sparql",
            FORM,
            urlencode({"update": "CLEAR ALL"}),
            403,
            "text/plain; charset=utf-8",
        ),
        ("GET", "/sparql?update=CLEAR+ALL", {}, None, 403, "text/plain; charset=utf-8"),
        (
            "POST",
            "/sparql",
            {"content-type": "application/sparql-update"},
            "CLEAR ALL",
            403,
            "text/plain; charset=utf-8",
        ),
        ("POST", "/sparql", TEXT, "CLEAR ALL", 400, "text/plain; charset=utf-8"),
        (
            "POST",
            "/sparql",
            {"content-type": "text/plain"},
            SELECT,
            415,
            "text/plain; charset=utf-8",
        ),
        ("POST", "/sparql", {}, SELECT.encode(), 415, "text/plain; charset=utf-8"),
        (
            "POST",
            "/sparql",
            {"content-type": "application/sparql-query; charset=iso-8859-1"},
            SELECT,
            400,
            "text/plain; charset=utf-8",
        ),
        ("POST", "/sparql", TEXT, b"ASK { ?s ?p '\xff' }", 400, "text/plain; charset=utf-8"),
        ("POST", "/sparql", TEXT, b"#" * (1 << 21), 413, "text/plain; charset=utf-8"),
        (
            "GET",
            f"/sparql?query={quote(SELECT)}&default-graph-uri=no+iri",
            {},
            None,
            400,
            "text/plain; charset=utf-8",
        ),
        ("PUT", "/sparql", TEXT, SELECT, 405, "text/plain; charset=utf-8"),
    ],
)
def test_the_protocol(ask, method, path, headers, body, status, media):
    """SPARQL 1.1 Protocol §2.1, the query operation: each way to ask, and each way to go wrong."""
    answer = ask(path, method=method, headers=headers, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, media)
    assert answer.headers["access-control-allow-origin"] == "*"
    if status == 200 and "html" not in media and "ASK" not in path and "DESCRIBE" not in path:
        assert "2020-02-27-talks-khaltmaagiin-battulga" in answer.text


@pytest.mark.parametrize(
    ("text", "place", "word"),
    [
        ("SELECT *\nWHERE { ?s ?p }", "line 2, column 16", "}"),
        ("SELEKT", "line 1, column 7", "SELEKT"),
        ("ASK {} junk", "line 1, column 12", "junk"),
        ("SELECT * { ?s foo:bar ?o }", "line 1, column 22", "foo:bar"),
        ("SELECT * {\r\n ?s ?p ?o\r\n} LIMIT x", "line 3, column 9", "x"),
        ("SELECT * { 中 }", "line 1, column 15", "}"),
        ("ASK {} '\u202e'", "line 1, column 11", "'\ufffd'"),
        (f"ASK {{}} {'j' * 50}", "line 1, column 14", f"{'j' * 40}…"),
    ],
)
def test_a_syntax_error_says_where(ask, text, place, word):
    """The engine's message comes with line and column, and the word that is there."""
    answer = ask(f"/sparql?query={quote(text)}")
    assert answer.status_code == 400
    assert f"error at {place}, near “{word}”" in answer.text
    assert "['" not in answer.text


def test_the_dataset_of_the_protocol_is_honoured(ask, publication):
    """Graphs that are named replace those of the store; one that is not here is empty."""
    held = json.loads((publication.release / "manifest.json").read_text(encoding="utf-8"))
    size = {name.rpartition("/")[2]: number for name, number in held["graphs"].items()}
    both = size["dataset"] + size["authority"]
    count = "SELECT (COUNT(*) AS ?n) WHERE { ?s ?p ?o }"
    named = "SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }"
    graph = "https://w3id.org/readouts/graph/"
    for text, given, number in (
        (count, [], held["triples"]),
        (count, [("default-graph-uri", f"{graph}dataset")], size["dataset"]),
        (
            count,
            [("default-graph-uri", f"{graph}dataset"), ("default-graph-uri", f"{graph}authority")],
            both,
        ),
        (count, [("default-graph-uri", "http://127.0.0.1:9/nothing")], 0),
        (count, [("named-graph-uri", f"{graph}dataset")], 0),
        (named, [("named-graph-uri", f"{graph}dataset")], size["dataset"]),
        (named, [("default-graph-uri", f"{graph}dataset")], 0),
    ):
        sent = urlencode([("query", text), *given])
        got = ask(f"/sparql?{sent}").json()["results"]["bindings"][0]["n"]["value"]
        posted = ask("/sparql", method="POST", headers=FORM, content=sent).json()
        assert int(got) == number, given
        assert posted["results"]["bindings"][0]["n"]["value"] == got


@pytest.fixture
def elsewhere():
    """The address of a server that counts who comes, and the count."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        calls, done = [], threading.Event()

        def listen():
            while not done.is_set():
                try:
                    connection, _ = listener.accept()
                except TimeoutError:
                    continue
                with connection:
                    calls.append(1)

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", calls
        done.set()
        thread.join()


GROUP = "{ ?x ?y ?z }"
FETCHING = [
    "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "SELECT * { sErViCe SILENT<URL>{ ?s ?p ?o } }",
    "SELECT * { SERVICE#\n<URL>{ ?s ?p ?o } }",
    "SELECT * { VALUES ?o { <URL> } SERVICE ?o { ?s ?p ?q } }",
    f"SELECT * {{ ?s ?p 1SERVICE <URL> {GROUP} }}",
    f"SELECT * {{ ?s ?p 1.5e-3SERVICE <URL> {GROUP} }}",
    f"SELECT * {{ ?s ?p trueSERVICE <URL> {GROUP} }}",
    f'SELECT * {{ ?s ?p "x"SERVICE <URL> {GROUP} }}',
    f"SELECT * {{ ?s ?p []SERVICE <URL> {GROUP} }}",
    f"PREFIX : <URL> SELECT * {{ SERVICE:x {GROUP} }}",
    f"PREFIX x: <URL> SELECT * {{ SERVICEx:x {GROUP} }}",
    f"PREFIX x: <URL> SELECT * {{ SERVICESILENTx:x #\n{GROUP} }}",
    f"PREFIX service: <http://e/> PREFIX : <URL> SELECT * {{ service:x {GROUP} }}",
    f"PREFIX : <URL> SELECT * {{ ?s ?p ?o FILTER(1<2)SERVICE:x#>\n{GROUP} }}",
    f"PREFIX : <URL> SELECT * {{ ?s ?p ?o FILTER(1<2).SERVICE:x#>\n{GROUP} }}",
    f'SELECT * {{ ?s ?p ?o FILTER(1<2#>"""\n) SERVICE <URL> {GROUP} #"""\n}}',
    f"SELECT * {{ ?s ?p ?o FILTER(1<2#>'\n) SERVICE <URL> {GROUP} #'\n}}",
    f"SELECT * {{ ?s ?p <http://e/\\u0041#> SERVICE <URL> {GROUP} \n}}",
    f"PREFIX e: <http://e/> SELECT * {{ ?s ?p e:a\\# SERVICE <URL> {GROUP} \n}}",
    f'SELECT * {{ VALUES ?o {{ """x" }} SERVICE <URL> {GROUP} }}',
    f"SELECT * {{ ?s ?p ?o FILTER EXISTS{{SERVICE <URL> {GROUP}}} }}",
    f"SELECT * {{ {{ SELECT * {{ ?s ?p ?o MINUS{{SERVICE <URL> {GROUP}}} }} }} }}",
    "ASK { SERVICE <URL> {} }",
    "DESCRIBE ?s { SERVICE <URL> { ?s ?p ?o } }",
    "CONSTRUCT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
]
FETCHING_NOT = [
    "SELECT * { S\\u0045RVICE <URL> { ?s ?p ?o } }",
    f"SELECT * {{ ?s ?p ?oSERVICE <URL> {GROUP} }}",
    "LOAD <URL>",
    "SELECT * FROM <URL> { ?s ?p ?o }",
    "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
]


@pytest.mark.parametrize("text", FETCHING)
def test_a_query_that_would_fetch_is_refused(ask, elsewhere, text):
    """SERVICE is refused in every spelling that the engine takes, and nobody is called."""
    url, calls = elsewhere
    answer = ask(f"/sparql?query={quote(text.replace('URL', url))}")
    assert answer.status_code == 400
    assert "SERVICE" in answer.text
    assert not calls


@pytest.mark.parametrize("text", FETCHING_NOT)
def test_nothing_else_fetches(ask, elsewhere, text):
    """What looks like another way to fetch is none: whatever the answer, nobody is called."""
    url, calls = elsewhere
    assert ask(f"/sparql?query={quote(text.replace('URL', url))}").status_code in (200, 400)
    assert not calls


def test_the_refused_queries_are_worth_refusing(embedded, elsewhere):
    """Without the gate, the engine itself would call for more than half of them."""
    url, calls = elsewhere
    went = 0
    for text in FETCHING:
        calls.clear()
        try:
            answer = embedded.query(text.replace("URL", url))
            solutions = answer.solutions if isinstance(answer, Rows) else ()
            list(answer.triples if isinstance(answer, Graph) else solutions)
        except (Misuse, OSError, RuntimeError):
            pass
        went += bool(calls)
    assert went > len(FETCHING) / 2


@pytest.mark.parametrize(
    "text",
    [
        'SELECT ("SERVICE <http://e/> { ?s ?p ?o }" AS ?t) {}',
        "SELECT ('''a 'SERVICE' b''' AS ?t) {}",
        "# SERVICE <http://e/> { ?s ?p ?o }\nSELECT * {}",
        "SELECT * { <http://e/service/SERVICE#service> ?p ?o }",
        "SELECT ?service { ?service ?p $SERVICE }",
        "SELECT * { ?s ?p 'x'@service }",
        "PREFIX service: <http://e/service#> SELECT * { ?s service:a ?o FILTER(?o != service:b) }",
        "SELECT * { ?s a dro:service ; rdfs:label 'service' }",
    ],
)
def test_the_word_service_alone_is_no_harm(ask, text):
    """A string, an IRI, a comment, a variable, a language or a prefix may be called SERVICE."""
    assert ask(f"/sparql?query={quote(text)}").status_code == 200


@pytest.mark.parametrize(
    "part", ['"""\\', '"""x"\\', "'\\", "<", "<#", ")#", "x:service ", "#\n", "''"]
)
def test_the_gate_takes_no_long_time(part):
    """A query made to slow the gate down is read in one pass."""
    assert not gate.fetches("service:a ?p ?o " + part * (200_000 // len(part)))


def test_a_page_elsewhere_may_ask(ask):
    """A browser is told before it posts a query from another site that it may."""
    answer = ask(
        "/sparql",
        method="OPTIONS",
        headers={"origin": "https://example.org", "access-control-request-method": "POST"},
    )
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "Content-Type" in answer.headers["access-control-allow-headers"]


# --- files -----------------------------------------------------------------


def test_every_file_of_the_release_can_be_had(ask, publication):
    """The dumps are the files that the manifest names, byte for byte, under their media types."""
    held = json.loads((publication.release / "manifest.json").read_text(encoding="utf-8"))
    media = {"ttl": TURTLE_MEDIA, "rdf": "application/rdf+xml", "json": "application/json"}
    assert len(held["files"]) >= 5
    for name in (*held["files"], "manifest.json"):
        answer = ask(f"/dumps/{name}")
        suffix = name.rpartition(".")[2]
        assert answer.status_code == 200
        assert answer.content == (publication.release / name).read_bytes()
        assert answer.headers["content-type"] == media.get(suffix, answer.headers["content-type"])
        assert "octet-stream" not in answer.headers["content-type"]


def test_small_things_are_there(ask):
    """The server says that it is well, and has a style sheet."""
    assert (ask("/health").text, ask("/health").headers["content-type"]) == (
        "ok\n",
        "text/plain; charset=utf-8",
    )
    assert ask("/static/style.css").headers["content-type"] == "text/css; charset=utf-8"


# --- what goes wrong -------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        CALL,
        f"{CALL}.ttl",
        "/nothing",
        "/queries/exchanges?kind=x",
        "/dumps/readouts.nq",
        "/health",
    ],
)
def test_every_answer_may_be_read_elsewhere(ask, path):
    """Any page may read what the server says, and no browser guesses at its type."""
    answer = ask(path)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["x-content-type-options"] == "nosniff"
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_an_unforeseen_failure_is_one_sentence(ask, monkeypatch, caplog):
    """The reader gets a sentence, and the log gets the traceback."""

    def fail(_self, _thing):
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr(Pages, "thing", fail)
    with caplog.at_level(logging.ERROR):
        answer = ask(f"{CALL}.html?anew", BROWSER)
    assert answer.status_code == 500
    assert answer.text.startswith("The server failed.")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "secret" not in answer.text
    assert "the secret of the house" in caplog.text


@pytest.mark.parametrize(
    "target",
    [
        b"/..%2f..%2fetc/passwd",
        b"/../../etc/passwd",
        b"/dumps/..%2f..%2fpublication.toml",
        b"/dumps/../manifest.json",
        b"/static/..%2fpage.py",
        b"/queries/..%2f..%2fREADME",
        b"/%00",
        b"/%0d%0aSet-Cookie:%20a=b",
        b"/person/hun-sen%00.html",
        b"/%ff%fe",
        b"/" + b"a" * 60_000,
        b"/" + b"a/" * 20_000,
        b"//example.org/",
        b"/queries/exchanges?kind=%3Cscript%3Ealert(1)%3C/script%3E",
        b"/queries/exchanges?" + b"kind=call&" * 5000,
        b"/queries/wording.csv?text=%ED%A0%80&lang=%00",
        b"/sparql?query=%00",
        b"/sparql?query=%FF%FE",
        b"/sparql?query=" + b"(" * 3000,
        b"http://other.example/",
        b"*",
    ],
)
def test_hostile_addresses_get_a_plain_refusal(address, target):
    """Paths that climb, control characters, endless paths: 4xx in plain words, nothing injected."""
    answer = raw(address, b"GET " + target + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert re.match(rb"HTTP/1.1 4\d\d ", head), answer[:200]
    assert b"set-cookie" not in head.lower()
    assert b"Traceback" not in body
    assert b"root:" not in body
    assert len(body) < 1500
    page = raw(
        address,
        b"GET "
        + target
        + b" HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\nConnection: close\r\n\r\n",
    )
    assert b"<script>" not in page


@pytest.mark.parametrize(
    "lines",
    [
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: many\r\n\r\n",
        b"GET /\x01 HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
def test_what_is_no_request_is_refused(address, lines):
    """What is not HTTP gets 400, and the server goes on."""
    assert b" 400 " in raw(address, lines).partition(b"\r\n")[0]
    assert fetched(f"{address}/health")[2] == b"ok\n"


# --- the process -----------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        CALL + ".html",
        CALL + ".jsonld",
        "/queries/exchanges.csv",
        f"/sparql?query={quote(SELECT)}",
        "/dumps/readouts.nq",
        "/health",
        "/static/style.css",
    ],
)
def test_head_is_get_without_the_body(address, path):
    """HEAD gives the status and the headers of GET, the length too, and nothing more."""
    (status, get, body), (same, head, none) = (
        fetched(address + path),
        fetched(address + path, method="HEAD"),
    )
    assert (same, none) == (status, b"")
    assert int(head["Content-Length"]) == len(body)
    assert [pair for pair in head.items() if pair[0] != "date"] == [
        pair for pair in get.items() if pair[0] != "date"
    ]


def test_many_may_ask_at_once(address):
    """Forty requests at once get the answers that they would get alone."""
    paths = [
        f"{CALL}.ttl",
        "/queries/exchanges.csv",
        f"/sparql?query={quote(SELECT)}",
        "/things.html",
    ]
    alone = [fetched(address + path)[2] for path in paths]
    with ThreadPoolExecutor(10) as pool:
        bodies = list(pool.map(lambda path: fetched(address + path)[2], paths * 10))
    assert bodies == alone * 10


def test_a_port_in_use_is_said_in_a_sentence(address, publication):
    """Who asks for a port that is taken is told so, with exit code 2 and no traceback."""
    port = address.rpartition(":")[2]
    done = subprocess.run(
        command("--port", port),
        cwd=publication.root,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    told = (
        f"Port {port} of 127.0.0.1 is in use. Choose another with --port, or 0 for any free one.\n"
    )
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_ctrl_c_ends_the_server_well(publication):
    """SIGINT ends the server with exit code 0 and without a word."""
    with subprocess.Popen(
        command("--port", "0"), cwd=publication.root, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr.readline().startswith("Readouts is served at http://127.0.0.1:")
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read()
        assert (process.wait(10), rest) == (0, "")


@pytest.mark.parametrize(
    ("host", "told"), [("nowhere.invalid", "no address"), ("192.0.2.1", "cannot be had")]
)
def test_a_host_that_is_not_ours_is_said_in_a_sentence(host, told):
    """A socket that cannot be had is a misuse, not a traceback."""
    with pytest.raises(Misuse, match=told):
        server.bound(host, 0)


def test_the_address_is_printed_as_a_browser_takes_it():
    """An IPv6 address stands in brackets."""
    with server.bound("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        assert server.address("::1", listener) == f"http://[::1]:{port}/"
        assert server.address("localhost", listener) == f"http://localhost:{port}/"


def test_a_release_without_queries_for_pages_is_refused(made, embedded, stored):
    """What pages are made by is asked for at the start, not when a reader comes."""
    with pytest.raises(Misuse, match="base, copies, "):
        application(made, embedded, stored, {})
