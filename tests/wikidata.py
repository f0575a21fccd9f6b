"""A small Wikidata for tests: the extract in an Oxigraph server, behind a door that counts."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

EXTRACT = Path(__file__).parent / "wikidata.ttl"


@dataclass
class Wikidata:
    """Where it is asked, and the query and the User-Agent of each request that came."""

    url: str
    asked: list[str] = field(default_factory=list)
    agents: list[str] = field(default_factory=list)
    # How many of the next requests are told to come again at once.
    busy: int = 0

    def since(self, before: int) -> list[str]:
        return self.asked[before:]


@contextmanager
def served(location: Path, data: Path = EXTRACT) -> Iterator[Wikidata]:
    """Serve some data in Wikidata's RDF form until the context ends."""
    command = str(Path(sys.executable).parent / "oxigraph")
    load = [command, "load", "--location", str(location), "--file", str(data)]
    subprocess.run(load, check=True, capture_output=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    serve = [command, "serve-read-only", "--location", str(location), "--bind", address]
    with subprocess.Popen(serve, stderr=subprocess.DEVNULL) as process:
        try:
            _wait(address)
            with _door(f"http://{address}/query") as wikidata:
                yield wikidata
        finally:
            process.terminate()


def _wait(address: str) -> None:
    for _ in range(200):
        try:
            urllib.request.urlopen(f"http://{address}/", timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return


@contextmanager
def _door(behind: str) -> Iterator[Wikidata]:
    """Hands every request on, and writes down what was asked."""
    wikidata = Wikidata("")

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:  # the name that the library calls
            (query,) = parse_qs(urlsplit(self.path).query)["query"]
            self.hand_on(query)

        def do_POST(self) -> None:  # likewise
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = self.headers.get_content_type() == "application/x-www-form-urlencoded"
            self.hand_on(parse_qs(body)["query"][0] if form else body)

        def hand_on(self, query: str) -> None:
            wikidata.asked.append(query)
            wikidata.agents.append(self.headers.get("User-Agent", ""))
            if wikidata.busy:
                wikidata.busy -= 1
                self.send_response(429)
                self.send_header("Retry-After", "0")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            headers = {
                "Accept": self.headers.get("Accept", "*/*"),
                "Content-Type": "application/sparql-query",
            }
            request = urllib.request.Request(behind, query.encode(), headers)
            with urllib.request.urlopen(request, timeout=60) as answer:
                body = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers["Content-Type"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        wikidata.url = f"http://127.0.0.1:{server.server_port}/sparql"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield wikidata
        finally:
            server.shutdown()
            thread.join()
