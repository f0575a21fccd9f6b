"""Answers in the formats of SPARQL 1.1, from the process that anyone starts.

The cases are written from the specifications: Query Results JSON Format, Query Results XML Format
(Second Edition), Query Results CSV and TSV Formats, and from what their test suites look at
(data-sparql11/json-res, csv-tsv-res). Each says what stands in the answer to a query, to the byte
where the specification leaves no choice, and otherwise after a parser of another make has read it.
"""

import csv
import io
import json
import re
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from xml.etree import ElementTree as ET

import httpx
import pytest
from rdflib import BNode, Literal, URIRef, Variable
from rdflib.query import Result

JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv", "text/tab-separated-values"
SR = "{http://www.w3.org/2005/sparql-results#}"
XSD = "http://www.w3.org/2001/XMLSchema#"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RDFLIB = {JSON: "json", XML: "xml", TSV: "tsv"}


def get(address, text, media, **more):
    """The type of an answer and its octets."""
    url = f"{address}/sparql?{urlencode({'query': text, **more})}"
    with urlopen(Request(url, headers={"Accept": media}), timeout=20) as answer:
        return answer.headers["Content-Type"], answer.read()


def values(*terms):
    """A query of one row: these terms, as ?a ?b ?c …"""
    names = [f"?{chr(ord('a') + number)}" for number in range(len(terms))]
    return f"SELECT {' '.join(names)} {{ VALUES ({' '.join(names)}) {{ ({' '.join(terms)}) }} }}"


# --- JSON ------------------------------------------------------------------

IN_JSON = {
    # §3.1.1 and §3.2.1: variables in the order of the query, an empty array for none.
    "order": ("SELECT ?z ?a { VALUES (?a ?z) { (UNDEF UNDEF) } }", ["z", "a"], [{}]),
    "empty": ("SELECT ?x { FILTER(false) }", ["x"], []),
    "no-variables": ("SELECT * {}", [], [{}]),
    "no-variables-no-rows": ("SELECT * { FILTER(false) }", [], []),
    # §3.2.1: a variable that is not bound has no member.
    "unbound": (values("UNDEF", "1")[:-1] + "}", ["a", "b"], [{"b": ("literal", "1", "integer")}]),
    "never-bound": (
        "SELECT ?x ?y { BIND(1 AS ?y) }",
        ["x", "y"],
        [{"y": ("literal", "1", "integer")}],
    ),
    # §3.2.2: the encoding of each kind of term.
    "iri": (values("<http://e/a?b=c&d#e>"), ["a"], [{"a": ("uri", "http://e/a?b=c&d#e")}]),
    "iri-not-ascii": (values("<http://e/é/中>"), ["a"], [{"a": ("uri", "http://e/é/中")}]),
    "simple": (values('"x"'), ["a"], [{"a": ("literal", "x")}]),
    "string": (values('"x"^^xsd:string'), ["a"], [{"a": ("literal", "x")}]),
    "empty-literal": (values('""'), ["a"], [{"a": ("literal", "")}]),
    "language": (values('"话"@zh-hans'), ["a"], [{"a": ("literal", "话", "@zh-hans")}]),
    "integer": (values("7"), ["a"], [{"a": ("literal", "7", "integer")}]),
    "decimal": (values("1.5"), ["a"], [{"a": ("literal", "1.5", "decimal")}]),
    "boolean": (values("true"), ["a"], [{"a": ("literal", "true", "boolean")}]),
    "date": (values('"2020-02-13"^^xsd:date'), ["a"], [{"a": ("literal", "2020-02-13", "date")}]),
    "other-type": (values('"x"^^<http://e/t>'), ["a"], [{"a": ("literal", "x", "http://e/t")}]),
    "ill-typed": (values('"x"^^xsd:integer'), ["a"], [{"a": ("literal", "x", "integer")}]),
    # What JSON must escape, and what it need not.
    "escapes": (
        values(r'"q\" b\\ n\n t\t r\r"'),
        ["a"],
        [{"a": ("literal", 'q" b\\ n\n t\t r\r')}],
    ),
    "control": (values(r'"\u0001\u0008\u001F"'), ["a"], [{"a": ("literal", "\x01\x08\x1f")}]),
    "astral": (values('"😀"'), ["a"], [{"a": ("literal", "😀")}]),
    "markup": (values('"</script>&<!--"'), ["a"], [{"a": ("literal", "</script>&<!--")}]),
}


def term(told):
    """A term of the table as JSON has it."""
    kind, value, *rest = told
    more = {}
    for one in rest:
        if one.startswith("@"):
            more = {"xml:lang": one[1:]}
        else:
            more = {"datatype": one if ":" in one else XSD + one}
    return {"type": kind, "value": value, **more}


@pytest.mark.parametrize("name", IN_JSON)
def test_rows_in_json(address, name):
    """The answer in JSON is that of the table: its head, and every member of every binding."""
    text, head, rows = IN_JSON[name]
    media, body = get(address, text, JSON)
    told = json.loads(body)
    assert media == JSON
    assert told["head"]["vars"] == head
    assert isinstance(told["head"].get("link", []), list)
    wanted = [{key: term(value) for key, value in row.items()} for row in rows]
    assert told["results"]["bindings"] == wanted
    assert set(told) == {"head", "results"}


# --- XML -------------------------------------------------------------------


def read(body):
    """The variables and the rows of a document: (element, text, attributes) by name."""
    root = ET.fromstring(body)  # noqa: S314 - of the server that the test started
    assert root.tag == f"{SR}sparql"
    assert [one.tag for one in root] == [f"{SR}head", f"{SR}results"]
    rows = []
    for row in root.find(f"{SR}results"):
        told = {}
        for binding in row:
            (inner,) = binding
            kind = inner.tag.removeprefix(SR)
            told[binding.get("name")] = (kind, inner.text or "", dict(inner.attrib))
        rows.append(told)
    return [one.get("name") for one in root.find(f"{SR}head")], rows


@pytest.mark.parametrize("name", [name for name in IN_JSON if name != "control"])
def test_rows_in_xml(address, name):
    """The answer in XML is well-formed, and a parser reads the same terms out of it as of JSON."""
    text, head, rows = IN_JSON[name]
    media, body = get(address, text, XML)
    assert media == XML
    wanted = []
    for row in rows:
        told = {}
        for key, value in row.items():
            one = term(value)
            more = {XML_LANG: one["xml:lang"]} if "xml:lang" in one else {}
            more |= {"datatype": one["datatype"]} if "datatype" in one else {}
            told[key] = (one["type"], one["value"], more)
        wanted.append(told)
    assert read(body) == (head, wanted)


@pytest.mark.parametrize(
    "escape", [r"\u0000", r"\u0001", r"\u000B", r"\u001F", r"\uFFFE", r"\uFFFF"]
)
@pytest.mark.parametrize("form", ["SELECT (?x AS ?y)", "CONSTRUCT { <x:a> <x:b> ?x }"])
def test_what_xml_cannot_hold_is_said(address, escape, form):
    """A character that is none of XML 1.0 (§2.2) is refused by name; other formats have it."""
    media, other = (XML, JSON) if "SELECT" in form else ("application/rdf+xml", "text/turtle")
    text = f'{form} {{ BIND("a{escape}b" AS ?x) }}'
    answer = httpx.get(f"{address}/sparql", params={"query": text}, headers={"accept": media})
    assert answer.status_code == 400
    assert f"U+{escape[2:]}, which cannot be written in XML. Ask for another" in answer.text
    assert get(address, text, other)[1]


@pytest.mark.parametrize("space", ["\r", "\r\n", "\n\r", "\t", " x ", "\u0085", "\u2028"])
def test_white_space_survives_xml(address, space):
    """White space comes out of XML as it went in, carriage returns too (XML 1.0 §2.11)."""
    escaped = "".join(f"\\u{ord(one):04X}" for one in space)
    rows = read(get(address, values(f'"{escaped}"'), XML)[1])[1]
    assert rows == [{"a": ("literal", space, {})}]
    text = f'CONSTRUCT {{ <x:a> <x:b> "{escaped}" }} {{}}'
    root = ET.fromstring(get(address, text, "application/rdf+xml")[1])  # noqa: S314 - likewise
    assert [one.text for one in root.iter() if one.text and one.tag.endswith("b")] == [space]


# --- ASK -------------------------------------------------------------------


@pytest.mark.parametrize(("text", "truth"), [("ASK {}", True), ("ASK { FILTER(false) }", False)])
def test_true_or_false(address, text, truth):
    """ASK gives `boolean` beside the head in JSON (§3.3) and XML (§2.4); CSV and TSV have none."""
    media, body = get(address, text, JSON)
    assert (media, json.loads(body)) == (JSON, {"head": {}, "boolean": truth})
    media, body = get(address, text, XML)
    root = ET.fromstring(body)  # noqa: S314 - of the server that the test started
    assert media == XML
    assert [one.tag for one in root] == [f"{SR}head", f"{SR}boolean"]
    assert root.find(f"{SR}boolean").text == str(truth).lower()
    for other in (CSV, TSV):
        answer = httpx.get(f"{address}/sparql", params={"query": text}, headers={"accept": other})
        assert answer.status_code == 406


# --- CSV and TSV -----------------------------------------------------------

IN_TEXT = {
    # A query; the answer in CSV (§3) and in TSV (§4), line by line.
    "empty": ("SELECT ?x { FILTER(false) }", ["x"], ["?x"]),
    "two-columns": ("SELECT ?x ?y { FILTER(false) }", ["x,y"], ["?x\t?y"]),
    "no-variables": ("SELECT * {}", ["", ""], ["", ""]),
    "unbound": (values("UNDEF", "1"), ["a,b", ",1"], ["?a\t?b", "\t1"]),
    "unbound-last": (values("1", "UNDEF"), ["a,b", "1,"], ["?a\t?b", "1\t"]),
    "iri": (values("<http://e/a,b>"), ["a", '"http://e/a,b"'], ["?a", "<http://e/a,b>"]),
    "iri-not-ascii": (values("<http://e/é>"), ["a", "http://e/é"], ["?a", "<http://e/é>"]),
    "simple": (values('"x"'), ["a", "x"], ["?a", '"x"']),
    "quote": (values(r'"a\"b"'), ["a", '"a""b"'], ["?a", r'"a\"b"']),
    "comma": (values('"a,b"'), ["a", '"a,b"'], ["?a", '"a,b"']),
    "newline": (values(r'"a\nb"'), ["a", '"a\nb"'], ["?a", r'"a\nb"']),
    "carriage-return": (values(r'"a\rb"'), ["a", '"a\rb"'], ["?a", r'"a\rb"']),
    "tab": (values(r'"a\tb"'), ["a", "a\tb"], ["?a", r'"a\tb"']),
    "backslash": (values(r'"a\\b"'), ["a", "a\\b"], ["?a", r'"a\\b"']),
    "language": (values('"话"@zh-hans'), ["a", "话"], ["?a", '"话"@zh-hans']),
    "integer": (values("-7"), ["a", "-7"], ["?a", "-7"]),
    "decimal": (values("1.5"), ["a", "1.5"], ["?a", "1.5"]),
    "boolean": (values("true"), ["a", "true"], ["?a", "true"]),
    "date": (
        values('"2020-02-13"^^xsd:date'),
        ["a", "2020-02-13"],
        ["?a", f'"2020-02-13"^^<{XSD}date>'],
    ),
    "other-type": (values('"x"^^<http://e/t>'), ["a", "x"], ["?a", '"x"^^<http://e/t>']),
    "ill-typed": (values('"x"^^xsd:integer'), ["a", "x"], ["?a", f'"x"^^<{XSD}integer>']),
}


@pytest.mark.parametrize("name", IN_TEXT)
def test_rows_in_csv_and_tsv(address, name):
    """CSV has lines that end in CRLF and values without types; TSV has terms as Turtle has them."""
    text, in_csv, in_tsv = IN_TEXT[name]
    assert get(address, text, CSV) == (
        f"{CSV}; charset=utf-8",
        "".join(f"{line}\r\n" for line in in_csv).encode(),
    )
    assert get(address, text, TSV) == (
        f"{TSV}; charset=utf-8",
        "".join(f"{line}\n" for line in in_tsv).encode(),
    )


# --- blank nodes, and parsers of another make ------------------------------

BLANK = (
    "SELECT ?a ?b ?c { VALUES ?row { 1 2 } "
    'BIND(BNODE("x") AS ?a) BIND(BNODE("x") AS ?b) BIND(BNODE() AS ?c) }'
)


def test_blank_nodes_have_labels_that_hold_within_an_answer(address):
    """BNODE("x") is one node within a row, BNODE() another each time (SPARQL 1.1 §17.4.2.9)."""
    rows = json.loads(get(address, BLANK, JSON)[1])["results"]["bindings"]
    assert {one["type"] for row in rows for one in row.values()} == {"bnode"}
    in_json = [[row[name]["value"] for name in "abc"] for row in rows]
    in_xml = [[row[name][1] for name in "abc"] for row in read(get(address, BLANK, XML)[1])[1]]
    lines = list(csv.reader(io.StringIO(get(address, BLANK, CSV)[1].decode())))[1:]
    table = [line.split("\t") for line in get(address, BLANK, TSV)[1].decode().splitlines()[1:]]
    for told in (in_json, in_xml, lines, table):
        assert len(told) == 2
        assert len({row[2] for row in told}) == 2
        assert all(one for row in told for one in row)
    for told in (lines, table):
        assert all(re.fullmatch(r"_:[A-Za-z0-9]+", one) for row in told for one in row)
    for told in (in_json, in_xml, lines, table):
        assert all(row[0] == row[1] != row[2] for row in told)


ALL = (
    "SELECT ?a ?b { VALUES (?a ?b) { "
    r'(<http://e/a?b=c&d> "q\" t\t n\n b\\ ,") ("话"@zh-hans 7) (UNDEF "") '
    '("x"^^<http://e/t> true) } }'
)


@pytest.mark.parametrize("media", RDFLIB)
def test_another_parser_reads_the_same_rows(address, media):
    """rdflib, written by others, reads the terms that were asked for out of JSON, XML and TSV."""
    told = Result.parse(io.BytesIO(get(address, ALL, media)[1]), format=RDFLIB[media])
    rows = [(row.get(Variable("a")), row.get(Variable("b"))) for row in told.bindings]
    assert [str(one) for one in told.vars] == ["a", "b"]
    assert rows == [
        (URIRef("http://e/a?b=c&d"), Literal('q" t\t n\n b\\ ,')),
        (Literal("话", lang="zh-hans"), Literal(7)),
        (None, Literal("")),
        (Literal("x", datatype=URIRef("http://e/t")), Literal(True)),  # noqa: FBT003
    ]
    told = Result.parse(io.BytesIO(get(address, BLANK, media)[1]), format=RDFLIB[media])
    assert all(isinstance(one, BNode) for row in told.bindings for one in row.values())


def test_the_same_holds_for_stored_queries(address):
    """The answers of stored queries are written the same way: rows, head and types."""
    for suffix, media in {"json": JSON, "xml": XML, "csv": CSV, "tsv": TSV}.items():
        url = f"{address}/queries/busiest-days.{suffix}"
        answer = httpx.get(url)
        assert answer.headers["content-type"].partition(";")[0] == media
        asked = httpx.get(f"{address}/queries/busiest-days", headers={"accept": media})
        assert asked.content == answer.content
    assert read(httpx.get(f"{address}/queries/busiest-days.xml").content)[0] == ["date", "count"]


def test_all_cases_are_run():
    """There are 22 cases in JSON, of which 21 in XML, and 21 in each of CSV and TSV."""
    assert (len(IN_JSON), len(IN_TEXT)) == (22, 21)
