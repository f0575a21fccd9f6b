"""Federated stored queries: plain SPARQL, and one request to the other endpoint."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import rdflib
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat
from pyoxigraph import Store as Oxigraph

from conftest import BASE, ROOT
from readouts import query
from readouts.cli import main
from readouts.fault import Fault, Misuse
from readouts.query import federation
from readouts.query.stored import Stored
from readouts.store import Answer, Embedded, Remote, Rows, wrapped
from readouts.vocab import RDF
from wikidata import Wikidata

NAMES = (
    "labels-in-another-language",
    "not-spoken-to",
    "office-holders-today",
    "tenures-that-disagree",
)
ENDPOINT = "https://query.wikidata.org/sparql"


class Memory:
    """A store that holds some Turtle, and counts what it is asked."""

    def __init__(self, turtle: str = "") -> None:
        self.engine = Oxigraph()
        self.engine.load(turtle, format=RdfFormat.TURTLE)
        self.asked: list[str] = []

    def query(self, text: str, *_: object) -> Answer:
        self.asked.append(text)
        return wrapped(self.engine.query(text))


@pytest.fixture(scope="module")
def stored() -> dict[str, Stored]:
    return {name: query.one(ROOT / "queries", name) for name in NAMES}


def rows(answer: Answer) -> list[dict[str, str]]:
    assert isinstance(answer, Rows)
    columns = [variable.value for variable in answer.solutions.variables]
    return [{name: one.value for name in columns if (one := row[name])} for row in answer.solutions]


def test_these_are_the_federated_ones() -> None:
    """Every stored query that another endpoint has a part in is tried here, and names Wikidata."""
    found = {one.name: one for one in query.load(ROOT / "queries").values() if one.federated}

    assert tuple(found) == NAMES
    assert {one.endpoint for one in found.values()} == {ENDPOINT}


@pytest.mark.parametrize("name", NAMES)
def test_wikidata_is_asked_once_for_all_items(
    name: str, stored: dict[str, Stored], embedded: Embedded, wikidata: Wikidata
) -> None:
    """However many rows there are here, one request goes out, and it names every item we hold."""
    before = len(wikidata.asked)
    told = rows(query.answer(stored[name], {}, embedded, BASE, lambda _: Remote(wikidata.url)))
    (asked,) = wikidata.since(before)

    assert told
    assert "SERVICE" not in asked
    part = federation.find(stored[name].text)
    assert all(re.search(rf"<[^>]*/{item.removeprefix('wd:')}>", asked) for item in part.held)
    assert wikidata.agents[-1].startswith("readouts/")
    assert "https://w3id.org/readouts/" in wikidata.agents[-1]


@pytest.mark.parametrize("name", NAMES)
def test_the_file_names_the_items_that_we_hold(
    name: str, stored: dict[str, Stored], embedded: Embedded, golden: bool
) -> None:
    """The VALUES block of the file is what the release holds, so that it can be run anywhere."""
    text = stored[name].text
    part = federation.find(text)
    held = [
        f"wd:{item.rpartition('/')[2].removesuffix('>')}"
        for item in federation.items(text, part, embedded)
    ]
    held.sort(key=lambda item: int(item.removeprefix("wd:Q")))
    if golden:
        path = ROOT / f"queries/{name}.rq"
        path.write_text(federation.filled(text, part, held), encoding="utf-8")

    assert len(held) >= 4
    assert federation.filled(text, part, held) == text


@pytest.mark.parametrize("name", NAMES)
def test_it_is_plain_sparql_for_engines_that_federate(
    name: str, stored: dict[str, Stored], embedded: Embedded, wikidata: Wikidata
) -> None:
    """Pasted as it stands into an engine with SERVICE, it gives the same rows by one request."""
    wanted = rows(query.answer(stored[name], {}, embedded, BASE, lambda _: Remote(wikidata.url)))
    text = stored[name].text.replace(ENDPOINT, wikidata.url)
    engine = Oxigraph()
    engine.bulk_load(path=ROOT / "data/release/readouts.nq", format=RdfFormat.N_QUADS)
    before = len(wikidata.asked)

    assert rows(wrapped(engine.query(text, use_default_graph_as_union=True))) == wanted
    assert len(wikidata.since(before)) == 1


def test_rdflib_federates_it_too(
    stored: dict[str, Stored], embedded: Embedded, wikidata: Wikidata
) -> None:
    """rdflib, which asks once a row where it may, gives the same rows by one request."""
    one = stored["not-spoken-to"]
    wanted = rows(query.answer(one, {}, embedded, BASE, lambda _: Remote(wikidata.url)))
    graph = rdflib.Graph().parse(data=(ROOT / "data/release/readouts.ttl").read_bytes())
    before = len(wikidata.asked)
    told = graph.query(one.text.replace(ENDPOINT, wikidata.url))

    assert [str(row["country"]) for row in told] == [row["country"] for row in wanted]
    assert len(wikidata.since(before)) == 1


def test_parameters_reach_the_part_of_the_other(
    stored: dict[str, Stored], embedded: Embedded, wikidata: Wikidata
) -> None:
    """A language is asked of Wikidata; an organisation leaves the others out of the request."""

    def answer(name: str, **values: str) -> list[dict[str, str]]:
        return rows(
            query.answer(stored[name], values, embedded, BASE, lambda _: Remote(wikidata.url))
        )

    named = [row for row in answer("labels-in-another-language", language="AR") if "name" in row]
    assert {row["label"] for row in named} == {"France", "Qatar"}
    assert len(answer("labels-in-another-language", language="tlh")) == 64
    assert [row["countryLabel"] for row in answer("not-spoken-to", organisation="联合国")] == [
        "Ruritania"
    ]
    assert "Q1065>" in wikidata.asked[-1]
    assert "Q7817>" not in wikidata.asked[-1]


def test_nothing_is_asked_for_nothing(stored: dict[str, Stored]) -> None:
    """A store without links has nothing to ask for, so that no request goes out."""
    service = Memory()
    for one in stored.values():
        assert rows(query.answer(one, {}, Memory(), BASE, lambda _: service)) == []

    assert not service.asked


def test_a_tenure_without_a_statement_is_told(
    stored: dict[str, Stored], embedded: Embedded
) -> None:
    """Where Wikidata has no statement of the person in the office, there is "none"."""
    service = Memory()
    told = query.answer(stored["tenures-that-disagree"], {}, embedded, BASE, lambda _: service)
    found = rows(told)

    assert len(found) == 18
    assert {(row["wikidataFrom"], row["wikidataTo"]) for row in found} == {("none", "")}
    assert len(service.asked) == 1


def test_any_answer_of_elsewhere_is_a_term_here(
    stored: dict[str, Stored], embedded: Embedded
) -> None:
    """Quotes, braces and line breaks in an answer stay text; a blank node names nothing here."""
    odd = 'a "b" } UNION { ?s ?p ?o } \\ \n#'
    told = Literal(odd, language="fr")
    service = Memory(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
        f"<http://www.wikidata.org/entity/Q142> rdfs:label {told} ."
    )
    one = stored["labels-in-another-language"]
    found = rows(query.answer(one, {}, embedded, BASE, lambda _: service))
    assert {row["label"]: row["name"] for row in found if "name" in row} == {"France": odd}

    text = one.text.replace('FILTER(LANG(?name) = COALESCE(?_language, "fr"))', "")
    text = text.replace("?wikidata rdfs:label ?name .", "?wikidata ?p ?o BIND(BNODE() AS ?name)")
    blank = replace(one, text=text)
    found = rows(query.answer(blank, {}, embedded, BASE, lambda _: service))
    assert len(found) == 64
    assert not any("name" in row for row in found)


@settings(deadline=None)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_every_text_of_elsewhere_comes_through(text: str) -> None:
    """Whatever a label of elsewhere holds, it is the same here, and nothing else is added."""
    here, there = Memory(), Memory()
    label = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")
    item, thing = NamedNode("http://www.wikidata.org/entity/Q1"), NamedNode("x:thing")
    same = NamedNode("http://schema.org/sameAs")
    for store, triple in (
        (here, (thing, same, item)),
        (here, (thing, label, Literal("thing", language="en"))),
        (here, (thing, RDF.type, NamedNode("x:class"))),
        (there, (item, label, Literal(text, language="fr"))),
    ):
        store.engine.add(Quad(*triple))
    one = query.one(ROOT / "queries", "labels-in-another-language")

    (row,) = rows(query.answer(one, {}, here, BASE, lambda _: there))
    assert row["name"] == text


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("?s ?p ?o", "has one SERVICE clause, and this has 0"),
        ("SERVICE <x:> { ?s ?p ?o }", "begins SERVICE <endpoint> { VALUES ?item"),
        ("SERVICE <x:> { VALUES ?i { } ?i ?p ?o }", "stands alone in a group"),
        ("{ SERVICE <x:> { VALUES ?i { } ?i ?p ?o } }", "stands alone in a group"),
        ("{ SELECT ?i { ?i ?p ?o SERVICE <x:> { VALUES ?i { } } } }", "stands alone in a group"),
        ("{ SELECT ?i { SERVICE <x:> { VALUES ?i { } } ?i ?p ?o } }", "stands alone in a group"),
        ("{ SELECT ?i { SERVICE <x:> { VALUES ?i { ", "is not closed"),
        ("SERVICE", "begins SERVICE <endpoint> { VALUES ?item"),
    ],
)
def test_a_part_of_another_form_is_refused(pattern: str, words: str) -> None:
    """What could not be asked once is refused when the query is read, with the form it needs."""
    with pytest.raises(Fault, match=re.escape(words)):
        federation.find(f"SELECT * WHERE {{ {pattern} }}")


def test_nothing_is_fetched_unless_somebody_is_there_to_ask(
    stored: dict[str, Stored], embedded: Embedded
) -> None:
    """Without services a federated query is refused with the endpoint that it asks."""
    with pytest.raises(Misuse, match=f"asks {ENDPOINT}, and nothing is fetched here"):
        query.answer(stored["not-spoken-to"], {}, embedded, BASE)


def test_the_command_asks_who_stands_in_for_wikidata(wikidata: Wikidata) -> None:
    """`query NAME --wikidata URL`, or READOUTS_WIKIDATA, asks there; who is not there is named."""
    told = ["query", "not-spoken-to", "--format", "csv", "--folder", str(ROOT)]
    run = CliRunner().invoke(main, [*told, "--wikidata", wikidata.url])
    assert (run.exit_code, run.stderr) == (0, "")
    assert "http://www.wikidata.org/entity/Q900000003,Ruritania" in run.stdout

    run = CliRunner().invoke(main, told, env={"READOUTS_WIKIDATA": wikidata.url})
    assert "Ruritania" in run.stdout

    run = CliRunner().invoke(main, [*told, "--wikidata", "http://127.0.0.1:9/sparql"])
    assert (run.exit_code, run.stdout) == (2, "")
    assert "http://127.0.0.1:9/sparql cannot be asked" in run.stderr
