from __future__ import annotations

import asyncio
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from starlette.types import ASGIApp

from readouts import authority, query, release, source
from readouts.authority import Authority
from readouts.cli import main
from readouts.extract import extract
from readouts.folder import Folder
from readouts.model import Reading
from readouts.query import Stored
from readouts.release import Release
from readouts.render.document import Documents
from readouts.source import Page, Source
from readouts.store import Embedded
from wikidata import Wikidata, served

ROOT = Path(__file__).parents[1]
TEXT = "2020-03-16-xwlb"
BASE = "https://w3id.org/readouts/"


class Client:
    """Asks an application in this process; redirections are not followed."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def got() -> httpx.Response:
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                return await client.get(path, headers=headers)

        return asyncio.run(got())


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--golden", action="store_true", help="Rewrite the golden files.")


@pytest.fixture(scope="session")
def golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be rewritten instead of compared."""
    return bool(request.config.getoption("--golden"))


@pytest.fixture(scope="session")
def publication() -> Folder:
    """The publication in this repository."""
    return Folder(ROOT)


@pytest.fixture(scope="session")
def tables(publication: Folder) -> Authority:
    return authority.read(publication.authority)


@pytest.fixture(scope="session")
def described() -> Source:
    return source.describe(ROOT / "data/source" / TEXT / "source.toml")


@pytest.fixture(scope="session")
def page() -> Page:
    return source.read(ROOT / "data/source" / TEXT / "page.txt")


@pytest.fixture(scope="session")
def reading(page: Page, described: Source, tables: Authority) -> Reading:
    return extract(page, described.slug, tables, described.expected)


@pytest.fixture(scope="session")
def embedded(publication: Folder) -> Embedded:
    return Embedded(publication.release)


@pytest.fixture(scope="session")
def site(publication: Folder) -> Iterator[Path]:
    """The site as files, made once. Other users can read it, as a web server must."""
    with tempfile.TemporaryDirectory(prefix="readouts-") as name:
        Path(name).chmod(0o755)
        out = Path(name, "host", "readouts")
        command = ["site", str(out), "--base-path", "https://example.org/readouts/"]
        run = CliRunner().invoke(main, [*command, "--folder", str(publication.root)])
        assert run.exit_code == 0, run.output
        yield out


@pytest.fixture(scope="session")
def wikidata(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wikidata]:
    """A SPARQL server of its own with the extract in Wikidata's form."""
    with served(tmp_path_factory.mktemp("wikidata")) as one:
        yield one


@pytest.fixture(scope="session")
def made(publication: Folder) -> Release:
    """The release in this repository."""
    return release.read(publication.release)


@pytest.fixture(scope="session")
def stored(publication: Folder) -> dict[str, Stored]:
    """The stored queries, by name."""
    return query.load(publication.queries)


@pytest.fixture(scope="session")
def shown(publication: Folder) -> dict[str, Stored]:
    """The queries that pages are made by."""
    return query.load(publication.queries / "pages")


@pytest.fixture(scope="session")
def documents(made: Release, embedded: Embedded, stored: dict[str, Stored]) -> Documents:
    """The documents of the release in this repository."""
    return Documents(made, embedded, stored)


@contextmanager
def serving(*words: str) -> Iterator[str]:
    """A server in a process of its own, and where it is. It must end well, and say nothing."""
    command = [sys.executable, "-m", "readouts", "serve", "--port", "0", *words]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = process.stderr.readline()
        match = re.fullmatch(r"Readouts is served at (http://127\.0\.0\.1:\d+)/\n", line)
        assert match, line
        yield match[1]
        process.send_signal(signal.SIGTERM)
        assert (process.stderr.read(), process.wait(10)) == ("", 0)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where a server is that anyone may ask as often as they like."""
    with serving("--rate", "0") as where:
        yield where


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the publication that a test may damage."""
    for part in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path
