"""Pages of our own classes: exchanges and statements of a thing, and how a statement is cited."""

from __future__ import annotations

import json
import re
from html import unescape

import pytest

from conftest import ROOT
from readouts import query, release
from readouts.render.document import Documents
from readouts.render.page import Pages

STATEMENT = "statement/china-approach-04"


@pytest.fixture(scope="module")
def documents(publication, embedded):
    made, stored = release.read(publication.release), query.load(publication.queries)
    return Documents(made, embedded, stored)


@pytest.fixture(scope="module")
def show(publication, embedded, documents):
    """The page of a thing by its path, in a language."""
    made, stored = release.read(publication.release), query.load(publication.queries)
    own = query.load(publication.queries / "pages")
    pages = {tag: Pages(documents, embedded, made, stored, own, tag) for tag in ("en", "zh-hans")}
    return lambda path, tag="en": pages[tag].thing(documents.find(path))


@pytest.mark.parametrize(
    ("path", "exchanges", "statements"),
    [
        ("person/emmanuel-macron", 2, 1),
        ("person/antonio-guterres", 1, 5),
        ("person/xi-jinping", 21, 25),
        ("country/china", 21, 25),
        ("country/france", 2, 1),
        ("organisation/world-health-organization", 1, 3),
        ("office/prime-minister-of-malaysia", 1, 1),
        ("place/great-hall-of-the-people", 1, 0),
        ("theme/china-responsibility", 0, 9),
        ("exchange/2020-02-13-call-mahathir-mohamad", 1, 1),
        (STATEMENT, 0, 0),
        ("dataset", 0, 0),
    ],
)
def test_a_page_lists_what_a_thing_plays_a_part_in(show, path, exchanges, statements):
    """The page of a thing lists its exchanges and its statements, each once."""
    html = show(path)
    listed = re.search(r'<section id="exchanges">.*?</section>', html, re.DOTALL)
    said = re.search(r'<section id="statements">.*?</section>', html, re.DOTALL)

    assert (listed[0].count("<tr>") - 1 if listed else 0) == exchanges
    assert (said[0].count("<li>") if said else 0) == statements


def test_a_statement_stands_to_the_letter_with_what_says_so(show):
    """The page of a statement gives its words, who attributes them to whom, range and checksum."""
    html = unescape(show(STATEMENT))
    capture = (ROOT / "data/source/2020-03-16-xwlb/page.txt").read_text(encoding="utf-8")

    assert f'<blockquote lang="zh-hans">{capture[1190:1272]}</blockquote>' in html
    assert "Said, according to the source, by" in html
    assert "(2月13日,习近平应约同时任马来西亚总理马哈蒂尔通电话。)" in html
    assert '<a href="../text/2020-03-16-xwlb.html#char=1190,1272">1190–1272</a>' in html
    assert "59d861273d4bdab774cfd949fce832cdbc99e0206972bab99dd0d51de078ab41" in html
    assert "An unofficial rendering, made by" in html


def test_offices_are_those_of_the_day(show):
    """Beside the printed title stands the tenure that covers the day, and no later office."""
    html = show("person/mahathir-mohamad")
    rows = re.search(r'<section id="exchanges">.*?</section>', html, re.DOTALL)

    assert rows is not None
    assert "时任" in rows[0]
    assert "from 2018-05-10 to 2020-03-01" in rows[0]


def test_the_document_stands_in_the_page_of_a_statement_as_json_ld(show, documents):
    """The page embeds the JSON-LD of its document, which no text of it can end."""
    html = show(STATEMENT)
    held = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)

    assert held is not None
    assert "<" not in held[1]
    thing = documents.find(STATEMENT)
    assert json.loads(held[1]) == json.loads(documents.write(thing, "jsonld"))


def test_a_statement_is_cited_in_three_ways(show):
    """Plain text, BibTeX and CSL-JSON stand on the page, in the language of the page."""
    for tag, words in (
        ("en", "Attributed by the source to Xi Jinping"),
        ("zh-hans", "来源归于习近平"),
    ):
        html = unescape(show(STATEMENT, tag))
        cited = re.findall(
            r'<pre class="wide citation" tabindex="0"><code>(.*?)</code>', html, re.DOTALL
        )
        assert len(cited) == 3
        assert all(words in one for one in cited)
        assert cited[1].startswith("@misc{")
        assert json.loads(cited[2])[0]["URL"] == f"https://w3id.org/readouts/{STATEMENT}"


def test_a_page_leads_to_stored_queries_about_its_thing(show):
    """From a country one comes to its exchanges, asked for with the country filled in."""
    assert 'href="../queries/exchanges.html?country=country%2Ffrance"' in show("country/france")
    assert 'href="../queries/cite.html?statement=statement%2Fchina-approach-04"' in show(STATEMENT)
