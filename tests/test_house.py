"""The house itself: its laws, its measures, and the files that describe it."""

from __future__ import annotations

import ast
import json
import re
import statistics
import subprocess
import sys
import tomllib
from itertools import chain
from pathlib import Path

from conftest import ROOT

SOURCES = sorted((ROOT / "src/readouts").rglob("*.py"))


def test_the_top_level_is_as_agreed() -> None:
    """Nothing lies at the top of the repository but what was agreed."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.split("\n")
    top = {path.split("/")[0] for path in tracked if path}

    assert top <= {
        ".ci",
        ".gitignore",
        "CITATION.cff",
        "LICENSE",
        "Makefile",
        "README.md",
        "data",
        "ontology",
        "pyproject.toml",
        "queries",
        "shapes",
        "src",
        "tests",
    }


def test_imports_run_one_way() -> None:
    """The import contracts hold, and there are three of them."""
    command = str(Path(sys.executable).parent / "lint-imports")
    run = subprocess.run([command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert run.returncode == 0, run.stdout
    assert "Contracts: 3 kept, 0 broken." in run.stdout


def test_files_can_be_seen_whole() -> None:
    """The median file has fewer than 150 lines and none more than 250."""
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES]

    assert len(lengths) > 40
    assert statistics.median(lengths) < 150
    assert max(lengths) <= 250


def test_functions_are_a_screen_at_most() -> None:
    """Nine functions of ten have at most 30 lines and none more than 50."""
    lengths = sorted(
        (node.end_lineno or 0) - node.lineno + 1
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )

    assert len(lengths) > 200
    assert lengths[len(lengths) * 9 // 10] <= 30
    assert lengths[-1] <= 50


def test_no_own_module_is_imported_inside_a_function() -> None:
    """What a module needs of ours stands at its top, where the direction can be seen."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                hidden = [
                    one
                    for one in ast.walk(node)
                    if isinstance(one, ast.ImportFrom) and (one.module or "").startswith("readouts")
                ]
                assert not hidden, path


def test_modules_have_plain_names() -> None:
    """No module is a drawer for what found no place."""
    names = {path.stem for path in SOURCES}

    assert not names & {"utils", "util", "helpers", "helper", "common", "manager", "misc", "base"}
    assert all(re.fullmatch(r"[a-z]+|__\w+__", name) for name in names)


def test_every_test_states_a_truth() -> None:
    """Every test has a docstring: one sentence that is false when the test fails."""
    count = 0
    for path in sorted((ROOT / "tests").glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                count += 1
                assert (ast.get_docstring(node) or "").endswith("."), f"{path.name}: {node.name}"
    assert count > 150


def test_every_dependency_says_why() -> None:
    """Each dependency stands on a line of its own with its reason."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    settings = tomllib.loads(text)
    extras = settings["project"]["optional-dependencies"].values()
    named = [*settings["project"]["dependencies"], *chain.from_iterable(extras)]

    assert len(named) > 15
    for name in named:
        assert re.search(rf'"{re.escape(name)}",\s+# \w+', text), name


def test_the_house_speaks_of_itself_alone() -> None:
    """No file names a machine, a path of one, or how the project is developed."""
    paths = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    forbidden = re.compile("/" + "work/|/" + "root/|pypi" + r"\.org")
    read = 0
    for path in paths:
        given = path.startswith(("data/release/", "data/authority/", "data/source/"))
        if not given and not path.endswith(".png"):
            read += 1
            assert not forbidden.search((ROOT / path).read_text(encoding="utf-8")), path
    assert read > 100


def test_the_manifest_counts_what_the_readme_says() -> None:
    """The numbers in the README are those of the release."""
    manifest = json.loads((ROOT / "data/release/manifest.json").read_bytes())
    text = (ROOT / "README.md").read_text(encoding="utf-8")

    assert f"{manifest['triples']:,} triples" in text
