from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conftest import BASE, ROOT
from readouts import authority, link
from readouts.authority import Authority
from readouts.cli import main
from readouts.folder import Folder
from readouts.link import Finding, Service
from readouts.link.items import Position
from readouts.store import Embedded
from wikidata import Wikidata

Run = Callable[..., Result]


@pytest.fixture
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("link") / "cache"


@pytest.fixture
def run(wikidata: Wikidata, cache: Path) -> Run:
    """`readouts link`, with a cache of its own."""

    def command(*words: str, folder: Path = ROOT) -> Result:
        told = ["--endpoint", wikidata.url, "--cache", str(cache)]
        return CliRunner().invoke(main, ["link", "--folder", str(folder), *told, *words])

    return command


def judged(copy: Path, old: str, new: str) -> None:
    """Another judgement in a copy of the publication."""
    path = copy / "data/authority/wikidata.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def findings(result: Result) -> dict[str, dict[str, str]]:
    return {row["thing"]: row for row in csv.DictReader(io.StringIO(result.stdout))}


def test_every_link_of_ours_agrees(run: Run, tables: Authority) -> None:
    """Each confirmed link is found, is of its kind, bears a name of ours, and held the office."""
    result = run("--format", "csv")
    found = findings(result)
    confirmed = {
        row["thing"]: row["qid"] for row in tables["wikidata"] if row["judgement"] == "confirmed"
    }

    assert (result.exit_code, result.stderr) == (0, "")
    assert len(confirmed) == 67
    assert {
        thing: row["qid"] for thing, row in found.items() if row["item"] == "found"
    } == confirmed
    assert {row["label"] for row in found.values()} == {"agrees", ""}
    assert sum(row["office"] == "agrees" for row in found.values()) == 18
    assert all(
        row["kind"] == ("" if thing.startswith("ns#") else "agrees")
        for thing, row in found.items()
        if row["item"] == "found"
    )


def test_every_thing_that_was_judged_is_in_the_report(run: Run, tables: Authority) -> None:
    """The unconfirmed are all there, with a candidate or with none."""
    found = findings(run("--format", "csv"))
    unconfirmed = {row["thing"] for row in tables["wikidata"] if row["judgement"] == "unconfirmed"}

    assert set(found) == {row["thing"] for row in tables["wikidata"]}
    assert len(unconfirmed) == 6
    assert {found[thing]["item"] for thing in unconfirmed} == {"none", "candidate"}
    hall = found["place/great-hall-of-the-people"]
    assert (hall["item"], hall["qid"]) == ("candidate", "Q900000006")


@pytest.mark.parametrize(
    ("old", "new", "thing", "wanted"),
    [
        pytest.param(
            "imran-khan,Q155164,",
            "imran-khan,Q956,",
            "person/imran-khan",
            {"item": "found", "kind": "differs", "label": "differs", "office": "differs"},
            id="wrong",
        ),
        pytest.param(
            "imran-khan,Q155164,",
            "imran-khan,Q57788,",
            "person/imran-khan",
            {"item": "found", "kind": "agrees", "label": "differs", "office": "differs"},
            id="another",
        ),
        pytest.param(
            "hun-sen,Q57788,",
            "hun-sen,Q900000001,",
            "person/hun-sen",
            {"item": "merged", "kind": "", "label": "", "office": ""},
            id="merged",
        ),
        pytest.param(
            "country/cuba,Q241,",
            "country/cuba,Q900000099,",
            "country/cuba",
            {"item": "missing", "kind": "", "label": "", "office": ""},
            id="missing",
        ),
        pytest.param(
            "crown-prince-of-abu-dhabi,Q28471402,rejected,Emir of Abu Dhabi",
            "king-of-saudi-arabia,Q28471402,rejected,Emir of Abu Dhabi",
            "person/mohammed-bin-zayed-al-nahyan",
            {"item": "found", "kind": "agrees", "label": "agrees", "office": "differs"},
            id="tenure",
        ),
    ],
)
def test_a_link_that_does_not_agree_is_told(
    run: Run, copy: Path, old: str, new: str, thing: str, wanted: dict[str, str]
) -> None:
    """A wrong item, a merged one, a missing one, and an office not held on the day: exit 1."""
    judged(copy, old, new)
    if "crown-prince" in old:
        # As if the later office had been taken for the one that he held.
        judged(
            copy,
            "crown-prince-of-abu-dhabi,,unconfirmed,Crown Prince",
            "crown-prince-of-abu-dhabi,Q28471402,confirmed,Emir of Abu Dhabi / Crown Prince",
        )
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    result = run("--format", "csv", folder=copy)
    row = findings(result)[thing]

    assert result.exit_code == 1
    assert {name: row[name] for name in wanted} == wanted
    assert result.stderr.startswith(f"{thing}: {row['qid']} does not agree. {row['remark']}")
    assert len(result.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()} == before


def test_what_differs_is_said(run: Run, copy: Path) -> None:
    """The remark tells what Wikidata says instead, and for a merged item where it went."""
    judged(copy, "imran-khan,Q155164,", "imran-khan,Q57788,")
    judged(copy, "moon-jae-in,Q21001,", "moon-jae-in,Q900000001,")
    found = findings(run("--format", "csv", folder=copy))

    assert found["person/imran-khan"]["remark"] == (
        "It is called Hun Sen, 洪森. It is not said to have held office/prime-minister-of-pakistan "
        "(Q735575) on 2020-02-20: it has no statement of it."
    )
    assert "merged into Q57788" in found["person/moon-jae-in"]["remark"]


def test_what_was_rejected_is_not_proposed_again(run: Run, copy: Path) -> None:
    """An item that bears the name of a thing and was rejected for it is no candidate."""
    assert findings(run("--format", "csv"))["ns#PhoneCall"]["item"] == "none"

    judged(copy, "ns#PhoneCall,Q52943,rejected", "ns#Letter,Q52943,rejected")
    row = findings(run("--format", "csv", folder=copy))["ns#PhoneCall"]
    assert (row["item"], row["qid"], row["remark"]) == ("candidate", "Q52943", "conversation")


def test_answers_are_kept(run: Run, wikidata: Wikidata, cache: Path) -> None:
    """A second run asks nothing and says of which day it tells; --refresh asks all again."""
    before = len(wikidata.asked)
    first = run("--format", "csv")
    asked = len(wikidata.since(before))
    again = run("--format", "csv")

    assert asked == 12
    assert len(wikidata.since(before)) == asked
    assert first.stdout == again.stdout
    assert "Some answers are of 20" in again.stderr
    run("--refresh")
    assert len(wikidata.since(before)) == 2 * asked
    assert all(agent.startswith("readouts/") for agent in wikidata.agents[before:])

    # What was kept badly is asked again, and what another endpoint said is not ours.
    broken = next(cache.glob("*.json"))
    broken.write_bytes(broken.read_bytes()[:-9])
    assert run("--format", "csv").stdout == first.stdout
    assert len(wikidata.since(before)) == 2 * asked + 1
    told = ["link", "--endpoint", f"{wikidata.url}/other", "--cache", str(cache)]
    CliRunner().invoke(main, told)
    assert len(wikidata.since(before)) == 3 * asked + 1


def test_a_busy_endpoint_is_asked_again(run: Run, wikidata: Wikidata) -> None:
    """Whoever is told to come again does, and the report is whole."""
    before, wikidata.busy = len(wikidata.asked), 2
    result = run("--format", "csv")

    assert (result.exit_code, wikidata.busy) == (0, 0)
    assert len(wikidata.since(before)) == 14


def test_many_items_are_asked_in_batches(
    publication: Folder,
    embedded: Embedded,
    wikidata: Wikidata,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """No request names more items than a batch has, and the findings are the same."""
    held = link.read(authority.read(publication.authority), embedded, BASE)
    whole = link.compare(held, Service(wikidata.url, tmp_path / "whole"))
    monkeypatch.setattr("readouts.link.items.BATCH", 7)
    before = len(wikidata.asked)
    parts = link.compare(held, Service(wikidata.url, tmp_path / "parts"))
    batches = [
        text.partition("VALUES ?item {")[2].partition("}")[0].split()
        for text in wikidata.since(before)
        if "VALUES ?item {" in text
    ]

    assert parts == whole
    assert len(batches) > 30
    assert max(map(len, batches)) == 7


def test_without_an_endpoint_it_says_so(run: Run, tmp_path: Path) -> None:
    """Offline, or where no SPARQL is spoken, nothing is printed and the exit code is 2."""
    result = run("--endpoint", "http://127.0.0.1:9/sparql")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "http://127.0.0.1:9/sparql cannot be asked" in result.stderr

    occupied = tmp_path / "occupied"
    occupied.write_text("", encoding="utf-8")
    result = run("--cache", str(occupied / "cache"))
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be written: " in result.stderr
    assert "--cache" in result.stderr


def test_the_table_counts(run: Run) -> None:
    """The table for people has a line for each thing and ends with the counts."""
    lines = run().stdout.splitlines()

    assert lines[-1] == (
        "67 links, 0 of them to look at; 6 things without a link, 1 candidates for them"
    )
    assert sum("│ found " in line for line in lines) == 67


@pytest.mark.parametrize(
    ("start", "end", "day", "wanted"),
    [
        ("2018-05-10", "2020-03-01", "2020-02-13", True),
        ("2020-02-13", "2020-02-13", "2020-02-13", True),
        ("2018-05-10", "2020-02-12", "2020-02-13", False),
        ("2020-02-14", "", "2020-02-13", False),
        ("2015", "", "2020-02-13", True),
        ("2020", "", "2020-02-13", True),
        ("2021", "", "2020-02-13", False),
        ("2018", "2020", "2020-02-13", True),
        ("2018", "2020-01", "2020-02-13", False),
        ("", "", "2020-02-13", False),
    ],
)
def test_a_position_covers_a_day_as_far_as_it_is_known(
    start: str, end: str, day: str, wanted: bool
) -> None:
    """First and last day count; a year or month that holds the day does not contradict it."""
    assert Position("Q1", start, end).covers(day) is wanted


def test_only_what_was_compared_can_differ() -> None:
    """A thing without an item, and a cell that is empty, are nothing to look at."""
    assert not Finding("x", "Q1", "candidate").disagrees
    assert not Finding("x", "Q1", "found", "agrees", "agrees", "").disagrees
    assert Finding("x", "Q1", "found", "agrees", "agrees", "differs").disagrees
    assert Finding("x", "Q1", "merged").disagrees
