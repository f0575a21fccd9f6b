"""The servers beside ours: how each is started with the release, and what it is asked.

Each is a context that gives a Peer, or raises Missing with the reason why it is not there.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from load import fetch

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
RELEASE = ROOT / "data/release/readouts.nq"
STATEMENTS = (ROOT / "queries/statements.rq").read_text(encoding="utf-8")
# Seconds in which a server must answer.
WAITING = 60
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
BARE = """
import sys, uvicorn
document, answer = (open(path, "rb").read() for path in sys.argv[1:3])
def head(kind, body):
    return [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
ready = {
    "/document": (head(b"text/turtle", document), document),
    "/answer": (head(b"application/sparql-results+json", answer), answer),
}
async def app(scope, receive, send):
    if scope["type"] == "http":
        headers, body = ready[scope["path"]]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
uvicorn.run(app, port=int(sys.argv[3]), log_level="error", access_log=False, http="httptools")
"""
NGINX = """
daemon off; pid nginx.pid; error_log /dev/null; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off; sendfile on;
  client_body_temp_path t1; proxy_temp_path t2; fastcgi_temp_path t3;
  uwsgi_temp_path t4; scgi_temp_path t5;
  server {{
    listen 127.0.0.1:{port}; root .;
    location /document {{ default_type text/turtle; }}
    location /answer {{ default_type application/sparql-results+json; }}
  }}
}}
"""
VIRTUOSO = """
[Database]
DatabaseFile = {place}/virtuoso.db
ErrorLogFile = {place}/virtuoso.log
LockFile = {place}/virtuoso.lck
TransactionFile = {place}/virtuoso.trx
xa_persistent_file = {place}/virtuoso.pxa
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {place}/temp.db
TransactionFile = {place}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 40
DirsAllowed = {release}
NumberOfBuffers = 20000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = {place}
MaxClientConnections = 40
ServerThreads = 40
[SPARQL]
ResultSetMaxRows = 100000
"""


class Missing(Exception):
    """A server is not here, or does not run: the reason."""


@dataclass(frozen=True)
class Peer:
    """A server that runs: its process, how long it took to answer, and addresses by what is asked.

    `endpoint` takes any query.
    """

    process: int
    seconds: float
    addresses: Mapping[str, str] = field(default_factory=dict)
    endpoint: str = ""


def asked(endpoint: str, describe: str) -> dict[str, str]:
    """The addresses of the two answers on an endpoint that keeps no queries."""
    return {
        "document": f"{endpoint}?query={quote(describe)}",
        "stored": f"{endpoint}?query={quote(STATEMENTS)}",
    }


@contextmanager
def running(command: list[str], url: str, place: Path) -> Iterator[tuple[int, float]]:
    """A server, once it answers: its process, and the seconds from start to first answer."""
    begun = time.monotonic()
    with subprocess.Popen(command, cwd=place, **QUIET) as process:  # type: ignore[call-overload]
        try:
            while True:
                try:
                    fetch(url)
                    break
                except OSError as error:
                    if process.poll() is not None or time.monotonic() > begun + WAITING:
                        raise Missing(f"it does not answer: {error}") from None
                    time.sleep(0.01)
            yield process.pid, time.monotonic() - begun
        finally:
            process.terminate()


def port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def program(name: str, install: str, *places: Path) -> str:
    """Where a program is. Raises Missing."""
    for place in (None, *map(str, places), "/usr/sbin"):
        if found := shutil.which(name, path=place):
            return found
    raise Missing(f"{name} is not installed. {install}")


@contextmanager
def ours(document: str) -> Iterator[Peer]:
    """This server. One client is the bench, so one client has no limit."""
    here = port()
    home = f"http://127.0.0.1:{here}"
    command = [sys.executable, "-m", "readouts", "serve", "--rate", "0", "--port", str(here)]
    with running(command, f"{home}/", ROOT) as (process, seconds):
        paths = {"document": f"{home}/{document}.ttl", "stored": f"{home}/queries/statements.json"}
        yield Peer(process, seconds, paths, f"{home}/sparql")


@contextmanager
def bare(place: Path) -> Iterator[Peer]:
    """An application on uvicorn that does nothing but give the same bytes."""
    (place / "bare.py").write_text(BARE)
    here = port()
    home = f"http://127.0.0.1:{here}"
    command = [sys.executable, "bare.py", "document", "answer", str(here)]
    with running(command, f"{home}/document", place) as (process, seconds):
        paths = {"document": f"{home}/document", "stored": f"{home}/answer"}
        yield Peer(process, seconds, paths)


@contextmanager
def nginx(place: Path) -> Iterator[Peer]:
    """The same bytes from disk."""
    command = program("nginx", "On Debian: apt-get install nginx.")
    here = port()
    home = f"http://127.0.0.1:{here}"
    (place / "nginx.conf").write_text(NGINX.format(port=here))
    words = [command, "-p", str(place), "-c", str(place / "nginx.conf")]
    with running(words, f"{home}/document", place) as (process, seconds):
        paths = {"document": f"{home}/document", "stored": f"{home}/answer"}
        yield Peer(process, seconds, paths)


@contextmanager
def oxigraph(place: Path, describe: str) -> Iterator[Peer]:
    """Oxigraph's own server."""
    command = program("oxigraph", "pip install -e '.[dev]'", BIN)
    store = str(place / "oxigraph")
    load = [command, "load", "--location", store, "--file", str(RELEASE)]
    subprocess.run(load, check=True, capture_output=True)
    here = port()
    home = f"http://127.0.0.1:{here}"
    words = [command, "serve-read-only", "--location", store, "--union-default-graph"]
    with running([*words, "--bind", f"127.0.0.1:{here}"], home, place) as (process, seconds):
        yield Peer(process, seconds, asked(f"{home}/query", describe), f"{home}/query")


@contextmanager
def rdflib(place: Path, describe: str) -> Iterator[Peer]:
    """rdflib-endpoint, which asks rdflib in its web process."""
    command = program("rdflib-endpoint", "pip install -e '.[bench]'", BIN)
    here = port()
    home = f"http://127.0.0.1:{here}/"
    words = [command, "serve", "--host", "127.0.0.1", "--port", str(here), str(RELEASE)]
    with running(words, f"{home}?query=ASK%7B%7D", place) as (process, seconds):
        yield Peer(process, seconds, asked(home, describe), home)


@contextmanager
def grlc(place: Path, endpoint: str) -> Iterator[Peer]:
    """grlc, which makes an API of stored queries and asks another server, here Oxigraph's."""
    command = program("grlc-server", "pip install -e '.[bench]'", BIN)
    home = place / "grlc"
    (home / "queries").mkdir(parents=True)
    # Its parameters begin with ?_ too, and none is optional.
    text = STATEMENTS.replace("?_", "?given")
    (home / "queries/statements.rq").write_text(text, encoding="utf-8")
    local = f"[local]\nlocal_sparql_dir = {home / 'queries'}\n"
    (home / "config.ini").write_text(f"[defaults]\nsparql_endpoint = {endpoint}\n{local}")
    here = port()
    url = f"http://127.0.0.1:{here}/api-local/statements"
    with running([command, f"--port={here}"], url, home) as (process, seconds):
        yield Peer(process, seconds, {"stored": url})


@contextmanager
def virtuoso(place: Path, describe: str) -> Iterator[Peer]:
    """Virtuoso, with a database of its own."""
    install = "On Debian: apt-get install virtuoso-opensource-7."
    command, client = program("virtuoso-t", install), program("isql-vt", install)
    home = place / "virtuoso"
    home.mkdir()
    here, sql = port(), port()
    given = {"place": home, "port": here, "sql": sql, "release": RELEASE.parent}
    (home / "virtuoso.ini").write_text(VIRTUOSO.format(**given))
    endpoint = f"http://127.0.0.1:{here}/sparql"
    words = [command, "+foreground", "+configfile", "virtuoso.ini"]
    with running(words, f"{endpoint}?query=ASK%7B%7D", home) as (process, seconds):
        load = f"DB.DBA.TTLP_MT(file_to_string_output('{RELEASE}'), '', 'x:none', 512);"
        asks = [client, f"127.0.0.1:{sql}", "dba", "dba", f"exec={load}"]
        subprocess.run(asks, check=True, capture_output=True)
        yield Peer(process, seconds, asked(endpoint, describe), endpoint)
