"""The files that people take away: read by parsers of others, and without words when so asked."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from pyld import jsonld

from conftest import BASE, ROOT, TEXT, Client
from readouts import build, query
from readouts.fault import Misuse
from readouts.folder import Folder
from readouts.formats import hashed
from readouts.release import read
from readouts.serve import application
from readouts.store import Embedded
from readouts.validate import validate
from readouts.vocab import DRO, NIF, RDF

RELEASE = ROOT / "data/release"
# The parsers of rapper and of rdflib. Of JSON-LD rapper knows nothing.
PARSERS = {
    "ttl": ("turtle", "turtle"),
    "trig": ("trig", "trig"),
    "nt": ("ntriples", "nt11"),
    "nq": ("nquads", "nquads"),
    "rdf": ("rdfxml", "xml"),
    "jsonld": ("", "json-ld"),
}
GRAPHS = ("trig", "nq", "jsonld")
NAMES = [f"{stem}.{suffix}" for stem in ("readouts", "readouts-core") for suffix in PARSERS]
CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]{4,}")
MANIFEST = json.loads((RELEASE / "manifest.json").read_bytes())


def runs(text: str) -> set[str]:
    """Every run of four Chinese characters."""
    found = CHINESE.findall(text)
    return {one[at : at + 4] for one in found for at in range(len(one) - 3)}


def quads(path: Path) -> set[ox.Quad]:
    return set(ox.parse(path=path))


@pytest.fixture(scope="module")
def whole() -> set[ox.Quad]:
    return quads(RELEASE / "readouts.nq")


@pytest.fixture(scope="module")
def wordless(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release without quoted words, as the command makes it."""
    folder = tmp_path_factory.mktemp("republished") / "release"
    command = ["build", "--without-quotes", "--out", str(folder)]
    run = subprocess.run(
        [sys.executable, "-m", "readouts", *command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    return folder


# --- read by others --------------------------------------------------------------


def test_every_file_of_the_dataset_is_tried_here() -> None:
    """The manifest names these twelve files, full and core in six formats, and no others."""
    told = {name for name, one in MANIFEST["files"].items() if "distribution" in one}
    assert told == set(NAMES)
    assert len(NAMES) == 12


@pytest.mark.parametrize("name", [one for one in NAMES if not one.endswith(".jsonld")])
def test_rapper_reads_a_dump_without_a_warning(name: str) -> None:
    """Raptor reads each dump, finds as many triples as the manifest says, and has no complaint."""
    rapper = shutil.which("rapper")
    if rapper is None:
        pytest.skip("rapper is not installed. It is in the Debian package raptor2-utils.")
    parser = PARSERS[name.rpartition(".")[2]][0]
    run = subprocess.run(
        [rapper, "--count", "--input", parser, str(RELEASE / name), BASE],
        capture_output=True,
        text=True,
        check=False,
    )
    begun, ended, *others = run.stderr.splitlines()
    assert (run.returncode, run.stdout, others) == (0, "", [])
    assert begun.startswith("rapper: Parsing URI")
    assert ended == f"rapper: Parsing returned {MANIFEST['files'][name]['triples']} triples"


def test_riot_validates_every_dump() -> None:
    """Apache Jena reads every dump and the description, and warns of nothing."""
    riot = shutil.which("riot")
    jars = sorted(Path.home().glob(".cache/readouts/jena-fuseki-server-*.jar"))
    if riot is None and not (jars and shutil.which("java")):
        pytest.skip(
            "riot is not installed. Put Apache Jena's bin/ on the PATH, or Java and "
            "jena-fuseki-server-<version>.jar of Maven Central into ~/.cache/readouts/."
        )
    command = [riot] if riot else ["java", "-cp", str(jars[-1]), "riotcmd.riot"]
    files = [str(RELEASE / name) for name in (*NAMES, "dataset.ttl")]
    run = subprocess.run(
        [*command, "--validate", *files], capture_output=True, text=True, check=False
    )
    lines = (run.stdout + run.stderr).splitlines()
    assert run.returncode == 0, lines
    assert [line for line in lines if "INFO" not in line and line.strip()] == []


@pytest.mark.parametrize("name", NAMES)
def test_rdflib_reads_the_same_out_of_every_format(name: str) -> None:
    """The statements that rdflib finds in a file are those of the N-Quads, graphs included."""
    stem, _, suffix = name.rpartition(".")
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=(RELEASE / name).read_bytes(), format=PARSERS[suffix][1])
    found = {tuple(term.n3() for term in one[:3]) for one in dataset.quads()}
    reference = rdflib.Dataset(default_union=True)
    reference.parse(data=(RELEASE / f"{stem}.nq").read_bytes(), format="nquads")
    assert found == {tuple(term.n3() for term in one[:3]) for one in reference.quads()}
    assert len(found) == MANIFEST["files"][name]["triples"]
    if suffix in GRAPHS:
        assert {str(one[3]) for one in dataset.quads()} == set(MANIFEST["graphs"])


@pytest.mark.parametrize("stem", ["readouts", "readouts-core"])
def test_pyld_reads_the_same_out_of_jsonld(stem: str) -> None:
    """A processor of JSON-LD 1.1 makes the quads of the N-Quads of it, and fetches nothing."""

    def refuse(url: str, _: object) -> None:
        raise AssertionError(url)

    document = json.loads((RELEASE / f"{stem}.jsonld").read_bytes())
    told = {"format": "application/n-quads", "documentLoader": refuse}
    found = set(ox.parse(jsonld.to_rdf(document, told), format=ox.RdfFormat.N_QUADS))
    assert found == quads(RELEASE / f"{stem}.nq")


@pytest.mark.parametrize("name", NAMES)
def test_a_dump_holds_what_its_distribution_holds(name: str, whole: set[ox.Quad]) -> None:
    """Full is everything; core is everything but the words of the page, whole and in passages."""
    core = name.startswith("readouts-core")
    wanted = {one for one in whole if one.predicate not in (NIF.isString, NIF.anchorOf)}
    assert 400 < len(whole) - len(wanted) < 600
    held = wanted if core else whole
    if name.rpartition(".")[2] in GRAPHS:
        assert quads(RELEASE / name) == held
    else:
        assert {one.triple for one in quads(RELEASE / name)} == {one.triple for one in held}


# --- what the manifest proves ----------------------------------------------------


@pytest.mark.parametrize(("stem", "told"), [("readouts", MANIFEST), ("readouts-core", None)])
def test_the_manifest_counts_each_distribution(stem: str, told: dict | None) -> None:
    """Counts by graph and by class are those of the files, and so are the hashes of graphs."""
    told = told or MANIFEST["core"]
    held = quads(RELEASE / f"{stem}.nq")
    graphs = Counter(one.graph_name.value for one in held)
    classes = Counter(
        one.object.value for one in {q.triple for q in held} if one.predicate == RDF.type
    )
    assert told["graphs"] == graphs
    assert told["classes"] == classes
    assert (told["quads"], told["triples"]) == (len(held), len({one.triple for one in held}))
    assert told["distribution"] == ("full" if stem == "readouts" else "core")
    assert hashed(held) == told["rdfc10Sha256"]
    for name in graphs:
        # As the documentation says how: sorted lines of N-Triples, each with its line feed.
        one = {quad.triple for quad in held if quad.graph_name.value == name}
        lines = sorted(ox.serialize(one, format=ox.RdfFormat.N_TRIPLES).splitlines(keepends=True))
        assert told["graphHashes"][name] == hashlib.sha256(b"".join(lines)).hexdigest()


def test_quads_are_counted_where_there_are_graphs() -> None:
    """A file in a format with named graphs says how many quads it has, any other says none."""
    for name, told in MANIFEST["files"].items():
        is_named = name in NAMES and name.rpartition(".")[2] in GRAPHS
        assert bool(told["quads"]) == is_named, name


# --- without quoted words --------------------------------------------------------


def test_no_quoted_words_remain(wordless: Path, whole: set[ox.Quad]) -> None:
    """No run of four Chinese characters of a quoted statement stands in any file of it."""
    quoted = {
        run for one in whole if one.predicate == DRO.quoteText for run in runs(one.object.value)
    }
    names = {path.name for path in wordless.iterdir()}
    assert len(quoted) > 800
    assert {"readouts.ttl", "readouts.nq", "manifest.json", "dataset.ttl"} <= names
    for path in wordless.iterdir():
        # N-Triples, N-Quads and JSON may escape what they write.
        text = path.read_text(encoding="utf-8")
        plain = re.sub(r"\\u([0-9A-Fa-f]{4})", lambda found: chr(int(found[1], 16)), text)
        assert not quoted & runs(plain), path.name


def test_no_words_of_the_page_remain_but_names(wordless: Path, whole: set[ox.Quad]) -> None:
    """What is left of the page's words are names and terms that the authority records give."""
    page = next(one.object.value for one in whole if one.predicate == NIF.isString)
    left = {
        one.object.value
        for one in quads(wordless / "readouts.nq")
        if isinstance(one.object, ox.Literal) and runs(one.object.value) & runs(page)
        if one.graph_name.value.endswith(f"/graph/{TEXT}")
    }
    assert len(runs(page)) > 1000
    # The editors say where the page comes from, in their own words.
    assert {one[:3] for one in left} <= {"一处转", "文本归"}


def test_offsets_and_checksums_remain(wordless: Path, whole: set[ox.Quad]) -> None:
    """Every passage, its place and the checksum of the text are as in the full release."""
    kept = quads(wordless / "readouts.nq")
    assert kept < whole
    for predicate in (NIF.beginIndex, NIF.endIndex, NIF.referenceContext, DRO.sha256):
        held = {one for one in whole if one.predicate == predicate}
        assert held and held <= kept
    classes = json.loads((wordless / "manifest.json").read_bytes())["classes"]
    assert classes == MANIFEST["classes"]


def test_what_shapes_miss_in_it_is_words(wordless: Path, publication: Folder) -> None:
    """The totals hold; shapes miss the words and the labels that were made of words, no more."""
    shapes = [(path.name, path.read_text(encoding="utf-8")) for path in publication.shapes()]
    report = validate(quads(wordless / "readouts.nq"), shapes, [], BASE)
    fired = {one.source.removeprefix(f"{BASE}shape/") for one in report.results}
    assert not [name for name in fired if name.startswith("xwlb")]
    # Of one tenure the evidence has no address, with words as without.
    assert fired == {
        *("concept-label", "copy-label", "exchange-label", "heading-printed"),
        *("membership-label", "office-label", "organisation-label", "participation-label"),
        *("passage-words", "report-description", "statement-label", "statement-normalised"),
        *("statement-text", "tenure-label", "tenure-sourced", "text-label", "text-words"),
        "translation-text",
    }


def test_its_manifest_says_what_it_is(wordless: Path) -> None:
    """The manifest names the distribution and the properties that were left out."""
    told = json.loads((wordless / "manifest.json").read_bytes())
    assert told["distribution"] == "without-quotes"
    assert {DRO.quoteText.value, NIF.isString.value, NIF.anchorOf.value} <= set(told["without"])
    assert "core" not in told
    assert told["rdfc10Sha256"] != MANIFEST["rdfc10Sha256"]
    titles = (wordless / "dataset.ttl").read_text(encoding="utf-8")
    assert titles.count("Everything but quoted words, in ") == 6


def test_it_is_served_like_any_other(wordless: Path, publication: Folder) -> None:
    """Things, their pages, the text without its words, queries and files all answer."""
    stored = query.load(publication.queries)
    client = Client(application(read(wordless), Embedded(wordless), stored))
    for path in (
        "/",
        "/things.html",
        f"/text/{TEXT}.html",
        "/statement/china-approach-04.ttl",
        "/exchange/2020-02-13-call-mahathir-mohamad.html",
        "/dumps/readouts.trig",
        "/dumps/readouts.trig.gz",
    ):
        answer = client.get(path)
        assert answer.status_code == 200, path
    rows = client.get("/queries/exchanges.json").json()["results"]["bindings"]
    assert len(rows) == 21
    assert client.get("/queries/exchanges-by-kind.csv").text.count("\n") == 6


def test_it_can_be_compared_with_a_fresh_build(wordless: Path, tmp_path: Path) -> None:
    """With --check nothing is written: what differs from a build of the same kind is named."""
    command = [sys.executable, "-m", "readouts", "build", "--check", "--without-quotes", "--out"]
    for folder, code, told in ((wordless, 0, ""), (tmp_path / "no", 1, "readouts.nq is missing")):
        run = subprocess.run(
            [*command, str(folder)], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert (run.returncode, run.stdout) == (code, "")
        assert told in run.stderr
    assert not (tmp_path / "no").exists()


def test_it_never_takes_the_place_of_the_release(copy: Path) -> None:
    """Without another folder nothing is made, and a folder with other files is left alone."""
    folder = Folder(copy)
    for out in (None, folder.release, folder.release / "../release"):
        with pytest.raises(Misuse, match="--out"):
            build.elsewhere(folder, out)
    before = {path.name: path.read_bytes() for path in folder.release.iterdir()}
    for words in ([], ["--out", "data/release"], ["--out", "data"], ["--out", "ontology/dro.ttl"]):
        run = subprocess.run(
            [sys.executable, "-m", "readouts", "build", "--without-quotes", *words],
            cwd=copy,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (run.returncode, run.stdout) == (2, "")
        assert run.stderr.count("\n") == 1
    assert {path.name: path.read_bytes() for path in folder.release.iterdir()} == before
    assert not (copy / "data/manifest.json").exists()


# --- served ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def client(publication: Folder, embedded: Embedded) -> Client:
    made, stored = read(publication.release), query.load(publication.queries)
    return Client(application(made, embedded, stored))


def test_every_file_can_be_had_in_gzip(client: Client) -> None:
    """FILE.gz is FILE in gzip, a file to take away: the same bytes always, coded no second time."""
    for name in (*MANIFEST["files"], "manifest.json"):
        answer = client.get(f"/dumps/{name}.gz", headers={"Accept-Encoding": "gzip"})
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/gzip")
        assert "content-encoding" not in answer.headers
        assert gzip.decompress(answer.content) == (RELEASE / name).read_bytes()
        # No name and no time stand in the head of it (RFC 1952 §2.3).
        assert answer.content[3:8] == bytes(5)
        assert answer.headers["etag"] != client.get(f"/dumps/{name}").headers["etag"]
    for name in ("nothing.gz", ".gz", "readouts.nq.gz.gz"):
        assert client.get(f"/dumps/{name}").status_code == 404


def test_a_file_may_also_come_coded(client: Client) -> None:
    """A client that takes gzip on the way gets the file itself, smaller."""
    answer = client.get("/dumps/readouts.nq", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.content == (RELEASE / "readouts.nq").read_bytes()
    assert int(answer.headers["content-length"]) < len(answer.content) / 10


def test_the_dumps_are_listed(client: Client) -> None:
    """/dumps/ lists every file with size and checksum; a browser is led to the list for people."""
    files = client.get("/dumps/").json()["files"]
    assert {one["name"] for one in files} == {*MANIFEST["files"], "manifest.json"}
    for one in files:
        content = client.get(f"/dumps/{one['address']}").content
        assert len(content) == one["bytes"]
        assert one["sha256"] in ("", hashlib.sha256(content).hexdigest())
        assert client.get(f"/dumps/{one['gzip']}").status_code == 200
    assert client.get("/dumps").headers["location"] == "dumps/"
    page = client.get("/dumps/", headers={"Accept": "text/html"})
    assert (page.status_code, page.headers["location"]) == (303, "../data.html")
    assert client.get("/dumps/", headers={"Accept": "image/png"}).status_code == 406
