from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import RDF, RDFS, SH, BNode, Graph, URIRef
from rdflib.plugins.sparql import prepareQuery

from conftest import BASE, ROOT
from readouts.fault import Fault
from readouts.folder import Folder
from readouts.validate import Report, Result, validate

CASES = ROOT / "tests/shapes"
SHAPE = f"{BASE}shape/"
SHAPES = {path.stem: path for path in Folder(ROOT).shapes()}
CHECKS = {path.stem: path for path in Folder(ROOT).checks()}
# Only other shapes use these, so a fault is named by the shape that does.
PARTS = {
    "role-of-principal",
    "role-of-counterpart",
    "role-of-requester",
    "roles-of-sender",
    "roles-of-recipient",
}
SOUND = CASES / "exchange/valid/whole.ttl"
BROKEN = CASES / "exchange/invalid/everything-twice.ttl"
TWICE = CASES / "text/invalid/begin-twice-and-not-at-zero.ttl"


def swept(pattern: str, number: int) -> list[Path]:
    """The case files that match, which must be so many."""
    found = sorted(CASES.glob(pattern))
    assert len(found) == number, f"{pattern}: {len(found)} cases"
    return found


def called(path: Path) -> str:
    return str(path.relative_to(CASES).with_suffix(""))


def read(path: Path) -> list[ox.Quad]:
    return list(ox.parse(path=path, format=ox.RdfFormat.TRIG))


def named(path: Path) -> set[str]:
    """What a case says that it fires."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.removeprefix("# fires: ") for line in lines if line.startswith("# fires: ")}


def fired(report: Report) -> set[str]:
    return {one.source.removeprefix(SHAPE).removeprefix("check/") for one in report.results}


def tried(path: Path) -> Report:
    """The report on a case: of the shapes of its class alone, or of its check alone."""
    subject = path.parents[1].name
    table = CHECKS if path.parents[2].name == "checks" else SHAPES
    file = table[subject]
    given = [(file.name if table is SHAPES else subject, file.read_text(encoding="utf-8"))]
    shapes, checks = (given, []) if table is SHAPES else ([], given)
    return validate(read(path), shapes, checks, BASE)


VALID = [*swept("*/valid/*", 35), *swept("checks/*/valid/*", 69)]
INVALID = [*swept("*/invalid/*", 316), *swept("checks/*/invalid/*", 123)]


@pytest.fixture(scope="module")
def shapes() -> list[tuple[str, str]]:
    return [(path.name, path.read_text(encoding="utf-8")) for path in SHAPES.values()]


@pytest.fixture(scope="module")
def checks() -> list[tuple[str, str]]:
    return [(name, path.read_text(encoding="utf-8")) for name, path in CHECKS.items()]


@pytest.fixture(scope="module")
def released(publication: Folder) -> list[ox.Quad]:
    return list(ox.parse(path=publication.release / "readouts.nq", format=ox.RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def graph(shapes: list[tuple[str, str]]) -> Graph:
    """All shapes."""
    whole = Graph()
    for _, text in shapes:
        whole.parse(data=text, format="turtle")
    return whole


def own(graph: Graph) -> set[str]:
    """The names of all shapes."""
    kinds = (SH.NodeShape, SH.PropertyShape)
    return {
        str(one).removeprefix(SHAPE) for kind in kinds for one in graph.subjects(RDF.type, kind)
    }


# --- the release -----------------------------------------------------------------


def test_the_release_conforms(
    released: list[ox.Quad], shapes: list[tuple[str, str]], checks: list[tuple[str, str]]
) -> None:
    """The release violates nothing, and all shapes and checks were asked, within two seconds."""
    validate([], shapes[:1], [], BASE)
    start = time.process_time()

    report = validate(released, shapes, checks, BASE)

    assert time.process_time() - start < 2
    assert (report.shapes, report.checks) == (238, 51)
    assert report.conforms, report.text()
    assert (
        report.text()
        .splitlines()[-1]
        .startswith("conforms: 238 shapes and 51 checks, 0 violations, ")
    )


def test_what_cannot_be_compared_is_a_warning(
    released: list[ox.Quad], checks: list[tuple[str, str]]
) -> None:
    """The one office of which no tenure is known is that of Bill Gates, and it is a warning."""
    results = validate(released, [], checks, BASE).results

    assert [one.source for one in results] == ["check/tenure-unknown"]
    assert results[0].severity == "warning"
    assert results[0].focus.endswith("/bill-gates")


# --- the cases -------------------------------------------------------------------


@pytest.mark.parametrize("path", VALID, ids=called)
def test_a_valid_case_conforms(path: Path) -> None:
    """Nothing is found in a case that is valid."""
    assert tried(path).results == ()


@pytest.mark.parametrize("path", INVALID, ids=called)
def test_an_invalid_case_fires_what_it_names(path: Path) -> None:
    """In a case that is invalid, exactly what it names is found."""
    assert named(path)
    assert fired(tried(path)) == named(path)


def test_every_shape_and_every_check_has_cases(graph: Graph) -> None:
    """Every shape and check is named by an invalid case, and its class or name has a valid one."""
    asked = own(graph) | set(CHECKS)
    assert len(asked) == 238 + 51

    assert {name for path in INVALID for name in named(path)} == asked - PARTS
    assert {path.parents[1].name for path in VALID} == set(SHAPES) | set(CHECKS)
    assert {
        str(one).removeprefix(SHAPE)
        for one in graph.objects(None, SH.qualifiedValueShape)
        if isinstance(one, URIRef)
    } == PARTS


@pytest.mark.parametrize("name", SHAPES)
def test_valid_cases_hold_all_that_shapes_speak_of(name: str) -> None:
    """Every property in the path of a shape stands in a valid case of its class."""
    file = Graph().parse(SHAPES[name])
    spoken = {
        one
        for path in file.objects(None, SH.path)
        for one in [path, *file.transitive_objects(path, None)]
        if isinstance(one, URIRef) and not one.startswith(str(SH)) and one != RDF.nil
    }
    held = {
        quad.predicate.value for path in (CASES / name / "valid").iterdir() for quad in read(path)
    }

    assert spoken
    assert {str(one) for one in spoken} <= held


# --- the shapes ------------------------------------------------------------------


def test_shapes_are_sound(graph: Graph) -> None:
    """The shapes conform to the shapes of SHACL itself, and use no term that SHACL has not."""
    import pyshacl  # noqa: PLC0415 - only this test needs it

    pyshacl.validate(Graph(), shacl_graph=graph, meta_shacl=True)

    terms = {term for triple in graph for term in triple if str(term).startswith(str(SH))}
    assert len(terms) > 30
    assert all(term in SH for term in terms)


def test_shapes_are_explained(graph: Graph) -> None:
    """Every shape has an IRI, an English name and, if it can fire, a message with the mend."""
    assert not [one for one in graph.objects(None, SH.property) if isinstance(one, BNode)]
    names = own(graph)
    assert len(names) == 238
    for name in names:
        shape = URIRef(SHAPE + name)
        node = (shape, RDF.type, SH.NodeShape) in graph
        called = list(graph.objects(shape, RDFS.label if node else SH.name))
        messages = list(graph.objects(shape, SH.message))
        assert [one.language for one in called] == ["en"], name
        assert node == bool(list(graph.objects(shape, RDFS.comment))), name
        assert (0 if name in PARTS else 1) == len(messages), name
        for message in messages:
            assert message.language == "en", name
            # What is wrong, then the mend.
            assert str(message).count(". ") + str(message).count(": ") >= 1, name
            assert message.endswith("."), name


def test_no_shape_is_defined_twice(shapes: list[tuple[str, str]]) -> None:
    """Each shape stands in one file, so that a file can be read alone."""
    assert len(shapes) == 27
    names = [name for _, text in shapes for name in own(Graph().parse(data=text))]
    assert len(names) == len(set(names)) == 238


# --- the checks ------------------------------------------------------------------


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_is_explained(name: str) -> None:
    """A check says what it asks and why, and selects a focus and a message, in any engine."""
    text = CHECKS[name].read_text(encoding="utf-8")
    summary, why, *_ = text.splitlines()
    assert summary.startswith("#+ summary: ")
    assert why.startswith("#+ why: ")
    assert summary.endswith(".")
    assert why.endswith(".")

    query = prepareQuery(text)

    variables = [str(variable) for variable in query.algebra.PV]
    assert variables[0] == "focus"
    assert variables[-1] == "message"
    assert {*variables} <= {"focus", "value", "severity", "message"}
    # A check asks nobody else.
    assert "SERVICE" not in text


def test_another_engine_agrees() -> None:
    """rdflib finds rows in the invalid cases of each check alone, as Oxigraph does."""
    # The cases in TriG are left out: rdflib warns of its own Dataset in each query.
    cases = [*swept("checks/*/valid/*.ttl", 67), *swept("checks/*/invalid/*.ttl", 117)]
    for path in cases:
        graph = Graph().parse(data=path.read_text(encoding="utf-8"), format="turtle")
        rows = list(graph.query(CHECKS[path.parents[1].name].read_text(encoding="utf-8")))
        assert bool(rows) == (path.parent.name == "invalid"), called(path)
        assert all(row.message for row in rows), called(path)


# --- the report ------------------------------------------------------------------

ROW = """SELECT ?focus ?value ?severity ?message WHERE {
  VALUES (?focus ?value ?severity ?message) { %s }
}"""
DAY = (
    "This exchange does not have exactly one day as an xsd:date. "
    "Give the day that the source prints for it."
)
GIVEN = '<https://w3id.org/readouts/person/hun-sen> "洪森" '


def test_the_report_is_for_people() -> None:
    """The text says which shape, what is wrong and how to mend it, where, and the totals."""
    shapes = [("exchange.ttl", SHAPES["exchange"].read_text(encoding="utf-8"))]
    case = CASES / "exchange/invalid/date-twice.ttl"
    row = ROW % f'({GIVEN} "warning" "This is https://w3id.org/readouts/person/hun-sen. Look.")'

    assert validate(read(case), shapes, [("odd", row)], BASE).text().splitlines() == [
        "violation: shape/exchange-date",
        f"  {DAY}",
        "    exchange/2020-01-28-meeting-tedros  schema:startDate",
        "",
        "warning: check/odd",
        "  This is person/hun-sen. Look.",
        "    person/hun-sen  洪森",
        "",
        "does not conform: 17 shapes and 1 check, 1 violation, 1 warning",
    ]


def test_a_long_report_is_cut() -> None:
    """Of many places the first twelve are shown, and how many more there are."""
    rows = " ".join(f'(<urn:x:{n:02}> {"x" * 99!r} UNDEF "Wrong.")' for n in range(15))

    lines = validate([], [], [("odd", ROW % rows)], BASE).text().splitlines()

    assert lines[2] == f"    urn:x:00  {'x' * 60}"
    assert lines[-3:] == [
        "    … and 3 more",
        "",
        "does not conform: 0 shapes and 1 check, 15 violations, 0 warnings",
    ]


def test_the_report_is_shacl() -> None:
    """The Turtle is a SHACL validation report of the same results, without a blank node."""
    shapes = [("exchange.ttl", SHAPES["exchange"].read_text(encoding="utf-8"))]
    row = ROW % f'({GIVEN} UNDEF "Wrong.")'
    report = validate(read(BROKEN), shapes, [("odd", row)], BASE)

    graph = Graph().parse(data=report.turtle, format="turtle")

    whole, first = URIRef(f"{BASE}report"), URIRef(f"{BASE}report#1")
    assert len(report.results) == 4
    assert graph.value(whole, SH.conforms).toPython() is False
    assert len(set(graph.objects(whole, SH.result))) == 4
    assert not [term for triple in graph for term in triple if isinstance(term, BNode)]
    assert graph.value(first, RDF.type) == SH.ValidationResult
    assert graph.value(first, SH.focusNode) == URIRef(f"{BASE}person/hun-sen")
    assert graph.value(first, SH.value).toPython() == "洪森"
    assert graph.value(first, SH.resultSeverity) == SH.Violation
    assert graph.value(first, SH.sourceShape) == URIRef(f"{BASE}check/odd")
    component = graph.value(first, SH.sourceConstraintComponent)
    assert component == SH.SPARQLConstraintComponent
    for number in (2, 3, 4):
        node = URIRef(f"{BASE}report#{number}")
        for predicate in (SH.focusNode, SH.resultPath, SH.sourceShape, SH.resultMessage):
            assert len(list(graph.objects(node, predicate))) == 1


def test_a_report_without_results_conforms() -> None:
    """Nothing asked of nothing finds nothing, in text and in Turtle."""
    report = validate([], [], [], BASE)

    graph = Graph().parse(data=report.turtle, format="turtle")

    assert report.text() == "conforms: 0 shapes and 0 checks, 0 violations, 0 warnings\n"
    assert graph.value(URIRef(f"{BASE}report"), SH.conforms).toPython() is True


def test_two_constraints_that_say_the_same_are_one_result() -> None:
    """A shape that fires twice on one node with one message gives one result, always the same."""
    shapes = [("text.ttl", SHAPES["text"].read_text(encoding="utf-8"))]
    quads = read(TWICE)
    reports = set()
    for seed in range(5):
        random.Random(seed).shuffle(quads)  # noqa: S311 - nothing here is a secret
        report = validate(quads, shapes, [], BASE)
        assert [one.source for one in report.results] == [f"{SHAPE}text-begin"]
        assert report.turtle.count(b"sh:sourceConstraintComponent") == 1
        reports.add(report.turtle)

    assert len(reports) == 1


def test_the_hash_seed_does_not_matter() -> None:
    """Processes that order sets in other ways give the same bytes."""
    program = (
        "import sys, pathlib, pyoxigraph as ox; from readouts.validate import validate;"
        "data, shapes = map(pathlib.Path, sys.argv[1:]);"
        "quads = ox.parse(path=data, format=ox.RdfFormat.TRIG);"
        "report = validate(quads, [(shapes.name, shapes.read_text('utf-8'))], [], 'urn:x:');"
        "sys.stdout.buffer.write(report.turtle)"
    )
    for case, shapes in ((TWICE, "text"), (BROKEN, "exchange")):
        outputs = {
            subprocess.run(
                [sys.executable, "-c", program, case, SHAPES[shapes]],
                env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT / "src")},
                capture_output=True,
                check=True,
            ).stdout
            for seed in "123"
        }
        assert [b"sh:conforms false" in output for output in outputs] == [True]


def test_rows_of_a_check_are_results() -> None:
    """A row without a message still counts, and so does one with a severity that is unknown."""
    rows = (
        f'({GIVEN} "warning" UNDEF) (<urn:x:a> UNDEF "serious" "Wrong.") (UNDEF UNDEF UNDEF "Odd.")'
    )

    report = validate([], [], [("odd", ROW % rows)], BASE)

    assert report.results == (
        Result("violation", "check/odd", "", "", "", "Odd."),
        Result("violation", "check/odd", "urn:x:a", "", "", "Wrong."),
        Result(
            "warning",
            "check/odd",
            f"{BASE}person/hun-sen",
            "",
            "洪森",
            "The check odd found this, and cannot say more.",
        ),
    )
    assert not report.conforms


def test_a_blank_node_is_named_in_the_report() -> None:
    """A thing without a name gets one in the report, so that the report can be read again."""
    report = tried(CASES / "exchange/invalid/name-blank.ttl")

    assert report.results[0].focus.startswith(f"{BASE}report#blank-")
    assert f"<{report.results[0].focus}>" in report.turtle.decode()


def test_an_impossible_date_is_a_result_and_nothing_else(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """A literal that is not of its type is reported, and nothing is written or logged."""
    report = tried(CASES / "exchange/invalid/date-impossible.ttl")

    assert [one.value for one in report.results] == ["2020-01-32"]
    assert capfd.readouterr() == ("", "")
    assert caplog.records == []


# --- shapes and checks that are broken -------------------------------------------

PREFIXES = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix x: <urn:x:> .\n"
FIRST = PREFIXES + "x:shape a sh:NodeShape ; sh:targetNode x:a ; sh:nodeKind sh:IRI .\n"
MEND = "Mend the shape that this speaks of."
NO_NUMBER = "MinCountConstraintComponent sh:minCount must be a literal with datatype xsd:integer."
MORE_PATHS = "A shape defined as a PropertyShape cannot have more than one 'sh:path' property."
# What is given as shapes and as checks → the message.
FAULTS = {
    "not Turtle": (
        [("sound.ttl", FIRST), ("odd.ttl", PREFIXES + "x:shape a sh:NodeShape\nx:b x:c x:d .\n")],
        [],
        "odd.ttl, line 4: A dot is expected at the end of statements. Mend the Turtle there.",
    ),
    "unknown prefix": (
        [("odd.ttl", "x:shape a sh:NodeShape .")],
        [],
        "odd.ttl, line 1: The prefix x: has not been declared. Mend the Turtle there.",
    ),
    "property shape without a path": (
        [("sound.ttl", FIRST), ("odd.ttl", PREFIXES + "x:odd a sh:PropertyShape .")],
        [],
        f"odd.ttl: A shape defined as a PropertyShape must include one `sh:path` property. {MEND}",
    ),
    "count that is no number": (
        [
            (
                "odd.ttl",
                PREFIXES + "x:odd a sh:PropertyShape ; sh:targetNode x:a ;"
                ' sh:path x:p ; sh:minCount "one" .',
            )
        ],
        [],
        f"odd.ttl: {NO_NUMBER} {MEND}",
    ),
    "pattern that is none": (
        [
            (
                "odd.ttl",
                PREFIXES + 'x:odd a sh:NodeShape ; sh:targetNode x:a ; sh:pattern "(" .',
            )
        ],
        [],
        f"odd.ttl: missing ), unterminated subpattern at position 0. {MEND}",
    ),
    "two files that contradict each other": (
        [
            ("one.ttl", PREFIXES + "x:odd a sh:PropertyShape ; sh:path x:p ."),
            ("two.ttl", PREFIXES + "x:odd a sh:PropertyShape ; sh:path x:q ."),
        ],
        [],
        f"one.ttl, two.ttl: {MORE_PATHS} {MEND}",
    ),
    "not SPARQL": (
        [],
        [("odd", "SELECT ?focus ?message\nWHERE { ?focus a }")],
        "check/odd, line 2: not SPARQL 1.1. Mend the query there.",
    ),
    "not a SELECT": (
        [],
        [("odd", "ASK { ?focus ?p ?message }")],
        "check/odd is not a SELECT of ?focus and ?message. Select both.",
    ),
    "without a message": (
        [],
        [("odd", "SELECT ?focus WHERE { ?focus ?p ?o }")],
        "check/odd is not a SELECT of ?focus and ?message. Select both.",
    ),
}


@pytest.mark.parametrize(("shapes", "checks", "message"), FAULTS.values(), ids=FAULTS)
def test_what_is_broken_is_named(
    shapes: list[tuple[str, str]],
    checks: list[tuple[str, str]],
    message: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """A broken shape or check is a fault that names the file and the mend, and nothing else."""
    with pytest.raises(Fault) as caught:
        validate(read(SOUND), shapes, checks, BASE)

    assert caught.value.messages == (message,)
    assert caught.value.code == 1
    assert capfd.readouterr() == ("", "")
