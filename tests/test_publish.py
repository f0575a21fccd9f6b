from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib

from conftest import ROOT
from readouts import publish
from readouts.fault import Misuse
from readouts.folder import Folder
from readouts.release import read

RELEASE = ROOT / "data/release"
FORMATS = {"ttl": "turtle", "trig": "trig", "nq": "nquads", "jsonld": "json-ld", "rdf": "xml"}


@pytest.fixture(scope="module")
def quads() -> set[ox.Quad]:
    return set(ox.parse(path=RELEASE / "readouts.nq"))


def readouts(*words: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "readouts", *words],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def test_the_release_is_what_a_build_makes(publication: Folder) -> None:
    """The committed release equals a fresh build byte for byte."""
    run = readouts("build", "--check", cwd=publication.root)

    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("seed", "zone"), [("0", "UTC"), ("1", "Asia/Shanghai"), ("4711", "America/New_York")]
)
def test_a_build_is_the_same_anywhere_and_anytime(copy: Path, seed: str, zone: str) -> None:
    """Neither hash seed nor time zone nor an empty folder to start from changes a byte."""
    for path in (copy / "data/release").iterdir():
        path.unlink()

    run = readouts("build", cwd=copy, PYTHONHASHSEED=seed, TZ=zone)

    assert run.returncode == 0, run.stderr
    made = {path.name: path.read_bytes() for path in (copy / "data/release").iterdir()}
    assert {path.name: path.read_bytes() for path in RELEASE.iterdir()} == made


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_holds_the_same_triples_for_oxigraph(quads: set[ox.Quad], suffix: str) -> None:
    """Each file parses back to the same statements; those with named graphs to the same quads."""
    parsed = set(ox.parse(path=RELEASE / f"readouts.{suffix}"))

    if suffix in ("ttl", "rdf"):
        assert {quad.triple for quad in quads} == {quad.triple for quad in parsed}
    else:
        assert quads == parsed


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_holds_the_same_triples_for_rdflib(quads: set[ox.Quad], suffix: str) -> None:
    """A second parser, written by others, reads the same triples out of each file."""
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=(RELEASE / f"readouts.{suffix}").read_bytes(), format=FORMATS[suffix])
    triples = {tuple(term.n3() for term in quad[:3]) for quad in dataset.quads()}
    wanted = rdflib.Graph().parse(data=(RELEASE / "readouts.ttl").read_bytes())

    assert {tuple(term.n3() for term in triple) for triple in wanted} == triples
    assert len({quad.triple for quad in quads}) == len(triples)


def test_nquads_are_sorted(quads: set[ox.Quad]) -> None:
    """The N-Quads are in the order of their lines, the form in which releases are compared."""
    lines = (RELEASE / "readouts.nq").read_bytes().splitlines()

    assert sorted(lines) == lines
    assert len(quads) == len(lines)


def test_the_manifest_tells_the_truth(quads: set[ox.Quad]) -> None:
    """Sizes, checksums, counts and the canonical hash in the manifest are those of the files."""
    manifest = json.loads((RELEASE / "manifest.json").read_bytes())
    for name, told in manifest["files"].items():
        data = (RELEASE / name).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (told["bytes"], told["sha256"])
        if name.startswith("readouts."):
            assert told["triples"] == sum(1 for _ in ox.parse(path=RELEASE / name))
    assert {path.name for path in RELEASE.iterdir()} == {*manifest["files"], "manifest.json"}
    assert len(quads) == manifest["quads"] == sum(manifest["graphs"].values())
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines = sorted(ox.serialize(dataset, format=ox.RdfFormat.N_QUADS).splitlines(keepends=True))
    assert manifest["rdfc10Sha256"] == hashlib.sha256(b"".join(lines)).hexdigest()
    # Without blank nodes the canonical form is the sorted N-Quads.
    assert manifest["rdfc10Sha256"] == manifest["files"]["readouts.nq"]["sha256"]


def test_jsonld_is_for_people() -> None:
    """JSON-LD has plain keys, labels by language, numbers as numbers, and carries its context."""
    document = json.loads((RELEASE / "readouts.jsonld").read_bytes())
    (graph,) = [one for one in document["graph"] if one["id"] == "graph/2020-03-16-xwlb"]
    nodes = {node["id"]: node for node in graph["graph"]}
    call = nodes["exchange/2020-02-13-call-mahathir-mohamad"]

    assert call["type"] == ["Exchange", "PhoneCall"]
    assert call["date"] == "2020-02-13"
    assert call["position"] == 8
    assert {"en", "zh-hans"} == set(call["label"])
    assert "dro" in document["@context"]


def test_turtle_is_for_people() -> None:
    """Turtle has sorted prefixes, relative IRIs and an empty line before each subject."""
    text = (RELEASE / "readouts.ttl").read_text(encoding="utf-8")
    prefixes = [line for line in text.splitlines() if line.startswith("@prefix")]

    assert sorted(prefixes) == prefixes
    assert "\n\n<exchange/2020-02-13-call-mahathir-mohamad> a dro:Exchange" in text


def test_check_names_what_differs(copy: Path) -> None:
    """A release that was edited, added to or robbed of a file is told apart and left alone."""
    release = copy / "data/release"
    (release / "readouts.ttl").write_bytes(b"@prefix a: <b> .\n")
    (release / "readouts.rdf").unlink()
    (release / "note.txt").write_text("mine")

    run = readouts("build", "--check", cwd=copy)

    assert run.returncode == 1
    assert "readouts.ttl, line 1: differs" in run.stderr
    assert "readouts.rdf is missing" in run.stderr
    assert "note.txt is not made by a build" in run.stderr
    assert (release / "readouts.ttl").read_bytes() == b"@prefix a: <b> .\n"


def test_no_file_is_ever_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When writing fails the folder holds what it held before, and no leavings."""
    (tmp_path / "a").write_bytes(b"old")

    def full(_path: Path, _mode: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "chmod", full)
    with pytest.raises(Misuse, match="No space left"):
        publish.write({"a": b"new", "b": b"new"}, tmp_path)

    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"a": b"old"}


def test_a_folder_without_a_manifest_is_no_release(tmp_path: Path) -> None:
    """A folder that holds no manifest is refused in a sentence with the mend."""
    with pytest.raises(Misuse, match="Run `readouts build` first"):
        read(tmp_path)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(Misuse, match="is not a manifest"):
        read(tmp_path)
