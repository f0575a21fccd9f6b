"""Real stores for tests, each on a free port of 127.0.0.1 with its data in a folder of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conftest import ROOT

RELEASE = ROOT / "data/release"
VERSION = "5.6.0"  # the last that runs on Java 17
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "readouts"
JAR = CACHE / f"jena-fuseki-server-{VERSION}.jar"
NO_VIRTUOSO = "Virtuoso is not here: install the Debian package virtuoso-opensource-7."
NO_FUSEKI = (
    "Fuseki is not here: install Java 17 and Maven, then run mvn dependency:copy -Dartifact="
    f"org.apache.jena:jena-fuseki-server:{VERSION} -DoutputDirectory={CACHE}"
)
INI = """
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = virtuoso-temp.db
TransactionFile = virtuoso-temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
DirsAllowed = ., {release}
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerRoot = .
ServerThreads = 8
Charset = UTF-8
[SPARQL]
ResultSetMaxRows = 10000
"""


def need(name: str) -> None:
    """Skip the test where the store is not, saying how to get it."""
    if name == "virtuoso" and not shutil.which("virtuoso-t"):
        pytest.skip(NO_VIRTUOSO)
    if name == "fuseki" and not (shutil.which("java") and JAR.is_file()):
        pytest.skip(NO_FUSEKI)


@dataclass(frozen=True)
class Running:
    """A store that runs: where it is asked and told, and what must be in the environment."""

    name: str
    endpoint: str
    updates: str
    environment: Mapping[str, str] = field(default_factory=dict)
    sql: int = 0


def free() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], folder: Path, address: str, **more: str) -> Iterator[None]:
    """The command, from when its address answers until the end of the block."""
    with (
        (folder / "out").open("wb") as out,
        subprocess.Popen(
            command, cwd=folder, stdout=out, stderr=out, env={**os.environ, **more}
        ) as process,
    ):
        try:
            for _ in range(600):
                try:
                    urllib.request.urlopen(address, timeout=5).close()
                    break
                except urllib.error.HTTPError:
                    break
                except OSError:
                    assert process.poll() is None, (folder / "out").read_text()
                    time.sleep(0.1)
            yield
        finally:
            process.terminate()


def load(name: str, folder: Path) -> None:
    """Load the release in bulk into a store that does not run."""
    file = str(RELEASE / "readouts.nq")
    command = {
        "oxigraph": [here("oxigraph"), "load", "--location", "DB", "--file", file],
        "fuseki": ["java", "-cp", str(JAR), "tdb2.tdbloader", "--loc", "DB", file],
    }[name]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


@contextmanager
def oxigraph(folder: Path, verb: str = "serve") -> Iterator[Running]:
    """The Oxigraph server, as it is when nothing is set."""
    root = f"http://127.0.0.1:{free()}"
    bind = root.removeprefix("http://")
    with running([here("oxigraph"), verb, "--location", "DB", "--bind", bind], folder, root):
        yield Running("oxigraph", f"{root}/query", f"{root}/update")


@contextmanager
def fuseki(folder: Path) -> Iterator[Running]:
    """Apache Jena Fuseki with a TDB2 database that takes updates."""
    need("fuseki")
    (folder / "DB").mkdir(exist_ok=True)
    port = free()
    root = f"http://127.0.0.1:{port}"
    jar = ["java", "-Xmx1g", "-jar", str(JAR), "--localhost", "--port", str(port)]
    with running([*jar, "--update", "--loc", "DB", "/ds"], folder, root, FUSEKI_BASE=str(folder)):
        yield Running("fuseki", f"{root}/ds/query", f"{root}/ds/update")


@contextmanager
def virtuoso(folder: Path) -> Iterator[Running]:
    """Virtuoso 7 with a fresh database; its user is dba, and so is the password."""
    need("virtuoso")
    port, sql = free(), free()
    (folder / "virtuoso.ini").write_text(INI.format(port=port, sql=sql, release=RELEASE))
    command = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    root = f"http://127.0.0.1:{port}"
    user = {"READOUTS_USER": "dba", "READOUTS_PASSWORD": "dba"}
    with running(command, folder, f"{root}/sparql"):
        yield Running("virtuoso", f"{root}/sparql", f"{root}/sparql-auth", user, sql)


STORES = {"oxigraph": oxigraph, "virtuoso": virtuoso, "fuseki": fuseki}


def here(name: str) -> str:
    """A command of the environment that runs the tests."""
    return str(Path(sys.executable).parent / name)


def readouts(store: Running, *words: str) -> subprocess.CompletedProcess[str]:
    """The command `readouts`, signed in to a store."""
    return subprocess.run(
        [sys.executable, "-m", "readouts", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **store.environment},
    )
