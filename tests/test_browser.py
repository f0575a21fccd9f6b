"""The site as a reader meets it: Chromium on the live server, and on the files alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

import hosts
from conftest import ROOT

CHROMIUM = shutil.which("chromium")
AXE = ROOT / "src/front/node_modules/axe-core/axe.min.js"
TEXT = "text/2020-03-16-xwlb.html"
CALL = "exchange/2020-02-13-call-mahathir-mohamad.html"
STATEMENT = "statement/china-approach-04.html"
# One page of each kind.
KINDS = (
    "",
    TEXT,
    CALL,
    STATEMENT,
    "person/hun-sen.html",
    "country/france.html",
    "office/president-of-china.html",
    "organisation/world-health-organization.html",
    "theme/china-approach.html",
    "ns.html",
    "dataset.html",
    "things.html",
    "queries.html",
    "queries/exchanges.html",
    "queries/exchanges-by-country.html",
    "sparql.html",
    "search.html?q=Macron",
    "network.html",
    "data.html",
    "about.html",
)
# In bytes as they are sent.
LIMIT = 150_000
ROWS = "#answer table.answer tbody tr"
SLOW = 60_000

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="Chromium is not installed. `apt-get install chromium` brings it."
)


@pytest.fixture(scope="module")
def live() -> Iterator[str]:
    """The real server on a free port, with no limit for one client."""
    command = [sys.executable, "-m", "readouts", "serve", "--port", "0", "--rate", "0"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        found = re.search(r"http://\S+/", process.stderr.readline())
        assert found is not None
        yield found[0]
        process.terminate()


@pytest.fixture(scope="module")
def files(site: Path) -> Iterator[str]:
    """The files below a folder of the simplest host."""
    with hosts.plain(site.parent) as host:
        yield f"{host}readouts/"


@pytest.fixture(scope="module")
def browser(site: Path) -> Iterator[Browser]:
    """Debian's Chromium. The site is made first: its maker has a loop of its own."""
    assert site.is_dir()
    expect.set_options(timeout=SLOW)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


Opened = Callable[..., Page]


def failed(one: Request) -> list[str]:
    """A request that came to nothing; not one that the reader left behind by going on."""
    return [] if "ERR_ABORTED" in (one.failure or "") else [f"{one.url} {one.failure}"]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Opens pages; in the end none had an error, a request elsewhere or a broken policy."""
    faults: list[str] = []
    contexts: list[BrowserContext] = []

    def open_(address: str, home: str, **told: object) -> Page:
        context = browser.new_context(**told)
        context.set_default_timeout(SLOW)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda one: faults.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("requestfailed", lambda one: faults.extend(failed(one)))
        page.on(
            "request",
            lambda one: (
                None if one.url.startswith((home, "blob:", "data:")) else faults.append(one.url)
            ),
        )
        page.goto(home + address)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture(params=["live", "files"])
def home(request: pytest.FixtureRequest) -> str:
    """The address of the home page: on the server, and on a host of files."""
    found: str = request.getfixturevalue(request.param)
    return found


def test_a_reader_goes_from_the_timeline_to_the_passage_and_back(opened, home):
    """Home, timeline, exchange, statement, passage in the page, and back to the home page."""
    page = opened("", home)
    page.locator(
        'figure.timeline svg.broad a[href$="2020-02-13-call-mahathir-mohamad.html"]'
    ).click()
    expect(page).to_have_url(home + CALL)
    page.locator(f'a[href$="{STATEMENT}"]').first.click()
    expect(page).to_have_url(home + STATEMENT)
    page.locator(f'a[href*="{TEXT}#char=1190,1272"]').first.click()
    expect(page).to_have_url(re.compile(re.escape(home + TEXT) + "#char=1190,1272$"))
    expect(page.locator("#page")).to_be_visible()
    passage = page.evaluate("document.querySelector(':target').textContent")
    assert passage.startswith("疫情发生以来,中国政府高度重视")
    for _ in range(3):
        page.go_back()
    expect(page).to_have_url(home)


def test_the_language_changes_and_the_place_stays(opened, home):
    """The other language has the same page at the same place of it, and says so."""
    page = opened(f"{TEXT}#char=476,494", home)
    page.locator("nav.languages a").click()
    expect(page).to_have_url(f"{home}zh/{TEXT}#char=476,494")
    assert page.evaluate("document.documentElement.lang") == "zh-hans"
    page.locator("nav.languages a").click()
    expect(page).to_have_url(f"{home}{TEXT}#char=476,494")


def test_a_question_with_a_parameter_is_answered(opened, home):
    """A form with a country chosen gives that country's rows, and the address says what it asks."""
    page = opened("queries/exchanges.html", home)
    expect(page.locator(ROWS).last).to_be_visible()
    assert page.locator(ROWS).count() >= 21
    page.select_option("#country", "country/france")
    page.locator("form[data-question] button").click()
    expect(page.locator("#answer")).not_to_contain_text("Mahathir")
    expect(page.locator(ROWS).filter(has_text="call-emmanuel-macron")).to_have_count(2)
    expect(page).to_have_url(re.compile("country=country%2Ffrance"))
    expect(page.locator("#answer")).to_contain_text("Emmanuel Macron")


@pytest.mark.parametrize(
    ("words", "name"),
    [("macr", "Emmanuel Macron"), ("马哈蒂尔", "Mahathir"), ("有 信心", "confidence")],
)
@pytest.mark.parametrize("folder", ["", "zh/"])
def test_search_finds_while_typing(opened, home, folder, words, name):
    """Chinese and English words are found while they are typed, and where on the page they are."""
    page = opened(f"{folder}search.html", home)
    page.locator("#q").press_sequentially(words)
    expect(page.locator("#found li").first).to_be_visible()
    expect(page.locator("#found")).to_contain_text(re.compile(name, re.IGNORECASE))
    place = page.locator(f'#found a[href*="{folder}text/"][href*="#char="]').first
    place.click()
    expect(page.locator(":target").first).to_be_attached()


def test_the_field_of_every_page_searches(opened, home):
    """One character, in the field at the top of any page, finds something."""
    page = opened("about.html", home)
    page.locator(".find input").fill("法")
    page.locator(".find input").press("Enter")
    expect(page.locator("#found li").first).to_be_visible()
    expect(page.locator("#found")).to_contain_text("France")


def test_a_link_to_a_question_is_answered(opened, home):
    """An address with a parameter opens with its answer, in Chinese too."""
    page = opened("zh/queries/wording.html?text=%E6%9C%89%E4%BF%A1%E5%BF%83", home)
    expect(page.locator("#text")).to_have_value("有信心")
    expect(page.locator(ROWS).first).to_contain_text("有信心")
    assert 0 < page.locator(ROWS).count() < 25


def test_a_wrong_parameter_is_told_plainly(opened, home):
    """A value that is none gives a sentence and not another answer."""
    page = opened("queries/exchanges.html", home)
    page.evaluate("document.querySelector('#from').type = 'text'")
    page.fill("#from", "yesterday")
    if "readouts" in home:
        page.locator("form[data-question] button").click()
        expect(page.locator(".fault")).to_contain_text("yesterday")


def test_a_query_is_answered_in_place(opened, home):
    """The editor asks, by the server or by the engine here; the answer is a table, then text."""
    page = opened("sparql.html", home)
    page.wait_for_selector("form[data-editor=ready]")
    page.locator("form[data-editor] button[type=submit]").click()
    expect(page.locator(ROWS)).to_have_count(21)
    expect(page).to_have_url(re.compile(r"sparql\.html\?query=SELECT"))
    page.locator("#answer .views button").last.click()
    expect(page.locator("#answer pre")).to_contain_text('"bindings"')
    page.reload()
    expect(page.locator(ROWS)).to_have_count(21)


def test_an_example_is_shown_as_bars(opened, home):
    """A stored query can be chosen; an answer with names and numbers is shown as bars too."""
    page = opened("zh/sparql.html", home)
    page.wait_for_selector("form[data-editor=ready]")
    page.select_option("#examples", "queries/exchanges-by-country.rq")
    expect(page.locator(".CodeMirror")).to_contain_text("COUNT(DISTINCT ?exchange)")
    page.locator("form[data-editor] button[type=submit]").click()
    page.locator("#answer .views button", has_text="图表").click()
    expect(page.locator("#answer svg.bars rect")).to_have_count(17)
    expect(page.locator("#answer svg.bars text").first).to_have_text("France")


def test_a_graph_is_answered_and_taken_away(opened, home):
    """CONSTRUCT gives triples, which can be had in every format of a graph."""
    page = opened("sparql.html", home)
    page.wait_for_selector("form[data-editor=ready]")
    write(page, "CONSTRUCT { ?s a dro:Talks } WHERE { ?s a dro:Talks }")
    page.locator("form[data-editor] button[type=submit]").click()
    expect(page.locator(ROWS)).to_have_count(1)
    expect(page.locator("#answer .links a")).to_have_text([".ttl", ".jsonld", ".nt", ".rdf"])
    if "readouts" in home:
        with page.expect_download() as taken:
            page.locator("#answer .links a").first.click()
        assert "ns#Talks> ." in Path(taken.value.path()).read_text(encoding="utf-8")


def test_a_wrong_query_is_told_plainly(opened, files):
    """What is no query gives the sentence of the engine."""
    page = opened("sparql.html", files)
    page.wait_for_selector("form[data-editor=ready]")
    write(page, "SELECT nothing")
    page.locator("form[data-editor] button[type=submit]").click()
    expect(page.locator("#answer .fault")).to_contain_text("error at 1:15")


def test_an_endless_query_is_ended_and_the_next_is_answered(opened, files):
    """After the deadline the worker is ended; the next question starts another and is answered."""
    page = opened("sparql.html", files)
    page.wait_for_selector("form[data-editor=ready]")
    write(page, "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.locator("form[data-editor] button[type=submit]").click()
    expect(page.locator("#answer .fault")).to_contain_text("ended after 10 seconds", timeout=SLOW)
    write(page, "ASK { ?s a dro:Talks }")
    page.locator("form[data-editor] button[type=submit]").click()
    expect(page.locator("#answer tbody")).to_have_text("true")


def write(page: Page, query: str) -> None:
    page.evaluate(
        "query => document.querySelector('.CodeMirror').CodeMirror.setValue(query)", query
    )


def test_classes_and_properties_are_completed_from_the_data(opened, live):
    """What is typed is completed with terms that occur, and their prefix is declared."""
    page = opened("sparql.html", live)
    page.wait_for_selector("form[data-editor=ready]")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT * WHERE { ?x a dro:Pho")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint")).to_have_text(["dro:PhoneCall"])
    page.keyboard.press("Enter")
    page.keyboard.type(" ; dro:partici")
    page.keyboard.press("Control+Space")
    expect(page.locator(".CodeMirror-hint").first).to_have_text("dro:participation")
    text = page.evaluate("document.querySelector('.CodeMirror').CodeMirror.getValue()")
    assert text.startswith("PREFIX dro: <https://w3id.org/readouts/ns#>\n")


def test_the_editor_can_be_left_by_keyboard(opened, live):
    """Tab leads on from the editor to the button: nobody is caught in it."""
    page = opened("sparql.html", live)
    page.wait_for_selector("form[data-editor=ready]")
    page.locator(".CodeMirror").click()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.type") == "submit"


def test_pointing_at_a_passage_shows_what_it_became(opened, home):
    """A passage pointed at shows its triples; a thing pointed at shows the passages naming it."""
    page = opened(TEXT, home)
    name = page.locator('#page a[data-thing$="person/hun-sen"]').first
    name.hover()
    panel = page.locator(".panel.shown")
    expect(panel).to_have_count(1)
    expect(panel).to_contain_text("Hun Sen")
    assert page.locator("#page .pointed").count() >= 1
    page.locator("h1").hover()
    expect(panel).to_have_count(0)
    expect(page.locator("#page .pointed")).to_have_count(0)


def test_a_long_list_is_narrowed_by_typing(opened, home):
    """What is typed hides the others; spaces and case do not matter."""
    page = opened("things.html", home)
    group = page.locator("section", has=page.locator('li:has-text("Hun Sen")')).first
    group.locator(".filter input").fill("hunS")
    expect(group.locator("li:visible")).to_have_count(1)
    expect(group.locator("li:visible")).to_contain_text("Hun Sen")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_follow_the_light_of_the_reader(opened, live, scheme):
    """In the dark the ground is dark and the ink light, and the other way round."""
    page = opened("", live, color_scheme=scheme)
    ground, ink = (
        sum(
            map(
                int, re.findall(r"\d+", page.evaluate(f"getComputedStyle(document.body).{one}"))[:3]
            )
        )
        for one in ("backgroundColor", "color")
    )
    assert (ground < ink) == (scheme == "dark")


@pytest.mark.parametrize("address", KINDS)
def test_pages_are_whole_without_scripts(opened, live, address):
    """With JavaScript off a page shows what it shows with it, its pictures included."""
    bare = opened(address, live, java_script_enabled=False)
    main = bare.locator("main")
    assert len(main.inner_text()) > 200
    # A picture comes in two widths, of which one is shown.
    for figure in main.locator("figure").all():
        assert figure.locator("svg:visible").count() >= 1
    assert bare.locator("noscript").count() == 0
    if not address:
        assert main.locator("figure.timeline svg.broad:visible").count() == 1
        assert main.locator("figure.atlas svg.broad:visible").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", [*KINDS, "zh/", f"zh/{TEXT}", f"zh/{STATEMENT}", "zh/nothing.html"]
)
def test_pages_can_be_used_by_everybody(browser, live, address, scheme):
    """axe-core finds nothing on one page of each kind, in either light."""
    if not AXE.is_file():
        pytest.skip("axe-core is not there. Remove src/readouts/render/static and install again.")
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(live + address)
    if address.endswith("sparql.html"):
        page.wait_for_selector("form[data-editor=ready]")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run().then(told => told.violations)")
    context.close()
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:3]]) for one in found] == []


@pytest.mark.parametrize("address", ["", TEXT, "zh/"])
def test_the_first_view_is_light(browser, live, address):
    """The first page that anyone opens weighs less than the budget, with all that it needs."""
    context = browser.new_context()
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    weights: list[float] = []
    session.on("Network.loadingFinished", lambda told: weights.append(told["encodedDataLength"]))
    page.goto(live + address, wait_until="networkidle")
    context.close()

    assert len(weights) >= 3
    assert sum(weights) < LIMIT


@pytest.mark.parametrize("address", KINDS)
def test_pages_fit_a_phone(opened, live, address):
    """On a phone nothing makes the page wider than the screen."""
    page = opened(address, live, viewport={"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_map_is_looked_at_more_closely(opened, home):
    """Buttons show a part of the map larger, dragging moves it, and the whole comes back."""
    page = opened("", home)
    picture = page.locator("figure.atlas svg.picture.broad")
    whole = picture.get_attribute("viewBox")

    page.get_by_role("button", name="Nearer").click()
    page.get_by_role("button", name="Nearer").click()
    near = picture.get_attribute("viewBox")
    assert float(near.split()[2]) * 2 < float(whole.split()[2])
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    middle = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 80, middle[1])
    page.mouse.up()
    assert float(picture.get_attribute("viewBox").split()[0]) > float(near.split()[0])
    assert page.url == home
    page.get_by_role("button", name="The whole map").click()
    assert picture.get_attribute("viewBox").split()[2:] == whole.split()[2:]
