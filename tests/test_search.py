from __future__ import annotations

import csv
import io

import pytest
from click.testing import CliRunner
from pyoxigraph import RdfFormat
from pyoxigraph import Store as Oxigraph

from conftest import BASE, ROOT, TEXT
from readouts import search
from readouts.cli import main
from readouts.fault import Misuse
from readouts.search import Hit, Index
from readouts.store import Answer, Embedded, wrapped
from readouts.vocab import DRO, PREFIXES, SCHEMA

PAGE = (ROOT / f"data/source/{TEXT}/page.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def index(embedded: Embedded) -> Index:
    return Index(embedded)


def first(index: Index, text: str) -> Hit:
    return index.find(text)[0]


@pytest.mark.parametrize(
    ("text", "thing"),
    [
        ("Macron", "person/emmanuel-macron"),
        ("马克龙", "person/emmanuel-macron"),
        ("sebastian pinera", "person/sebastian-pinera"),
        ("比尔\u00b7盖茨", "person/bill-gates"),
        ("比尔\u22c5 盖茨", "person/bill-gates"),
        ("印尼", "country/indonesia"),
        ("president of chile", "office/president-of-chile"),
        ("中国方案", "theme/china-approach"),
        ("防控举措，取得", "statement/china-approach-04"),
        ("people's war", "statement/china-approach-03"),
        ("时间链", f"text/{TEXT}#char=105,114"),
        ("phone call", "ns#PhoneCall"),
    ],
)
def test_the_thing_that_is_meant_comes_first(index: Index, text: str, thing: str) -> None:
    """A name in either language, words that were said or stand on the page: the best is first."""
    assert first(index, text).thing.value == BASE + thing


def test_one_character_is_enough(index: Index) -> None:
    """From one character on there are hits, and every one shows the character."""
    found = index.find("疫", limit=1000)

    assert len(found) > 20
    assert all("疫" in hit.words for hit in found)


@pytest.mark.parametrize("text", ["有信心", "习近平", "1月28日", "疫", "通电话", "卡塔尔埃米尔"])
def test_a_place_on_the_page_holds_the_words(index: Index, text: str) -> None:
    """The place of a hit, cut out of the capture, is what was looked for."""
    found = index.find(text, limit=1000)
    # Words of the page are shown with what stands around them, a name as it is.
    read = [hit for hit in found if hit.begin is not None and hit.words.startswith("…")]

    assert read
    assert {PAGE[hit.begin : hit.end] for hit in read} == {text}
    assert {hit.text.value for hit in found if hit.text} == {f"{BASE}text/{TEXT}"}


def test_what_is_on_the_page_belongs_to_what_it_says(index: Index) -> None:
    """Words within a quote are found as the statement, within a phrase as the exchange."""
    said = first(index, "举全国之力")
    told = next(hit for hit in index.find("卡塔尔埃米尔") if hit.kind == DRO.PhoneCall)

    assert said.kind == DRO.Statement
    assert told.begin is not None
    assert told.thing.value == f"{BASE}exchange/2020-02-11-call-tamim-bin-hamad-al-thani"


def test_the_name_that_fits_best_is_shown(index: Index) -> None:
    """Of several names of a thing the one that the words fit best is shown."""
    saudi = first(index, "沙特")

    assert (saudi.label, saudi.words) == ("Saudi Arabia", "沙特")


def test_a_place_of_one_text_is_none_of_another() -> None:
    """Places of two texts are told apart: each belongs to a passage of its own text."""
    passage = (
        "<x:{0}#p> a dro:Passage ; nif:referenceContext <x:{0}> ; nif:anchorOf 'one two' ; "
        "nif:beginIndex 0 ; nif:endIndex 7 . <x:{0}> nif:isString 'one two' . "
    )
    store = Oxigraph()
    turtle = "".join(f"PREFIX {name}: <{PREFIXES[name]}> " for name in ("dro", "nif"))
    store.load(turtle + passage.format("a") + passage.format("b"), format=RdfFormat.TURTLE)

    class Two:
        def query(self, text: str, *_: object) -> Answer:
            return wrapped(store.query(text, prefixes=PREFIXES))

    found = Index(Two()).find("two")
    assert [(hit.thing.value, hit.begin) for hit in found] == [("x:a#p", 4), ("x:b#p", 4)]


def test_what_was_read_from_a_page_has_its_place(index: Index) -> None:
    """Found by its name alone, an exchange or a statement is shown where it was read."""
    call, statement = index.find("Imran Khan")[1:3]

    assert PAGE[call.begin : call.end] == "应约同巴基斯坦总理伊姆兰⋅汗通电话"
    assert PAGE[statement.begin : statement.end].startswith("我们既要立足当前")
    assert first(index, "Imran Khan").begin is None


def test_a_thing_is_found_once_and_no_more_than_asked_for(index: Index) -> None:
    """However often the words stand in a thing, it is one hit; the limit holds."""
    found = index.find("习近平", limit=1000)

    assert len({hit.thing for hit in found}) == len(found) > 60
    assert index.find("习近平", limit=7) == found[:7]
    assert found[0].kind == SCHEMA.Person


@pytest.mark.parametrize("text", ["", "  ", "\u0301"])
def test_nothing_is_not_looked_for(embedded: Embedded, index: Index, text: str) -> None:
    """A text without a character to compare finds nothing, and is refused with the mend."""
    assert index.find(text) == []
    with pytest.raises(Misuse, match="There is nothing to look for"):
        search.find(embedded, text)


def test_the_command_prints_what_was_found() -> None:
    """`find` gives thing, label and place as a table, or as CSV; nothing found is no fault."""
    run = CliRunner().invoke(main, ["find", "有信心", "--format", "csv", "--folder", str(ROOT)])
    rows = list(csv.DictReader(io.StringIO(run.stdout)))

    assert run.exit_code == 0
    assert PAGE[int(rows[0]["begin"]) : int(rows[0]["end"])] == "有信心"
    table = CliRunner().invoke(main, ["find", "Macron", "--folder", str(ROOT)])
    assert "│ person/emmanuel-macron " in table.stdout
    nothing = CliRunner().invoke(main, ["find", "xyzzy", "--folder", str(ROOT)])
    assert (nothing.exit_code, nothing.stdout[-7:]) == (0, "0 rows\n")
