"""Citations of a statement: in plain words, for reference managers (CSL-JSON), and in BibTeX.

All of it comes from the data. The words are cited as the source has them, and the speaker is never
given as their author: the author of the record is the publication, which says who said what
according to the source.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

# What BibTeX reads as a command, and how it is written to be read as itself.
SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "#": r"\#",
    "$": r"\$",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation is made of: texts, and the range in code points, the end excluded.

    `note` says who said it to whom and when according to the source, in the language of the page.
    """

    iri: str
    label: str
    words: str
    note: str
    source: str
    begin: int
    end: int
    sha256: str
    publication: str
    version: str
    issued: str

    @property
    def place(self) -> str:
        """Where the words stand."""
        checksum = f", SHA-256 {self.sha256}" if self.sha256 else ""
        return f"{self.source}, #char={self.begin},{self.end}{checksum}"


def plain(cited: Cited) -> str:
    """The citation in words."""
    return (
        f"“{cited.words}” ({cited.note}) {cited.place}. "
        f"{cited.publication}, {cited.version} ({cited.issued}). {cited.iri}"
    )


def csl(cited: Cited) -> str:
    """The citation as CSL-JSON: a list of one item, as reference managers read it."""
    day = [int(part) for part in cited.issued.split("-") if part.isdecimal()]
    item: dict[str, object] = {
        "id": cited.iri,
        "type": "entry",
        "title": cited.label,
        "container-title": cited.publication,
        "version": cited.version,
        "abstract": cited.words,
        "note": f"{cited.note} {cited.place}",
        "URL": cited.iri,
    }
    if day:
        item["issued"] = {"date-parts": [day]}
    return json.dumps([item], ensure_ascii=False, indent=1)


def bibtex(cited: Cited) -> str:
    """The citation as an entry of BibTeX, whose special characters are written as themselves."""
    key = re.sub(r"[^A-Za-z0-9-]+", "-", cited.iri.partition("://")[2]).strip("-")
    fields = {
        "title": cited.label,
        "howpublished": cited.publication,
        "edition": cited.version,
        "year": cited.issued[:4],
        "note": f"“{cited.words}” {cited.note} {cited.place}",
    }
    lines = [f"  {name} = {{{_escaped(value)}}}," for name, value in fields.items() if value]
    # An address is read to the letter by \url and by the field of that name.
    lines.append(f"  url = {{{cited.iri}}}")
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(one, one) for one in " ".join(text.split()))
