"""The page, explained: the text to the letter, each passage in its place, and what rests on it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from readouts import query, release
from readouts.render.lines import lines
from readouts.render.page import Pages
from readouts.render.text import SourceText, read
from readouts.store import Rows
from readouts.vocab import NIF

TEXT = "text/2020-03-16-xwlb"
RESTING = """SELECT ?passage ?thing {
  ?thing ?property ?passage . ?passage nif:referenceContext ?text
  FILTER(?property != dcterms:isPartOf)
}"""
PANEL = re.compile(
    r'<section class="panel" id="[^"]*" data-passage="([^"]*)">(.*?)</section>', re.DOTALL
)
AGAIN = re.compile(r'<p class="again">[^<]*<span lang="zh-hans">([^<]*)</span> <b>([^<]*)</b>')
VOID = {"br", "input", "link", "meta"}


class Explained(HTMLParser):
    """The words of lines, by the elements with an id that are around them; and the panels."""

    def __init__(self, html):
        super().__init__()
        self._open, self.words, self.line, self.panels = [], {}, [], {}
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            told = dict(attrs)
            self._open.append((tag, told))
            if told.get("class") == "panel":
                self.panels[told["id"]] = ""
            elif "id" in told:
                self.words.setdefault(told["id"], "")

    def handle_endtag(self, tag):
        assert self._open.pop()[0] == tag

    def handle_data(self, data):
        classes = [told.get("class") for _, told in self._open]
        ids = [told["id"] for _, told in self._open if "id" in told]
        if "panel" in classes:
            self.panels[next(one for one in ids if one in self.panels)] += data
        elif "line" in classes and "words" in classes:
            self.line.append(data)
            for one in ids:
                self.words[one] += data


@pytest.fixture(scope="module", params=["en", "zh-hans"])
def shown(request, publication, embedded, documents):
    """The page in each language, as it is written and as it is read."""
    made, stored = release.read(publication.release), query.load(publication.queries)
    own = query.load(publication.queries / "pages")
    pages = Pages(documents, embedded, made, stored, own, request.param)
    html = pages.thing(documents.find(TEXT))
    return html, Explained(html)


@pytest.fixture(scope="module")
def passages(documents):
    """The words of each passage by the fragment of its IRI."""
    told = documents.triples(documents.find(TEXT))
    found = {one.subject: one.object.value for one in told if one.predicate == NIF.anchorOf}
    assert len(found) == 487
    return {node.value.partition("#")[2]: words for node, words in found.items()}


def test_the_words_of_all_lines_are_the_capture(shown, publication):
    """Every character of the page stands on the explained page once, and in order."""
    capture = publication.root / "data/source/2020-03-16-xwlb/page.txt"

    assert "".join(shown[1].line) == capture.read_text(encoding="utf-8")


def test_every_passage_is_an_element_around_its_words(shown, passages):
    """The element char=b,e holds the characters from b to e, and at most the break behind them."""
    _, page = shown
    for anchor, words in passages.items():
        held = page.words[anchor]
        assert held == words or ("\n" in words and held == f"{words}\n"), anchor


def test_every_passage_has_a_panel_that_its_words_lead_to(shown, passages):
    """Each passage has one panel, and every leaf that can be seen is a link to its own."""
    html, page = shown
    wanted = {f"about-{'-'.join(re.findall('[0-9]+', anchor))}" for anchor in passages}

    assert set(page.panels) == wanted
    part = html[html.index('id="page"') : html.index('class="panels"')]
    leaves = re.findall(
        r'<span id="char=(\d+),(\d+)" class="[^"]*"><a href="#about-(\d+)-(\d+)"', part
    )
    # The other leaves are the 124 ends of lines, which have no words to be a link.
    assert len(leaves) == 410 - 124
    assert all(one[:2] == one[2:] for one in leaves)


def test_a_panel_tells_whatever_rests_on_its_passage(shown, embedded):
    """As many things are linked in the panels as triples end in a passage."""
    html, _ = shown
    answer = embedded.query(RESTING)
    assert isinstance(answer, Rows)
    rows = [(row["passage"].value, row["thing"].value) for row in answer.solutions]
    assert len(rows) > 200
    panels = dict(PANEL.findall(html))
    for passage, thing in rows:
        assert f'title="{thing}"' in panels[passage.partition("#")[2]], (passage, thing)


def test_every_phrase_and_attribution_is_written_again(shown):
    """21 phrases and 25 attributions are written again from the data, and each is the same."""
    html, _ = shown
    again = re.findall(
        r'<p class="again">[^<]*<span lang="zh-hans">([^<]*)</span> <b>([^<]*)</b>', html
    )

    assert len(again) == 46
    assert {same for _, same in again} <= {"the same", "一致"}
    assert sum(words.startswith("(") for words, _ in again) == 25


def test_the_kinds_are_a_filter_without_script(shown, publication):
    """Each kind of passage has a button of its own, and the style sheet a rule for it."""
    html, _ = shown
    kinds = re.findall(r'<input type="radio" name="kind" id="only-(kind-[a-z]+)">', html)
    css = (publication.root / "src/front/style.css").read_text(encoding="utf-8")

    assert len(kinds) == 23
    assert all(f"#only-{kind}:checked" in css for kind in kinds)


def test_lines_of_any_text_are_its_words(documents):
    """Lines hold every word once: breaks stay, and passages of several lines are blocks."""
    told = read(documents.find(TEXT), documents.triples(documents.find(TEXT)))
    assert told is not None
    items = lines(told)
    held = [item.line for item in items if item.line is not None]

    assert len(held) == told.words.count("\n") + 1
    assert "".join(mark.words for line in held for mark in line.marks) == told.words
    opened = [item.block for item in items if item.block is not None and not item.closes]
    closed = [item.block for item in items if item.block is not None and item.closes]
    assert len(opened) == 51
    assert sorted(opened, key=str) == sorted(closed, key=str)


def test_a_text_without_passages_is_shown_too():
    """A text of another release may have no passages, or none that begins with a line."""
    items = lines(SourceText("one\ntwo\n\nthree", "en", ()))

    held = [item.line for item in items]
    assert ["".join(mark.words for mark in one.marks) for one in held] == [
        "one\n",
        "two\n",
        "\n",
        "three",
    ]
    assert [one.number for one in held] == [1, 2, 3, 4]
