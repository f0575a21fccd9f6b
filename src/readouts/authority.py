"""What was decided: the tables of data/authority/, and the words of a page that they explain.

Every table is a CSV file in one canonical form (UTF-8, line feeds, minimal
quoting). A cell that names things by key, or a column that lists printed forms,
separates them with `|`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from readouts.fault import Fault, Misuse

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "countries": ("slug", "zh", "en", "printed", "iso2", "iso3", "m49"),
    "kinds": ("kind", "qid", "label", "source", "evidence", "date"),
    "notes": ("thing", "note"),
    "offices": ("slug", "zh", "en", "printed", "jurisdiction"),
    "organisations": ("slug", "zh", "en", "printed", "isni", "ror", "plover"),
    "people": ("slug", "zh", "en", "printed"),
    "places": ("slug", "zh", "en", "printed", "country", "within"),
    "reports": ("exchange", "number", "url", "place", "what"),
    "tenures": ("slug", "person", "office", "start", "end", "sources", "evidence", "note"),
    "themes": ("slug", "text", "heading", "zh", "en"),
    "topics": ("slug", "zh", "en", "plover"),
    "translations": ("text", "line", "slug", "zh", "en", "translator", "status", "date"),
    "wikidata": ("thing", "qid", "judgement", "label", "source", "evidence", "date"),
    "words": ("printed", "kind", "value", "short", "manner", "en"),
}
CLASSES: Mapping[str, str] = {
    "people": "person",
    "offices": "office",
    "countries": "country",
    "organisations": "organisation",
    "places": "place",
    "themes": "theme",
    "topics": "topic",
}
WORD_KINDS = frozenset({"request", "marker", "verb", "chair", "at", "guest", "list", "timeline"})
MANNERS = frozenset({"", "in-person", "phone", "letter"})
JUDGEMENTS = frozenset({"confirmed", "rejected", "unconfirmed"})
QID = re.compile(r"Q[1-9][0-9]*")
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

# The key under which a row carries the number of its line in the file.
LINE = "#"

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Word:
    """A printed form, what kind of word it is, and the key or value it stands for."""

    printed: str
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Authority:
    """The tables, by name; each a mapping from slug (or row number) to row, in file order."""

    tables: Mapping[str, tuple[Row, ...]]

    def __getitem__(self, table: str) -> tuple[Row, ...]:
        return self.tables[table]

    def row(self, key: str) -> Row:
        """The row of a key such as `country/france`. Raises KeyError when there is none."""
        name, slug = key.split("/", 1)
        table = next(table for table, known in CLASSES.items() if known == name)
        return next(row for row in self.tables[table] if row["slug"] == slug)

    def verbs(self) -> Mapping[str, Row]:
        """Class of exchange → the row of words.csv that gives its verb."""
        return {row["value"]: row for row in self.tables["words"] if row["kind"] == "verb"}

    def words(self) -> Iterator[Word]:
        """Every printed form that the tables explain, offices excepted: see `offices`."""
        for table, kind in (
            ("countries", "country"),
            ("organisations", "organisation"),
            ("places", "place"),
            ("people", "name"),
        ):
            for row in self.tables[table]:
                for printed in row["printed"].split("|"):
                    yield Word(printed, kind, f"{CLASSES[table]}/{row['slug']}")
        for row in self.tables["words"]:
            yield Word(row["printed"], row["kind"], row["value"])
        for title in {row["printed"] for row in self.tables["offices"]}:
            yield Word(title, "title", title)

    def offices(self) -> Mapping[tuple[str, str], str]:
        """(jurisdiction, printed title) → key of the office."""
        return {
            (row["jurisdiction"], row["printed"]): f"office/{row['slug']}"
            for row in self.tables["offices"]
        }

    def keys(self) -> set[str]:
        """The keys of everything that has a row of its own."""
        return {
            f"{kind}/{row['slug']}" for table, kind in CLASSES.items() for row in self.tables[table]
        }


def read(directory: Path) -> Authority:
    """All tables of a folder. Raises Misuse if a file is unreadable, Fault if a row is wrong."""
    authority = Authority({name: tuple(_rows(directory / f"{name}.csv", name)) for name in COLUMNS})
    faults = [
        *_duplicates(directory, authority),
        *_references(directory, authority),
        *_judgements(directory / "wikidata.csv", authority),
    ]
    if faults:
        raise Fault(*faults)
    return authority


def canonical(path: Path) -> str:
    """The canonical form of a CSV file: what it must hold to the byte."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _rows(path: Path, name: str) -> Iterator[Row]:
    try:
        file = path.open(encoding="utf-8", newline="")
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}.") from None
    with file:
        reader = csv.reader(file, strict=True)
        try:
            header = tuple(next(reader, ()))
            if header != COLUMNS[name]:
                raise Fault(
                    f"{path}, line 1: the columns are {','.join(header)}. "
                    f"They must be {','.join(COLUMNS[name])}."
                )
            for cells in reader:
                if len(cells) != len(header):
                    raise Fault(
                        f"{path}, line {reader.line_num}: {len(cells)} cells. "
                        f"A row has {len(header)}: {','.join(header)}."
                    )
                yield {**dict(zip(header, cells, strict=True)), LINE: str(reader.line_num)}
        except (csv.Error, UnicodeDecodeError) as error:
            raise Fault(
                f"{path}, line {reader.line_num + 1}: {error}. Save it as UTF-8 CSV."
            ) from None


def _duplicates(directory: Path, authority: Authority) -> Iterator[str]:
    for name, rows in authority.tables.items():
        seen: dict[str, str] = {}
        for row in rows:
            slug = row.get("slug")
            if slug is None:
                continue
            where = f"{directory / name}.csv, line {row[LINE]}"
            if not SLUG.fullmatch(slug):
                yield f"{where}: {slug!r} is not a slug. Use a-z, 0-9 and single hyphens."
            if slug in seen:
                yield f"{where}: {slug} stands already on line {seen[slug]}. A slug is minted once."
            seen[slug] = row[LINE]


def _references(directory: Path, authority: Authority) -> Iterator[str]:
    """Cells that name a row of another table, or a value of a closed list, must find it."""
    keys = authority.keys()

    def known(table: str, column: str, prefix: str = "") -> Iterator[str]:
        for row in authority[table]:
            key = prefix + row[column]
            if row[column] and key not in keys and not key.startswith("ns#"):
                yield (
                    f"{directory / table}.csv, line {row[LINE]}: {column} names {row[column]}, "
                    "which no table has. Add its row, or correct the name."
                )

    def allowed(table: str, column: str, values: frozenset[str]) -> Iterator[str]:
        for row in authority[table]:
            if row[column] not in values:
                yield (
                    f"{directory / table}.csv, line {row[LINE]}: {column} is {row[column]!r}. "
                    f"It must be one of {', '.join(sorted(values))}."
                )

    yield from known("offices", "jurisdiction")
    yield from known("places", "country")
    yield from known("places", "within")
    yield from known("tenures", "person", "person/")
    yield from known("tenures", "office", "office/")
    yield from known("wikidata", "thing")
    yield from allowed("words", "kind", WORD_KINDS)
    yield from allowed("words", "manner", MANNERS)
    yield from allowed("wikidata", "judgement", JUDGEMENTS)
    yield from allowed("kinds", "kind", frozenset(CLASSES.values()))


def _judgements(path: Path, authority: Authority) -> Iterator[str]:
    """A thing has one confirmed item or none, and no item is judged twice for it."""
    seen: dict[tuple[str, str], str] = {}
    for row in authority["wikidata"]:
        where = f"{path}, line {row[LINE]}"
        has_item = row["judgement"] != "unconfirmed"
        if not (QID.fullmatch(row["qid"]) if has_item else row["qid"] == ""):
            told = "it must be an identifier such as Q148" if has_item else "it must be empty"
            yield f"{where}: qid is {row['qid']!r}, and the row says {row['judgement']}: {told}."
        # What is confirmed and what is unconfirmed exclude each other, and themselves.
        about = row["qid"] if row["judgement"] == "rejected" else "confirmed or unconfirmed"
        for key in {(row["thing"], about), (row["thing"], row["qid"])}:
            if key in seen:
                yield (
                    f"{where}: {row['thing']} was judged already on line {seen[key]}. "
                    "Keep the judgement that holds, and the items that were rejected."
                )
            seen[key] = row[LINE]
