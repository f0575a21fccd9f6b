"""Reading the page: what it says, to the letter, and every trap in it."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from readouts.authority import Authority
from readouts.extract import account, extract
from readouts.extract.lexicon import compile_words
from readouts.extract.phrase import Unread, parse
from readouts.model import Exchange, Reading, Span
from readouts.source import Page


def exchange(reading: Reading, slug: str) -> Exchange:
    return next(one for one in reading.exchanges if one.slug == slug)


# --- the whole ---------------------------------------------------------------------------


def test_nothing_is_left_unread(reading: Reading) -> None:
    """The page is read without a fault."""
    assert reading.faults == ()


def test_leaves_tile_the_page(reading: Reading, page: Page) -> None:
    """Every character belongs to exactly one leaf: joined, the leaves are the page."""
    leaves = [passage for passage in reading.passages if passage.leaf]

    assert page.text == "".join(leaf.text for leaf in leaves)
    assert [0, *(leaf.span.end for leaf in leaves[:-1])] == [leaf.span.begin for leaf in leaves]


def test_every_passage_is_a_slice_of_the_page(reading: Reading, page: Page) -> None:
    """The text of a passage is the text of the page between its offsets."""
    assert all(page.text[one.span.begin : one.span.end] == one.text for one in reading.passages)


def test_every_passage_lies_in_its_container(reading: Reading) -> None:
    """A part lies inside its whole."""
    inside = [one for one in reading.passages if one.within]

    assert len(inside) > 300
    assert all(
        one.within.begin <= one.span.begin and one.span.end <= one.within.end
        for one in inside
        if one.within
    )


def test_the_totals_are_those_of_the_page(reading: Reading) -> None:
    """21 exchanges are 16, 2, 1, 1 and 1 of the five kinds; 25 statements are 8, 8 and 9."""
    assert Counter(one.kind for one in reading.exchanges) == {
        "PhoneCall": 16,
        "Meeting": 2,
        "Talks": 1,
        "Letter": 1,
        "ReplyLetter": 1,
    }
    assert Counter(one.theme for one in reading.statements) == {
        "china-approach": 8,
        "china-confidence": 8,
        "china-responsibility": 9,
    }


def test_phrases_are_the_page_to_the_letter(reading: Reading, page: Page) -> None:
    """The 21 phrases stand on the page where their offsets say, each a line of its own."""
    lines = {line.text for line in page.lines}

    assert len(reading.exchanges) == 21
    for one in reading.exchanges:
        assert page.text[one.phrase.begin : one.phrase.end] == one.text
        assert one.text in lines


def test_statements_are_the_page_to_the_letter(reading: Reading, page: Page) -> None:
    """The 25 quotations stand on the page where their offsets say, stray spaces included."""
    assert len(reading.statements) == 25
    for one in reading.statements:
        assert page.text[one.quote.begin : one.quote.end] == one.text
        assert f"{one.number}.{one.text}" in page.text
    assert sum(" " in one.text for one in reading.statements) == 9


def test_phrases_are_written_again_from_their_fields(reading: Reading, tables: Authority) -> None:
    """Each phrase follows from class, role, marker, designation and name: nothing was lost."""
    frames = {row["value"]: row["printed"] for row in tables["words"] if row["kind"] == "verb"}
    for one in reading.exchanges:
        other = one.counterpart
        before, after = frames[one.kind].split("…")
        asked = "应约" if "requester" in other.roles else ""
        marker = "时任" if other.marker == "then" else ""
        name = tables.row(other.person)["printed"]

        assert one.text == f"{asked}{before}{marker}{other.designation}{name}{after}"


def test_attributions_are_written_again_from_their_fields(reading: Reading, page: Page) -> None:
    """Each attribution line follows from the day and the phrase of its exchange."""
    for one in reading.statements:
        said = exchange(reading, one.exchange)
        line = page.text[one.attribution.begin : one.attribution.end]

        assert f"({said.day.month}月{said.day.day}日,习近平{said.text}。)" == line


# --- the traps -----------------------------------------------------------------------------------


def test_tong_shiren_is_with_and_then(reading: Reading) -> None:
    """应约同时任马来西亚总理 is 同 and 时任: the call is with the then Prime Minister."""
    call = exchange(reading, "2020-02-13-call-mahathir-mohamad")
    words = [
        one
        for one in reading.passages
        if one.leaf and call.phrase.begin <= one.span.begin < call.phrase.end
    ]

    assert [one.text for one in words] == [
        "应约",
        "同",
        "时任",
        "马来西亚",
        "总理",
        "马哈蒂尔",
        "通电话",
    ]
    assert Span(476, 494) == call.phrase
    assert (call.counterpart.marker, call.counterpart.designation) == ("then", "马来西亚总理")
    assert call.counterpart.roles == ("counterpart", "requester")


def test_five_verb_frames_give_five_kinds(reading: Reading) -> None:
    """会见X, 同X会谈, 应约同X通电话, 致函X and 给X回信 are five kinds of exchange."""
    kinds = {one.kind: one.text for one in reading.exchanges}

    assert len(kinds) == 5
    assert kinds["Meeting"].startswith("会见")
    assert kinds["Talks"].endswith("会谈")
    assert kinds["PhoneCall"].endswith("通电话")
    assert kinds["Letter"].startswith("致函")
    assert kinds["ReplyLetter"].startswith("给") and kinds["ReplyLetter"].endswith("回信")


def test_the_chair_is_the_country_not_the_man(reading: Reading) -> None:
    """中非合作论坛非方共同主席国 is said of Senegal; its president represents Senegal."""
    letter = exchange(reading, "2020-02-02-letter-macky-sall")

    assert letter.counterpart.representing == "country/senegal"
    assert letter.counterpart.office == "office/president-of-senegal"
    (membership,) = letter.memberships
    assert (
        membership.member,
        membership.organisation,
        membership.printed,
    ) == (
        "country/senegal",
        "organisation/forum-on-china-africa-cooperation",
        "非方共同主席国",
    )


def test_the_crown_prince_is_of_an_emirate(reading: Reading, tables: Authority) -> None:
    """阿联酋阿布扎比王储 is an office of Abu Dhabi; its holder represents the federation."""
    call = exchange(reading, "2020-02-25-call-mohammed-bin-zayed-al-nahyan")

    assert call.counterpart.office == "office/crown-prince-of-abu-dhabi"
    assert tables.row(call.counterpart.office)["jurisdiction"] == "place/abu-dhabi"
    assert call.counterpart.representing == "country/united-arab-emirates"


def test_a_foundation_is_represented_not_a_country(reading: Reading) -> None:
    """美国盖茨基金会联席主席 represents the foundation, though a country is printed before it."""
    reply = exchange(reading, "2020-02-20-reply-bill-gates")

    assert reply.counterpart.representing == "organisation/gates-foundation"
    assert reply.counterpart.designation == "美国盖茨基金会联席主席"


def test_one_title_is_two_offices(reading: Reading) -> None:
    """国家主席 of Cuba is Cuba's office; 习近平主席 is China's."""
    call = exchange(reading, "2020-02-28-call-miguel-diaz-canel")

    assert call.counterpart.office == "office/president-of-cuba"
    assert (
        call.principal.designation,
        call.principal.office,
    ) == ("主席", "office/president-of-china")


def test_only_calls_were_requested(reading: Reading) -> None:
    """应约 stands at 16 of 16 calls and nowhere else; where it is absent nothing is inferred."""
    requested = {one.kind for one in reading.exchanges if "requester" in one.counterpart.roles}

    assert {"PhoneCall"} == requested
    assert sum("requester" in one.counterpart.roles for one in reading.exchanges) == 16
    assert not any("requester" in one.principal.roles for one in reading.exchanges)


def test_name_dots_stay_as_printed(reading: Reading, tables: Authority) -> None:
    """The page prints U+22C5 in two names: passages keep it, labels have U+00B7."""
    names = {one.text for one in reading.passages if one.kind == "name" and "\u22c5" in one.text}

    assert {"伊姆兰\u22c5汗", "比尔\u22c5盖茨"} == names
    assert tables.row("person/bill-gates")["zh"] == "比尔\u00b7盖茨"


def test_names_are_not_cut_short(reading: Reading) -> None:
    """萨勒 is no part of 萨勒曼, 阿比 no part of 阿布扎比, and 在 is no place word in 文在寅."""
    people = Counter(one.counterpart.person for one in reading.exchanges)

    assert len(people) == 20
    assert people.most_common(1) == [("person/emmanuel-macron", 2)]
    assert {"person/macky-sall", "person/salman-bin-abdulaziz-al-saud", "person/moon-jae-in"} < set(
        people
    )


def test_the_list_is_followed_where_the_lead_differs(reading: Reading) -> None:
    """The lead says 会见 of Mongolia's President, the list 会谈: it is talks, and both are kept."""
    talks = exchange(reading, "2020-02-27-talks-khaltmaagiin-battulga")

    assert talks.kind == "Talks"
    assert Span(0, 104) in talks.reported


def test_places_have_passages_that_name_them(reading: Reading) -> None:
    """The lead gives Beijing for three visits, the caption the Great Hall for one."""
    places = {one.slug: one.places for one in reading.exchanges if one.places}

    assert {
        "2020-01-28-meeting-tedros-adhanom-ghebreyesus": {
            "place/beijing",
            "place/great-hall-of-the-people",
        },
        "2020-02-05-meeting-hun-sen": {"place/beijing"},
        "2020-02-27-talks-khaltmaagiin-battulga": {"place/beijing"},
    } == {slug: set(named) for slug, named in places.items()}
    located = {one.span: one.names for one in reading.passages if one.kind == "place"}
    assert {
        Span(13, 15): "place/beijing",
        Span(1731, 1733): "place/beijing",
        Span(1733, 1738): "place/great-hall-of-the-people",
    } == located


def test_guests_are_visitors(reading: Reading) -> None:
    """外宾 makes visitors of the three who were met, and of nobody else."""
    visitors = {one.kind for one in reading.exchanges if "visitor" in one.counterpart.roles}

    assert {"Meeting", "Talks"} == visitors
    assert sum("visitor" in one.counterpart.roles for one in reading.exchanges) == 3


def test_the_caption_belongs_to_no_section(reading: Reading) -> None:
    """The caption between two sections is part of neither."""
    (caption,) = [one for one in reading.passages if one.kind == "caption"]
    sections = [one for one in reading.passages if one.kind == "section"]

    assert caption.within is None
    assert len(sections) == 3
    assert all(
        caption.span.end <= one.span.begin or one.span.end <= caption.span.begin for one in sections
    )


def test_the_year_comes_from_the_list(reading: Reading) -> None:
    """Attributions print no year; each resolves to one exchange of 2020 by day and phrase."""
    days = {exchange(reading, one.exchange).day for one in reading.statements}

    assert (date(2020, 1, 28), date(2020, 3, 12)) == (min(days), max(days))


def test_only_the_letter_is_signed_text(reading: Reading) -> None:
    """Readouts are summaries in the first person; only the reply to Bill Gates is a letter's."""
    assert [one.slug for one in reading.statements if one.mode == "letter-text"] == [
        "china-responsibility-04"
    ]


def test_repeated_numbering_is_kept_apart(reading: Reading) -> None:
    """Numbers begin again under each heading, and a slug is never minted twice."""
    assert sum(one.number == 1 for one in reading.statements) == 3
    assert sum(one.number == 1 for one in reading.exchanges) == 2
    slugs = [one.slug for one in (*reading.exchanges, *reading.statements)]
    assert len(slugs) == len(set(slugs))


# --- what is not known -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrase", "words"),
    [
        ("会见柬埔寨首相洪深", "“洪深” is not a person known here.*people.csv"),
        ("会见柬埔寨大相洪森", "“大相” is not a title known here.*offices.csv"),
        ("会见老挝首相洪森", "“老挝” is not a country, organisation or place known here"),
        ("会晤柬埔寨首相洪森", "“会晤” is not a word known here"),
        ("同柬埔寨首相洪森", "“同…” is no verb known here.*words.csv"),
        ("会见柬埔寨总统洪森", "柬埔寨 has no office known as 总统.*offices.csv"),
        ("会见洪森柬埔寨首相", "every word is known, but not in this order"),
        ("应约同美国阿布扎比王储穆罕默德通电话", "lies in country/united-arab-emirates"),
    ],
)
def test_an_unknown_phrase_says_what_to_add(tables: Authority, phrase: str, words: str) -> None:
    """A phrase that is not understood names the word and the table where it belongs."""
    with pytest.raises(Unread, match=words):
        parse(phrase, 0, compile_words(tables, "2020-03-16-xwlb"), tables)


def test_a_second_exchange_of_a_day_gets_a_slug_of_its_own(tables: Authority, page: Page) -> None:
    """Two calls with the same person on one day are two exchanges, the second with -2."""
    text = page.text.replace(
        "2020-02-06\n应约同沙特国王萨勒曼通电话", "2020-02-07\n应约同美国总统特朗普通电话"
    )
    reading = extract(Page("page.txt", text, ""), "2020-03-16-xwlb", tables, {})

    slugs = [one.slug for one in reading.exchanges if one.day == date(2020, 2, 7)]
    assert slugs == ["2020-02-07-call-donald-trump", "2020-02-07-call-donald-trump-2"]


def test_all_faults_are_told_at_once(tables: Authority, page: Page) -> None:
    """Reading does not stop at the first unknown word: a curator sees them all."""
    text = page.text.replace("首相洪森", "首相洪深").replace("总统文在寅", "总统文再寅")
    reading = extract(Page("page.txt", text, ""), "2020-03-16-xwlb", tables, {})

    told = "\n".join(reading.faults)
    assert "line 10: “洪深”" in told
    assert "line 50: “文再寅”" in told


def test_the_account_tells_what_was_read_and_what_was_kept(page: Page, reading: Reading) -> None:
    """The account of a page counts exchanges, statements, narrative and characters."""
    told = account(page, reading)

    assert "21 exchanges" in told
    assert "25 statements" in told
    assert "kept and not interpreted" in told
    assert "3470 of 3470 characters" in told
