"""What the release says of itself: complete by DCAT 3 and VoID, true by counting, in one place."""

from __future__ import annotations

import gzip
import hashlib
import html
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from conftest import BASE, ROOT, Client
from readouts import publish, query
from readouts.fault import Misuse
from readouts.folder import Folder
from readouts.publish.description import describe
from readouts.publish.distribution import full
from readouts.release import read
from readouts.render import schemaorg
from readouts.serve import application
from readouts.store import Embedded
from readouts.validate import validate
from readouts.vocab import DCTERMS, FOAF, PREFIXES

RELEASE = ROOT / "data/release"
DATASET = ox.NamedNode(f"{BASE}dataset")
DCAT_DATASET = """dcterms:title dcterms:description dcterms:identifier dcterms:issued
    dcterms:license dcterms:rights dcterms:creator dcterms:publisher dcterms:language
    dcterms:spatial dcterms:temporal dcterms:accrualPeriodicity dcat:keyword dcat:theme
    dcat:landingPage dcat:distribution dcat:version dcat:hasVersion dcat:hasCurrentVersion"""
VOID_DATASET = """void:triples void:entities void:classes void:properties void:distinctSubjects
    void:distinctObjects void:classPartition void:propertyPartition void:exampleResource
    void:vocabulary void:uriSpace void:sparqlEndpoint void:dataDump void:feature void:subset"""
# What DCAT 3 (§6.4, §6.8, §6.16, §11) and DCAT-AP 3 ask or recommend, and VoID (§2 to §5). A
# contact point is not among them: the editors have given no address.
WANTED = {
    "a dcat:Dataset": f"{DCAT_DATASET} {VOID_DATASET}",
    "a dcat:Distribution": """dcterms:title dcterms:description dcterms:issued dcterms:license
        dcterms:format dcat:accessURL dcat:downloadURL dcat:mediaType dcat:byteSize
        spdx:checksum""",
    "a spdx:Checksum": "spdx:algorithm spdx:checksumValue",
    "a dcterms:PeriodOfTime": "dcat:startDate dcat:endDate",
    "a dcat:Resource": "dcterms:title dcterms:issued dcat:version dcat:isVersionOf",
    "a void:DatasetDescription": "dcterms:title foaf:primaryTopic",
    "a void:Linkset": """dcterms:title void:subjectsTarget void:objectsTarget void:linkPredicate
        void:triples""",
    "^void:classPartition []": "void:class void:entities void:exampleResource",
    "^void:propertyPartition []": """void:property void:triples void:distinctSubjects
        void:distinctObjects""",
    "^dcterms:isPartOf+ [] ; a void:Dataset": "",
}
# What VoID says a count is of (§4.2, §4.6, §5), asked of the dump.
COUNTED = {
    "triples": "(COUNT(*) AS ?n) { ?s ?p ?o }",
    "entities": f'(COUNT(DISTINCT ?s) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}")) }}',
    "distinctSubjects": "(COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "distinctObjects": "(COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": "(COUNT(DISTINCT ?o) AS ?n) { ?s a ?o }",
    "properties": "(COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
}


def asked(store: ox.Store, text: str) -> list[tuple[str, ...]]:
    """The rows of a query over all graphs, as text."""
    rows = store.query(text, prefixes=PREFIXES, use_default_graph_as_union=True)
    return [tuple(term.value for term in row) for row in rows]


@pytest.fixture(scope="module")
def dump() -> ox.Store:
    """The dataset, as the N-Quads have it."""
    store = ox.Store()
    store.bulk_load(path=RELEASE / "readouts.nq", format=ox.RdfFormat.N_QUADS)
    return store


@pytest.fixture(scope="module")
def client(publication: Folder, embedded: Embedded) -> Client:
    made, stored = read(publication.release), query.load(publication.queries)
    return Client(application(made, embedded, stored))


@pytest.fixture(scope="module")
def served(client: Client) -> ox.Store:
    """What the server says of the dataset."""
    store = ox.Store()
    store.load(client.get("/dataset.nt").content, format=ox.RdfFormat.N_TRIPLES)
    return store


@pytest.fixture(scope="module")
def said() -> ox.Store:
    """What the files of the release say of the dataset: its graph, and the description."""
    store = ox.Store()
    store.load(path=RELEASE / "dataset.ttl", format=ox.RdfFormat.TURTLE)
    graph = ox.NamedNode(f"{BASE}graph/dataset")
    for quad in ox.parse(path=RELEASE / "readouts.nq", format=ox.RdfFormat.N_QUADS):
        if quad.graph_name == graph:
            store.add(ox.Quad(quad.subject, quad.predicate, quad.object))
    return store


@pytest.mark.parametrize("kind", WANTED)
@pytest.mark.parametrize("place", ["said", "served"])
def test_nothing_is_missing(kind: str, place: str, request: pytest.FixtureRequest) -> None:
    """All of a kind have every property that DCAT or VoID asks or recommends for it."""
    store = request.getfixturevalue(place)
    things = asked(store, f"SELECT DISTINCT ?thing {{ ?thing {kind} }}")
    assert things
    for name in WANTED[kind].split():
        without = f"?thing {kind} FILTER NOT EXISTS {{ ?thing {name} ?value }}"
        assert asked(store, f"SELECT ?thing {{ {without} }}") == [], name


def test_both_languages_have_titles(served: ox.Store) -> None:
    """Whatever has a title or a description has it in English and in Chinese, once each."""
    odd = """SELECT ?thing ?name { { SELECT ?thing ?name (COUNT(?text) AS ?all)
        (GROUP_CONCAT(LANG(?text); separator=" ") AS ?tags)
        { VALUES ?name { dcterms:title dcterms:description dcterms:rights } ?thing ?name ?text }
        GROUP BY ?thing ?name } FILTER(?all != 2 || !CONTAINS(?tags, "zh-hans")) }"""
    assert asked(served, odd) == []
    assert len(asked(served, "SELECT ?thing { ?thing dcterms:title ?text }")) > 50


@pytest.mark.parametrize("name", COUNTED)
def test_counts_are_those_of_the_dump(name: str, said: ox.Store, dump: ox.Store) -> None:
    """Each VoID count of the dataset is what SPARQL counts in the dump."""
    told = asked(said, f"SELECT ?n {{ <{DATASET.value}> void:{name} ?n }}")
    counted = dump.query(f"SELECT {COUNTED[name]}", use_default_graph_as_union=True)
    assert told == [tuple(term.value for term in row) for row in counted]


def test_partitions_are_those_of_the_dump(said: ox.Store, dump: ox.Store) -> None:
    """Every class and property of the dump has one partition, with the counts of the dump."""
    classes = "SELECT ?c (STR(COUNT(DISTINCT ?s)) AS ?n) { ?s a ?c } GROUP BY ?c"
    told = "SELECT ?c (STR(?e) AS ?n) { [] void:classPartition ?p . ?p void:class ?c ; "
    told += "void:entities ?e }"
    assert len(asked(said, told)) > 20
    assert sorted(asked(said, told)) == sorted(asked(dump, classes))
    properties = """SELECT ?p (STR(COUNT(*)) AS ?t) (STR(COUNT(DISTINCT ?s)) AS ?ss)
        (STR(COUNT(DISTINCT ?o)) AS ?oo) { ?s ?p ?o } GROUP BY ?p"""
    told = """SELECT ?p (STR(?t) AS ?tt) (STR(?s) AS ?ss) (STR(?o) AS ?oo) {
        [] void:propertyPartition ?n . ?n void:property ?p ; void:triples ?t ;
        void:distinctSubjects ?s ; void:distinctObjects ?o }"""
    assert len(asked(said, told)) > 50
    assert sorted(asked(said, told)) == sorted(asked(dump, properties))


def test_examples_are_examples(said: ox.Store, dump: ox.Store) -> None:
    """The example of each class is of that class."""
    told = asked(said, "SELECT ?e ?c { ?p void:class ?c ; void:exampleResource ?e }")
    assert len(told) > 20
    for example, class_ in told:
        assert asked(dump, f"SELECT ('yes' AS ?is) {{ <{example}> a <{class_}> }}") == [("yes",)]


def test_links_to_wikidata_are_counted(said: ox.Store, dump: ox.Store) -> None:
    """Each property that leads to Wikidata has a linkset with as many links as the dump has."""
    counted = """SELECT ?p (STR(COUNT(*)) AS ?n)
        { ?s ?p ?o FILTER(STRSTARTS(STR(?o), STR(wd:))) } GROUP BY ?p"""
    told = """SELECT ?p (STR(?t) AS ?n) { ?l a void:Linkset ; void:linkPredicate ?p ;
        void:triples ?t ; void:objectsTarget/void:uriSpace "http://www.wikidata.org/entity/" }"""
    assert (PREFIXES["schema"] + "sameAs") in {one[0] for one in asked(said, told)}
    assert sorted(asked(said, told)) == sorted(asked(dump, counted))


def test_graphs_are_counted_alike_everywhere(said: ox.Store, client: Client) -> None:
    """Manifest, description and service description give each graph the same number."""
    told = "SELECT ?g (STR(?t) AS ?n) { [] void:subset ?g . ?g void:triples ?t ; a void:Dataset }"
    manifest = json.loads((RELEASE / "manifest.json").read_bytes())["graphs"]
    assert {name: int(count) for name, count in asked(said, told)} == manifest
    service = ox.Store()
    answer = client.get("/sparql", {"Accept": "application/n-triples"})
    service.load(answer.content, format=ox.RdfFormat.N_TRIPLES)
    named = "SELECT ?g (STR(?t) AS ?n) { ?x <%sname> ?g . ?g void:triples ?t }"
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert {name: int(n) for name, n in asked(service, named % sd)} == manifest
    assert asked(service, "SELECT ?d { ?s a dcat:DataService ; dcat:servesDataset ?d }") == [
        (DATASET.value,)
    ]
    endpoint = asked(said, f"SELECT ?e {{ <{DATASET.value}> void:sparqlEndpoint ?e }}")
    assert endpoint == asked(service, "SELECT ?e { ?s dcat:endpointURL ?e }")


def test_files_are_as_described(served: ox.Store, client: Client) -> None:
    """Every file, packed or not, has the size, checksum and media type that are said of it."""
    files = asked(
        served,
        """SELECT ?url ?size ?sum ?media (STR(COALESCE(?packing, "")) AS ?packed) { ?file
        dcat:downloadURL ?url ; dcat:byteSize ?size ; dcat:mediaType ?media ;
        spdx:checksum/spdx:checksumValue ?sum OPTIONAL { ?file dcat:compressFormat ?packing } }""",
    )
    assert len(files) == 24
    for url, size, checksum, media, packed in files:
        answer = client.get(url.removeprefix(BASE.rstrip("/")))
        assert len(answer.content) == int(size)
        assert hashlib.sha256(answer.content).hexdigest() == checksum
        plain = gzip.decompress(answer.content) if packed else answer.content
        assert plain == (RELEASE / url.rpartition("/")[2].removesuffix(".gz")).read_bytes()
        sent = answer.headers["content-type"].partition(";")[0]
        assert (packed or media).endswith(f"/media-types/{sent}")


@pytest.mark.parametrize("name", ["dataset.ttl", "/dataset.nt"])
def test_the_description_conforms(publication: Folder, client: Client, name: str) -> None:
    """Both what the release says of itself and what the server says conform to the shapes."""
    shapes = [(path.name, path.read_text(encoding="utf-8")) for path in publication.described()]
    assert len(shapes) == 7
    is_served = name.startswith("/")
    content = client.get(name).content if is_served else (RELEASE / name).read_bytes()
    # A store would make xsd:integer of xsd:nonNegativeInteger.
    told = ox.parse(content, format=ox.RdfFormat.from_extension(name.rpartition(".")[2]))
    quads = [*told, *ox.parse(path=RELEASE / "readouts.nq")]
    assert validate(quads, shapes, [], BASE).text().startswith("conforms: 71 shapes ")


def test_each_fact_stands_in_one_place() -> None:
    """No triple of the description is in the dataset too, and nothing in it is blank."""
    described = {one.triple for one in ox.parse(path=RELEASE / "dataset.ttl")}
    data = {one.triple for one in ox.parse(path=RELEASE / "readouts.nq")}
    assert len(described) > 800
    assert not described & data
    assert not [term for one in described for term in one if isinstance(term, ox.BlankNode)]


def test_versions_are_a_chain(publication: Folder) -> None:
    """With two earlier versions each leads to the one before it, and the newest is the current."""
    earlier = (
        {"version": "0.0.2", "issued": "2026-11-02"},
        {"version": "0.0.1", "issued": "2026-11-01"},
    )
    settings = replace(publication.publication(), earlier=earlier)
    made = publish.files([], {}, {}, settings)
    triples = list(describe([full([])], made, settings))
    store = ox.Store()
    store.extend(ox.Quad(one.subject, one.predicate, one.object) for one in triples)
    chain = "SELECT ?a ?b { ?a dcat:previousVersion ?b } ORDER BY DESC(?a)"
    names = [f"{DATASET.value}/{one}" for one in (settings.version, "0.0.2", "0.0.1")]
    assert asked(store, chain) == [(names[0], names[1]), (names[1], names[2])]
    current = f"SELECT ?v {{ <{DATASET.value}> dcat:hasCurrentVersion ?v }}"
    assert asked(store, current) == [(names[0],)]
    all_of_them = f"SELECT ?v {{ <{DATASET.value}> dcat:hasVersion ?v ; ^dcat:isVersionOf ?v }}"
    assert sorted(asked(store, all_of_them)) == sorted((name,) for name in names)


# --- served ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/turtle", "ttl"),
        ("*/*", "ttl"),
        ("application/rdf+xml", "rdf"),
        ("application/ld+json", "jsonld"),
        ("text/html", "html"),
    ],
)
def test_crawlers_find_it(client: Client, accept: str, suffix: str) -> None:
    """/.well-known/void leads to the document of the dataset in the format that is asked for."""
    answer = client.get("/.well-known/void", {"Accept": accept})
    assert (answer.status_code, answer.headers["location"]) == (303, f"../dataset.{suffix}")
    assert answer.headers["vary"].split(", ")[0] == "Accept"
    assert client.get(f"/dataset.{suffix}").status_code == 200


def test_a_version_leads_to_the_dataset(client: Client, said: ox.Store) -> None:
    """The IRI of each version leads to the document that tells of it; another version is none."""
    versions = asked(said, "SELECT ?v { ?v dcat:isVersionOf ?d }")
    assert versions
    for (version,) in versions:
        answer = client.get(version.removeprefix(BASE.rstrip("/")), {"Accept": "text/turtle"})
        assert (answer.status_code, answer.headers["location"]) == (303, "../dataset.ttl")
    assert client.get("/dataset/9.9.9").status_code == 404


def test_all_formats_of_the_document_merge_both(client: Client, said: ox.Store) -> None:
    """Every format of the document holds what the graph of the dataset and its description say."""
    wanted = {one.triple for one in said if one.subject == DATASET}
    wanted |= {one.triple for one in ox.parse(path=RELEASE / "dataset.ttl")}
    for suffix in ("ttl", "jsonld", "nt", "rdf", "trig"):
        content = client.get(f"/dataset.{suffix}").content
        format_ = ox.RdfFormat.from_extension(suffix)
        assert wanted <= {one.triple for one in ox.parse(content, format=format_)}, suffix


def test_the_home_page_leads_to_it(client: Client) -> None:
    """A Link header of the home page names the description."""
    assert '<dataset.ttl>; rel="describedby"; type="text/turtle"' in client.get("/").headers["link"]


def test_a_release_without_a_description_is_served(
    tmp_path: Path, publication: Folder, embedded: Embedded
) -> None:
    """A release that others made need not describe itself: the rest of it is there."""
    for name in ("readouts.nq", "readouts.ttl"):
        shutil.copy(RELEASE / name, tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"base": BASE, "version": "1"}))
    stored = query.load(publication.queries)
    client = Client(application(read(tmp_path), embedded, stored))
    assert client.get("/.well-known/void").status_code == 404
    assert client.get("/dataset.ttl").status_code == 200
    assert "ld+json" not in client.get("/").text.partition("<body>")[0]
    assert client.get("/sparql", {"Accept": "text/turtle"}).text.count("void:triples") == 5


def test_a_broken_description_is_named(tmp_path: Path) -> None:
    """A description that is not Turtle is refused in a sentence that names it."""
    (tmp_path / "manifest.json").write_text(json.dumps({"base": BASE, "version": "1"}))
    (tmp_path / "dataset.ttl").write_text("<a> <b> ")
    with pytest.raises(Misuse, match=r"dataset\.ttl: .*Run `readouts build` again"):
        read(tmp_path)


def test_a_description_that_others_wrote_is_served(
    tmp_path: Path, publication: Folder, embedded: Embedded
) -> None:
    """One with blank nodes and terms where others are usual is shown as far as it goes."""
    shutil.copy(RELEASE / "readouts.nq", tmp_path)
    told = {"base": BASE, "version": "1", "files": {"readouts.nq": {"bytes": 1, "sha256": ""}}}
    (tmp_path / "manifest.json").write_text(json.dumps(told))
    (tmp_path / "dataset.ttl").write_text(
        f"""@base <{BASE}> . @prefix dcat: <{PREFIXES["dcat"]}> .
        @prefix dcterms: <{PREFIXES["dcterms"]}> .
        <.well-known/void> <{FOAF.primaryTopic.value}> <dataset> .
        <dataset> dcat:distribution [ dcat:downloadURL <dumps/readouts.nq> ; dcterms:title <a> ] ,
        <dataset#b> ; dcterms:title <c> ; dcat:keyword [] ; dcterms:creator [] .
        <dataset#b> dcat:downloadURL <dumps/readouts.nq> ; dcterms:title <d> ."""
    )
    client = Client(application(read(tmp_path), embedded, query.load(publication.queries)))
    assert client.get("/dataset.ttl").text.count("readouts.nq.gz") == 1
    for path in ("/", "/dataset.html", "/dataset.jsonld", "/dumps/readouts.nq.gz"):
        assert client.get(path).status_code == 200, path


# --- schema.org ------------------------------------------------------------------


def test_search_engines_find_the_dataset(client: Client, served: ox.Store) -> None:
    """The home page carries the dataset as schema.org has it, with what the description says."""
    page = client.get("/").text
    told = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</s")[0])
    assert (told["@context"], told["@type"]) == ("https://schema.org/", "Dataset")
    assert told["@id"] == DATASET.value
    for key in ("name", "description", "license", "version", "keywords", "creator", "publisher"):
        assert told[key], key
    # Search engines want a description of 50 to 5,000 characters.
    assert 50 < len(told["description"]) < 5000
    assert told["temporalCoverage"] == "2020-01-22/2020-03-12"
    assert {one["name"] for one in told["spatialCoverage"]} > {"China", "Malaysia"}
    files = {one["contentUrl"]: one["sha256"] for one in told["distribution"]}
    sums = "SELECT ?u ?s { ?f dcat:downloadURL ?u ; spdx:checksum/spdx:checksumValue ?s }"
    assert files == dict(asked(served, sums))
    assert len(files) == 24


def test_no_word_of_the_data_ends_the_data_block() -> None:
    """A title with markup in it stays text: the block holds no less-than sign."""
    title = ox.Literal("</script><script>alert(1)</script>", language="en")
    told = schemaorg.dataset(DATASET, [ox.Triple(DATASET, DCTERMS.title, title)])
    assert "<" not in told
    assert json.loads(told)["name"] == title.value
    assert html.escape("<") not in told


def test_a_browser_takes_the_data_block_under_the_policy() -> None:
    """Chromium keeps the data block, and reports no violation of the content security policy."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("Chromium is not installed. It is in the Debian package chromium.")
    server = subprocess.Popen(
        [sys.executable, "-m", "readouts", "serve", "--port", "0"],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stderr is not None
        address = server.stderr.readline().rsplit(" ", 1)[1].strip()
        run = subprocess.run(
            [
                *(browser, "--headless", "--no-sandbox", "--disable-gpu"),
                *("--enable-logging=stderr", "--virtual-time-budget=2000", "--dump-dom", address),
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
    finally:
        server.terminate()
        server.communicate(timeout=30)
    assert '<script type="application/ld+json">' in run.stdout
    assert '"@type": "Dataset"' in run.stdout
    assert "Content Security Policy" not in run.stderr
