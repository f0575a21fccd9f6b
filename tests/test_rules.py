"""The shapes and checks as a release has them: as good as those written, the same each time."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from readouts import build
from readouts.fault import Fault
from readouts.folder import Folder
from readouts.graph import rules
from readouts.validate import validate
from readouts.vocab import DRO, RDF, RDFS, SH, Mint

BASE = "https://e.org/"
SHAPES = "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix s: <https://e.org/shape/> .\n"
LISTED = SHAPES + (
    's:a a sh:PropertyShape ; sh:name "a"@en ; sh:targetNode s:x ; '
    "sh:path ( [ sh:inversePath s:p ] s:q ) ; sh:in ( 1 2 ) ."
)


@pytest.fixture(scope="module")
def released(publication: Folder) -> set[ox.Triple]:
    return {one.triple for one in ox.parse(path=publication.release / "shapes.ttl")}


def made(
    shapes: str, check: str = "#+ summary: All.\n#+ why: So.\nSELECT ?focus {}"
) -> set[ox.Triple]:
    return set(rules([("a.ttl", shapes)], [("c", check)], "https://e.org/licence", Mint(BASE)))


def test_every_shape_and_every_check_is_in_the_release(
    released: set[ox.Triple], publication: Folder
) -> None:
    """238 shapes and 51 checks are released, each with a name and a label."""
    kinds: dict[object, set[object]] = {}
    for one in released:
        if one.predicate == RDF.type:
            kinds.setdefault(one.object, set()).add(one.subject)
    shapes = kinds[SH.NodeShape] | kinds[SH.PropertyShape]
    checks = kinds[SH.SPARQLSelectExecutable]
    labelled = {one.subject for one in released if one.predicate == RDFS.label}

    assert (len(shapes), len(checks)) == (238, len(publication.checks()))
    assert all(isinstance(one, ox.NamedNode) for one in shapes | checks)
    assert shapes | checks <= labelled


def test_released_shapes_find_what_the_written_ones_find(publication: Folder) -> None:
    """Data with faults get the same report from shapes.ttl as from the files in shapes/."""
    settings = publication.publication()
    quads = build.make(publication, settings)
    gone = (DRO.role, DRO.quotedFrom, DRO.marker, RDFS.label)
    damaged = [one for one in quads if one.predicate not in gone]
    files = [(path.name, path.read_text(encoding="utf-8")) for path in publication.shapes()]
    whole = (publication.release / "shapes.ttl").read_text(encoding="utf-8")

    written = validate(damaged, files, [], settings.base)
    told = validate(damaged, [("shapes.ttl", whole)], [], settings.base)

    assert len(written.results) > 300
    assert written.results == told.results


def test_blank_nodes_are_labelled_after_their_shape() -> None:
    """Lists and paths keep their blank nodes, under labels that are the same each time."""
    told = made(LISTED)
    labels = {one.subject.value for one in told if isinstance(one.subject, ox.BlankNode)}

    assert labels == {f"shape-a-{number}" for number in range(1, 6)}
    assert told == made(LISTED)


def test_a_shape_without_a_name_is_refused() -> None:
    """What has no IRI cannot be cited: the file is named, with the mend."""
    with pytest.raises(Fault, match=r"a\.ttl has a shape without a name\. Give it an IRI"):
        made(SHAPES + "[] a sh:NodeShape .")


@pytest.mark.parametrize("header", ["", "#+ summary: All.\n", "#+ summary: [\n#+ why: So.\n"])
def test_a_check_says_what_holds_and_why(header: str) -> None:
    """A check without a summary or a reason is named, and what it lacks."""
    with pytest.raises(Fault, match=r"check/c: its #\+ header needs a summary and a why"):
        made(LISTED, f"{header}SELECT ?focus {{}}")
