from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from starlette.types import ASGIApp

from readouts import authority, source
from readouts.authority import Authority
from readouts.cli import main
from readouts.extract import extract
from readouts.folder import Folder
from readouts.model import Reading
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


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the publication that a test may damage."""
    for part in ("ontology", "data", "shapes", "queries"):
        shutil.copytree(ROOT / part, tmp_path / part)
    return tmp_path
