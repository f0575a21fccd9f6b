"""A store elsewhere, over real sockets: patience, signing, and answers that are none."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import socket
import struct
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from pyoxigraph import NamedNode

from readouts.fault import Misuse
from readouts.store import Answer, Credentials, Graph, Line, Patience, Remote, Rows, Truth
from readouts.vocab import XSD

ROWS = b'{"head":{"vars":["n"]},"results":{"bindings":[{"n":{"type":"literal","value":"1"}}]}}'
TYPED = {"Content-Type": "application/sparql-results+json"}
SELECT = "SELECT ?n { ?s ?p ?n }"
FULL = "Insufficient storage: no space left on device"


@dataclass
class Said:
    """What a server says: status, header fields, body. `cut` octets of the body are not sent."""

    status: int = 200
    fields: dict[str, str] = field(default_factory=lambda: dict(TYPED))
    body: bytes = ROWS
    cut: int = 0


@dataclass
class Heard:
    """What a server was asked."""

    method: str
    target: str
    fields: dict[str, str]
    body: bytes

    @property
    def parameters(self) -> dict[str, list[str]]:
        query = self.body.decode() or urllib.parse.urlsplit(self.target).query
        return urllib.parse.parse_qs(query)


@dataclass
class Server:
    address: str
    heard: list[Heard]


@contextmanager
def serving(*said: Said | Callable[[Heard], Said]) -> Iterator[Server]:
    """A server that gives those answers one after another, and the last one from then on."""
    heard: list[Heard] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            heard.append(Heard(self.command, self.path, dict(self.headers), body))
            one = said[min(len(heard), len(said)) - 1]
            answer = one(heard[-1]) if callable(one) else one
            self.send_response(answer.status)
            for name, value in answer.fields.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer.body[: len(answer.body) - answer.cut])

        do_HEAD = do_POST = do_PUT = do_GET  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield Server(f"http://127.0.0.1:{server.server_port}/sparql", heard)
        finally:
            server.shutdown()
            thread.join()


def rows(answer: Answer) -> list[tuple[str, ...]]:
    assert isinstance(answer, Rows)
    return [tuple(map(str, one)) for one in answer.solutions]


# --- patience -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("fields", "pauses"),
    [
        ({"Retry-After": "7"}, [7.0, 7.0]),
        ({"Retry-After": "Wed, 01 Jan 2020 00:00:00 GMT"}, [0.0, 0.0]),
        ({"Retry-After": "soon"}, [1.0, 2.0]),
        ({}, [1.0, 2.0]),
    ],
)
def test_a_busy_server_is_asked_again(
    status: int, fields: dict[str, str], pauses: list[float]
) -> None:
    """After as long as it says in Retry-After, else after pauses that double."""
    slept: list[float] = []
    busy = Said(status, fields, b"")
    with serving(busy, busy, Said()) as server:
        line = Line([server.address], sleep=slept.append)

        assert rows(Remote(server.address, line).query(SELECT)) == [('"1"',)]
        assert slept == pauses
        assert len(server.heard) == 3


@pytest.mark.parametrize(
    ("after", "asked", "slept"), [("3600", 1, []), ("20", 4, [20.0] * 3), ("0", 5, [0.0] * 4)]
)
def test_patience_ends(after: str, asked: int, slept: list[float]) -> None:
    """Neither the number of tries nor the time between them is without end."""
    found: list[float] = []
    with serving(Said(503, {"Retry-After": after}, b"")) as server:
        line = Line([server.address], sleep=found.append)

        with pytest.raises(Misuse, match=rf"is busy \(503\). Try again in {after} seconds.$"):
            Remote(server.address, line).query(SELECT)
        assert len(server.heard) == asked
        assert found == slept


def test_a_silent_server_is_left() -> None:
    """A server that says nothing for longer than the patience is named, and so is one not there."""
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/sparql"
        with pytest.raises(Misuse, match=f"^{address} cannot be asked: .*refused"):
            Remote(address).query(SELECT)
        silent.listen()
        with pytest.raises(Misuse, match=f"^{address} cannot be asked: timed out"):
            Remote(address, Line([address], patience=Patience(seconds=0.2))).query(SELECT)


# --- requests -----------------------------------------------------------------------------------


def test_short_queries_go_by_get_and_long_ones_by_post() -> None:
    """What would not fit in an address is posted; both name the project."""
    with serving(Said()) as server:
        remote = Remote(server.address)
        remote.query(SELECT)
        remote.query(f"{SELECT} # {'x' * 9000}")
        # A Chinese character is nine octets in an address.
        remote.query(f'SELECT ?n {{ ?s ?p ?n FILTER(?n != "{"中" * 700}") }}')
        remote.update("CLEAR GRAPH <urn:x>")
        get, _, post, update = server.heard

    assert " ".join(one.method for one in server.heard) == "GET GET POST POST"
    assert get.parameters["query"] == [SELECT]
    assert "中" * 700 in post.parameters["query"][0]
    assert update.parameters["update"] == ["CLEAR GRAPH <urn:x>"]
    for one in server.heard:
        assert re.fullmatch(r"readouts/\S+ \(\+https://\S+\)", one.fields["User-Agent"])


def test_the_graphs_of_the_release_are_the_dataset_where_none_is_chosen() -> None:
    """A query without a dataset gets the graphs as both halves of one; others keep their own."""
    with serving(Said()) as server:
        remote = Remote(server.address, graphs=["urn:a", "urn:b"])
        remote.query(SELECT)
        remote.query("SELECT ?n FROM <urn:c> { ?s ?p ?n }")
        remote.query(SELECT, [NamedNode("urn:d")])
        sent = [
            (one.parameters.get("default-graph-uri"), one.parameters.get("named-graph-uri"))
            for one in server.heard
        ]

    assert sent == [(["urn:a", "urn:b"], ["urn:a", "urn:b"]), (None, None), (["urn:d"], None)]


def verdict(value: str) -> Said:
    return Said(body=b'{"head":{},"boolean":%s}' % value.encode())


@pytest.mark.parametrize(
    ("verdicts", "graphs"), [(("true",), ["urn:a"]), (("false", "true"), None)]
)
def test_where_the_release_is_held_is_found_out(
    verdicts: tuple[str, ...], graphs: list[str] | None
) -> None:
    """Its graphs are the dataset where they are held, and not where it is in the default graph."""
    with serving(*map(verdict, verdicts), Said()) as server:
        Remote(server.address).over(["urn:a"]).query(SELECT)

        assert server.heard[-1].parameters.get("named-graph-uri") == graphs
        assert len(server.heard) == len(verdicts) + 1


def test_a_store_without_the_release_is_named() -> None:
    """Where the release is not, nobody is told that there were no exchanges."""
    with serving(verdict("false")) as server:
        with pytest.raises(Misuse, match="does not hold this release. Load it with `readouts push"):
            Remote(server.address).over(["urn:a"])
        assert Remote(server.address).among(["urn:a"]).endpoint == server.address


# --- credentials --------------------------------------------------------------------------------

USER = Credentials("ada", "love:lace")


def challenge(scheme: str) -> Said:
    return Said(401, {"WWW-Authenticate": scheme}, b"")


def basic(heard: Heard) -> Said:
    wanted = "Basic " + base64.b64encode(b"ada:love:lace").decode()
    is_ada = heard.fields.get("Authorization") == wanted
    return Said() if is_ada else challenge('Basic realm="store"')


def digest(heard: Heard) -> Said:
    """The server's side of RFC 2617 §3.2.2, as Virtuoso does it: MD5 with qop=auth."""
    told = dict(re.findall(r'(\w+)="?([^",]+)', heard.fields.get("Authorization", "")))
    if told:
        one = hashlib.md5(b"ada:SPARQL:love:lace").hexdigest()  # noqa: S324
        other = hashlib.md5(f"{heard.method}:{heard.target}".encode()).hexdigest()  # noqa: S324
        middle = f"{told['nonce']}:{told['nc']}:{told['cnonce']}:{told['qop']}"
        wanted = hashlib.md5(f"{one}:{middle}:{other}".encode()).hexdigest()  # noqa: S324
        if told["response"] == wanted:
            return Said()
    return challenge('Digest realm="SPARQL", nonce="n1", qop="auth", algorithm="MD5"')


def bearer(heard: Heard) -> Said:
    is_known = heard.fields.get("Authorization") == "Bearer abc.def"
    return Said() if is_known else challenge("Bearer")


@pytest.mark.parametrize(
    ("door", "credentials"),
    [(basic, USER), (digest, USER), (bearer, Credentials("", "", "abc.def"))],
)
def test_three_ways_to_sign_in(door: Callable[[Heard], Said], credentials: Credentials) -> None:
    """Basic, Digest and bearer open the door, for GET and for POST; a wrong one says so."""
    with serving(door) as server:
        remote = Remote(server.address, Line([server.address], credentials))
        assert rows(remote.query(SELECT)) == [('"1"',)]
        remote.update("CLEAR GRAPH <urn:x>")

        with pytest.raises(Misuse, match="asks for READOUTS_USER and READOUTS_PASSWORD, or READ"):
            Remote(server.address).query(SELECT)
        for wrong in (Credentials("ada", "x"), Credentials("", "", "x")):
            with pytest.raises(
                Misuse, match="(does not accept the credentials in|cannot be asked)"
            ):
                Remote(server.address, Line([server.address], wrong)).query(SELECT)


def test_a_long_body_waits_for_the_challenge() -> None:
    """What is told under Digest is sent once, signed: a server that hangs up on it is not met."""
    with serving(digest) as server:
        line = Line([server.address], USER)
        Remote(server.address, line).update(f"CLEAR GRAPH <urn:{'x' * 100_000}>")
        bodies = [one for one in server.heard if one.body]

    assert [one.fields["Authorization"].partition(" ")[0] for one in bodies] == ["Digest"]


def test_who_hangs_up_is_asked_why() -> None:
    """A server that closes while a body is on its way may be full, closed, or want a user."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/sparql"

        def hang_up() -> None:
            with listener.accept()[0] as one:
                one.recv(1)
                # A close with octets unread resets the connection.
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

        thread = Thread(target=hang_up)
        thread.start()
        with pytest.raises(Misuse, match="hung up while it was told something. It may be full"):
            Remote(address).update(f"CLEAR GRAPH <urn:{'x' * 9_000_000}>")
        thread.join()


def test_credentials_are_not_handed_on() -> None:
    """Where a redirect leads nobody is told who asks."""
    with serving(Said()) as other:
        there = Said(302, {"Location": other.address}, b"")
        for credentials in (USER, Credentials("", "", "abc.def")):
            with serving(there) as server:
                line = Line([server.address], credentials)
                assert rows(Remote(server.address, line).query(SELECT)) == [('"1"',)]
        assert len(other.heard) == 2
        assert not any("Authorization" in one.fields for one in other.heard)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"USER": "ada"}, "READOUTS_PASSWORD is not set"),
        ({"PASSWORD": "x"}, "READOUTS_USER is not set"),
        ({"USER": "ada", "PASSWORD": "x", "TOKEN": "y"}, "two ways to sign in"),
        ({"TOKEN": "a\r\nHost: b"}, "something that no token has"),
    ],
)
def test_half_of_the_credentials_are_refused(environment: dict[str, str], words: str) -> None:
    """What is missing or cannot be is named, and nothing secret is shown."""
    with pytest.raises(Misuse, match=words):
        Credentials.read({f"READOUTS_{name}": value for name, value in environment.items()})


def test_credentials_do_not_show() -> None:
    """Neither a password nor a token is in what a program shows of them."""
    shown = repr(Credentials.read({"READOUTS_USER": "ada", "READOUTS_PASSWORD": "lovelace"}))

    assert "ada" in shown and "lovelace" not in shown
    assert "abc" not in repr(Credentials("", "", "abc"))


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("file:///etc/passwd", "is no address of a store"),
        ("ftp://127.0.0.1/sparql", "is no address of a store"),
        ("localhost:8000/sparql", "is no address of a store"),
        ("http:///sparql", "is no address of a store"),
        ("http://h:x/sparql", "is no address of a store"),
        ("", "is no address of a store"),
        ("http://ada:x@127.0.0.1/sparql", "password in an address can be read by others"),
    ],
)
def test_what_is_no_address_is_refused(address: str, words: str) -> None:
    """Only web servers are asked, and no password is taken from an address."""
    with pytest.raises(Misuse, match=words):
        Remote(address)


# --- answers that are none ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (Said(400, {}, b"Parse error: line 1"), r"refused the query \(400\): Parse error: line 1"),
        (Said(403, {}, b"<html><body><h1>No</h1></body>"), r"refused the query \(403\): No$"),
        (Said(404, {}, b""), r"refused the query \(404\): Not Found"),
        (Said(405, {}, b""), r"refused the query \(405\): Method Not Allowed"),
        (Said(500, {}, b"Virtuoso 37000 Error\n\nSP030"), r"\(500\): Virtuoso 37000 Error SP030"),
        (Said(500, {}, b"\x1b[31mred"), r"\(500\): \[31mred"),
        (Said(507, {}, FULL.encode()), rf"\(507\): {FULL}"),
        (Said(206), "sent a part of the answer"),
        (Said(200, {"Content-Type": "text/html"}, b"<p>Hi"), "answered text/html, which is not"),
        (Said(200, {"Content-Type": "text/plain"}, b""), "answered text/plain, which is not"),
        (Said(body=ROWS[:-9]), "or not the whole of it"),
        (Said(cut=9), "broke off its answer"),
        (Said(body=b"[]"), "which is not an answer"),
        (Said(body=b'{"boolean": "x"}'), "which is not an answer"),
        (Said(body=b'{"head":{"vars":["__ASK_RETVAL"]}}'), "which is not an answer"),
        (Said(fields={**TYPED, "X-SPARQL-MaxRows": "1"}), "gives 1 rows at most"),
        (Said(301, {"Location": "ftp://127.0.0.1/"}, b""), "refused the query|has moved"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_answer_is_named(said: Said, words: str) -> None:
    """An error, a page, a part: one plain sentence with the address, and never a row."""
    with serving(said) as server, pytest.raises(Misuse, match=words) as caught:
        Remote(server.address).query(SELECT)

    (message,) = caught.value.messages
    assert message.startswith(server.address)
    assert caught.value.code == 2


def test_a_graph_that_is_cut_is_refused() -> None:
    """Triples that end in the middle of a line are not taken for all of them."""
    cut = Said(200, {"Content-Type": "application/n-triples"}, b"<urn:a> <urn:b> <urn:c> .\n<urn:")
    with serving(cut) as server, pytest.raises(Misuse, match="not the whole of it"):
        Remote(server.address).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")


def test_a_posted_query_is_not_sent_on() -> None:
    """A redirect of what was posted names the new address instead of asking it something else."""
    with serving(Said(302, {"Location": "http://127.0.0.1:9/new"}, b"")) as server:
        with pytest.raises(Misuse, match="has moved to http://127.0.0.1:9/new. Give that address"):
            Remote(server.address).update("CLEAR GRAPH <urn:x>")
        assert len(server.heard) == 1


# --- spellings ----------------------------------------------------------------------------------


def results(name: str, *terms: dict[str, str]) -> Said:
    rows = {"bindings": [{name: {"type": "literal", **term}} for term in terms]}
    return Said(body=json.dumps({"head": {"vars": [name]}, "results": rows}).encode())


def test_booleans_are_spelled_one_way() -> None:
    """A boolean that a store writes as 1 or 0 is true or false; an integer stays a number."""
    given = [("boolean", "1"), ("boolean", "0"), ("boolean", "true"), ("integer", "1")]
    typed = [{"datatype": XSD[name].value, "value": value} for name, value in given]
    with serving(results("n", *typed)) as server:
        found = rows(Remote(server.address).query(SELECT))

    assert [one.split("^^")[0] for (one,) in found] == ['"true"', '"false"', '"true"', '"1"']


@pytest.mark.parametrize("value", ["0", "1"])
def test_a_verdict_in_a_row_is_a_verdict(value: str) -> None:
    """Virtuoso answers an ASK with a row; it is read as what it means."""
    with serving(results("__ASK_RETVAL", {"value": value})) as server:
        answer = Remote(server.address).query("ASK { ?s ?p ?o }")

    assert isinstance(answer, Truth)
    assert bool(answer.value) == (value == "1")


def test_graphs_come_as_n_triples() -> None:
    """A graph is asked for in the form that loses nothing, and read in whichever came."""
    turtle = Said(200, {"Content-Type": "text/turtle"}, b"<urn:a> a <urn:b> .")
    with serving(turtle) as server:
        answer = Remote(server.address).query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert server.heard[0].fields["Accept"].startswith("application/n-triples")

    assert isinstance(answer, Graph)
    assert len(list(answer.triples)) == 1
