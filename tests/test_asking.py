"""The pages on which readers ask: charts of answers, and how to ask from elsewhere."""

from __future__ import annotations

import ast
import json
import re
import shlex
from html import unescape
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readouts import query, release
from readouts.fault import Fault
from readouts.query import stored as files
from readouts.render.asked import Asked
from readouts.render.copies import copies
from readouts.render.document import Documents
from readouts.render.page import Pages

BASE = "https://w3id.org/readouts/"


@pytest.fixture(scope="module")
def stored(publication):
    return query.load(publication.queries)


@pytest.fixture(scope="module")
def pages(publication, embedded, stored):
    made = release.read(publication.release)
    own = query.load(publication.queries / "pages")
    return Pages(Documents(made, embedded, stored), embedded, made, stored, own)


def test_answers_are_charts_where_headers_say_so(pages, stored, embedded):
    """Each query whose header names a chart has it on its page, and no other query has one."""
    kinds = {name: one.chart.get("as") for name, one in stored.items() if not one.federated}
    assert set(filter(None, kinds.values())) == {"bars", "map", "network", "sequence", "timeline"}
    for name, kind in kinds.items():
        answer = query.answer(stored[name], {}, embedded, BASE)
        html = pages.query(stored[name], Asked({}, answer))
        assert ('<figure class="chart' in html) == bool(kind), name


def test_a_wording_is_marked_where_it_stands(pages, stored, embedded):
    """The chart of `wording` shows the words that were looked for, once for each statement."""
    values = {"text": "有信心"}
    answer = query.answer(stored["wording"], values, embedded, BASE)
    html = pages.query(stored["wording"], Asked(values, answer))
    broad = html[html.index('class="picture broad"') : html.index('class="picture slim"')]

    assert len(re.findall(r">有信心</", broad)) == 6


def test_a_band_leads_to_the_statements_that_it_counts(pages, stored, embedded):
    """Each band of the network asks the same query for its heading and addressee."""
    answer = query.answer(stored["statements"], {}, embedded, BASE)
    html = unescape(pages.query(stored["statements"], Asked({}, answer)))
    there = set(re.findall(r"queries/statements\.html\?theme=[^&\"]+&addressee=[^&\"]+", html))

    assert len(there) == 22


def test_a_chart_of_what_is_not_selected_is_refused(tmp_path):
    """A header that charts a column which the query does not select names the column."""
    text = (
        "#+ summary: A\n#+ form: SELECT\n#+ summary-zh: B\n#+ description: C\n#+ tags: [d]\n"
        "#+ chart: {as: bars, label: name, count: many}\n\nSELECT ?name { ?s ?p ?name }\n"
    )
    (tmp_path / "broken.rq").write_text(text, encoding="utf-8")

    with pytest.raises(Fault, match="shows many, which it does not select"):
        files.read(tmp_path / "broken.rq")


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_no_value_ends_a_literal_of_a_program(publication, value):
    """Whatever is asked for, a shell, Python and JavaScript read it as one value."""
    one = files.read(publication.queries / "wording.rq")
    sparql = f"SELECT * {{ ?s ?p {json.dumps(value, ensure_ascii=False)} }}"
    told = copies(one, sparql, BASE, f"text={quote(value)}")

    assert shlex.split(told["curl"])[2] == f"{BASE}queries/wording.csv?text={quote(value)}"
    (call,) = [
        node
        for node in ast.walk(ast.parse(told["Python (SPARQLWrapper)"]))
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "setQuery"
    ]
    assert isinstance(call.args[0], ast.Constant)
    assert call.args[0].value.strip() == sparql
    assert json.loads(re.search(r"fetch\((.*)\);", told["JavaScript"])[1]) == told["URL"]


def test_the_query_that_is_shown_is_the_one_that_was_asked(pages, stored, embedded):
    """The SPARQL on the page of a query has the values in it, and leads to the editor."""
    values = {"country": "france"}
    sparql = query.bound(stored["exchanges"], values, embedded, BASE)
    answer = embedded.query(sparql)
    html = unescape(pages.query(stored["exchanges"], Asked(values, answer, sparql=sparql)))

    assert "<https://w3id.org/readouts/country/france>" in sparql
    assert sparql in html
    assert "sparql.html?query=" in html
