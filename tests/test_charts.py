"""Pictures as SVG: every mark is there, leads somewhere, and covers no other."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conftest import BASE, ROOT
from readouts import query
from readouts.render.charts import (
    atlas,
    bars,
    counts,
    days,
    measure,
    network,
    sequence,
    ties,
    timeline,
)
from readouts.render.charts.figure import NARROW
from readouts.render.charts.outlines import Country, World
from readouts.render.charts.shapes import Band, Bar, Dot, Picture, Words, links, solid
from readouts.render.labels import Text
from readouts.render.phrases import FOLDERS, Phrases
from readouts.store import Embedded

SAY = Phrases("en")
VOID = {"meta", "link", "br", "hr", "input", "img"}
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "]]></desc><script/>",
    "a\0b\x1b[31mc\u202ed",
    "محمد بن سلمان بن عبد العزيز آل سعود",
    "中华人民共和国" * 30,
    "W" * 200,
    "very long words " * 14,
    "👩‍👩‍👧‍👦" * 20,
    "e\u0301" * 100,
    "",
    " \n\t ",
)
LABELS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=200)).map(Text)
LANES = tuple(timeline.Lane(f"lane-{at}", Text(f"kind {at}")) for at in range(20))
FIRST = date(2020, 1, 22)
# A small world of countries in rows, some of them at its edges.
WORLD = World(
    4000,
    1947,
    {
        f"{at:03}": Country(f"{at:03}", "M0 0l9 9-9 9Z", (at * 97 % 4001, at * 331 % 1948))
        for at in range(200)
    },
    ("M5 5l1 1-1 1Z",),
)
DAYS = st.dates(date(1949, 1, 1), date(2049, 12, 31))
EVENTS = st.lists(
    st.builds(
        timeline.Event,
        st.one_of(DAYS, st.dates(FIRST, FIRST + timedelta(50))),
        st.sampled_from(LANES).map(lambda lane: lane.key),
        LABELS,
        st.just("exchange/x.html"),
    ),
    min_size=1,
    max_size=40,
)
PLACES = st.lists(
    st.builds(
        atlas.Place,
        LABELS,
        st.integers(1, 9_999_999),
        st.just("country/x.html"),
        st.sampled_from(["", "nowhere", *WORLD.countries]),
    ),
    max_size=70,
)
COUNTS = st.lists(
    st.builds(bars.Count, LABELS, st.integers(0, 10**9), st.just("x.html")), min_size=1, max_size=80
)
STATEMENTS = st.lists(
    st.builds(
        lambda day, label, text, ends: sequence.Statement(
            day, label, text, "s.html", *sorted(min(end, len(text.text)) for end in ends)
        ),
        DAYS,
        LABELS,
        LABELS,
        st.tuples(st.integers(0, 200), st.integers(0, 200)),
    ),
    min_size=1,
    max_size=30,
)
EDGES = st.dictionaries(
    st.tuples(st.integers(0, 69), st.integers(0, 19)),
    st.integers(1, 10**6),
    min_size=1,
    max_size=80,
)


def tied(edges, label=lambda at: Text(f"node {at}")) -> network.Network:
    """A network of those counts, by numbers of nodes."""
    left = tuple(network.Node(f"l{at}", label(at), f"l{at}.html") for at in range(70))
    right = tuple(network.Node(f"r{at}", label(at), f"r{at}.html") for at in range(20))
    told = [network.Edge(f"l{a}", f"r{b}", n, f"{a}-{b}.html") for (a, b), n in edges.items()]
    return network.Network(left, right, tuple(told))


def sound(picture: Picture) -> None:
    """No text or mark covers another or leaves the picture."""
    boxes = [(shape, shape.box) for shape in solid(picture.shapes)]
    assert boxes
    for shape, box in boxes:
        assert box.within(picture.box), shape
    ordered = sorted(boxes, key=lambda one: one[1].left)
    for at, (shape, box) in enumerate(ordered):
        for other, beside in ordered[at + 1 :]:
            if beside.left >= box.right:
                break
            assert not box.touches(beside), (shape, other)


def marks(picture: Picture) -> list[Dot]:
    return [one for one in solid(picture.shapes) if isinstance(one, Dot)]


class Tags(HTMLParser):
    """The tags and attributes of a page, and whether each tag is closed where it should be."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.fixture(scope="module")
def ask(embedded: Embedded):
    queries = query.load(ROOT / "queries")

    def rows(name: str, **values: str) -> list[dict[str, str]]:
        answer = query.answer(queries[name], values, embedded, BASE)
        names = [one.value for one in answer.solutions.variables]
        return [{one: row[one].value for one in names if row[one]} for row in answer.solutions]

    return rows


@pytest.fixture(scope="module")
def exchanges(ask) -> timeline.Timeline:
    rows = ask("exchanges")
    kinds = sorted({row["kind"] for row in rows})
    return timeline.Timeline(
        tuple(timeline.Lane(kind, Text(kind, "en")) for kind in kinds),
        tuple(
            timeline.Event(
                date.fromisoformat(row["date"]),
                row["kind"],
                Text(row["counterpartLabel"], "en"),
                row["exchange"],
            )
            for row in rows
        ),
    )


@pytest.mark.parametrize("draw", [timeline.wide, timeline.narrow])
@pytest.mark.parametrize("language", FOLDERS)
def test_every_exchange_is_a_mark_that_leads_to_it(exchanges, draw, language):
    """Both timelines of the release have a mark for each exchange, in a link to it."""
    picture = draw(exchanges.ordered, Phrases(language))
    found = [one for one in links(picture.shapes) if marks(Picture(0, 0, one.shapes))]

    assert len(exchanges.events) == 21
    assert len(marks(picture)) == 21
    assert Counter(one.address for one in found) == Counter(
        event.address for event in exchanges.events
    )
    sound(picture)


def test_marks_stand_in_the_order_of_their_days(exchanges):
    """A later exchange stands farther right in the wide timeline, lower in the narrow one."""
    shown = exchanges.ordered
    when = {event.address: event.day for event in shown.events}
    for draw, place in ((timeline.wide, "x"), (timeline.narrow, "y")):
        placed = sorted(
            (getattr(marks(Picture(0, 0, one.shapes))[0], place), when[one.address])
            for one in links(draw(shown, SAY).shapes)
            if one.address in when
        )
        assert len(placed) == 21
        assert [day for _, day in placed] == sorted(when[one.address] for one in shown.events)


@given(EVENTS)
@settings(deadline=None, max_examples=60)
def test_timelines_of_anything_are_sound(events):
    """Whatever the days and names are, no label or mark of a timeline covers another."""
    shown = timeline.Timeline(LANES, tuple(events)).ordered

    for draw in (timeline.wide, timeline.narrow, counts.wide, counts.narrow):
        sound(draw(shown, SAY))
    assert len(marks(timeline.wide(shown, SAY))) == len(events)


def test_five_thousand_events_are_counted():
    """A timeline of 5,000 events counts them all, in few marks that each lead to a list."""
    events = tuple(
        timeline.Event(FIRST + timedelta(at * at % 3001), LANES[at % 5].key, Text(f"{at}"), "x")
        for at in range(5000)
    )
    many = timeline.Timeline(LANES, events, lambda lane, a, b: f"q?kind={lane.key}&from={a}&to={b}")
    picture = counts.wide(many.ordered, SAY)
    bins = [one for row in counts.bins(many.ordered, 60) for one in row]

    assert not timeline.singly(many.ordered)
    assert sum(one.count for one in bins) == 5000
    assert len([one for one in solid(picture.shapes) if isinstance(one, Bar)]) == len(bins) <= 300
    assert all("from=" in one.address for one in links(picture.shapes))
    assert len(str(timeline.figure(many, SAY))) < 250_000


@given(DAYS, st.integers(0, 40_000), st.integers(1, 100))
@settings(deadline=None)
def test_periods_cover_each_day_once(first, length, most):
    """Periods follow on one another without a gap, cover the days, and are not too many."""
    last = first + timedelta(length)
    found = days.periods(first, last, most)

    assert found[0][0] <= first
    assert found[-1][1] >= last
    assert len(found) <= most
    assert all(end + timedelta(1) == start for (_, end), (start, _) in pairwise(found))


@given(PLACES)
@settings(deadline=None, max_examples=40)
def test_maps_of_anything_are_sound(places):
    """Whatever is marked, every place has a mark, and no label or mark of a map covers another."""
    shown = atlas.Atlas(tuple(places))

    for draw in (atlas.wide, atlas.narrow):
        picture = draw(shown, WORLD, SAY)
        assert len(marks(picture)) == len(places)
        assert len([*links(picture.shapes)]) == len(places)
        if places:
            sound(picture)


def test_the_map_marks_what_the_release_counts(ask):
    """Every country of the release is marked once, with its label; organisations stand beside."""
    rows = ask("exchanges-by-country")
    codes = dict(zip([row["iso"] for row in rows], WORLD.countries, strict=False))
    places = [
        atlas.Place(Text(row["countryLabel"]), int(row["count"]), row["country"], codes[row["iso"]])
        for row in rows
    ]
    bodies = [
        atlas.Place(Text(row["organisationLabel"]), 1, "x")
        for row in ask("organisations-not-states")
    ]
    picture = atlas.wide(atlas.Atlas((*places, *bodies)), WORLD, SAY)
    said = {one.text for one in solid(picture.shapes) if isinstance(one, Words)}

    assert (len(places), len(bodies)) == (17, 3)
    assert {"France 2", "Cuba", "United Nations", "Organisations"} <= said
    assert {one.address for one in links(picture.shapes)} >= {one.address for one in places}


@given(EDGES, st.lists(LABELS, min_size=1, max_size=9))
@settings(deadline=None, max_examples=40)
def test_networks_of_anything_are_sound(edges, labels):
    """Whatever is tied, no label or bar of a network covers another, and bands are links."""
    whole = tied(edges, lambda at: labels[at % len(labels)])
    shown = ties.ordered(ties.gathered(whole, network.MOST, SAY))

    for draw in (network.wide, network.narrow):
        sound(draw(shown, SAY))
    bands = [
        one for one in links(network.wide(shown, SAY).shapes) if isinstance(one.shapes[0], Band)
    ]
    assert len(bands) == len(shown.edges)


@given(EDGES)
@example({(a, b): 1 + a * b for a in range(70) for b in range(20)})
@settings(deadline=None)
def test_a_network_loses_no_count(edges):
    """Taking the least together and ordering keeps the sum and the number of ties that cross."""
    whole = tied(edges)
    gathered = ties.gathered(whole, network.MOST, SAY)
    shown = ties.ordered(gathered)

    assert sum(one.count for one in shown.edges) == sum(edges.values())
    assert sorted(one.key for one in shown.left) == sorted(one.key for one in gathered.left)
    assert len(shown.left) <= network.MOST[0]
    assert len(shown.right) <= network.MOST[1]


def test_the_longer_side_stands_on_the_left():
    """A network of few to many is turned round: no node is hidden that has room on the left."""
    edges = {(at % 3, at): 1 for at in range(20)}
    whole = tied(edges)
    few = network.Network(whole.left[:3], whole.right, whole.edges)
    shown = ties.turned(few)

    assert (len(shown.left), len(shown.right)) == (20, 3)
    assert "others" not in network.figure(few, SAY)
    assert ties.turned(shown) == shown


def test_order_undoes_crossings():
    """Ties that can run without crossing one another do."""
    whole = tied({(at, (at * 7) % 12): 1 for at in range(12)})
    shown = ties.ordered(ties.gathered(whole, network.MOST, SAY))
    left = {one.key: at for at, one in enumerate(shown.left)}
    right = {one.key: at for at, one in enumerate(shown.right)}
    ends = [(left[one.left], right[one.right]) for one in shown.edges]

    assert len(ends) == 12
    assert not [1 for a, b in combinations(ends, 2) if (a[0] - b[0]) * (a[1] - b[1]) < 0]


@given(COUNTS)
@settings(deadline=None, max_examples=40)
def test_bars_of_anything_are_sound(held):
    """Bars are as long as their counts, and no label, bar or number covers another."""
    shown = bars.Bars(tuple(held), "How many")

    for draw in (bars.wide, bars.narrow):
        picture = draw(shown, SAY)
        sound(picture)
        drawn = [one for one in solid(picture.shapes) if isinstance(one, Bar)]
        assert len(drawn) == min(len(held), bars.MOST)
        pairs = [(one.count, bar.width) for one, bar in zip(held, drawn, strict=False)]
        assert all(a[1] <= b[1] for a, b in pairwise(sorted(pairs)))


@given(STATEMENTS)
@settings(deadline=None, max_examples=60)
def test_sequences_of_anything_are_sound(held):
    """Whatever is said to whom, no words of a sequence cover others, and each row is a link."""
    shown = sequence.Moves(tuple(held))

    for draw in (sequence.wide, sequence.narrow):
        picture = draw(shown, SAY)
        sound(picture)
        assert len([*links(picture.shapes)]) == len(held)


@pytest.mark.parametrize(
    "text", ["中国有", "有信心", "有信心、有能力", "防控举措,", "复工 复产", "态度及时"]
)
def test_wording_is_marked_where_the_query_finds_it(ask, text):
    """In every statement that the query `wording` gives, the words are found and marked."""
    rows = ask("wording", text=text)
    held = []
    for row in rows:
        begin, end = sequence.found(row["text"], text)
        wanted, got = ("".join(one.split()) for one in (text, row["text"][begin:end]))
        assert got == wanted
        day = date.fromisoformat(row["date"])
        label = Text(row["addresseeLabel"], "en")
        said = Text(row["text"], "zh-hans")
        held.append(sequence.Statement(day, label, said, row["statement"], begin, end))
    picture = sequence.wide(sequence.Moves(tuple(held)), SAY)
    strong = [one for one in solid(picture.shapes) if getattr(one, "kind", "") == "strong"]

    assert rows
    assert len(strong) == len(rows)
    assert len({one.x for one in strong}) == 1


def figures(label: Text) -> list[str]:
    """A figure of each kind in which everything is called by that label."""
    lane = timeline.Lane("k", label, "k.html")
    events = tuple(timeline.Event(FIRST + timedelta(at), "k", label, "e.html") for at in range(3))
    many = tuple(timeline.Event(FIRST + timedelta(at), "k", label, "e.html") for at in range(300))
    places = tuple(atlas.Place(label, 3, "p.html", code) for code in ("000", "001", ""))
    moves = tuple(sequence.Statement(FIRST, label, label, "s.html", 0, 3) for _ in range(3))
    drawn = [
        timeline.figure(timeline.Timeline((lane,), events), SAY),
        timeline.figure(timeline.Timeline((lane,), many), SAY),
        atlas.figure(atlas.Atlas(places), WORLD, SAY),
        network.figure(tied({(0, 0): 1, (1, 0): 2}, lambda _: label), SAY),
        bars.figure(bars.Bars((bars.Count(label, 3, "b.html"),), label.text), SAY),
        sequence.figure(sequence.Moves(moves), SAY),
    ]
    return [str(one) for one in drawn]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_labels_stay_text(text):
    """No label makes a tag, an attribute or a style; SVG is well-formed and has no script."""
    plain = [[tag for tag, _ in Tags(one).seen] for one in figures(Text("plain"))]
    told = [Tags(one) for one in figures(Text(text, 'en" onload="x'))]

    assert len(told) == 6
    for one, markup in zip(told, figures(Text(text)), strict=True):
        assert not one.open
        names = {tag for tag, _ in one.seen}
        assert not names & {"script", "style", "img"}
        assert not [key for _, held in one.seen for key in held if key.startswith(("on", "style"))]
        ET.fromstring(markup)  # noqa: S314
    assert {tag for one in told for tag, _ in one.seen} <= {"tspan"} | {t for p in plain for t in p}


def test_figures_hold_their_data_without_the_picture():
    """Every figure has a table, and its pictures have a name and tell what they show."""
    for markup in figures(Text("Name")):
        tags = Tags(markup).seen
        pictures = [held for tag, held in tags if held.get("class", "").startswith("picture")]

        assert [held["role"] for held in pictures] == ["group", "group"]
        assert all(held["aria-label"] for held in pictures)
        assert markup.count("<desc>") == 2
        assert "<table>" in markup
        # The name of a link in SVG is its title, which is also what a pointer shows.
        drawn = ET.fromstring(markup).iter("svg")  # noqa: S314
        named = [one for svg in drawn for one in svg.iter("a")]
        assert named
        assert all(one[0].tag == "title" and one[0].text for one in named)


def test_what_a_figure_uses_is_in_it():
    """Ids of a map are there once, and whatever it uses again has one."""
    markup = str(atlas.figure(atlas.Atlas((atlas.Place(Text("A"), 1, "a", "007"),)), WORLD, SAY))
    tags = Tags(markup).seen
    ids = [held["id"] for _, held in tags if "id" in held]
    used = {held["href"] for tag, held in tags if tag == "use"}

    assert sorted(ids) == ["world", "world-007"]
    assert used == {"#world", "#world-007"}


def test_nothing_to_show_is_said():
    """Where there is nothing to show a sentence says so, and the map is the map alone."""
    empty = [
        timeline.figure(timeline.Timeline(LANES, ()), SAY),
        network.figure(network.Network((), (), ()), SAY),
        bars.figure(bars.Bars((), "x"), SAY),
        sequence.figure(sequence.Moves(()), SAY),
    ]

    assert {str(one) for one in empty} == {"<p>There is nothing to show.</p>"}
    assert "<svg" in atlas.figure(atlas.Atlas(()), WORLD, SAY)


def test_the_same_is_drawn_the_same(exchanges):
    """The same data gives the same bytes, also when the days come in another order."""
    backwards = sorted(exchanges.events, key=lambda one: one.day, reverse=True)
    turned = timeline.Timeline(exchanges.lanes, tuple(backwards))

    assert backwards[0].day == date(2020, 3, 12)
    assert timeline.figure(turned, SAY) == timeline.figure(exchanges, SAY)


@given(st.text(max_size=60), st.floats(8, 20), st.floats(20, 300), st.integers(1, 3))
def test_fitted_text_fits(text, size, room, most):
    """A fitted or wrapped text is never wider than its room, and a short one stays whole."""
    whole = measure.plain(text)
    for one in (measure.fit(whole, size, room), measure.fit_end(whole, size, room)):
        assert measure.width(one, size) <= max(room, measure.width("…", size)) + 1e-6
    lines = measure.wrap(whole, size, room, most)
    assert 1 <= len(lines) <= most
    assert all(
        measure.width(one, size) <= max(room, measure.width("…", size)) + 1e-6 for one in lines
    )
    if measure.width(whole, size) <= room:
        assert lines == (whole,)


def test_text_of_a_phone_is_large_enough():
    """On a phone 320 pixels wide no text of a narrow picture is smaller than 11 pixels."""
    drawn = [
        timeline.narrow(
            timeline.Timeline(LANES[:1], (timeline.Event(FIRST, "lane-0", Text("A"), "a"),)), SAY
        ),
        atlas.narrow(atlas.Atlas((atlas.Place(Text("A"), 1, "a", "000"),)), WORLD, SAY),
        network.narrow(ties.gathered(tied({(0, 0): 1}), network.MOST, SAY), SAY),
        bars.narrow(bars.Bars((bars.Count(Text("A"), 1),), "x"), SAY),
        sequence.narrow(
            sequence.Moves((sequence.Statement(FIRST, Text("A"), Text("B"), "s"),)), SAY
        ),
    ]
    for picture in drawn:
        sizes = [one.size for one in solid(picture.shapes) if isinstance(one, Words)]
        assert sizes
        assert picture.width == NARROW
        # A page leaves 20 pixels free at each side.
        assert min(sizes) * (320 - 2 * 20) / NARROW >= 11
