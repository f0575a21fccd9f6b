"""Which format a client is given: a table of headers as clients send them, and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readouts.serve.negotiation import choose
from readouts.serve.replies import GRAPH as GRAPHS
from readouts.serve.replies import ROWS as TABLES
from readouts.serve.replies import TRUTH
from readouts.serve.things import OFFERED

TURTLE, HTML, JSONLD = "text/turtle", "text/html", "application/ld+json"
TRIPLES, XML, TRIG = "application/n-triples", "application/rdf+xml", "application/trig"
JSON, RESULTS, CSV = "application/sparql-results+json", "application/sparql-results+xml", "text/csv"
TSV, PLAIN, ANY_JSON = "text/tab-separated-values", "text/plain", "application/json"
# What the server offers of a thing, of rows, of true or false, and of the graph of a query.
DOCUMENTS, ROWS, ASKED, GRAPH = map(tuple, (OFFERED, TABLES, TRUTH, GRAPHS))

# What clients really send, each with where it was seen.
CLIENTS = [
    # Chrome 131 and later, the address bar (MDN, List of default Accept values).
    (
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
            "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
        ),
        {DOCUMENTS: HTML, ROWS: HTML, ASKED: HTML, GRAPH: HTML},
    ),
    # Chromium as Debian packages it, asked in headless mode and listened to.
    (
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/jxl,image/avif,image/webp,"
            "image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
        ),
        {DOCUMENTS: HTML, ROWS: HTML},
    ),
    # Firefox 128 to 131, and 92 to 127 (MDN).
    (
        (
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,"
            "image/svg+xml,*/*;q=0.8"
        ),
        {DOCUMENTS: HTML, ROWS: HTML},
    ),
    (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
        {DOCUMENTS: HTML, GRAPH: HTML},
    ),
    # Safari 13.1 and later; Firefox 132 and later (MDN).
    (
        "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        {DOCUMENTS: HTML, ROWS: HTML, ASKED: HTML, GRAPH: HTML},
    ),
    # The old Edge (MDN).
    ("text/html, application/xhtml+xml, image/jxr, */*", {DOCUMENTS: HTML, ROWS: HTML}),
    # curl 7.88, Wget 1.21, httpx 0.28 (listened to).
    ("*/*", {DOCUMENTS: TURTLE, ROWS: JSON, ASKED: JSON, GRAPH: TURTLE}),
    # urllib of Python, and the HTTP client with which OpenRefine sends its queries: none at all.
    (None, {DOCUMENTS: TURTLE, ROWS: JSON}),
    # Java's HttpURLConnection, where the program says nothing (JDK, its default).
    ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", {DOCUMENTS: HTML}),
    # rdflib 7.6, Graph.parse with and without a format (rdflib/parser.py; listened to).
    (
        (
            "application/rdf+xml, text/n3, text/turtle, application/n-triples, "
            "application/ld+json, application/n-quads, application/trix, application/trig"
        ),
        {DOCUMENTS: TURTLE},
    ),
    ("text/turtle, application/x-turtle, */*;q=0.1", {DOCUMENTS: TURTLE, GRAPH: TURTLE}),
    ("application/rdf+xml, */*;q=0.1", {DOCUMENTS: XML}),
    ("application/ld+json, application/json;q=0.9, */*;q=0.1", {DOCUMENTS: JSONLD}),
    ("text/plain, */*;q=0.1", {DOCUMENTS: PLAIN, GRAPH: PLAIN}),
    ("application/trig, */*;q=0.1", {DOCUMENTS: TRIG}),
    ("text/n3, */*;q=0.1", {DOCUMENTS: TURTLE}),
    # rdflib 7.6, SPARQLStore (plugins/stores/sparqlconnector.py).
    ("application/sparql-results+xml, application/rdf+xml", {ROWS: RESULTS, GRAPH: XML}),
    # SPARQLWrapper 2.0 (Wrapper._getAcceptHeader): XML, JSON, Turtle, N3, JSON-LD, anything.
    ("application/sparql-results+xml", {ROWS: RESULTS, ASKED: RESULTS, GRAPH: None}),
    (
        "application/sparql-results+json,application/json,text/javascript,application/javascript",
        {ROWS: JSON, ASKED: JSON},
    ),
    ("application/turtle,text/turtle", {GRAPH: TURTLE, ROWS: None}),
    (
        "application/turtle,text/turtle,text/rdf+n3,application/n-triples,application/n3,text/n3",
        {GRAPH: TURTLE},
    ),
    ("application/ld+json,application/x-json+ld", {GRAPH: JSONLD}),
    ("application/sparql-results+xml,application/rdf+xml,*/*", {ROWS: RESULTS, GRAPH: XML}),
    # Jena 4.5 and 5 (WebContent): a graph, anything in RDF, a dataset, rows, true or false.
    (
        (
            "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
            "application/rdf+xml;q=0.7,*/*;q=0.3"
        ),
        {DOCUMENTS: TURTLE, GRAPH: TURTLE},
    ),
    (
        (
            "text/turtle,application/n-triples;q=0.9,application/rdf+xml;q=0.7,application/trig,"
            "application/n-quads;q=0.9,application/ld+json;q=0.8,*/*;q=0.5"
        ),
        {DOCUMENTS: TURTLE},
    ),
    (
        "application/trig,application/n-quads;q=0.9,application/ld+json;q=0.8,*/*;q=0.3",
        {DOCUMENTS: TRIG},
    ),
    (
        (
            "application/sparql-results+json, application/sparql-results+xml;q=0.9, "
            "text/tab-separated-values;q=0.7, text/csv;q=0.5,application/json;q=0.2,"
            "application/xml;q=0.2,*/*;q=0.1"
        ),
        {ROWS: JSON},
    ),
    (
        (
            "application/sparql-results+json, application/sparql-results+xml;q=0.9,"
            "application/json;q=0.2,application/xml;q=0.2,*/*;q=0.1"
        ),
        {ASKED: JSON},
    ),
    # RDF4J 5 (SPARQLProtocolSession, RDFFormat.getAcceptParams; Turtle, XML and text preferred).
    (
        (
            "application/rdf+xml;q=0.4, application/xml;q=0.4, application/n-triples;q=0.7, "
            "text/plain;q=0.7, text/turtle, application/x-turtle, text/n3;q=0.8, "
            "text/rdf+n3;q=0.8, application/trix;q=0.8, application/trig;q=0.8, "
            "application/x-trig;q=0.8, application/n-quads;q=0.7, application/ld+json;q=0.8, "
            "application/rdf+json;q=0.7"
        ),
        {DOCUMENTS: TURTLE, GRAPH: TURTLE},
    ),
    (
        (
            "application/sparql-results+xml, application/xml, "
            "application/sparql-results+json;q=0.8, application/json;q=0.8, text/csv;q=0.8, "
            "text/tab-separated-values;q=0.8, "
            "application/x-binary-rdf-results-table;q=0.8"
        ),
        {ROWS: RESULTS},
    ),
    (
        (
            "text/boolean, application/sparql-results+xml;q=0.8, application/xml;q=0.8, "
            "application/sparql-results+json;q=0.8, application/json;q=0.8"
        ),
        {ASKED: JSON},
    ),
    # Comunica 4, a document (its own log), and an endpoint (fetch-sparql-endpoint 7.2).
    (
        (
            "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,"
            "application/n-triples;q=0.8,text/turtle;q=0.6,application/rdf+xml;q=0.5,text/n3;q=0.35,"
            "application/xml;q=0.3,image/svg+xml;q=0.3,text/xml;q=0.3,text/html;q=0.2,"
            "application/xhtml+xml;q=0.18,application/json;q=0.135,text/shaclc;q=0.1,"
            "text/shaclc-ext;q=0.05"
        ),
        {DOCUMENTS: TRIG, GRAPH: JSONLD},
    ),
    ("application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7", {ROWS: JSON}),
    # OpenRefine, registering a service: dataType json of jQuery (recon-manager.js, jquery.js).
    ("application/json, text/javascript, */*; q=0.01", {ROWS: ANY_JSON, DOCUMENTS: ANY_JSON}),
    # rapper of Raptor 2 (listened to).
    (
        (
            "application/rdf+xml, text/rdf;q=0.6, application/n-triples, text/plain;q=0.1, "
            "text/turtle, application/x-turtle, application/turtle, text/n3;q=0.3, "
            "text/rdf+n3;q=0.3, application/rdf+n3;q=0.3, application/x-trig, "
            "application/rss;q=0.8, application/rss+xml;q=0.8, text/rss;q=0.8, "
            "application/xml;q=0.3, text/xml;q=0.3, "
            "application/atom+xml;q=0.3, text/html;q=0.2, application/xhtml+xml;q=0.4, "
            "text/html;q=0.6, application/xhtml+xml;q=0.8, application/json;q=0.1, "
            "text/json;q=0.1, text/x-nquads, */*;q=0.1"
        ),
        {DOCUMENTS: TURTLE},
    ),
]

# What the grammar allows, and what it does not (RFC 9110 §12.4.2, §12.5.1).
PROFILE = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'
SEVERAL = 'application/ld+json; profile="a, text/html;q=1"; q=0.9, text/turtle;q=0.8'
GRAMMAR = [
    ("", DOCUMENTS, TURTLE),
    ("   ", DOCUMENTS, TURTLE),
    ("text/*", DOCUMENTS, TURTLE),
    ("application/*", DOCUMENTS, JSONLD),
    ("text/*;q=0.5, application/*", DOCUMENTS, JSONLD),
    ("text/turtle", DOCUMENTS, TURTLE),
    ("TEXT/Turtle", DOCUMENTS, TURTLE),
    ("Application/LD+JSON;Q=0.4", DOCUMENTS, JSONLD),
    ("text/turtle; charset=utf-8", DOCUMENTS, TURTLE),
    (PROFILE, DOCUMENTS, JSONLD),
    (SEVERAL, DOCUMENTS, JSONLD),
    ("text/html;q=0.5, text/turtle;q=0.5", DOCUMENTS, TURTLE),
    ("text/html;q=0.501, text/turtle;q=0.5", DOCUMENTS, HTML),
    ("text/turtle;q=0", DOCUMENTS, None),
    ("text/turtle;q=0.000, */*", DOCUMENTS, HTML),
    ("text/*;q=0, */*;q=0.1", DOCUMENTS, JSONLD),
    ("text/*, text/turtle;q=0.1", DOCUMENTS, HTML),
    ("*/*;q=0.9, text/html;q=0.1", DOCUMENTS, TURTLE),
    ("*/*;q=0", DOCUMENTS, None),
    ("image/png", DOCUMENTS, None),
    ("image/*, application/pdf", DOCUMENTS, None),
    ("text/html;level=1;q=0.1, text/html;q=0.8, text/turtle;q=0.5", DOCUMENTS, HTML),
    ("text/html;q=high, text/turtle;q=0.2", DOCUMENTS, TURTLE),
    ("text/html;q=7, text/turtle;q=0.2", DOCUMENTS, TURTLE),
    ("text/html;q=1.5, text/turtle;q=0.2", DOCUMENTS, TURTLE),
    ("text/*;q=0.1, */*;q=0.9", DOCUMENTS, JSONLD),
    ("text/html;level=1;q=0.9, text/html;q=0.2, text/turtle;q=0.5", DOCUMENTS, TURTLE),
    ("text/html;q=-1, text/turtle;q=0.2", DOCUMENTS, TURTLE),
    ("text/html;q=, application/trig;q=0.2", DOCUMENTS, TRIG),
    (";;,,/,text/,*/turtle,application/rdf+xml", DOCUMENTS, XML),
    ("complete nonsense", DOCUMENTS, TURTLE),
    ('"', DOCUMENTS, TURTLE),
    ("text/csv, */*;q=0.1", ROWS, CSV),
    ("application/json", ROWS, "application/json"),
    ("text/turtle", (), None),
    (SEVERAL.replace("0.8", "0.95"), DOCUMENTS, TURTLE),
    ("application/xml", DOCUMENTS, None),
    ("application/xml", ROWS, "application/xml"),
    ("application/*;q=0.5, text/csv;q=0.4", ROWS, JSON),
    ("text/*", ROWS, CSV),
    ("text/tab-separated-values", ROWS, TSV),
    ("text/csv", ASKED, None),
    ("text/turtle", ROWS, None),
    ("application/n-quads", DOCUMENTS, None),
    ("text/turtle;q=0.1234", DOCUMENTS, TURTLE),
    ("text/turtle;q=.9, text/html;q=.8", DOCUMENTS, TURTLE),
    ("text/html;q=1., text/turtle;q=0.9", DOCUMENTS, HTML),
    ("text/turtle ; q = 0.3 , text/html ;q=0.2", DOCUMENTS, TURTLE),
    ("text/turtle\t;\tq=0.3", DOCUMENTS, TURTLE),
    (",,, text/html ,,", DOCUMENTS, HTML),
    ("text/html;q=0.5;q=0.1, text/turtle;q=0.3", DOCUMENTS, HTML),
    ("*/html, text/turtle;q=0.1", DOCUMENTS, TURTLE),
    ("text/turtle;q=0, */*;q=0", DOCUMENTS, None),
    # What is named goes before what is only let in, also where the weights are the same.
    ("*/*, text/html", DOCUMENTS, HTML),
    ("application/json, text/plain, */*", DOCUMENTS, ANY_JSON),
]
TABLE = [
    *((header, offered, chosen) for header, told in CLIENTS for offered, chosen in told.items()),
    *GRAMMAR,
]


@pytest.mark.parametrize(("header", "offered", "chosen"), TABLE)
def test_headers_of_real_clients_get_the_format_they_prefer(header, offered, chosen):
    """Every header of the table is answered as RFC 9110 §12.5.1 has it."""
    assert choose(header, offered) == chosen


def test_the_table_is_large():
    """The table has 116 cases: 61 of real clients with 35 headers, and 55 of the grammar."""
    assert (len(CLIENTS), len(TABLE) - len(GRAMMAR), len(GRAMMAR)) == (35, 61, 55)


REFUSALS = st.sampled_from([";q=0", ";q=0.0", "; Q=0.000"])
WISHES = st.sampled_from(["", ";q=0.3", ";q=1", ";q=0.999", "; q=.5", ";v=1;q=0.7"])
WEIGHTS = REFUSALS | WISHES
RANGES = st.sampled_from([*DOCUMENTS, "*/*", "text/*", "application/*", "image/png", "TEXT/HTML"])
ELEMENTS = st.builds(str.__add__, RANGES, WEIGHTS)
JUNK = st.text() | st.text('/*;,="\\ q01.-ab')
HEADERS = st.lists(ELEMENTS, min_size=1, max_size=8).map(", ".join)


@given(JUNK | HEADERS)
def test_any_header_gives_an_offered_type_or_none(header):
    """Nothing that can stand in a header raises or brings in a type that is not offered."""
    assert choose(header, DOCUMENTS) in (*DOCUMENTS, None)


@given(HEADERS, st.sampled_from(DOCUMENTS), REFUSALS)
def test_a_type_that_is_refused_by_name_is_never_chosen(header, refused, zero):
    """Whoever says q=0 of a type does not get it, whatever else the header says."""
    assert choose(f"{header}, {refused}{zero}", DOCUMENTS) != refused


@given(HEADERS, WEIGHTS)
def test_a_type_that_is_not_offered_changes_nothing(header, weight):
    """A range that covers nothing on offer makes no difference, wherever it stands."""
    unknown = f"chemical/x-pdb{weight}"
    chosen = choose(header, DOCUMENTS)
    assert choose(f"{header}, {unknown}", DOCUMENTS) == chosen
    assert choose(f"{unknown}, {header}", DOCUMENTS) == chosen


@given(st.lists(ELEMENTS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_ranges_does_not_matter(ranges, random):
    """Only weights and precision count: a header means the same in any order."""
    chosen = choose(", ".join(ranges), DOCUMENTS)
    random.shuffle(ranges)
    assert choose(", ".join(ranges), DOCUMENTS) == chosen


@given(st.sampled_from(DOCUMENTS), WISHES)
def test_a_type_that_alone_is_accepted_is_given(media, weight):
    """A client that takes one type and gives it any weight but 0 is given that type."""
    assert choose(f"{media}{weight}", DOCUMENTS) == media


@pytest.mark.parametrize("part", ['"\\', '"', "a/b;", ',;="', "text/html,", 'a/b;c="', ";q=1"])
def test_a_long_header_is_read_in_one_pass(part):
    """No header of 60,000 characters makes the search go back over itself."""
    assert choose(part * (60_000 // len(part)), DOCUMENTS) in (*DOCUMENTS, None)
