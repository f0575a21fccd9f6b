"""Requests a second and their slowest hundredth, ours beside others, in one run on one machine.

    python tests/bench/serve.py [SECONDS]

Asked for are (i) one exchange as Turtle by Accept, (ii) the stored query `statements` as SPARQL
JSON, (iii) a SPARQL query that no cache has seen. Beside this server stand Oxigraph's own and a
bare uvicorn application that gives the same bytes: what is between the two is our doing. Absolute
numbers are this machine's; the ratios are what to read. Needs wrk (Debian: apt-get install wrk).
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
CALL = "exchange/2020-02-13-call-mahathir-mohamad"
STATEMENTS = (ROOT / "queries/statements.rq").read_text(encoding="utf-8")
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s a <https://w3id.org/readouts/ns#Passage> }"
JSON = "application/sparql-results+json"
BARE = """
import sys
document, answer = (open(path, "rb").read() for path in sys.argv[1:3])
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = answer if b"query" in scope["raw_path"] or scope["query_string"] else document
    kind = b"application/sparql-results+json" if body is answer else b"text/turtle"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": body})
import uvicorn
uvicorn.run(app, port=int(sys.argv[3]), log_level="error", access_log=False)
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def fetch(url: str, accept: str) -> bytes:
    """The body that a URL answers."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return bytes(answer.read())


@contextmanager
def started(command: list[str], url: str) -> Iterator[float]:
    """A server, once it answers; gives the seconds from start to first answer."""
    begun = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(400):
            try:
                fetch(url, "*/*")
                break
            except OSError:
                time.sleep(0.02)
        yield time.monotonic() - begun
        process.terminate()


def load(url: str, accept: str, seconds: int) -> tuple[float, str, str]:
    """Requests a second, the slowest hundredth, and what was not 200, by wrk."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", "-H", f"Accept: {accept}", url]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]
    slow = re.search(r"99%\s+(\S+)", told)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return rate, slow[1] if slow else "?", wrong[1] if wrong else "0"


def main(seconds: int) -> None:
    """Start the servers, load each in turn, print the table."""
    if not shutil.which("wrk"):
        sys.exit("wrk is not installed. On Debian: apt-get install wrk.")
    ours, oxigraph, bare = free_port(), free_port(), free_port()
    home = f"http://127.0.0.1:{ours}"
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        first = stack.enter_context(
            started(
                [sys.executable, "-m", "readouts", "serve", "--rate", "0", "--port", str(ours)],
                home,
            )
        )
        (place / "document").write_bytes(fetch(f"{home}/{CALL}.ttl", "text/turtle"))
        (place / "answer").write_bytes(fetch(f"{home}/queries/statements.json", JSON))
        (place / "bare.py").write_text(BARE)
        files = [str(place / name) for name in ("bare.py", "document", "answer")]
        stack.enter_context(
            started([sys.executable, *files, str(bare)], f"http://127.0.0.1:{bare}/")
        )
        store, release = str(place / "store"), str(ROOT / "data/release/readouts.nq")
        subprocess.run(
            [BIN / "oxigraph", "load", "--location", store, "--file", release],
            check=True,
            capture_output=True,
        )
        serve = [str(BIN / "oxigraph"), "serve-read-only", "--location", store]
        bind = ["--bind", f"127.0.0.1:{oxigraph}", "--union-default-graph"]
        stack.enter_context(started([*serve, *bind], f"http://127.0.0.1:{oxigraph}/"))
        table(seconds, home, f"http://127.0.0.1:{oxigraph}", f"http://127.0.0.1:{bare}")
    print(f"\nstart to first answer: {first:.2f} s")


def table(seconds: int, ours: str, oxigraph: str, bare: str) -> None:
    """Three rows a request: ours and the two beside it, with their ratios to ours."""
    describe = f"DESCRIBE <https://w3id.org/readouts/{CALL}>"
    rows = {
        "(i) document": [
            ("ours", f"{ours}/{CALL}.ttl", "text/turtle"),
            ("bare uvicorn", f"{bare}/document", "text/turtle"),
            ("oxigraph", f"{oxigraph}/query?query={quote(describe)}", "text/turtle"),
        ],
        "(ii) stored": [
            ("ours", f"{ours}/queries/statements.json", JSON),
            ("bare uvicorn", f"{bare}/query", JSON),
            ("oxigraph", f"{oxigraph}/query?query={quote(STATEMENTS)}", JSON),
        ],
        "(iii) ad hoc": [
            ("ours", f"{ours}/sparql?query={quote(COUNT)}", JSON),
            ("oxigraph", f"{oxigraph}/query?query={quote(COUNT)}", JSON),
        ],
    }
    print(f"{'':14}{'server':14}{'req/s':>10}{'p99':>10}{'not 200':>9}{'ours / it':>11}")
    for title, servers in rows.items():
        mine = 0.0
        for name, url, accept in servers:
            rate, slow, wrong = load(url, accept, seconds)
            mine = mine or rate
            print(f"{title:14}{name:14}{rate:10.0f}{slow:>10}{wrong:>9}{mine / rate:11.2f}")


if __name__ == "__main__":
    os.chdir(ROOT)
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
