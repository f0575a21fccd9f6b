from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from readouts import authority
from readouts.authority import COLUMNS, Authority
from readouts.fault import Fault
from readouts.folder import Folder


def test_every_table_is_in_its_canonical_form(publication: Folder) -> None:
    """Every CSV file is what a CSV writer would write of it, so that differences are of content."""
    paths = sorted(publication.authority.glob("*.csv"))

    assert set(COLUMNS) == {path.stem for path in paths}
    for path in paths:
        text = path.read_bytes().decode()
        wanted = authority.canonical(path)
        assert wanted == text, "".join(
            difflib.unified_diff(
                text.splitlines(keepends=True), wanted.splitlines(keepends=True), str(path)
            )
        )


def test_rows_of_tables_with_slugs_are_in_order(tables: Authority) -> None:
    """Rows stand in the order of their slugs, so that two people adding rows do not collide."""
    for name, rows in tables.tables.items():
        if "slug" in COLUMNS[name] and name != "translations":
            slugs = [row["slug"] for row in rows]
            assert sorted(slugs) == slugs, name


def test_every_confirmed_link_has_evidence_and_a_date(tables: Authority) -> None:
    """No QID is confirmed or rejected without what the judgement rests on and its day."""
    judged = [row for row in tables["wikidata"] if row["judgement"] != "unconfirmed"]

    assert len(judged) > 60
    assert all(row["qid"].startswith("Q") and row["evidence"] and row["date"] for row in judged)


def test_nothing_is_linked_to_a_rejected_item(tables: Authority) -> None:
    """A QID rejected for a thing is not confirmed for that thing."""
    pairs = {
        judgement: {
            (row["thing"], row["qid"])
            for row in tables["wikidata"]
            if row["judgement"] == judgement
        }
        for judgement in ("confirmed", "rejected")
    }

    assert pairs["rejected"]
    assert not pairs["confirmed"] & pairs["rejected"]


def test_everything_has_a_judgement(tables: Authority) -> None:
    """Every person, office, country, organisation, place and topic has been looked up."""
    judged = {row["thing"] for row in tables["wikidata"]}
    things = {key for key in tables.keys() if not key.startswith("theme/")}  # noqa: SIM118

    assert len(things) > 60
    assert not things - judged


def test_the_unconfirmed_are_listed_for_the_reader(tables: Authority, publication: Folder) -> None:
    """data/README.md lists exactly the things that stay unlinked."""
    text = (publication.root / "data/README.md").read_text(encoding="utf-8")
    section = text.split("## What could not be confirmed")[1]
    listed = {line.split("`")[1] for line in section.splitlines() if line.startswith("- `")}

    assert listed == {
        row["thing"] for row in tables["wikidata"] if row["judgement"] == "unconfirmed"
    }


@pytest.mark.parametrize(
    ("table", "old", "new", "words"),
    [
        ("people", "hun-sen,", "Hun Sen,", "line 9: 'Hun Sen' is not a slug"),
        ("people", "imran-khan,", "hun-sen,", "line 10: hun-sen stands already on line 9"),
        ("tenures", "hun-sen-1998,hun-sen", "hun-sen-1998,hun-san", "person names hun-san"),
        ("tenures", ",prime-minister-of-cambodia,", ",prime-minister,", "office names prime"),
        ("offices", "country/cuba", "country/cuber", "jurisdiction names country/cuber"),
        ("places", ",place/beijing", ",place/peking", "within names place/peking"),
        ("words", "应约,request", "应约,demand", "kind is 'demand'"),
        ("words", ",in-person,meets", ",face-to-face,meets", "manner is 'face-to-face'"),
        ("wikidata", "person/hun-sen,Q57788,confirmed", "person/hun-sen,Q57788,sure", "'sure'"),
        (
            "wikidata",
            "person/hun-sen,Q57788",
            "person/hun-san,Q57788",
            "thing names person/hun-san",
        ),
        ("countries", "slug,zh,en", "slug,en,zh", "line 1: the columns are"),
        ("countries", ",KH,KHM,116", ",KH,KHM", "line 2: 6 cells"),
    ],
)
def test_a_row_at_fault_is_named(copy: Path, table: str, old: str, new: str, words: str) -> None:
    """A wrong cell stops the reading with the file, the line and what is wrong."""
    path = copy / f"data/authority/{table}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(Fault) as caught:
        authority.read(path.parent)

    assert f"{table}.csv" in str(caught.value)
    assert words in str(caught.value)
