"""Citations of a statement: what they hold, and that no value breaks their syntax."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readouts.render import citation
from readouts.render.citation import Cited

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)


def made(words="有信心。", label="China's confidence 1", note="Attributed by the source."):
    """A citation with the given texts."""
    return Cited(
        "https://w3id.org/readouts/statement/china-confidence-01",
        label,
        words,
        note,
        "The page",
        7,
        11,
        "ab" * 32,
        "Readouts",
        "Version 1",
        "2026-11-23",
    )


@pytest.mark.parametrize("write", [citation.plain, citation.csl, citation.bibtex])
def test_a_citation_holds_words_place_and_checksum(write):
    """Every form gives the words, who attributes them, the range, the checksum and the IRI."""
    text = write(made())

    for part in (
        "有信心。",
        "Attributed by the source.",
        "char=7,11",
        "ab" * 32,
        "china-confidence-01",
    ):
        assert part in text.replace("\\#", "#")


@given(TEXT, TEXT)
def test_csl_json_gives_back_what_was_cited(words, label):
    """CSL-JSON is one item, and its texts are those that were cited."""
    (item,) = json.loads(citation.csl(made(words, label)))

    assert (item["abstract"], item["title"]) == (words, label)
    assert item["issued"] == {"date-parts": [[2026, 11, 23]]}


@given(TEXT)
def test_no_words_break_an_entry_of_bibtex(words):
    """Braces of an entry are balanced whatever is cited, and nothing begins a comment."""
    entry = citation.bibtex(made(words))
    bare = re.sub(r"\\[{}%&#$_]", "", entry)

    assert bare.count("{") == bare.count("}")
    assert "%" not in bare
    assert entry.startswith("@misc{w3id-org-readouts-statement-china-confidence-01,\n")
    assert entry.endswith("\n}")


def test_the_speaker_is_not_the_author():
    """Nobody is given as the author of words that a source attributes to him."""
    (item,) = json.loads(citation.csl(made()))

    assert "author" not in item
    assert "author" not in citation.bibtex(made())
