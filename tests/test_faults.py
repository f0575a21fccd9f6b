"""Errors sown into the release, each a small edit of its quads, and what must find them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import pyoxigraph as ox
import pytest

from conftest import BASE, ROOT, TEXT
from readouts.folder import Folder
from readouts.validate import validate
from readouts.vocab import PREFIXES, chinese, day, english, integer

Quads = list[ox.Quad]
Edit = Callable[[Quads], Quads]
Value = str | ox.Literal | ox.BlankNode

FOLDER = Folder(ROOT)
SHAPES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.shapes()}
CHECKS = {path.stem: path.read_text(encoding="utf-8") for path in FOLDER.checks()}

MAHATHIR = "exchange/2020-02-13-call-mahathir-mohamad"
MAHATHIR_SIDE = f"{MAHATHIR}/mahathir-mohamad"
JANUARY = "exchange/2020-01-22-call-emmanuel-macron"
FEBRUARY = "exchange/2020-02-18-call-emmanuel-macron"
JOHNSON = "exchange/2020-02-18-call-boris-johnson"
TEDROS = "exchange/2020-01-28-meeting-tedros-adhanom-ghebreyesus"
HUN_SEN = "exchange/2020-02-05-meeting-hun-sen"
TALKS = "exchange/2020-02-27-talks-khaltmaagiin-battulga"
LETTER = "exchange/2020-02-02-letter-macky-sall"
REPLY = "exchange/2020-02-20-reply-bill-gates"
FOURTH = "statement/china-approach-04"
FIFTH = "statement/china-approach-05"
SIXTH = "statement/china-approach-06"
XI = "person/xi-jinping"
TERM = re.compile(r"([a-z]+):([A-Za-z0-9-]+)")


def term(name: Value) -> ox.NamedNode | ox.Literal | ox.BlankNode:
    """A term: `dro:Letter`, or `person/hun-sen` under the base."""
    if not isinstance(name, str):
        return name
    prefixed = TERM.fullmatch(name)
    if prefixed:
        return ox.NamedNode(PREFIXES[prefixed[1]] + prefixed[2])
    return ox.NamedNode(name if name.startswith("http") else BASE + name)


def span(begin: int, end: int) -> str:
    return f"text/{TEXT}#char={begin},{end}"


def matching(quads: Quads, subject: str, predicate: str, value: Value | None) -> Quads:
    """The quads of that subject and predicate, and of that value if one is named."""
    pair = (term(subject), term(predicate))
    found = [quad for quad in quads if (quad.subject, quad.predicate) == pair]
    found = [quad for quad in found if value is None or quad.object == term(value)]
    assert found, (subject, predicate, value)
    return found


def change(subject: str, predicate: str, how: Callable[[str], Value], old: Value | None) -> Edit:
    """Give another value, made from the one there is."""

    def edit(quads: Quads) -> Quads:
        (one,) = matching(quads, subject, predicate, old)
        value = term(how(one.object.value))
        assert value != one.object
        other = ox.Quad(one.subject, one.predicate, value, one.graph_name)
        return [other if quad == one else quad for quad in quads]

    return edit


def replace(subject: str, predicate: str, value: Value, old: Value | None = None) -> Edit:
    """Give another value to the one there is."""
    return change(subject, predicate, lambda _: value, old)


def remove(subject: str, predicate: str, value: Value | None = None) -> Edit:
    """Take away a value, or all there are."""

    def edit(quads: Quads) -> Quads:
        gone = set(matching(quads, subject, predicate, value))
        return [quad for quad in quads if quad not in gone]

    return edit


def add(subject: str, predicate: str, value: Value) -> Edit:
    """Add a value, in a graph that holds the subject."""

    def edit(quads: Quads) -> Quads:
        known = [quad for quad in quads if quad.subject == term(subject)]
        place = (known or quads)[0].graph_name
        return [*quads, ox.Quad(term(subject), term(predicate), term(value), place)]

    return edit


def drop(name: str) -> Edit:
    """Take away a thing: all that is said of it, and all that names it."""

    def edit(quads: Quads) -> Quads:
        left = [quad for quad in quads if term(name) not in (quad.subject, quad.object)]
        assert len(left) < len(quads)
        return left

    return edit


def both(*edits: Edit) -> Edit:
    def edit(quads: Quads) -> Quads:
        for one in edits:
            quads = one(quads)
        return quads

    return edit


# What is wrong → the edit, and the shapes and checks that must find it.
SEEDS: dict[str, tuple[Edit, str]] = {
    # The errors on which the model was tried out.
    "another year": (
        replace(MAHATHIR, "schema:startDate", day("2021-02-13")),
        "shape/xwlb-days check/date-differs-from-page",
    ),
    "counterpart orphaned": (
        remove(MAHATHIR, "dro:participation", MAHATHIR_SIDE),
        "shape/exchange-participations shape/exchange-counterpart shape/xwlb-remote-sides",
    ),
    "English label removed": (
        remove(
            MAHATHIR,
            "rdfs:label",
            english("Xi Jinping speaks by telephone with Mahathir Mohamad, 13 February 2020"),
        ),
        "shape/exchange-label",
    ),
    "call that is also a letter": (
        add(MAHATHIR, "rdf:type", "dro:Letter"),
        "check/exchange-without-one-kind check/disjoint-classes shape/xwlb-letters",
    ),
    "request removed": (
        remove(MAHATHIR_SIDE, "dro:role", "dro:role-requester"),
        "check/request-differs-from-phrase shape/xwlb-requesters",
    ),
    "request added": (
        add(f"{HUN_SEN}/hun-sen", "dro:role", "dro:role-requester"),
        "check/request-differs-from-phrase check/evidence-does-not-name",
    ),
    "title of another land": (
        replace(MAHATHIR_SIDE, "dro:designation", chinese("马来西亚首相")),
        "check/title-not-in-phrase check/phrase-not-rendered-again",
    ),
    "marker removed": (
        remove(MAHATHIR_SIDE, "dro:tenureMarker"),
        "check/marker-differs-from-phrase check/phrase-not-rendered-again",
    ),
    "call typed as a meeting": (
        replace(MAHATHIR, "rdf:type", "dro:Meeting", old="dro:PhoneCall"),
        "check/verb-differs-from-kind shape/xwlb-calls",
    ),
    "tenure that ended before": (
        replace("tenure/mahathir-mohamad-2018", "schema:endDate", day("2020-02-01")),
        "check/counterpart-not-in-office",
    ),
    "participation of no exchange": (
        add(f"{MAHATHIR}/wan-azizah", "rdf:type", "dro:Participation"),
        "shape/participation-exchange",
    ),
    "statement of no exchange": (remove(FOURTH, "dro:saidAt"), "shape/statement-exchange"),
    "exchange that is not there": (
        replace(FOURTH, "dro:saidAt", f"{MAHATHIR}-2"),
        "shape/statement-exchange check/dangling-iri",
    ),
    "quote tagged zh": (
        replace(
            "statement/china-confidence-04",
            "dro:quoteText",
            ox.Literal("中国经济长期向好发展的趋势不会改变。", language="zh"),
        ),
        "shape/statement-text",
    ),
    "second theme": (
        add(FOURTH, "dcterms:subject", "theme/china-confidence"),
        "shape/statement-theme check/statement-under-another-heading shape/xwlb-confidence",
    ),
    "stray space cleaned": (
        change(FOURTH, "dro:quoteText", lambda text: chinese(text.replace(" ", "")), None),
        "check/quote-differs-from-passage",
    ),
    "the day after": (
        replace(MAHATHIR, "schema:startDate", day("2020-02-14")),
        "check/date-differs-from-attribution check/date-differs-from-page",
    ),
    "statement at the other call": (
        replace(FIFTH, "dro:saidAt", JANUARY),
        "check/date-differs-from-attribution check/attribution-not-rendered-again",
    ),
    "statement at another exchange": (
        replace(FIFTH, "dro:saidAt", JOHNSON),
        "check/attribution-differs-from-exchange check/addressee-not-counterpart",
    ),
    "addressed to the speaker": (
        replace(FOURTH, "dro:addressee", XI),
        "check/addressee-not-counterpart",
    ),
    "number 5 for 4": (
        replace(FOURTH, "schema:position", integer(5)),
        "check/number-used-twice check/numbering-has-gaps check/number-differs-from-page",
    ),
    "passage one further": (
        replace(span(485, 487), "nif:beginIndex", integer(486)),
        "check/passage-differs-from-text check/passage-differs-from-name",
    ),
    "leaf dropped": (
        drop(span(485, 487)),
        "check/leaves-do-not-tile check/parts-do-not-fill-whole",
    ),
    "whole one further than its part": (
        replace(span(476, 494), "nif:beginIndex", integer(477)),
        "check/part-outside-whole",
    ),
    "page of Wikidata": (
        replace("person/hun-sen", "schema:sameAs", "https://www.wikidata.org/wiki/Q57788"),
        "shape/person-wikidata",
    ),
    "two people, one item": (
        replace("person/hun-sen", "schema:sameAs", "wd:Q567"),
        "check/link-shared check/link-without-evidence",
    ),
    # More of the kind.
    "principal that requests": (
        add(f"{MAHATHIR}/xi-jinping", "dro:role", "dro:role-requester"),
        "shape/participation-requester",
    ),
    "letter without a sender": (
        remove(f"{LETTER}/xi-jinping", "dro:role", "dro:role-sender"),
        "shape/letter-sender",
    ),
    "recipient that visits": (
        add(f"{LETTER}/macky-sall", "dro:role", "dro:role-visitor"),
        "check/role-unfit-for-kind",
    ),
    "place from general knowledge": (
        add(HUN_SEN, "schema:location", "place/great-hall-of-the-people"),
        "check/place-not-named",
    ),
    "caption that is no evidence": (
        remove(TEDROS, "dro:reportedIn", span(1720, 1753)),
        "check/place-not-named check/passage-not-read",
    ),
    "call that is a letter text": (
        replace(FOURTH, "dro:reportingMode", "dro:mode-letter-text"),
        "check/letter-text-not-at-letter",
    ),
    "content asserted": (
        add(FOURTH, "schema:about", "country/china"),
        "shape/statement-closed",
    ),
    "term misspelt": (
        add(FOURTH, "dro:quotedText", chinese("疫情发生以来")),
        "check/term-outside-ontology shape/statement-closed",
    ),
    "kind given as a role": (
        replace(f"{MAHATHIR}/xi-jinping", "dro:role", "dro:kind-name"),
        "check/concept-outside-scheme shape/participation-side",
    ),
    "tenure that ends before it starts": (
        replace("tenure/mahathir-mohamad-2018", "schema:startDate", day("2021-05-10")),
        "check/tenure-ends-before-it-starts",
    ),
    "tenure dropped": (drop("tenure/hun-sen-1998"), "check/tenure-unknown"),
    "role without a Chinese label": (
        remove("dro:role-requester", "rdfs:label", chinese("提出方")),
        "shape/concept-label shape/term-label",
    ),
    "graph of no text": (
        remove(f"graph/{TEXT}", "prov:wasDerivedFrom"),
        "check/graph-without-source",
    ),
    "graph that is not described": (drop("graph/ontology"), "check/graph-not-described"),
    "licence removed": (remove("dataset", "dcterms:license"), "shape/dataset-licence"),
    "office of another country": (
        replace(f"{HUN_SEN}/hun-sen", "dro:inOffice", "office/president-of-mongolia"),
        "check/evidence-does-not-name check/representing-differs-from-office",
    ),
    "statement passed over": (
        drop(SIXTH),
        "check/passage-not-read check/numbering-has-gaps shape/xwlb-statements shape/report-of",
    ),
    "translation passed over": (
        drop("translation/china-approach-06"),
        "shape/xwlb-translations",
    ),
    "translation called official": (
        replace("translation/china-approach-06", "schema:creativeWorkStatus", english("official")),
        "shape/translation-status",
    ),
    "word of the text changed": (
        change(
            f"text/{TEXT}",
            "nif:isString",
            lambda text: ox.Literal(text.replace("会见柬埔寨", "会晤柬埔寨")),
            None,
        ),
        "check/checksum-differs-from-text check/passage-differs-from-text",
    ),
    "text one longer": (
        replace(f"text/{TEXT}", "nif:endIndex", integer(3471)),
        "check/length-differs-from-text check/leaves-do-not-tile",
    ),
    "another capture": (
        replace(f"text/{TEXT}", "dro:sha256", ox.Literal("0" * 64)),
        "check/checksum-differs-from-text shape/xwlb-checksum",
    ),
    "leaf there twice": (
        both(
            add(span(485, 488), "rdf:type", "dro:Passage"),
            add(span(485, 488), "nif:referenceContext", f"text/{TEXT}"),
            add(span(485, 488), "nif:beginIndex", integer(485)),
            add(span(485, 488), "nif:endIndex", integer(488)),
        ),
        "check/leaves-overlap check/leaves-do-not-tile shape/passage-words",
    ),
    "code of another country": (
        replace(
            "country/cambodia",
            "skos:notation",
            ox.Literal("CL", datatype=ox.NamedNode(f"{PREFIXES['dro']}ISO2")),
            old=ox.Literal("KH", datatype=ox.NamedNode(f"{PREFIXES['dro']}ISO2")),
        ),
        "check/code-shared",
    ),
    "two calls on one day": (
        replace(JANUARY, "schema:startDate", day("2020-02-18")),
        "check/exchange-listed-twice check/date-differs-from-page",
    ),
    "heading shortened": (
        replace("theme/china-approach", "skos:altLabel", chinese("中国方案")),
        "check/heading-not-printed",
    ),
    "marker added": (
        add(f"{JOHNSON}/boris-johnson", "dro:tenureMarker", "dro:marker-then"),
        "check/marker-differs-from-phrase check/evidence-does-not-name",
    ),
    "line of the statement before": (
        replace(FIFTH, "dro:attributedIn", span(1273, 1303)),
        "check/attribution-does-not-follow-quote check/attribution-not-rendered-again",
    ),
    "call in the list of meetings": (
        replace(MAHATHIR, "dcterms:isPartOf", span(175, 257)),
        "check/exchange-in-another-list shape/xwlb-in-person-total shape/xwlb-remote-total",
    ),
    "talks typed as a meeting": (
        replace(TALKS, "rdf:type", "dro:Meeting", old="dro:Talks"),
        "check/verb-differs-from-kind shape/xwlb-talks",
    ),
    "reply typed as a letter": (
        replace(REPLY, "rdf:type", "dro:Letter", old="dro:ReplyLetter"),
        "check/verb-differs-from-kind shape/xwlb-replies",
    ),
    "speaker that listens": (
        replace(FIFTH, "dro:speaker", "person/emmanuel-macron"),
        "check/speaker-not-principal check/attribution-not-rendered-again",
    ),
    "normalised text of another statement": (
        replace(FIFTH, "dro:normalizedText", ox.Literal("我们秉持人类命运共同体理念。")),
        "check/normalised-text-differs",
    ),
    "someone without a name": (
        add(FEBRUARY, "dro:participation", ox.BlankNode("someone")),
        "check/blank-node shape/exchange-participations",
    ),
    "name in Chinese": (
        add("person/洪森", "rdf:type", "schema:Person"),
        "check/name-not-latin shape/person",
    ),
    "name misspelt": (
        add("person/hunsen", "skos:altLabel", chinese("洪森")),
        "check/subject-without-type",
    ),
}


@pytest.fixture(scope="module")
def released() -> Quads:
    return list(ox.parse(path=FOLDER.release / "readouts.nq", format=ox.RdfFormat.N_QUADS))


def fired(quads: Quads, sources: Iterable[str]) -> set[str]:
    """Which of the shapes and checks named find something. Only their files are asked."""
    named = set(sources)
    shapes = [
        (name, text)
        for name, text in SHAPES.items()
        if any(f"\nshape:{one.removeprefix('shape/')} a " in text for one in named)
    ]
    checks = [(name, text) for name, text in CHECKS.items() if f"check/{name}" in named]
    report = validate(quads, shapes, checks, BASE)
    return named & {one.source.removeprefix(BASE) for one in report.results}


def test_there_are_seeds_enough() -> None:
    """The errors on which the model was tried out are sown, and more than as many again."""
    assert len(SEEDS) == 62
    names = {one for _, sources in SEEDS.values() for one in sources.split()}
    assert len(names) > 70


@pytest.mark.parametrize(("edit", "sources"), SEEDS.values(), ids=SEEDS)
def test_a_sown_error_is_found(released: Quads, edit: Edit, sources: str) -> None:
    """What the release lacks, or has too much or wrongly, is found by what is made for it."""
    expected = set(sources.split())

    assert fired(edit(released), expected) == expected


def test_nothing_is_found_where_nothing_is_sown(released: Quads) -> None:
    """The release itself makes none of them fire, except the warning of the one unknown tenure."""
    expected = {one for _, sources in SEEDS.values() for one in sources.split()}

    assert fired(released, expected) == {"check/tenure-unknown"}
