"""Which format a client is given: a table of headers as clients send them, and properties."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readouts.serve.negotiation import choose

TURTLE, HTML, JSONLD = "text/turtle", "text/html", "application/ld+json"
TRIPLES, XML, TRIG = "application/n-triples", "application/rdf+xml", "application/trig"
DOCUMENTS = (TURTLE, HTML, JSONLD, TRIPLES, XML, TRIG)
JSON, RESULTS, CSV = "application/sparql-results+json", "application/sparql-results+xml", "text/csv"
ROWS = (JSON, RESULTS, CSV, "text/tab-separated-values", HTML, "application/json")

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,"
    "*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
SAFARI = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
JENA = (
    "text/turtle,application/n-triples;q=0.9,application/ld+json;q=0.8,"
    "application/rdf+xml;q=0.7,*/*;q=0.3"
)
RDFLIB = (
    "application/rdf+xml,text/rdf+n3;q=0.9,application/xhtml+xml;q=0.5, */*;q=0.1,"
    "application/ld+json;q=0.05"
)
RDF4J = "application/rdf+xml;q=0.8, text/turtle;q=0.9, application/trig, application/n-quads"
JAVA = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2"
WRAPPER = "application/sparql-results+json,application/json,text/javascript,application/javascript"
PROFILE = 'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"'
SEVERAL = 'application/ld+json; profile="a, text/html;q=1"; q=0.9, text/turtle;q=0.8'

TABLE = [
    (CHROME, DOCUMENTS, HTML),
    (FIREFOX, DOCUMENTS, HTML),
    (SAFARI, DOCUMENTS, HTML),
    (SAFARI, ROWS, HTML),
    (JAVA, DOCUMENTS, HTML),
    (JENA, DOCUMENTS, TURTLE),
    (RDFLIB, DOCUMENTS, XML),
    (RDF4J, DOCUMENTS, TRIG),
    (WRAPPER, ROWS, JSON),
    ("*/*", DOCUMENTS, TURTLE),
    ("*/*", ROWS, JSON),
    (None, DOCUMENTS, TURTLE),
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
]


@pytest.mark.parametrize(("header", "offered", "chosen"), TABLE)
def test_headers_of_real_clients_get_the_format_they_prefer(header, offered, chosen):
    """Every header of the table is answered as RFC 9110 §12.5.1 has it."""
    assert choose(header, offered) == chosen


def test_the_table_is_large():
    """The table covers clients, wildcards, refusals and junk: at least thirty headers."""
    assert len(TABLE) >= 30


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
