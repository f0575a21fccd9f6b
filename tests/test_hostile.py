"""The server among people who wish it ill: over HTTP, against the process that anyone starts.

One server takes all that follows. At the end it must answer as at the beginning, have called
nobody, have kept no memory, and have said nothing in its log but sentences.
"""

import json
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import pytest

from conftest import ROOT
from readouts.serve import gate, guard
from readouts.serve.bucket import Buckets, client

CALL = "/exchange/2020-02-13-call-mahathir-mohamad"
GOOD = "SELECT (COUNT(*) AS ?n) { ?s a dro:PhoneCall }"
BROWSER = "Accept: text/html\r\n"
CLOSE = "Host: x\r\nConnection: close\r\n"
SECONDS, PATIENCE = 0.5, 1.5
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"


@dataclass
class Server:
    """A server in a process of its own."""

    process: subprocess.Popen
    port: int
    said: Path
    statuses: list = field(default_factory=list)

    def send(self, octets, wait=10):
        """What comes back for these octets until the server closes."""
        out = b""
        # A server that has heard enough may close while the rest is still being sent.
        with socket.create_connection(("127.0.0.1", self.port), wait) as connection:
            with suppress(ConnectionError):
                connection.sendall(octets)
            with suppress(ConnectionError):
                while part := connection.recv(1 << 16):
                    out += part
        if match := re.match(rb"HTTP/1\.1 (\d+) ", out):
            self.statuses.append(int(match[1]))
        return out

    def get(self, target, headers=""):
        return self.send(f"GET {target} HTTP/1.1\r\n{CLOSE}{headers}\r\n".encode())

    def ask(self, text, headers=""):
        """A query: in the address, or posted when it is long."""
        if len(text) < 4000:
            return self.get(f"/sparql?{urlencode({'query': text})}", headers)
        return self.send(post(text, QUERY))

    def children(self):
        return descendants(self.process.pid)

    def memory(self):
        """Octets that the server and all its processes hold."""
        return sum(resident(one) for one in (self.process.pid, *self.children()))


def post(body, media, extra=""):
    octets = body if isinstance(body, bytes) else body.encode()
    head = f"POST /sparql HTTP/1.1\r\n{CLOSE}Content-Type: {media}\r\n{extra}"
    return f"{head}Content-Length: {len(octets)}\r\n\r\n".encode() + octets


def status(answer):
    return int(answer[9:12]) if answer else 0


def wait_until(is_so):
    """Waits for what takes a moment, and not for ever."""
    for _ in range(300):
        if is_so():
            return
        time.sleep(0.05)
    raise AssertionError


def descendants(process):
    """The processes under a process."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = [process]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found[1:]


def resident(process):
    with suppress(OSError):
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf(
            "SC_PAGE_SIZE"
        )
    return 0


@contextmanager
def started(folder, *words):
    """A server that ends well: with 0, and without a traceback."""
    said = folder / "stderr"
    command = [sys.executable, "-m", "readouts", "serve", "--port", "0", *words]
    with said.open("wb") as sink, subprocess.Popen(command, cwd=ROOT, stderr=sink) as process:
        try:
            address = re.compile(r"served at http://127\.0\.0\.1:(\d+)/\n")
            wait_until(lambda: address.search(said.read_text()))
            yield Server(process, int(address.search(said.read_text())[1]), said)
            process.terminate()
            assert process.wait(10) == 0
        finally:
            process.kill()
    assert "Traceback" not in said.read_text()


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    return tmp_path_factory.mktemp("log") / "access.log"


@pytest.fixture(scope="module")
def server(tmp_path_factory, log):
    limits = f"--seconds {SECONDS} --patience {PATIENCE} --rate 0 --access-log {log}".split()
    with started(tmp_path_factory.mktemp("server"), *limits) as one:
        yield one


@pytest.fixture(scope="module", autouse=True)
def before(server):
    """The memory that the server holds when its workers have answered."""
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(server.ask, [GOOD] * 30))
    server.get(f"{CALL}.html")
    return server.memory()


@pytest.fixture(scope="module")
def elsewhere():
    """The address of a server that nobody should call, and who did."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        calls, done = [], threading.Event()

        def listen():
            while not done.is_set():
                with suppress(TimeoutError):
                    connection, who = listener.accept()
                    connection.close()
                    calls.append(who)

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", calls
        done.set()
        thread.join()


# --- queries ---------------------------------------------------------------

ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
DOUBLE = " ".join(f"BIND(CONCAT(?x{n}, ?x{n}) AS ?x{n + 1})" for n in range(40))
HUNDRED = " ".join(str(n) for n in range(100))
PRODUCT = " ".join(f"VALUES ?v{n} {{ {HUNDRED} }}" for n in range(6))
# Within the limits of the gate, so a worker has to bear them.
GREEDY = {
    "cartesian-count": f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}",
    "cartesian-order": f"SELECT * {{ {ALL} }} ORDER BY ?a ?d ?g",
    "cartesian-distinct": f"SELECT DISTINCT ?a ?d ?g {{ {ALL} }}",
    "cartesian-filter": f"SELECT * {{ {ALL} FILTER(STR(?a) = CONCAT(STR(?d), STR(?g))) }}",
    "cartesian-construct": f"CONSTRUCT {{ ?a ?b ?f }} {{ {ALL} }}",
    "cartesian-ask": f"ASK {{ {ALL} FILTER(STR(?a) = CONCAT(STR(?d), ' ', STR(?g))) }}",
    "path-closure": "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^!<x:a>)* ?b . ?c (!<x:a>)* ?d }",
    "path-nested-closure": "SELECT (COUNT(*) AS ?n) { ?a ((!<x:a>*)*)* ?b . ?b (^!<x:a>)* ?c }",
    "path-plus": "SELECT * { ?a (!<x:a>)+ ?b . ?c (!<x:b>)+ ?d FILTER(?a = ?d && ?b != ?c) }",
    "concat-doubling": f"SELECT (STRLEN(?x40) AS ?n) {{ BIND('aaaaaaaa' AS ?x0) {DOUBLE} }}",
    "replace-growing": "SELECT (REPLACE(REPLACE(REPLACE(REPLACE(?x,'.','$0$0$0$0$0$0$0$0$0$0'),"
    "'.','$0$0$0$0$0$0$0$0$0$0'),'.','$0$0$0$0$0$0$0$0$0$0'),'.','$0$0$0$0$0$0$0$0$0$0') AS ?y) "
    f"{{ BIND('{'a' * 3000}' AS ?x) }}",
    "group-concat": f"SELECT (GROUP_CONCAT(STR(?a)) AS ?n) {{ {ALL} }}",
    "values-product": f"SELECT (COUNT(*) AS ?n) {{ {PRODUCT} }}",
    "subselect-product": "SELECT * { { SELECT * { ?a ?b ?c } } { SELECT * { ?d ?e ?f } } "
    "{ SELECT * { ?g ?h ?i } } FILTER(CONCAT(STR(?a), STR(?d)) = STR(?i)) }",
    "optional-product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c OPTIONAL { ?d ?e ?f } "
    "OPTIONAL { ?g ?h ?i } }",
    "exists-product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f "
    "FILTER NOT EXISTS { ?g ?h ?i FILTER(?g = ?a && ?h = ?d && ?i = ?f) } }",
    "huge-result": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "huge-page": "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 60000",
}


@pytest.mark.parametrize("name", GREEDY)
def test_a_greedy_query_ends(server, name):
    """A query that would run or grow for ever ends soon with 504 or 400, or with a marked part."""
    start = time.monotonic()
    answer = server.ask(GREEDY[name], BROWSER if name == "huge-page" else "")
    assert time.monotonic() - start < SECONDS + 3
    assert status(answer) in ({200, 400, 504} if name.startswith("huge") else {400, 504})
    if status(answer) == 200:
        assert b"readouts-complete: " in answer.lower()


STACK = {
    "groups": ("SELECT * " + "{" * 3000 + "}" * 3000, "groups"),
    "groups-open": ("SELECT * " + "{" * 60_000, "groups"),
    "parentheses": ("ASK { FILTER(" + "(" * 9000 + "1" + ")" * 9000 + ") }", "groups"),
    "brackets": ("ASK { " + "[ <x:p> " * 5000 + "]" * 5000 + " }", "groups"),
    "lists": ("ASK { " + "(" * 9000 + ")" * 9000 + " <x:p> 1 }", "groups"),
    "not": ("ASK { FILTER(" + "!" * 9375 + "true) }", "operators"),
    "minus-sign": ("ASK { FILTER(" + "- " * 9000 + "1 = 1) }", "operators"),
    "and": ("ASK { FILTER(" + "true && " * 7000 + "true) }", "operators"),
    "plus": ("ASK { FILTER(1" + " + ?a" * 9000 + " = 1) }", "operators"),
    "path-sequence": ("ASK { ?s <x:a>" + "/<x:a>" * 9000 + " ?o }", "operators"),
    "path-inverse": ("ASK { ?s " + "^" * 9000 + "<x:a> ?o }", "operators"),
    "union": ("ASK { {}" + " UNION {}" * 7000 + " }", "operators"),
    "optional": ("ASK { " + "OPTIONAL {} " * 5400 + "}", "operators"),
    "minus": ("ASK { " + "MINUS {} " * 7000 + "}", "operators"),
    "subselects": ("SELECT * " + "{ SELECT * " * 5000 + "{}" + "}" * 5000, "groups"),
    "functions": ("ASK { FILTER(" + "STR(" * 9000 + "1" + ")" * 9000 + ") }", "groups"),
    "quoted-triples": ("ASK { " + "<< " * 9000 + "}", "operators"),
    "long": ("ASK { ?s ?p '" + "x" * 70_000 + "' }", "octets"),
    "long-chinese": ("ASK { ?s ?p '" + "信" * 22_000 + "' }", "octets"),
    "many-words": ("SELECT * { VALUES ?x { " + "1 " * 20_000 + "} }", "words and signs"),
}


@pytest.mark.parametrize("name", STACK)
def test_a_query_out_of_measure_is_refused_at_once(server, name):
    """What is too deep, too long or too involved gets a sentence that names the limit."""
    text, told = STACK[name]
    start = time.monotonic()
    answer = server.ask(text)
    assert time.monotonic() - start < 2
    assert status(answer) == 400
    assert b"The query " in answer
    assert told in answer.decode()


def test_the_gate_lets_large_queries_of_people_through():
    """Three thousand values, 60 groups and every stored query are within the limits."""
    values = " ".join(f"wd:Q{number}" for number in range(6000))
    assert gate.excess(f"SELECT * {{ VALUES ?x {{ {values} }} }}"[:65_000]) is None
    assert gate.excess("SELECT * " + "{" * 60 + "}" * 60) is None
    assert gate.excess("ASK { ?s ?p '((((' } # " + "{" * 100) is None
    stored = list((ROOT / "queries").rglob("*.rq"))
    assert len(stored) > 20
    assert not [one for one in stored if gate.excess(one.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("part", ['"\\', '"""\\', '"""x"\\', "'\\", "<", "<#", "x:y ", "#\n", "''"])
def test_measuring_takes_no_long_time(part):
    """A query made to slow the measuring down is read in one pass."""
    start = time.process_time()
    gate.excess(part * (65_000 // len(part)))
    assert time.process_time() - start < 0.5


FETCHING = {
    "service": "SELECT * { SERVICE <URL> { ?s ?p ?o } }",
    "service-silent": "SELECT * { sErViCe SILENT<URL>{ ?s ?p ?o } }",
    "service-comment": "SELECT * { SERVICE#\n<URL>{ ?s ?p ?o } }",
    "service-variable": "SELECT * { VALUES ?o { <URL> } SERVICE ?o { ?s ?p ?q } }",
    "service-after-number": "SELECT * { ?s ?p 1SERVICE <URL> { ?x ?y ?z } }",
    "service-prefix": "PREFIX : <URL> SELECT * { SERVICE:x { ?x ?y ?z } }",
    "service-hidden": "PREFIX : <URL> SELECT * { ?s ?p ?o FILTER(1<2)SERVICE:x#>\n{ ?x ?y ?z } }",
    "service-in-exists": "ASK { ?s ?p ?o FILTER EXISTS{SERVICE <URL> { ?x ?y ?z }} }",
    "service-escaped": "SELECT * { S\\u0045RVICE <URL> { ?s ?p ?o } }",
    "from": "SELECT * FROM <URL> { ?s ?p ?o }",
    "from-named": "SELECT * FROM NAMED <URL> { GRAPH ?g { ?s ?p ?o } }",
    "graph": "SELECT * { GRAPH <URL> { ?s ?p ?o } }",
    "load": "LOAD <URL>",
    "load-silent": "LOAD SILENT <URL> INTO GRAPH <x:g>",
    "insert": "INSERT DATA { <URL> <x:p> 1 }",
    "insert-service": "INSERT { ?s ?p ?o } WHERE { SERVICE <URL> { ?s ?p ?o } }",
    "drop": "DROP ALL",
}


@pytest.mark.parametrize("name", FETCHING)
def test_nothing_is_fetched_and_nothing_changed(server, elsewhere, name):
    """No query fetches; as an update it is refused with 403; and nobody is called."""
    url, calls = elsewhere
    text = FETCHING[name].replace("URL", url)
    is_plain = name in ("from", "from-named", "graph")
    assert status(server.ask(text)) == (200 if is_plain else 400)
    assert status(server.send(post(urlencode({"update": text}), FORM))) == 403
    assert status(server.send(post(text, "application/sparql-update"))) == 403
    assert not calls


@pytest.mark.parametrize("name", ["default-graph-uri", "named-graph-uri", "using-graph-uri"])
def test_no_graph_is_fetched(server, elsewhere, name):
    """A graph that the protocol names and that is not here is empty, and nobody is called."""
    url, calls = elsewhere
    answer = server.get(f"/sparql?{urlencode({'query': 'ASK { ?s ?p ?o }', name: url})}")
    assert status(answer) == 200
    assert not calls


# --- addresses, headers, bodies --------------------------------------------

ADDRESSES = {
    "climb": "/../../../../etc/passwd",
    "climb-escaped": "/%2e%2e/%2e%2e/etc/passwd",
    "climb-slash-escaped": "/..%2f..%2f..%2fetc%2fpasswd",
    "climb-twice-escaped": "/%252e%252e%252fetc%252fpasswd",
    "climb-backslash": "/..\\..\\etc\\passwd",
    "climb-backslash-escaped": "/..%5c..%5cetc%5cpasswd",
    "climb-overlong": "/%c0%ae%c0%ae/%c0%ae%c0%ae/etc/passwd",
    "climb-overlong-slash": "/..%c0%af..%c0%afetc/passwd",
    "climb-static": "/static/../page.py",
    "climb-static-escaped": "/static/%2e%2e%2fpage.py",
    "climb-dumps": "/dumps/..%2f..%2f..%2fREADME.md",
    "climb-queries": "/queries/..%2fchecks%2ftotals.rq",
    "absolute": "/%2fetc%2fpasswd",
    "dotfile": "/.git/config",
    "null": "/%00",
    "null-suffix": f"{CALL}%00.html",
    "control": "/%01%02%1b[31m",
    "line-break": "/x%0d%0aSet-Cookie:%20a=b",
    "line-break-thing": f"{CALL}%0d%0aLocation:%20http://evil.example/",
    "overlong-null": "/%c0%80",
    "surrogate": "/%ed%a0%80",
    "not-utf8": "/%ff%fe%fd",
    "bidi": "/person/%e2%80%aexi-jinping",
    "bidi-isolate": "/%e2%81%a6x%e2%81%a9",
    "javascript": "/javascript:alert(1)",
    "other-host": "//evil.example/",
    "script": "/<script>alert(1)</script>",
    "script-escaped": "/%3Cscript%3Ealert(1)%3C/script%3E",
    "script-query-name": "/queries/%3Cscript%3Ealert(1)%3C/script%3E",
    "script-parameter": "/queries/exchanges?kind=%3Cscript%3Ealert(1)%3C/script%3E",
    "script-parameter-name": "/queries/exchanges?%22%3E%3Cscript%3Ealert(1)%3C/script%3E=1",
    "script-sparql": "/sparql?query=%3C/textarea%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "script-graph": "/sparql?query=ASK{}&default-graph-uri=%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "bidi-parameter": "/queries/exchanges?country=%e2%80%aefrance",
    "bad-parameter": "/queries/exchanges?country=javascript:alert(1)",
    "iri-parameter": "/queries/exchanges?country=%3Chttp://e/%0d%0a%3E",
    "break-parameter": "/queries/exchanges?kind=%0d%0aSet-Cookie:%20a=b",
    "null-parameter": "/queries/exchanges?kind=%00",
    "twice-parameter": "/queries/exchanges?kind=call&kind=talks",
    "many-parameters": "/queries/exchanges?" + "kind=call&" * 1500,
    "injected-parameter": "/queries/exchanges?country=%22%20%7D%20%7B%20SERVICE%20%3Chttp://e/%3E",
    "twice-query": "/sparql?query=ASK{}&query=ASK{}",
    "null-query": "/sparql?query=ASK%00{}",
    "not-utf8-query": "/sparql?query=%ff%fe",
    "graph-no-iri": "/sparql?query=ASK{}&default-graph-uri=%0d%0a",
    "long": "/" + "a" * 20_000,
    "longer": "/" + "a" * 500_000,
    "deep": "/" + "a/" * 8000,
    "long-query": "/sparql?query=" + "%20" * 20_000,
    "star": "*",
    "no-slash": "etc/passwd",
}


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_hostile_address_is_refused(server, name):
    """4xx for programs and for browsers: no file, no header and no script of the client's."""
    for headers in ("", BROWSER):
        answer = server.get(ADDRESSES[name], headers)
        head, _, body = answer.partition(b"\r\n\r\n")
        assert 400 <= status(answer) < 500
        assert b"set-cookie" not in head.lower()
        assert b"\r\nlocation:" not in head.lower()
        assert b"<script>" not in body.lower() or b"content-type: text/plain" in head.lower()
        assert b"root:" not in body
        assert b"\xe2\x80\xae" not in body or name == "bidi-parameter"


def plain(head, body=b"", method="GET", target="/health"):
    return f"{method} {target} HTTP/1.1\r\n{CLOSE}{head}\r\n".encode("latin-1") + body


CHUNKED = f"Content-Type: {QUERY}\r\nTransfer-Encoding: chunked\r\n"
REQUESTS = {
    "trace": (plain("", method="TRACE", target="/"), {405}),
    "connect": (plain("", method="CONNECT", target="evil.example:443"), {400, 404, 405}),
    "put": (plain("", method="PUT", target=CALL), {405}),
    "delete": (plain("", method="DELETE", target="/dumps/readouts.nq"), {405}),
    "patch-sparql": (plain("", method="PATCH", target="/sparql"), {405}),
    "method-long": (plain("", method="A" * 10_000), {400, 405}),
    "method-script": (plain("", method="<script>"), {400}),
    "absolute-form": (plain("", target="http://evil.example/health"), {400, 404}),
    "accept-long": (plain(f"Accept: {'text/html;q=0.1,' * 3750}\r\n"), {431}),
    "accept-quoted": (plain(f'Accept: "{"a" * 15_000}\r\n', target=CALL), {303, 406}),
    "accept-nested": (plain("Accept: " + '";,' * 5000 + "\r\n", target=CALL), {303, 406}),
    "headers-many": (plain("X: y\r\n" * 9000), {400, 431}),
    "header-long": (plain(f"X: {'y' * 40_000}\r\n"), {431}),
    "header-longer": (plain(f"X: {'y' * 900_000}\r\n"), {400, 431}),
    "header-null": (plain("X: a\x00b\r\n"), {400}),
    "header-bare-return": (plain("X: a\rSet-Cookie: b\r\n"), {400}),
    "header-folded": (plain("X: a\r\n Set-Cookie: b\r\n"), {200, 400}),
    "header-no-colon": (plain("nonsense\r\n"), {400}),
    "header-space": (plain("X : y\r\n"), {400}),
    "host-twice": (plain("Host: y\r\n"), {400}),
    "host-hostile": (
        b'GET / HTTP/1.1\r\nHost: "><script>\r\nConnection: close\r\n\r\n',
        {200, 400},
    ),
    "no-host": (b"GET / HTTP/1.1\r\n\r\n", {400}),
    "version": (b"GET / HTTP/9.9\r\nHost: x\r\nConnection: close\r\n\r\n", {200, 400}),
    "not-http": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", {400}),
    "upgrade": (
        plain("Connection: upgrade\r\nUpgrade: websocket\r\n"),
        {200, 400},
    ),
    "length-letters": (plain("Content-Length: many\r\n"), {400}),
    "length-negative": (plain("Content-Length: -1\r\n"), {400}),
    "length-twice": (plain("Content-Length: 1\r\nContent-Length: 2\r\n", b"ab"), {400}),
    "length-and-chunked": (
        plain(f"{CHUNKED}Content-Length: 5\r\n", b"0\r\n\r\n", "POST", "/sparql"),
        {400},
    ),
    "length-too-small": (post("ASK {}", QUERY).replace(b": 6\r\n", b": 3\r\n"), {400}),
    "chunk-garbage": (plain(CHUNKED, b"zzzz\r\nnonsense", "POST", "/sparql"), {400}),
    "chunk-huge": (plain(CHUNKED, b"f" * 400 + b"\r\n", "POST", "/sparql"), {400}),
    "chunk-garbage-unread": (plain(CHUNKED, b"zz\r\n", "POST", "/nothing"), {400, 405}),
    "chunk-bomb": (plain(CHUNKED, b"1\r\nx\r\n" * 300_000, "POST", "/sparql"), {413}),
    "chunk-space": (plain(CHUNKED, b"5 \r\nASK{}\r\n0\r\n\r\n", "POST", "/sparql"), {400}),
    "chunk-line-feed": (plain(CHUNKED, b"5\nASK{}\r\n0\r\n\r\n", "POST", "/sparql"), {400}),
    "chunk-trailer": (
        plain(CHUNKED, b"5\r\nASK{}\r\n0\r\nContent-Type: x\r\n\r\n", "POST", "/sparql"),
        {200},
    ),
    "encoding-two": (
        plain("Transfer-Encoding: gzip, chunked\r\n", b"0\r\n\r\n", "POST", "/sparql"),
        {400},
    ),
    "encoding-old": (
        plain(CHUNKED, b"5\r\nASK{}\r\n0\r\n\r\n", "POST", "/sparql").replace(b"P/1.1", b"P/1.0"),
        {400},
    ),
    "length-same-twice": (plain("Content-Length: 1\r\nContent-Length: 1\r\n", b"a"), {400}),
    "length-plus": (plain("Content-Length: +1\r\n", b"a"), {400}),
    "line-feeds": (b"GET /health HTTP/1.1\nHost: x\nConnection: close\n\n", {400}),
    "no-version": (b"GET /health\r\n\r\n", {400}),
    "version-two": (b"GET /health HTTP/2.0\r\nHost: x\r\nConnection: close\r\n\r\n", {400}),
    "head-endless": (b"GET /health HTTP/1.1\r\nX: " + b"y" * 100_000, {431}),
    "encoding-gzip": (plain("Transfer-Encoding: gzip\r\n", b"x", "POST", "/sparql"), {400, 501}),
    "body-large": (post(b"#" * 2_000_000, QUERY), {413}),
    "body-form-large": (post(b"query=" + b"%20" * 700_000, FORM), {413}),
    "body-of-get": (plain("Content-Length: 100000\r\n", b"x" * 100_000), {200}),
    "body-form-unescaped": (post(b"query=" + b".+" * 100_000, FORM), {413}),
    "body-form-bad-escapes": (post(b"query=" + b"%" * 200_000, FORM), {413}),
    "body-form-escaped": (post(b"query=" + b"%20" * 60_000 + b"ASK{}", FORM), {200}),
    "body-not-utf8": (post(b"ASK { ?s ?p '\xc0\xae' }", QUERY), {400}),
    "body-null": (post(b"ASK \x00{}", QUERY), {400}),
    "body-form-many": (post(b"a=b&" * 15_000, FORM), {400}),
    "body-form-twice": (post(b"query=ASK{}&query=ASK{}", FORM), {400}),
    "body-xml": (post(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "application/rdf+xml"), {415}),
    "type-script": (post(b"x", "<script>alert(1)</script>"), {415}),
    "range": (
        plain("Range: bytes=" + "0-," * 3000 + "\r\n", target="/dumps/readouts.nq"),
        {200, 206, 400, 416},
    ),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_hostile_request_has_a_plain_answer(server, name):
    """What is malformed, oversized or not done here gets the status that says so, and no more."""
    octets, allowed = REQUESTS[name]
    answer = server.send(octets)
    head, _, body = answer.partition(b"\r\n\r\n")
    # Where much was sent that nobody reads, the answer may be lost with the connection.
    assert status(answer) in allowed | ({0} if len(octets) > 300_000 else set()), answer[:300]
    assert b"set-cookie" not in head.lower()
    assert b"Traceback" not in body


UPGRADE = "Connection: Upgrade\r\nUpgrade: h2c\r\n"


@pytest.mark.parametrize("framing", ["Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"])
@pytest.mark.parametrize("pause", [0, 0.2])
def test_an_upgrade_is_passed_over(server, framing, pause):
    """Whoever offers another protocol is answered in this one; a body is never the next request."""
    head = f"POST /sparql HTTP/1.1\r\nHost: x\r\n{UPGRADE}Content-Type: {QUERY}\r\n{framing}\r\n"
    body = b"ASK{}" if "Length" in framing else b"5\r\nASK{}\r\n0\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(head.encode())
        time.sleep(pause)
        connection.sendall(body + b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        out = b""
        while part := connection.recv(1 << 16):
            out += part
    assert re.findall(rb"HTTP/1\.1 (\d+)", out) == [b"200", b"200"]
    assert b'"boolean":true' in out
    assert out.endswith(b"ok\n")


def test_requests_behind_one_another_are_answered_in_order(server):
    """What was asked well is answered, then the connection ends: at nonsense, and at too many."""
    good = b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n"
    for octets, expected in ((good * 3 + b"nonsense\r\n\r\n", {3}), (good * 2000, range(40, 70))):
        out = server.send(octets)
        assert len(re.findall(rb"HTTP/1\.1 200 OK", out)) in expected
        assert len(re.findall(rb"HTTP/1\.1 ", out)) in expected
        assert out.endswith(b"ok\n")


# --- slow clients ----------------------------------------------------------


def drops(connection, first, drop):
    """Sends drop after drop until the other end has had enough."""
    connection.sendall(first)
    with suppress(OSError):
        for _ in range(80):
            time.sleep(0.1)
            connection.sendall(drop)


LENGTH = f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: {QUERY}\r\nContent-Length: 900\r\n\r\n"
SLOW = {
    "nothing": (b"", b"", {0}),
    "half-line": (b"GET / HT", b"", {408}),
    "half-header": (b"GET / HTTP/1.1\r\nHost: x\r\nX: ", b"", {408}),
    "header-by-drops": (b"GET / HTTP/1.1\r\nHost: x\r\n", b"X: y\r\n", {408}),
    "half-body": (LENGTH.encode(), b"", {408}),
    "body-by-drops": (LENGTH.encode() + b"#", b"x", {408}),
    "unread-body-by-drops": (LENGTH.replace("/sparql", "/x").encode(), b"x", {405}),
    "half-chunk": (plain(CHUNKED, b"5\r\nASK", "POST", "/sparql"), b"", {408}),
    "kept-alive": (b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n", b"", {200}),
    "half-second": (b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET /", b"", {200}),
}


@pytest.fixture(scope="module")
def slow(server):
    """All slow clients at once: what each was told, and after how many seconds."""

    def wait(name):
        first, drop, _ = SLOW[name]
        start, out = time.monotonic(), b""
        with socket.create_connection(("127.0.0.1", server.port), 12) as connection:
            dropping = threading.Thread(target=drops, args=(connection, first, drop or b""))
            if drop:
                dropping.start()
            else:
                connection.sendall(first)
            with suppress(ConnectionError):
                while part := connection.recv(4096):
                    out += part
            took = time.monotonic() - start
            if drop:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                dropping.join()
        return took, out

    with ThreadPoolExecutor(len(SLOW)) as pool:
        return dict(zip(SLOW, pool.map(wait, SLOW), strict=True))


@pytest.mark.parametrize("name", SLOW)
def test_a_slow_client_is_cut_off(slow, name):
    """A header, a body or a next request that does not come in time ends the connection."""
    took, out = slow[name]
    assert status(out) in SLOW[name][2], out[:200]
    # Uvicorn waits five seconds for the next request on a connection.
    assert PATIENCE - 0.2 < took < (8 if SLOW[name][2] & {200, 405} else PATIENCE + 3)


def test_a_client_that_does_not_read_is_cut_off(server):
    """Who asks for much and takes nothing loses the connection, and the answer is dropped."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(10)
        connection.connect(("127.0.0.1", server.port))
        text = urlencode({"query": "SELECT * { ?s ?p ?o }", "format": "xml"})
        connection.sendall(f"GET /sparql?{text} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * 20)
        time.sleep(4 * PATIENCE)
        taken = 0
        with suppress(ConnectionError):
            while part := connection.recv(1 << 20):
                taken += len(part)
    whole = len(server.get(f"/sparql?{text}"))
    assert whole > 1_000_000
    assert taken < 10 * whole


def test_what_the_connection_says_is_like_every_answer(server, slow, log):
    """Its 400, 408, 413 and 431 have the headers of security, and lines in the access log."""
    told = {name: slow[name][1] for name in ("half-line", "half-body", "body-by-drops")}
    told |= {
        name: server.send(REQUESTS[name][0])
        for name in ("not-http", "no-host", "head-endless", "chunk-garbage")
    }
    told["large"] = server.send(b"POST /sparql HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 100_000)
    assert {status(answer) for answer in told.values()} <= {400, 408, 413, 431}
    for answer in told.values():
        head, _, body = answer.partition(b"\r\n\r\n")
        lines = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:])
        for name, value in guard.RAW:
            assert lines[name] == value.lower()
        assert lines[b"cache-control"] == b"no-store"
        assert int(lines[b"content-length"]) == len(body)
        assert lines[b"date"]
    wait_until(lambda: " 431 " in log.read_text())
    kept = log.read_text()
    assert '"-  HTTP/1.1" 400 ' in kept
    assert '"- / HTTP/1.1" 400 ' in kept
    assert re.search(r'"POST /sparql HTTP/1\.1" 408 \d+ ', kept)


# --- many clients ----------------------------------------------------------


def test_a_client_has_a_share_of_the_connections(tmp_path):
    """Above its share a client gets 503 and when to come again; the others are not cut off."""
    with started(tmp_path, "--connections", "8") as one:
        held = [socket.create_connection(("127.0.0.1", one.port), 5) for _ in range(2)]
        answer = one.get("/health")
        for connection in held:
            connection.close()
        assert status(answer) == 503
        assert b"\r\nretry-after: 1\r\n" in answer
        time.sleep(0.2)
        assert status(one.get("/health")) == 200


def test_a_client_has_a_share_of_the_queries(tmp_path):
    """Above its rate a client gets 429, documents still, and may not call itself another."""
    with started(tmp_path, "--rate", "0.1", "--access-log", "/dev/full") as one:
        answers = [one.ask(GOOD, f"X-Forwarded-For: 192.0.2.{n}\r\n") for n in range(3)]
        assert [status(answer) for answer in answers] == [200, 200, 429]
        assert re.search(rb"\r\nretry-after: \d+\r\n", answers[2].lower())
        assert b"too many requests" in answers[2]
        assert b"content-security-policy" in answers[2].lower()
        assert status(one.get(f"{CALL}.ttl")) == 200
        told = one.said.read_text()
    # The log was full all the time: that was said once, and every answer was given.
    assert told.count("The access log cannot be written: No space left on device.") == 1


def test_behind_a_proxy_clients_are_told_apart(tmp_path):
    """A proxy that is trusted names the client; what the client itself wrote before is not it."""
    log = tmp_path / "access.log"
    words = ("--rate", "0.1", "--trusted-proxy", "127.0.0.1", "--access-log", str(log))
    with started(tmp_path, *words) as one:
        for sent, expected in (
            ("192.0.2.1", 200),
            ("192.0.2.1", 200),
            ("192.0.2.1", 429),
            ("192.0.2.9, 192.0.2.1", 429),
            ("192.0.2.2", 200),
        ):
            assert status(one.ask(GOOD, f"X-Forwarded-For: {sent}\r\n")) == expected
        wait_until(lambda: log.read_text().count("\n") == 5)
        log.unlink()
        assert status(one.get("/health", "X-Forwarded-For: 192.0.2.3\r\n")) == 200
    # The file that vanished was made again.
    assert re.fullmatch(r'192\.0\.2\.3 - - \[.*\] "GET /health .*\n', log.read_text())


def test_a_log_that_cannot_be_opened_is_said_in_a_sentence():
    """Where no log can be, the server does not start: exit code 2 and no traceback."""
    command = [sys.executable, "-m", "readouts", "serve", "--port", "0", "--access-log", "/no/log"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    told = "The access log /no/log cannot be opened: No such file or directory.\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_a_bucket_is_filled_with_time():
    """Three at once, then one in two seconds; a bucket never holds more than its burst."""
    now = [0.0]
    buckets = Buckets(3, 0.5, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]
    assert buckets.take("b") == 0
    now[0] = 1.0
    assert buckets.take("a") == 1
    now[0] = 2.0
    assert [buckets.take("a"), buckets.take("a")] == [0, 2]
    now[0] = 1000.0
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 2]


def test_buckets_are_bounded():
    """However many clients come, so many buckets are kept, those of the last."""
    buckets = Buckets(1, 1, most=10, clock=lambda: 0.0)
    assert [buckets.take(str(n)) for n in range(100)] == [0] * 100
    assert len(buckets) == 10
    assert buckets.take("99") == 1


def test_a_network_of_ipv6_is_one_client():
    """An address of IPv4 is a client; of IPv6 a network of 64 bits is; anything else is itself."""
    assert client("192.0.2.1") == client("::ffff:192.0.2.1") == "192.0.2.1"
    assert client("2001:db8::1") == client("2001:db8::2:3") != client("2001:db8:0:1::1")
    assert client("a:b") == "a:b"


# --- the process -----------------------------------------------------------


def test_a_killed_process_is_replaced(server):
    """kill -9 of a worker at work costs one answer, of one at rest or of the zygote none."""
    (zygote,) = [one for one in server.children() if descendants(one)]
    with ThreadPoolExecutor(2) as pool:
        lost = pool.submit(server.ask, GREEDY["cartesian-count"])
        time.sleep(SECONDS / 3)
        for worker in descendants(zygote):
            os.kill(worker, signal.SIGKILL)
        assert status(lost.result()) in (400, 503, 504)
    time.sleep(0.3)  # The system takes a moment to close what a killed process had open.
    for victims in (descendants(zygote), [zygote]):
        assert status(server.ask(GOOD)) == 200
        for victim in victims:
            with suppress(ProcessLookupError):  # one that is dead and not yet buried
                os.kill(victim, signal.SIGKILL)
        time.sleep(0.3)
        assert status(server.ask(GOOD)) == 200


def test_documents_are_answered_during_an_attack(server):
    """While ten hostile queries a second arrive, documents and stored queries come at once."""
    texts = [GREEDY["cartesian-count"], GREEDY["concat-doubling"], STACK["groups"][0]] * 10
    taken = []
    with ThreadPoolExecutor(30) as pool:
        hostile = []
        for text in texts:
            hostile.append(pool.submit(server.ask, text))
            for path in (f"{CALL}.ttl", "/queries/exchanges.csv"):
                start = time.monotonic()
                assert status(server.get(path)) == 200
                taken.append(time.monotonic() - start)
            time.sleep(max(0, 0.1 - sum(taken[-2:])))
        assert {status(one.result()) for one in hostile} <= {400, 503, 504}
    assert statistics.median(taken) < 0.2
    assert max(taken) < 2


def test_sigterm_under_load_finishes_what_runs(tmp_path):
    """Answers under way are given whole, then the server ends with 0 and leaves no process."""
    with started(tmp_path, "--seconds", "1") as one:
        there = one.children()
        with ThreadPoolExecutor(8) as pool:
            slow = [pool.submit(one.ask, GREEDY["cartesian-count"]) for _ in range(4)]
            time.sleep(0.3)
            large = [pool.submit(one.get, "/dumps/readouts.nq") for _ in range(2)]
            time.sleep(0.1)
            there += one.children()
            one.process.terminate()
            for answer in [*(call.result() for call in slow), *(call.result() for call in large)]:
                head, _, body = answer.partition(b"\r\n\r\n")
                assert status(answer) in (200, 503, 504), answer[:200]
                assert int(re.search(rb"content-length: (\d+)", head.lower())[1]) == len(body)
        assert one.process.wait(5) == 0
        time.sleep(0.2)
        assert not [pid for pid in there if Path(f"/proc/{pid}").exists()]


# --- after all -------------------------------------------------------------


def test_there_were_enough():
    """At least 150 hostile inputs were sent."""
    assert sum(map(len, (GREEDY, STACK, FETCHING, ADDRESSES, REQUESTS, SLOW))) >= 150


def test_the_server_is_as_before(server, before, elsewhere, log):
    """It answers, called nobody, failed at nothing, holds no more memory, and its log is clean."""
    answer = server.ask(GOOD)
    rows = json.loads(answer.partition(b"\r\n\r\n")[2])["results"]["bindings"]
    assert (status(answer), int(rows[0]["n"]["value"])) == (200, 16)
    assert not elsewhere[1]
    assert {one for one in server.statuses if one >= 500} <= {503, 504}
    assert server.memory() < before + 75_000_000
    assert server.said.read_text().count("\n") == 1
    lines = log.read_text().splitlines()
    form = re.compile(
        r"127\.0\.0\.1 - - \[\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000\] "
        r'"[!-~]+ [ -~]* HTTP/\d\.\d" (\d{3}|-) \d+ "[ -~]*" "[ -~]*"'
    )
    assert len(lines) > 150
    assert not [one for one in lines if not form.fullmatch(one)]
