"""The HTML of pages is valid: the parser of the standard, set strictly, finds no error in it."""

from __future__ import annotations

import re

import html5lib
import pytest
from html5lib.constants import E
from html5lib.html5parser import ParseError

from readouts import query, release
from readouts.render import dumps
from readouts.render.asked import Asked, Sparql
from readouts.render.page import Pages
from readouts.store import Rows

KINDS = """SELECT ?kind (MIN(STR(?thing)) AS ?first) (MAX(STR(?thing)) AS ?last) WHERE {
  ?thing a ?kind .
  FILTER(ISIRI(?thing) && !CONTAINS(STR(?thing), "#"))
} GROUP BY ?kind"""
# One of each kind that is not found by its class: the vocabulary, and what plays no part.
BESIDES = ("ns", "shapes", "report", "dataset", "text/2020-03-16-xwlb", "agent/editors")


@pytest.fixture(scope="module", params=["en", "zh-hans"])
def pages(request, publication, embedded, documents):
    """The pages in each language."""
    made, stored = release.read(publication.release), query.load(publication.queries)
    own = query.load(publication.queries / "pages")
    return Pages(documents, embedded, made, stored, own, request.param)


def wrong(html):
    """The first error, with what stands there; nothing where there is none."""
    parser = html5lib.HTMLParser(strict=True)
    try:
        parser.parse(html)
    except ParseError:
        (line, column), code, values = parser.errors[0]
        near = html.splitlines()[line - 1][max(0, column - 60) : column + 20]
        return f"line {line}: {E[code] % values} near {near!r}"
    return ""


def test_the_parser_finds_what_is_wrong():
    """What is left open, nested or written wrongly is found."""
    assert wrong("<!DOCTYPE html><title>x</title><p>y") == ""
    for part in (
        "<p><div></p>",
        "<a href=x><a href=y></a></a>",
        "<b>x",
        "<table><p>x</table>",
        "&x;",
    ):
        assert wrong(f"<!DOCTYPE html><title>x</title>{part}"), part


def test_pages_of_every_kind_of_thing_are_valid(pages, documents):
    """Of each class the first and the last thing have a page that is valid HTML."""
    answers = [store.query(KINDS) for store in documents.stores]
    rows = [row for one in answers if isinstance(one, Rows) for row in one.solutions]
    found = {row[name].value for row in rows for name in ("first", "last")}
    chosen = {path for path, thing in documents.all().items() if thing.value in found}
    chosen |= {path for path in BESIDES if path in documents.all()}

    assert len(chosen) > 25
    assert {path.partition("/")[0] for path in chosen} == {
        path.partition("/")[0] for path in documents.all()
    }
    for path in sorted(chosen):
        html = pages.thing(documents.find(path))
        assert wrong(html) == "", path
        ids = re.findall(r'\bid="([^"]*)"', html)
        assert len(ids) == len(set(ids)), path


def test_pages_of_the_publication_are_valid(pages, publication, embedded):
    """The home page, the lists, the forms, and the page of each stored query are valid HTML."""
    made, stored = release.read(publication.release), query.load(publication.queries)
    held = list(dumps.find(made).values())
    shown = {
        "home": pages.home(held),
        "about": pages.about(),
        "data": pages.data(held),
        "network": pages.network(),
        "things": pages.things(),
        "queries": pages.queries(),
        "sparql": pages.sparql(Sparql(""), Asked()),
        "fault": pages.sparql(Sparql("<&>", ["<x>"]), Asked(fault="<&>")),
        "error": pages.error("<&>", '"', 1),
    }
    asked = [one for one in stored.values() if not one.federated]
    assert len(asked) > 15
    for one in asked:
        shown[one.name] = pages.query(one, Asked({}, query.answer(one, {}, embedded, made.base)))
    for name, html in shown.items():
        assert wrong(html) == "", name
