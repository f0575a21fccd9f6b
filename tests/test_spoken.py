"""Pages in two languages: where they are, how one is chosen, and that no phrase is missing."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urljoin

import httpx
import pytest

from conftest import ROOT
from readouts import query, release
from readouts.render import phrases
from readouts.serve import application, negotiation

RENDER = ROOT / "src/readouts/render"
CALL = "/exchange/2020-02-13-call-mahathir-mohamad"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
SAID = re.compile(r"""\bsay(?:\.marked)?\(\s*["']([\w.-]+)["']""")


@pytest.fixture(scope="module")
def get(publication, embedded):
    """Sends one request to the application in this process; redirections are not followed."""
    made, stored = release.read(publication.release), query.load(publication.queries)
    app = application(made, embedded, stored)

    async def asked(path, headers):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://e") as client:
            return await client.get(path, headers=headers)

    def got(path, **headers):
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        return asyncio.run(asked(path, told))

    return got


@pytest.mark.parametrize(
    ("header", "tag"),
    [
        (None, "en"),
        ("", "en"),
        ("*", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("ZH-HANS", "zh-hans"),
        ("en;q=0.5, zh-TW", "zh-hans"),
        ("de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7,zh;q=0.2", "en"),
        ("fr,de;q=0.5", "en"),
        ("zh;q=0, en;q=0.1", "en"),
        ("zh;q=nonsense", "en"),
        ("x" * 20_000, "en"),
    ],
)
def test_the_language_of_a_reader_is_chosen(header, tag):
    """The language that the header prefers is given, by its first subtag; else the first."""
    assert negotiation.language(header, ["en", "zh-hans"]) == tag


def test_a_reader_is_sent_to_a_page_in_her_language(get):
    """A thing leads to the Chinese page for who reads Chinese, and to data whatever she reads."""
    chinese = get(CALL, accept=BROWSER, accept_language="zh-CN,zh;q=0.9")
    english = get(CALL, accept=BROWSER, accept_language="en")
    data = get(CALL, accept="text/turtle", accept_language="zh")

    assert chinese.headers["location"] == f"../zh{CALL}.html"
    assert english.headers["location"] == "2020-02-13-call-mahathir-mohamad.html"
    assert data.headers["location"] == "2020-02-13-call-mahathir-mohamad.ttl"
    assert chinese.headers["vary"] == "Accept, Accept-Language"


@pytest.mark.parametrize(
    ("path", "other"),
    [
        ("/", "./zh/"),
        (f"{CALL}.html", f"../zh{CALL}.html"),
        ("/queries/exchanges.html?kind=call", "../zh/queries/exchanges.html?kind=call"),
        ("/sparql.html?query=ASK%7B%7D", "./zh/sparql.html?query=ASK%7B%7D"),
        ("/things.html", "./zh/things.html"),
    ],
)
def test_a_page_says_its_language_and_leads_to_the_other(get, path, other):
    """Each page declares its language, and leads to the same page in the other one and back."""
    english, chinese = get(path, accept=BROWSER), get(f"/zh{path}", accept=BROWSER)

    assert (english.status_code, chinese.status_code) == (200, 200)
    assert '<html lang="en">' in english.text
    assert '<html lang="zh-hans">' in chinese.text
    assert f'hreflang="zh-hans" href="{other}"' in english.text
    back = re.search(r'hreflang="en" href="([^"]+)"', chinese.text)
    assert back is not None
    assert urljoin(f"/zh{path}", back[1]) == path


def test_a_chinese_page_puts_chinese_first(get):
    """The label in the language of the page is its title, and the other one stands beside it."""
    page = get("/zh/person/hun-sen.html", accept=BROWSER).text

    assert '<h1 lang="zh-hans">洪森</h1>' in page
    assert "Hun Sen" in page


@pytest.mark.parametrize(
    "path", [f"{CALL}.ttl", CALL, "/queries/exchanges.csv", "/queries/exchanges", "/dumps/x"]
)
def test_there_is_no_data_in_the_folder_of_a_language(get, path):
    """Data have one address each, outside of the folders of languages."""
    answer = get(f"/zh{path}", accept=BROWSER)

    assert answer.status_code == 404
    assert '<html lang="zh-hans">' in answer.text


def test_links_of_a_chinese_page_lead_out_of_its_folder_to_data(get):
    """The formats that a Chinese page names, in its head and in Link headers, are there."""
    path = f"/zh{CALL}.html"
    answer = get(path, accept=BROWSER)
    links = re.findall(r'<link rel="alternate" type="[^"]+" href="([^"]+)"', answer.text)
    links += re.findall(r'<([^>]+)>; rel="[^"]*"; type="(?!text/html)', answer.headers["link"])

    assert len(links) == 10
    assert {get(urljoin(path, link)).status_code for link in links} == {200}


def test_every_phrase_is_in_every_language():
    """No phrase lacks a language, none is empty, and the same values go into each."""
    held = phrases.held()

    assert len(held) > 5
    for name, told in held.items():
        assert set(told) == set(phrases.FOLDERS), name
        assert all(told.values()), name
        braces = [set(re.findall(r"{(\w*)", text)) for text in told.values()]
        assert all(one == braces[0] for one in braces), name


def test_templates_and_phrases_agree():
    """Every phrase that a template or a module says is there, and every phrase is said."""
    files, held = [*RENDER.rglob("*.html"), *RENDER.rglob("*.py")], set(phrases.held())
    said = {name for path in files for name in SAID.findall(path.read_text(encoding="utf-8"))}

    assert len(files) > 20
    # A name that ends in a point or a hyphen is the beginning of several.
    stems = tuple(name for name in said if name.endswith((".", "-")))
    said = said - set(stems) | {one for one in held if one.startswith(stems)}
    assert said - held == set()
    assert held - said == {"language"}
