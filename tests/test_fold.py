from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from readouts.fold import folded, spread


def test_what_people_write_differently_is_alike() -> None:
    """Case, accents, spaces, widths and kinds of dots do not tell two names apart."""
    assert folded("Sebastián  PIÑERA") == folded("sebastian pinera")
    assert folded("比尔\u22c5盖茨") == folded("比尔\u00b7盖茨") == folded("比尔 \u30fb 盖茨")
    assert folded("ＷＨＯ") == folded("who")
    assert folded("İ") == folded("i")


def test_what_is_another_word_stays_another() -> None:
    """Folding takes nothing away that tells words apart: marks of other scripts are letters."""
    assert folded("马克龙") != folded("马克")
    assert folded("が") != folded("か")
    assert folded("कि") != folded("क")


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    """A folded text is folded, and holds no white space."""
    once = folded(text)

    assert folded(once) == once
    assert not any(character.isspace() for character in once)


@given(st.text(), st.text())
def test_joining_and_folding_may_change_places(first: str, second: str) -> None:
    """A character folds as it does alone, so that a word is found wherever it stands."""
    assert folded(first) + folded(second) == folded(first + second)


@given(st.text(min_size=1), st.text(), st.text())
def test_a_place_is_where_the_word_stands(word: str, before: str, after: str) -> None:
    """Every place that is found holds the word, and a word that stands there is found."""
    text, wanted = before + word + after, folded(word)
    found = spread(text).find(wanted)

    assert bool(found) == bool(wanted)
    assert all(wanted in folded(text[begin:end]) for begin, end in found)


def test_places_are_counted_in_the_text_as_it_was() -> None:
    """A place counts the spaces and dots that comparing leaves out; places do not overlap."""
    assert spread("有信心 、有 信心").find("有信心") == ((0, 3), (5, 9))
    assert spread("aaa").find("aa") == ((0, 2),)
    assert spread("ﬁn").find("i") == ((0, 1),)
