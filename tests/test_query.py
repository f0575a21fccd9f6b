"""Stored queries: their headers, their answers, their parameters, on three engines."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode
from pyoxigraph import Store as Oxigraph

from conftest import BASE, ROOT
from readouts import query, release
from readouts.fault import Fault, Misuse
from readouts.query import binding
from readouts.query.stored import Stored, read
from readouts.render import answers
from readouts.serve import application
from readouts.store import Answer, Embedded, Graph, Remote, Rows, Store
from readouts.tokens import tokens, uncommented
from wikidata import Wikidata

GOLDEN = Path(__file__).parent / "queries"
COLUMNS = {
    "exchanges": "date kind counterpart counterpartLabel designation represents requested exchange",
    "statements": "theme number text date addressee addresseeLabel exchange begin end statement",
    "exchanges-by-kind": "kind count",
    "exchanges-by-country": "country countryLabel iso count",
    "busiest-days": "date count",
    "longest-silence": "from to days",
    "spoken-to-more-than-once": "person personLabel count",
    "listed-but-not-quoted": "date counterpartLabel exchange",
    "most-quoted": "person personLabel count",
    "titles-as-printed": "date personLabel designation marker office officeLabel from to",
    "organisations-not-states": "date personLabel organisationLabel",
    "wording": "statement date addresseeLabel theme text",
    "where-on-the-page": "passage begin end text",
    "rebuild-the-page": "begin end text",
    "cite": "",
    "describe": "",
    "wikidata-links": "thing label class wikidata evidence",
    "event-codes": "date actor recipient event mode context",
    "office-holders-today": (
        "office officeLabel person personLabel holder holderLabel since change"
    ),
    "labels-in-another-language": "thing label class wikidata name",
    "tenures-that-disagree": (
        "person personLabel office officeLabel from to wikidataFrom wikidataTo"
    ),
    "not-spoken-to": "organisation organisationLabel country countryLabel",
}
# Name, values, number of rows (of triples for a graph).
CASES: list[tuple[str, dict[str, str], int]] = [
    ("exchanges", {}, 21),
    ("exchanges", {"kind": "call"}, 16),
    ("exchanges", {"kind": "letter"}, 1),
    ("exchanges", {"country": "france"}, 2),
    ("exchanges", {"country": "法国", "lang": "zh-hans"}, 2),
    ("exchanges", {"counterpart": "macron", "from": "2020-02-01"}, 1),
    ("exchanges", {"from": "2020-02-20", "to": "2020-02-20"}, 3),
    ("exchanges", {"kind": "meeting", "country": "france"}, 0),
    ("statements", {}, 25),
    ("statements", {"theme": "china-confidence"}, 8),
    ("statements", {"addressee": "guterres"}, 5),
    ("statements", {"exchange": "2020-01-28-meeting-tedros-adhanom-ghebreyesus"}, 3),
    ("exchanges-by-kind", {}, 5),
    ("exchanges-by-country", {}, 17),
    ("exchanges-by-country", {"lang": "zh-hans"}, 17),
    ("busiest-days", {}, 14),
    ("longest-silence", {}, 1),
    ("spoken-to-more-than-once", {}, 1),
    ("listed-but-not-quoted", {}, 5),
    ("most-quoted", {}, 16),
    ("titles-as-printed", {}, 21),
    ("titles-as-printed", {"lang": "zh-hans"}, 21),
    ("organisations-not-states", {}, 3),
    ("wording", {}, 25),
    ("wording", {"text": "有信心、有能力、有把握"}, 2),
    ("wording", {"text": "防控举措， 取得"}, 1),
    ("wording", {"text": '"} UNION { ?s ?p ?o } #'}, 0),
    ("where-on-the-page", {}, 68),
    ("where-on-the-page", {"statement": "china-approach-04"}, 3),
    ("rebuild-the-page", {}, 410),
    ("rebuild-the-page", {"text": "2020-03-16-xwlb"}, 410),
    ("cite", {"statement": "china-approach-04"}, 38),
    ("describe", {"thing": "person/macky-sall"}, 41),
    ("describe", {"thing": "exchange/2020-02-13-call-mahathir-mohamad"}, 211),
    ("wikidata-links", {}, 64),
    ("wikidata-links", {"lang": "zh-hans"}, 64),
    ("event-codes", {}, 21),
]


def label(case: tuple[str, dict[str, str], int]) -> str:
    return "-".join([case[0], *(f"{key}={value}" for key, value in case[1].items())])


@pytest.fixture(scope="session")
def stored() -> dict[str, Stored]:
    return query.load(ROOT / "queries")


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An Oxigraph server of its own with the release in it."""
    location = str(tmp_path_factory.mktemp("store"))
    server = str(Path(sys.executable).parent / "oxigraph")
    release = str(ROOT / "data/release/readouts.nq")
    subprocess.run(
        [server, "load", "--location", location, "--file", release], check=True, capture_output=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = [server, "serve-read-only", "--location", location, "--bind", address]
    with subprocess.Popen(
        [*command, "--union-default-graph"], stderr=subprocess.DEVNULL
    ) as process:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{address}/", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield f"http://{address}/query"
        process.terminate()


@pytest.fixture(scope="session")
def union() -> rdflib.Graph:
    """The release as rdflib sees it, all named graphs together."""
    return rdflib.Graph().parse(data=(ROOT / "data/release/readouts.ttl").read_bytes())


def rows(answer: Answer) -> list[tuple[str, ...]]:
    """Rows in order, or triples sorted, as N-Triples terms."""
    if isinstance(answer, Graph):
        return sorted(
            tuple(map(str, (one.subject, one.predicate, one.object))) for one in answer.triples
        )
    assert isinstance(answer, Rows)
    return [tuple("" if term is None else str(term) for term in one) for one in answer.solutions]


def rdflib_rows(graph: rdflib.Graph, text: str) -> list[tuple[str, ...]]:
    result = graph.query(text)
    if result.type == "CONSTRUCT":
        return sorted(same(triple) for triple in result)
    return [same(row) for row in result]


def same(terms: object) -> tuple[str, ...]:
    """rdflib terms in the N-Triples form of Oxigraph."""
    return tuple("" if term is None else canonical(term) for term in terms)  # type: ignore[attr-defined]


def canonical(term: rdflib.term.Node) -> str:
    if isinstance(term, rdflib.URIRef):
        return str(NamedNode(str(term)))
    assert isinstance(term, rdflib.Literal)
    if term.language:
        return str(Literal(str(term), language=term.language))
    return str(Literal(str(term), datatype=NamedNode(str(term.datatype or rdflib.XSD.string))))


# --- answers ------------------------------------------------------------------------------------


def test_every_promised_query_is_there(stored: dict[str, Stored]) -> None:
    """The stored queries are those promised, with the columns promised, in order."""
    assert COLUMNS.keys() == stored.keys()
    for name, columns in COLUMNS.items():
        assert tuple(columns.split()) == stored[name].columns, name
        assert ("SELECT" if columns else "CONSTRUCT") == stored[name].form


@pytest.mark.parametrize("case", CASES, ids=label)
def test_three_engines_give_the_same_rows(
    case: tuple[str, dict[str, str], int],
    stored: dict[str, Stored],
    embedded: Embedded,
    endpoint: str,
    union: rdflib.Graph,
) -> None:
    """The embedded store, rdflib and a remote endpoint through SPARQLWrapper agree to the row."""
    name, values, total = case
    one = stored[name]

    here = rows(query.answer(one, values, embedded, BASE))
    there = rows(query.answer(one, values, Remote(endpoint), BASE))
    types = {parameter.name: parameter.type for parameter in one.parameters}
    terms = {
        f"_{key}": query.resolve(key, types[key], value, embedded, BASE)
        for key, value in values.items()
    }

    assert total == len(here)
    assert here == there
    assert here == rdflib_rows(union, query.bind(one.text, terms))


@pytest.mark.parametrize("name", [name for name, columns in COLUMNS.items() if columns])
def test_answers_are_the_golden_ones(
    name: str, stored: dict[str, Stored], embedded: Embedded, wikidata: Wikidata, golden: bool
) -> None:
    """Every stored query gives, without parameters, the rows that were looked at and kept.

    What federated ones ask of Wikidata is answered by the extract in tests/wikidata.ttl, so their
    rows are no record of what Wikidata says.
    """
    path = GOLDEN / f"{name}.csv"
    told = query.answer(stored[name], {}, embedded, BASE, lambda _: Remote(wikidata.url))
    written = answers.write(told, "csv", BASE, {})
    if golden:
        path.write_bytes(written)

    assert list(csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))) == list(
        csv.reader(io.StringIO(written.decode(), newline=""))
    )


def test_golden_answers_are_of_queries_that_exist(stored: dict[str, Stored]) -> None:
    """No golden answer is left over from a query that is gone."""
    assert {path.stem for path in GOLDEN.glob("*.csv")} == {
        name for name in stored if COLUMNS[name]
    }


def test_the_page_comes_out_of_a_query(stored: dict[str, Stored], embedded: Embedded) -> None:
    """The rows of rebuild-the-page, joined, are the capture byte for byte."""
    answer = query.answer(stored["rebuild-the-page"], {}, embedded, BASE)
    assert isinstance(answer, Rows)
    text = "".join(one["text"].value for one in answer.solutions)

    assert (ROOT / "data/source/2020-03-16-xwlb/page.txt").read_bytes() == text.encode()


def test_from_chooses_the_dataset(embedded: Embedded) -> None:
    """Without FROM all graphs are asked, with FROM those that it names, as SPARQL says."""
    count = "SELECT (COUNT(*) AS ?n) {} WHERE {{ ?s ?p ?o }}"
    graph = f"<{BASE}graph/dataset>"

    def number(dataset: str) -> int:
        ((one,),) = rows(embedded.query(count.format(dataset)))
        return int(one.split('"')[1])

    assert number("") > 6000
    assert 0 < number(f"FROM {graph}") < 100
    assert number(f"FROM NAMED {graph}") == 0
    assert number(f"# FROM {graph}\n") > 6000


def test_a_server_can_stand_before_a_remote_store(
    endpoint: str, embedded: Embedded, stored: dict[str, Stored]
) -> None:
    """With a remote endpoint for a store the server gives the same documents and answers."""
    made = release.read(ROOT / "data/release")

    def get(store: Store, path: str) -> httpx.Response:
        transport = httpx.ASGITransport(app=application(made, store, stored))

        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
                return await client.get(path)

        return asyncio.run(ask())

    for path in ("/statement/china-approach-04.ttl", "/queries/most-quoted.csv", "/"):
        there, here = get(Remote(endpoint), path), get(embedded, path)
        assert there.status_code == 200
        assert there.content == here.content


# --- parameters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type_", "text", "wanted"),
    [
        ("country", "france", "country/france"),
        ("country", "法国", "country/france"),
        ("country", "印尼", "country/indonesia"),
        ("country", "France", "country/france"),
        ("country", "country/france", "country/france"),
        ("country", f"{BASE}country/france", "country/france"),
        ("country", f"<{BASE}country/france>", "country/france"),
        ("person", "macron", "person/emmanuel-macron"),
        ("person", "比尔\u00b7盖茨", "person/bill-gates"),
        ("person", "比尔\u22c5盖茨", "person/bill-gates"),
        ("person", "salman", "person/salman-bin-abdulaziz-al-saud"),
        ("theme", "中国方案", "theme/china-approach"),
        ("statement", "china-approach-04", "statement/china-approach-04"),
        ("thing", "dro:PhoneCall", "ns#PhoneCall"),
        ("thing", "text/2020-03-16-xwlb#char=476,494", "text/2020-03-16-xwlb#char=476,494"),
    ],
)
def test_things_may_be_written_in_many_ways(
    embedded: Embedded, type_: str, text: str, wanted: str
) -> None:
    """A slug, a part of one, a label in either language, a key, a prefixed name, an IRI."""
    assert NamedNode(BASE + wanted) == query.resolve("x", type_, text, embedded, BASE)


@pytest.mark.parametrize(
    ("type_", "text", "words"),
    [
        ("kind", "visit", "must be one of call, meeting, talks, letter, reply"),
        ("lang", "fr", "must be one of en, zh-hans"),
        ("date", "2020-02-30", "must be a day such as"),
        ("date", "yesterday", "must be a day such as"),
        ("language", "français", "must be a language tag such as fr"),
        ("language", 'fr" || true', "must be a language tag such as fr"),
        ("person", "nobody", "no such person here. There are: "),
        ("person", "al", "could be person/mohammed-bin-zayed-al-nahyan, person/salman"),
        ("person", "country/france", "no such person here"),
        ("country", "https://example.org/france", "no such country here"),
        ("country", "", "no such country here"),
        ("thing", "javascript:alert(1)", "no such thing here"),
        ("country", "country/<script>", "no such country here"),
        ("string", "\udcff", "not text"),
    ],
)
def test_a_wrong_value_is_refused_with_what_is_allowed(
    embedded: Embedded, type_: str, text: str, words: str
) -> None:
    """A value that is not of its type is named, with what would be."""
    with pytest.raises(Misuse, match=f"^x (is|holds) .*{re.escape(words)}"):
        query.resolve("x", type_, text, embedded, BASE)


@given(st.text())
def test_any_text_comes_back_unchanged(text: str) -> None:
    """A bound literal is the text that was given, whatever it holds: nothing is pasted."""
    bound = query.bind(
        "SELECT ?out { VALUES (?_text) { (UNDEF) } BIND(?_text AS ?out) }", {"_text": Literal(text)}
    )
    (solution,) = Oxigraph().query(bound)

    assert text == solution["out"].value


@given(st.text())
def test_no_text_changes_the_shape_of_a_query(text: str) -> None:
    """Binding replaces exactly one token by one token."""
    before = "SELECT * { VALUES (?_a ?_b) { (UNDEF UNDEF) } FILTER(?_a = ?_b) } # VALUES (?_c)"
    after = query.bind(before, {"_b": Literal(text)})

    changed = [
        (old.text, new.kind)
        for old, new in zip(tokens(before), tokens(after), strict=True)
        if old.text != new.text
    ]
    assert changed == [("UNDEF", "string")]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "SELECT ?s WHERE { VALUES (?_x) { (UNDEF) } { SELECT ?s WHERE { ?s ?p ?_x } } }",
            "sub-SELECT",
        ),
        (
            "SELECT ?s WHERE { VALUES (?_x) { (UNDEF) } { ?s ?p ?o FILTER(?o = ?_x) } }",
            "expression of a nested group",
        ),
        (
            "SELECT * WHERE { VALUES (?_x) { (UNDEF) } ?s ?p ?o MINUS { ?s ?q ?r FILTER(?r=?_x)}}",
            "expression of a nested group",
        ),
        (
            "SELECT ?s WHERE { { VALUES (?_x) { (UNDEF) } ?s ?p ?_x } FILTER(BOUND(?_x)) }",
            "stands outside the group",
        ),
    ],
)
def test_a_parameter_that_reaches_nothing_is_refused(text: str, why: str) -> None:
    """A use that a value would not reach is refused when the query is read, not ignored."""
    (message,) = binding.unreached(text)

    assert message.startswith("line 1: ?_x")
    assert why in message


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?s WHERE { VALUES (?_x) { (UNDEF) } ?s ?p ?o FILTER(?o = ?_x) }",
        "SELECT ?s WHERE { VALUES (?_x) { (UNDEF) } { ?s ?p ?_x } UNION { ?_x ?p ?s } }",
        "SELECT * WHERE { VALUES (?_x) { (UNDEF) } ?s ?p ?o OPTIONAL { ?s ?q ?r FILTER(?r=?_x)}}",
        "SELECT ?s WHERE { VALUES (?_x) { (UNDEF) } ?s ?p ?o FILTER NOT EXISTS { ?s ?q ?_x } }",
        "CONSTRUCT { ?_x ?p ?o } WHERE { VALUES (?_x) { (UNDEF) } ?_x ?p ?o }",
        "SELECT ?_x WHERE { VALUES (?_x) { (UNDEF) } ?_x ?p ?o } ORDER BY ?_x",
        "SELECT ?s WHERE { { SELECT ?s WHERE { VALUES (?_x) { (UNDEF) } ?s ?p ?_x } } }",
    ],
)
def test_a_parameter_that_reaches_its_uses_is_accepted(text: str) -> None:
    """Patterns join from any group; filters see the value in the block's, OPTIONAL and EXISTS."""
    assert binding.unreached(text) == []


# A header that lacks nothing.
HEADER = """#+ summary: A question
#+ form: SELECT
#+ summary-zh: 问题
#+ description: More of it
#+ tags: [a]
"""


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SELECT * { ?s ?p ?o }", "has no #\\+ header"),
        ("#+ summary: a: b: c\nSELECT * { ?s ?p ?o }", "header is not understood"),
        ("#+ summary: A\nSELECT * { ?s ?p ?o }", "lacks form, summary-zh, description, tags"),
        (f"{HEADER}#+ colour: red\nSELECT * {{ ?s ?p ?o }}", "colour unknown"),
        (
            f"{HEADER}#+ parameters:\n#+   x: {{type: date, description: d}}\nSELECT * {{?s ?p 1}}",
            "header names the parameters _x, the VALUES block none",
        ),
        (
            f"{HEADER}#+ parameters: {{x: {{type: colour, description: d}}}}\nSELECT * {{?s ?p 1}}",
            "unknown type colour",
        ),
        (f"{HEADER}SELECT * {{ VALUES (?_x) {{ (UNDEF) }} ?s ?p ?_x }}", "VALUES block _x"),
        (
            f"{HEADER}SELECT * {{ VALUES (?_x) {{ (UNDEF UNDEF) }} ?s ?p ?_x }}",
            "one row with one UNDEF",
        ),
        (
            f"{HEADER}SELECT * {{ VALUES (?_x) {{ (UNDEF) }} VALUES (?_y) {{ (UNDEF) }} ?s ?p 1}}",
            "more than one block",
        ),
    ],
)
def test_a_stored_query_at_fault_is_refused_with_its_file(
    tmp_path: Path, text: str, words: str
) -> None:
    """A header that is wrong, or does not agree with its query, names the file and the mend."""
    path = tmp_path / "q.rq"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(Fault, match=f"q.rq: .*{words}"):
        read(path)


def test_queries_say_what_they_are_in_both_languages(stored: dict[str, Stored]) -> None:
    """Every stored query has a question in English and one in Chinese, and says more of itself."""
    assert len(stored) == 22
    for one in stored.values():
        assert one.summary["en"].endswith("?"), one.name
        assert one.summary["zh-hans"].endswith(("？", "。")), one.name
        assert one.description and one.tags
        assert set(one.descriptions) == {"en", "zh-hans"}
        assert all(set(two.descriptions) == {"en", "zh-hans"} for two in one.parameters)


def test_an_unknown_parameter_is_named(stored: dict[str, Stored], embedded: Embedded) -> None:
    """A parameter that a query does not have is refused with those that it has."""
    with pytest.raises(Misuse, match="busiest-days has no parameter 'kind'. It has: none"):
        query.answer(stored["busiest-days"], {"kind": "call"}, embedded, BASE)
    with pytest.raises(Misuse, match="exchanges has no parameter 'knd'. It has: kind, counterpart"):
        query.answer(stored["exchanges"], {"knd": "call"}, embedded, BASE)


def test_no_name_becomes_a_path() -> None:
    """The name of a query is a name and never a way out of its folder."""
    for name in ("../checks/dangling-iri", "checks/dangling-iri", "", "..", "a\0b"):
        with pytest.raises(Misuse, match="There is no stored query named"):
            query.one(ROOT / "queries", name)


@given(st.text(alphabet="?_a<>#\"'\\ \nSELECT{}().:@^|-1中"))
def test_tokens_lose_nothing_but_space_and_comments(text: str) -> None:
    """Whatever the text, its tokens stand where they say and leave no visible character out."""
    rest = list(text)
    for token in tokens(text):
        assert text[token.begin : token.end] == token.text
        rest[token.begin : token.end] = " " * len(token.text)

    assert "".join(rest).splitlines() == [] or all(
        line.strip() == "" or line.lstrip().startswith("#") for line in "".join(rest).splitlines()
    )


def test_comments_are_taken_out_and_nothing_else() -> None:
    """A comment goes; a number sign in an IRI or a string stays, and lines keep their numbers."""
    text = 'SELECT * # all\n{ ?s <a#b> "#c" } # d'

    assert uncommented(text) == 'SELECT * \n{ ?s <a#b> "#c" } '
