"""Every IRI of ours, wherever it stands, leads to a document that says something about it."""

import asyncio
import re
from urllib.parse import quote, unquote, urldefrag, urljoin

import httpx
import pytest
from pyoxigraph import NamedNode, RdfFormat, parse

from readouts.serve import application

HOST = "http://readouts.test"
TURTLE, HTML = "text/turtle", "text/html"
# What is told of within a text: in a query, in JSON, in a message of the report.
WRITTEN = re.compile(r"https://w3id\.org/readouts/[^\s\"'<>{}|\\^`]*[^\s\"'<>{}|\\^`.,:;)]")
# Addresses of the interface itself: they answer, and are no things of which RDF could speak.
PLAIN = ("openapi.json", "queries", "queries.json")


@pytest.fixture(scope="module")
def app(made, embedded, stored):
    return application(made, embedded, stored)


@pytest.fixture(scope="module")
def get(app):
    """Gets each path in turn in a format, redirections followed: the answers with their history."""

    async def all_of(paths, accept):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(
            transport=transport, base_url=HOST, follow_redirects=True
        ) as client:
            return {path: await client.get(path, headers={"accept": accept}) for path in paths}

    return lambda paths, accept: asyncio.run(all_of(paths, accept))


@pytest.fixture(scope="module")
def iris(publication, made, get):
    """Every IRI under the base, by where it was found: as a term of RDF, or written in a text."""
    described = get(["/sparql"], TURTLE)["/sparql"].content
    texts = {
        "service": described,
        "interface": get(["/openapi.json"], "*/*")["/openapi.json"].content,
        "list": get(["/queries.json"], "*/*")["/queries.json"].content,
        **{path.name: path.read_bytes() for path in publication.release.iterdir()},
        **{f"shapes/{path.name}": path.read_bytes() for path in publication.shapes()},
    }
    found = {}
    for name, content in texts.items():
        kind = RdfFormat.from_extension(name.rpartition(".")[2])
        kind = RdfFormat.TURTLE if name == "service" else kind
        terms = set()
        if kind is not None and name != "context.jsonld":
            for one in parse(content, format=kind):
                told = (one.subject, one.predicate, one.object, one.graph_name)
                terms |= {term.value for term in told if isinstance(term, NamedNode)}
        terms |= set(WRITTEN.findall(content.decode()))
        # What ends so is the beginning of other IRIs, and names nothing.
        found[name] = {
            one for one in terms if one.startswith(made.base) and not one.endswith(("/", "#"))
        }
    return made.base, found


def test_our_iris_stand_everywhere(iris):
    """There are IRIs of ours in every file of the release, and a thousand in all."""
    _, found = iris
    assert len(found) >= 30
    for name in ("service", "readouts.nq", "readouts.jsonld", "shapes.ttl", "report.ttl"):
        assert found[name], name
    assert len(set.union(*found.values())) > 1000
    kinds = {iri.split("/")[4].partition("#")[0] for iri in set.union(*found.values())}
    assert {"shape", "check", "report", "shapes", "queries", "graph", "ns", "sparql"} <= kinds


def test_every_iri_of_ours_leads_to_what_is_said_of_it(iris, get):
    """Each answers in Turtle: by 303 to a document that has the IRI in one of its triples."""
    base, found = iris
    all_of_them = set.union(*found.values())
    wanted = {
        iri for iri in all_of_them if iri.removeprefix(base) not in PLAIN and not is_file(iri)
    }
    answers = get(sorted({path(iri, base) for iri in wanted}), TURTLE)
    assert len(answers) > 500
    terms = {}
    for asked, answer in answers.items():
        assert answer.status_code == 200, asked
        assert answer.headers["content-type"].startswith(TURTLE), asked
        # The endpoint describes itself at its own address; a query that makes a graph answers.
        direct = asked == "/sparql" or asked.startswith("/queries/")
        assert direct or [one.status_code for one in answer.history] == [303], asked
        terms[asked] = {
            term.value
            for one in parse(answer.content, format=RdfFormat.TURTLE)
            for term in (one.subject, one.predicate, one.object)
            if isinstance(term, NamedNode)
        }
    silent = {iri for iri in wanted if iri not in terms[path(iri, base)]}
    # What `cite` and `describe` answer is RDF itself, and no description of the query.
    assert silent == {f"{base}queries/cite", f"{base}queries/describe"}


def test_every_iri_of_ours_leads_to_a_page(iris, get):
    """Each answers in HTML, and the page of a thing names its IRI."""
    base, found = iris
    everything = {urldefrag(iri).url for iri in set.union(*found.values())}
    wanted = sorted(iri for iri in everything if not is_file(iri))
    answers = get([path(iri, base) for iri in wanted], HTML)
    assert len(answers) > 500
    for iri in wanted:
        answer = answers[path(iri, base)]
        last = iri.removeprefix(base)
        if last == "openapi.json":
            continue
        assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, HTML), (
            iri
        )
        if last not in PLAIN and last != "sparql" and not last.startswith("queries/"):
            assert iri in answer.text, iri


def test_every_file_that_is_described_is_there(iris, get):
    """The address of a download is that of the file itself."""
    base, found = iris
    wanted = {iri for iri in set.union(*found.values()) if is_file(iri)}
    answers = get(sorted(path(iri, base) for iri in wanted), "*/*")
    assert len(answers) == 12
    assert {answer.status_code for answer in answers.values()} == {200}


def test_a_description_is_linked_where_the_answer_is_none(get):
    """A query whose answer is a graph names the place where the query is described."""
    for name in ("cite", "describe", "exchanges"):
        address = f"/queries/{name}"
        for accept in (TURTLE, "application/json", HTML):
            answer = get([address], accept)[address]
            if not answer.history:
                link = answer.headers["link"]
                assert '<../sparql>; rel="describedby"' in link, (name, accept)
    told = get(["/queries/exchanges"], TURTLE)["/queries/exchanges"]
    assert [one.status_code for one in told.history] == [303]
    assert told.url.path == "/sparql"


def test_a_version_of_the_vocabulary_leads_to_the_vocabulary(get):
    """The version IRI is answered from one folder further down, with links that hold there."""
    answer = get(["/ns/0.1.0"], TURTLE)["/ns/0.1.0"]
    (first,) = answer.history
    assert (first.status_code, first.headers["location"]) == (303, "../ns.ttl")
    links = re.findall(r'<([^>]*)>; rel="alternate describedby"', first.headers["link"])
    assert len(links) == 6
    for link in links:
        place = urljoin(f"{HOST}/ns/0.1.0", link)
        assert get([place], "*/*")[place].status_code == 200, link
    assert get(["/ns/0.1.1"], TURTLE)["/ns/0.1.1"].status_code == 404


def is_file(iri):
    """Whether an IRI is the address of a file to take away, and no name of a thing."""
    return "/dumps/" in iri


def path(iri, base):
    """The path at which a server that stands for the base is asked for an IRI."""
    return "/" + quote(unquote(urldefrag(iri).url.removeprefix(base)), safe="/.-_~!$&'()*+,;=:@")
