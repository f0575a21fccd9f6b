"""The commands as a person types them: what they print, and how they end."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

PAGE = "data/source/2020-03-16-xwlb/page.txt"


def readouts(
    *words: str, cwd: Path = ROOT, stdin: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "readouts", *words],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONUTF8": "1"},
    )


def test_query_prints_a_table() -> None:
    """Without a format the answer is a table for a person, with the number of rows."""
    run = readouts("query", "exchanges", "--param", "country=france")

    assert (run.returncode, run.stderr) == (0, "")
    assert "Emmanuel Macron" in run.stdout
    assert run.stdout.endswith("\n2 rows\n")


@pytest.mark.parametrize("format_", ["csv", "tsv", "json", "xml"])
def test_query_prints_results_in_every_format(format_: str) -> None:
    """A SELECT can be had as CSV, TSV, JSON and XML, and nothing but the answer is on stdout."""
    run = readouts("query", "most-quoted", "--format", format_)

    assert (run.returncode, run.stderr) == (0, "")
    assert "António Guterres" in run.stdout


@pytest.mark.parametrize("format_", ["ttl", "jsonld", "nt", "rdf"])
def test_query_prints_graphs_in_every_format(format_: str) -> None:
    """A CONSTRUCT can be had as Turtle, JSON-LD, N-Triples and RDF/XML."""
    run = readouts("query", "cite", "--param", "statement=china-approach-04", "--format", format_)

    assert (run.returncode, run.stderr) == (0, "")
    assert "china-approach-04" in run.stdout


def test_query_lists_the_questions() -> None:
    """The list names every stored query with its question and parameters."""
    run = readouts("query", "--list")

    assert run.returncode == 0
    assert len(run.stdout.splitlines()) == len(list((ROOT / "queries").glob("*.rq"))) == 22
    assert "Which exchanges does a source list" in run.stdout
    assert "[kind, counterpart, country, from, to, lang]" in run.stdout


def test_sparql_answers_every_form() -> None:
    """SELECT, ASK and CONSTRUCT are answered; prefixes need not be declared; - reads stdin."""
    select = "SELECT (COUNT(*) AS ?n) { ?x a dro:Exchange }"

    assert '"21"' in readouts("sparql", select, "--format", "json").stdout
    assert readouts("sparql", "-", "--format", "csv", stdin=select).stdout == "n\n21\n"
    assert readouts("sparql", "ASK { ?x a dro:Letter }").stdout == "true\n"
    graph = "CONSTRUCT { ?x a dro:Talks } WHERE { ?x a dro:Talks }"
    assert "a dro:Talks" in readouts("sparql", graph).stdout


def test_build_check_says_nothing_when_all_is_well() -> None:
    """A release that is fresh is no news."""
    run = readouts("build", "--check")

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


def test_check_reports_in_words_and_in_rdf() -> None:
    """The report ends with a line of totals; as Turtle it is a standard SHACL report."""
    run = readouts("check")
    assert run.returncode == 0, run.stderr
    assert "0 violations" in run.stdout.splitlines()[-1]

    run = readouts("check", "--format", "ttl")
    assert run.returncode == 0
    assert "sh:conforms true" in run.stdout


def test_check_names_what_does_not_conform(copy: Path) -> None:
    """A tenure that ends before the exchange is a violation: exit 1, with the mend."""
    path = copy / "data/authority/tenures.csv"
    text = path.read_text(encoding="utf-8")
    changed = text.replace(
        "prime-minister-of-malaysia,2018-05-10,2020-03-01",
        "prime-minister-of-malaysia,2018-05-10,2020-02-01",
    )
    assert text != changed
    path.write_text(changed, encoding="utf-8")

    run = readouts("check", cwd=copy)

    assert run.returncode == 1
    assert "counterpart-not-in-office" in run.stdout
    assert "mahathir" in run.stdout
    build = readouts("build", cwd=copy)
    assert build.returncode == 1
    assert "counterpart-not-in-office" in build.stderr
    assert "Traceback" not in run.stderr + build.stderr


def test_read_accounts_for_a_page(tmp_path: Path) -> None:
    """Of any page it is told what was understood, and each line that was not ends it with 1."""
    run = readouts("read", PAGE)
    assert (run.returncode, run.stderr) == (0, "")
    assert "21 exchanges" in run.stdout

    page = tmp_path / "other.txt"
    text = (ROOT / PAGE).read_text(encoding="utf-8")
    page.write_text(text.replace("首相洪森", "首相洪深"), encoding="utf-8")
    run = readouts("read", str(page))
    assert run.returncode == 1
    assert "20 exchanges" in run.stdout
    assert "other.txt, line 10: “洪深” is not a person known here" in run.stderr


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["query", "exchange"], 2, "There is no stored query named exchange. There are: "),
        (["query", "exchanges", "--param", "kind=visit"], 2, "kind is 'visit'. It must be one of"),
        (["query", "exchanges", "--param", "kind"], 2, "'kind' is no parameter"),
        (["query", "exchanges", "--param", "a=b"], 2, "exchanges has no parameter 'a'"),
        (["query", "exchanges", "--param", "kind=call", "--param", "kind=call"], 2, "given twice"),
        (["query", "exchanges", "--format", "ttl"], 2, "cannot be written as ttl"),
        (["query", "cite", "--format", "csv"], 2, "cannot be written as csv"),
        (["query", "exchanges", "--format", "pdf"], 2, "pdf"),
        (
            ["sparql", "SELECT"],
            2,
            "query: error at line 1, column 7, near “SELECT”: expected",
        ),
        (["sparql", "INSERT DATA { <a:a> <a:a> <a:a> }"], 2, "This is not a SPARQL query"),
        (["read", "none.txt"], 2, "none.txt cannot be read: No such file or directory."),
        (["read", "data"], 2, "data cannot be read: Is a directory."),
        (["query", "exchanges", "--endpoint", "http://127.0.0.1:9/sparql"], 2, "cannot be asked"),
        (["build", "--folder", "tests"], 2, "tests is not a publication folder"),
        (["--folder", "tests", "query", "--list"], 2, "tests is not a publication folder"),
        (["serve", "--release", "tests"], 2, "tests/manifest.json cannot be read"),
        (["no-such-verb"], 2, "no-such-verb"),
    ],
)
def test_a_wrong_call_ends_with_2_and_a_sentence(words: list[str], code: int, told: str) -> None:
    """Errors are a sentence or two on stderr that name the thing; never a traceback."""
    run = readouts(*words)

    assert code == run.returncode
    assert told in run.stderr
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


def test_broken_tables_ontology_and_shapes_are_named(copy: Path) -> None:
    """Whatever file is at fault, the build ends with 1 and names it."""
    for path, text in (
        ("data/authority/people.csv", "slug,zh\n"),
        ("ontology/dro.ttl", "@prefix a: <b> .\nnonsense\n"),
        ("ontology/context.jsonld", "{"),
        ("shapes/person.ttl", "@prefix sh: <http://www.w3.org/ns/shacl#> .\n]"),
        ("queries/checks/dangling-iri.rq", "SELECT ?focus { "),
        ("data/authority/translations.csv", None),
    ):
        kept = (copy / path).read_bytes()
        (copy / path).write_bytes(
            kept.replace("举全国之力".encode(), "举全省之力".encode())
            if text is None
            else text.encode()
        )
        run = readouts("build", cwd=copy)
        assert run.returncode == 1, (path, run.stderr)
        assert Path(path).name.removesuffix(".rq") in run.stderr, (path, run.stderr)
        assert "Traceback" not in run.stderr, run.stderr
        (copy / path).write_bytes(kept)


def test_anywhere_else_the_package_answers(tmp_path: Path) -> None:
    """Outside a publication folder the verbs work on the copy that is installed."""
    run = readouts("query", "exchanges", "--format", "csv", cwd=tmp_path)

    assert (run.returncode, run.stderr) == (0, "")
    assert len(run.stdout.splitlines()) == 22


def test_the_folder_in_which_one_stands_comes_first(copy: Path) -> None:
    """In a publication folder the verbs work on that folder."""
    shutil.rmtree(copy / "data/release")

    run = readouts("query", "exchanges", cwd=copy)
    assert run.returncode == 2
    assert "Run `readouts build` first" in run.stderr
    assert readouts("query", "exchanges", "--folder", str(ROOT), cwd=copy).returncode == 0
    assert readouts("--folder", str(ROOT), "query", "exchanges", cwd=copy).returncode == 0


def test_a_reader_that_has_enough_is_no_error() -> None:
    """`readouts … | head` ends quietly."""
    run = subprocess.run(  # noqa: S602 - the pipe is what is tested
        f"'{sys.executable}' -m readouts query rebuild-the-page --format json | head -c 10",
        shell=True,
        cwd=ROOT,
        capture_output=True,
        check=False,
    )

    assert run.stderr == b""


def test_every_verb_has_help() -> None:
    """Every verb says what it does."""
    told = readouts("--help").stdout
    for verb in ("build", "check", "read", "query", "sparql", "serve"):
        assert verb in told
        assert "Usage: " in readouts(verb, "--help").stdout


def test_the_version_is_that_of_the_package_and_of_the_data() -> None:
    """One version: of the command, of the release, of the citation."""
    version = readouts("--version").stdout.split()[-1]

    assert version == json.loads((ROOT / "data/release/manifest.json").read_bytes())["version"]
    assert f"version: {version}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f'owl:versionInfo "{version}"' in (ROOT / "ontology/dro.ttl").read_text(encoding="utf-8")
