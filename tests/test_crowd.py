"""A release of somebody else, large and hostile: its pages stay usable."""

from __future__ import annotations

import re
import shutil

import pytest
from playwright.sync_api import sync_playwright

from conftest import ROOT
from crowd import crowd, pages

# What a page loads: its own style sheet and script, which are not under test here.
LOADED = r'<link[^>]*>|<script type="module"[^>]*></script>'


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return pages(crowd(tmp_path_factory.mktemp("crowd") / "release", 5000))


def test_a_list_of_thousands_is_cut_and_says_so(large):
    """The list of things shows some of each class, and leads on to the rest."""
    html = large[1].things()
    assert len(html) < 2_000_000
    assert "4500 more: turn them over with a query" in html


@pytest.mark.skipif(
    shutil.which("chromium") is None, reason="`apt-get install chromium` brings it."
)
def test_hostile_pages_run_no_script_and_keep_their_shape(large):
    """Whatever labels hold is text: nothing of it runs, and no page becomes wider than a phone."""
    documents, made = large
    names = ["exchange/00000", "exchange/00001", "exchange/00002", "exchange/00003", "person/0000"]
    shown = {"home": made.home([]), "things": made.things()}
    shown |= {name: made.thing(documents.find(name)) for name in names}
    style = (ROOT / "src/readouts/render/static/style.css").read_text(encoding="utf-8")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 360, "height": 740})
        ran = []
        page.on("dialog", lambda one: (ran.append(one.message), one.dismiss()))
        page.route("**/*", lambda route: route.fulfill(body="", content_type="text/plain"))
        for name, html in shown.items():
            page.set_content(re.sub(LOADED, "", html))
            page.add_style_tag(content=style)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, name
        browser.close()
    assert ran == []
