"""The diagram of classes: boxes that cover nothing, and lines that pass no box."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from readouts.render.charts import diagram
from readouts.render.charts.diagram import Class, Property
from readouts.render.charts.figure import NARROW
from readouts.render.charts.layers import MOST, layers
from readouts.render.charts.shapes import Band, Frame, Words, links, solid
from readouts.render.labels import Text
from test_charts import LABELS, SAY, Tags, sound

COUNT = 14
GRAPHS = st.lists(
    st.tuples(st.integers(0, COUNT - 1), st.integers(-1, COUNT - 1)), max_size=30, unique=True
)


def drawn(pairs, label=lambda at: Text(f"name {at}")):
    """Classes by number, with a property for each pair; -1 leads to no class."""
    return tuple(
        Class(
            f"c{at}",
            label(at),
            f"c{at}.html",
            ((label(at), "kind.html"),) if at % 3 == 0 else (),
            tuple(
                Property(label(two), "p.html", label(two), f"c{two}" if two >= 0 else "")
                for one, two in pairs
                if one == at
            ),
        )
        for at in range(COUNT)
    )


@given(GRAPHS, st.lists(LABELS, min_size=1, max_size=9))
@settings(deadline=None, max_examples=40)
def test_diagrams_of_anything_are_sound(pairs, labels):
    """Whatever classes lead to one another, no name covers another or leaves the picture."""
    classes = drawn(pairs, lambda at: labels[at % len(labels)])
    for draw in (diagram.wide, diagram.narrow):
        sound(draw(classes, SAY))
    assert diagram.figure(classes, SAY) == diagram.figure(classes, SAY)
    assert not Tags(str(diagram.figure(classes, SAY))).open


@given(GRAPHS)
@settings(deadline=None, max_examples=60)
def test_lines_of_a_diagram_pass_no_box(pairs):
    """Bands run between columns alone, and boxes do not touch one another."""
    shapes = diagram.wide(drawn(pairs), SAY).shapes
    boxes = [one.box for one in shapes if isinstance(one, Frame)]

    assert len(boxes) == COUNT
    assert not [1 for at, one in enumerate(boxes) for two in boxes[at + 1 :] if one.touches(two)]
    for one in shapes:
        if isinstance(one, Band):
            assert one.x < one.x2
            assert not [box for box in boxes if box.left < one.x2 and one.x < box.right]


@given(GRAPHS)
@settings(deadline=None, max_examples=60)
def test_columns_hold_every_class_once(pairs):
    """Each class has one place, in few columns, and what is drawn leads to the right."""
    keys = [f"c{at}" for at in range(COUNT)]
    ties = [(f"c{one}", f"c{two}") for one, two in pairs if two >= 0]
    found = layers(keys, ties)
    place = {item: at for at, column in enumerate(found.columns) for item in column}

    assert len(found.columns) <= MOST
    assert sorted(item for item in place if isinstance(item, str)) == sorted(keys)
    for (one, two), ways in found.ways.items():
        assert place[one] < place[two]
        assert [place[way] for way in ways] == list(range(place[one] + 1, place[two]))


def test_a_property_leads_where_its_values_are():
    """Every class and property is a link, named by what its values are, wide and narrow."""
    classes = drawn([(0, 1), (0, 2), (1, 2), (2, -1)])
    for draw in (diagram.wide, diagram.narrow):
        picture = draw(classes, SAY)
        named = [(one.address, one.name) for one in links(picture.shapes)]
        assert len(named) == COUNT + 5 + 4
        assert ("p.html", "name 1: name 1") in named
        sizes = {one.size for one in solid(picture.shapes) if isinstance(one, Words)}
        assert min(sizes) >= 12
    assert diagram.narrow(classes, SAY).width == NARROW


def test_no_class_is_no_diagram():
    """Where there is no class a sentence says that there is nothing to show."""
    assert str(diagram.figure((), SAY)) == "<p>There is nothing to show.</p>"
