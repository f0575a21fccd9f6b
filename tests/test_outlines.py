"""The outlines of the countries, as the build makes them."""

from __future__ import annotations

import gzip
import json
import re

import pytest

from readouts.fault import Misuse
from readouts.render.charts import atlas, outlines
from readouts.render.labels import Text
from readouts.render.phrases import Phrases
from readouts.store import Embedded

CODES = """SELECT DISTINCT ?code ?name WHERE {
  ?party dro:role dro:role-counterpart ; dro:representing ?country .
  ?country a schema:Country ; skos:notation ?code . FILTER(DATATYPE(?code) = dro:M49)
  ?country rdfs:label ?name . FILTER(LANGMATCHES(LANG(?name), "en"))
}"""


@pytest.fixture(scope="module")
def world() -> outlines.World:
    """The outlines that installing the package built."""
    return outlines.read()


def test_every_country_of_the_release_has_an_outline(world, embedded: Embedded):
    """Each country spoken to is found by the code that the release gives, with a middle inside."""
    rows = [(row["code"].value, row["name"].value) for row in embedded.query(CODES).solutions]

    assert len(rows) == 17
    for code, _ in rows:
        country = world.countries[code]
        assert country.path.startswith("M")
        assert 0 < country.centre[0] < world.width
        assert 0 < country.centre[1] < world.height


def test_outlines_are_plain_paths(world):
    """Outlines are moves and lines in whole numbers, closed, and none is empty; small ones too."""
    paths = [*(one.path for one in world.countries.values()), *world.rest]

    assert len(paths) == 240
    assert {"702", "048", "336"} <= set(world.countries)
    assert all(re.fullmatch(r"(M\d+ \d+l[-\d ]+Z)+", path) for path in paths)


def test_the_map_is_light(world):
    """The map of the world is at most 45 KB, gzipped, of the page that it stands in."""
    places = tuple(atlas.Place(Text("A"), 1, "a", code) for code in list(world.countries)[:20])
    drawn = str(atlas.figure(atlas.Atlas(places), world, Phrases("en")))

    assert 10_000 < len(gzip.compress(drawn.encode())) < 45_000


def test_no_outlines_are_a_plain_message(tmp_path):
    """A file of outlines that is absent or broken is named, with the mend."""
    broken = tmp_path / "broken.json"
    for held in ("", "[]", '{"width": 1}', json.dumps({"width": 1, "height": 1, "countries": [1]})):
        broken.write_text(held, encoding="utf-8")
        outlines.read.cache_clear()
        with pytest.raises(Misuse, match=r"broken\.json does not hold outlines.*install it again"):
            outlines.read(broken)
    with pytest.raises(Misuse, match=r"cannot be read.*absent\.json.*install it again"):
        outlines.read(tmp_path / "absent.json")
