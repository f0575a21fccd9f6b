from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from conftest import BASE
from readouts import authority
from readouts.authority import COLUMNS, Authority
from readouts.fault import Fault
from readouts.folder import Folder
from readouts.vocab import PREFIXES, Mint

WIKIDATA = PREFIXES["wd"]


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
    assert all(row["evidence"] and row["date"] for row in judged)


def test_no_item_reaches_the_release_but_as_confirmed(
    tables: Authority, publication: Folder
) -> None:
    """Every Wikidata item in the release is one that was confirmed for that very thing."""
    confirmed, refused = (
        {
            (Mint(BASE).thing(row["thing"]).value, row["qid"])
            for row in tables["wikidata"]
            if (row["judgement"] == "confirmed") is wanted
        }
        for wanted in (True, False)
    )
    quads = parse(path=publication.release / "readouts.nq", format=RdfFormat.N_QUADS)
    released = {
        (quad.subject.value, quad.object.value.removeprefix(WIKIDATA))
        for quad in quads
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(f"{WIKIDATA}Q")
    }

    assert len(refused) > 20
    assert len(released) > 60
    assert released == confirmed
    assert not released & refused


def test_links_are_the_canonical_ones(publication: Folder) -> None:
    """An item is named by its own IRI, with http and /entity/, and never as a page about it."""
    text = (publication.release / "readouts.nq").read_text(encoding="utf-8")
    nodes = re.findall(r"<(https?://(?:www\.|m\.)?wikidata\.org/[^>]*)>", text)

    assert len(nodes) > 60
    assert all(re.fullmatch(r"http://www\.wikidata\.org/entity/[QP][0-9]+", node) for node in nodes)


def test_judgements_are_in_order(tables: Authority) -> None:
    """The judgements of a thing stand together, in the order of the items."""
    judged = [(row["thing"], row["qid"]) for row in tables["wikidata"]]

    assert len(judged) > 90
    assert sorted(judged) == judged


def test_everything_has_a_judgement(tables: Authority) -> None:
    """Every person, office, country, organisation, place and topic has been looked up."""
    judged = {row["thing"] for row in tables["wikidata"]}
    things = {key for key in tables.keys() if not key.startswith("theme/")}  # noqa: SIM118

    assert len(things) > 60
    assert not things - judged
    verbs = {f"ns#{row['value']}" for row in tables["words"] if row["kind"] == "verb"}
    assert len(verbs) == 5
    assert not verbs - judged


def test_every_kind_of_thing_has_its_kind_of_item(tables: Authority) -> None:
    """For each kind of thing it is known, with evidence, what its item must be an instance of."""
    kinds = {row["thing"].split("/")[0] for row in tables["wikidata"] if "/" in row["thing"]}

    assert len(kinds) == 6
    assert {row["kind"] for row in tables["kinds"]} == kinds
    assert all(row["evidence"].startswith(f"{row['qid']}: ") for row in tables["kinds"])


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
        ("wikidata", "country/cuba,Q241,", "country/cuba,241,", "qid is '241'"),
        ("wikidata", "ns#PhoneCall,,unc", "ns#PhoneCall,Q2,unc", "it must be empty"),
        (
            "wikidata",
            "person/hun-sen,Q57641,rejected",
            "person/hun-sen,Q57641,confirmed",
            "person/hun-sen was judged already on line",
        ),
        (
            "wikidata",
            "person/hun-sen,Q57641,rejected",
            "person/hun-sen,Q57788,rejected",
            "person/hun-sen was judged already on line",
        ),
        ("kinds", "person,Q5", "human,Q5", "kind is 'human'"),
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
