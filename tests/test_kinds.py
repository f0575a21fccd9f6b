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
from readouts.store import Embedded

STATEMENT = "statement/china-approach-04"


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


@pytest.mark.parametrize(
    ("path", "tag", "told"),
    [
        (
            "exchange/2020-02-13-call-mahathir-mohamad",
            "en",
            (
                "According to the source, Xi Jinping spoke by telephone with Mahathir Mohamad "
                "on 13 Feb 2020, at the request of Mahathir Mohamad."
            ),
        ),
        (
            "exchange/2020-01-28-meeting-tedros-adhanom-ghebreyesus",
            "zh-hans",
            "据来源，2020年1月28日，习近平会见谭德塞，地点：人民大会堂、北京。",
        ),
        (
            "exchange/2020-02-02-letter-macky-sall",
            "en",
            "According to the source, Xi Jinping wrote to Macky Sall on 2 Feb 2020.",
        ),
        (
            "exchange/2020-02-20-reply-bill-gates",
            "zh-hans",
            "据来源，2020年2月20日，习近平给比尔·盖茨回信。",
        ),
        (
            "exchange/2020-02-13-call-mahathir-mohamad/mahathir-mohamad",
            "en",
            (
                "According to the source, Mahathir Mohamad took part in an exchange on "
                "13 Feb 2020: Xi Jinping speaks by telephone with Mahathir Mohamad, "
                "13 February 2020. Role: counterpart, requester."
            ),
        ),
        (
            "tenure/abiy-ahmed-ali-2018",
            "en",
            (
                "Abiy Ahmed Ali has held the office Prime Minister of Ethiopia since 2 Apr 2018; "
                "no end is recorded."
            ),
        ),
        (
            "tenure/mahathir-mohamad-2018",
            "zh-hans",
            "马哈蒂尔自2018年5月10日至2020年3月1日担任马来西亚总理。",
        ),
    ],
)
def test_a_page_says_in_a_sentence_what_its_thing_is(show, path, tag, told):
    """Exchange, participation and tenure are told in words, in the language of the page."""
    lead = re.search(r'<p class="lead">(.*?)</p>', show(path, tag), re.DOTALL)

    assert lead is not None
    assert unescape(re.sub("<[^>]*>", "", lead[1])) == told


def test_every_exchange_is_told_and_its_phrase_written_again(show, documents):
    """All 21 exchanges have a sentence, their phrase as printed, and the same written again."""
    paths = [path for path in documents.all() if re.fullmatch("exchange/[^/]+", path)]
    assert len(paths) == 21
    for path in paths:
        html = show(path)
        phrase = re.search(r'<p class="phrase">.*?</p>', html, re.DOTALL)
        assert '<p class="lead">According to the source, ' in html, path
        assert phrase is not None, path
        assert "<b>the same</b>" in phrase[0], path


def test_a_kind_of_exchange_that_has_no_verb_here_is_told_by_its_name(publication, tmp_path):
    """A source may bring a class of its own: its exchanges are told by the label of the class."""
    text = (publication.release / "readouts.nq").read_text(encoding="utf-8")
    (tmp_path / "readouts.nq").write_text(text.replace("ns#Talks>", "ns#Toast>"), encoding="utf-8")
    made, stored = release.read(publication.release), query.load(publication.queries)
    store = Embedded(tmp_path)
    held = Documents(made, store, stored)
    pages = Pages(held, store, made, stored, query.load(publication.queries / "pages"))
    html = pages.thing(held.find("exchange/2020-02-27-talks-khaltmaagiin-battulga"))

    assert "had an exchange (<a " in html


def test_other_accounts_are_named_by_their_hosts(show):
    """An exchange lists what others report of it: whose report it is, what it says, and where."""
    html = show("exchange/2020-02-13-call-mahathir-mohamad")
    held = re.search(r'<section id="reports">.*?</section>', html, re.DOTALL)

    assert held is not None
    assert held[0].count("<li>") == 4
    assert ">jiemengs.com, on the exchange of 2020-02-13 (report 1)<" in held[0]
    assert 'href="http://www.jiemengs.com/news/202e999605.html"' in held[0]
    assert "辽宁日报 2020-02-14" in held[0]


def test_notes_of_editors_are_shown_as_notes(show):
    """A note stands under the sentence, and not among the rows of the record."""
    html = show("exchange/2020-02-13-call-mahathir-mohamad")

    assert '<p class="note"><b>Note</b> <span lang="en">时任 (then) is the page' in html
    assert html.count("is the page&#39;s own word") == 1
