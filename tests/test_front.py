"""What pages are shown with: how it is bundled, and how it is served."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx
import pyoxigraph
import pytest

from conftest import ROOT
from readouts import folder, query, release
from readouts.fault import Misuse
from readouts.render.desk import STATIC
from readouts.serve import application, files
from readouts.store import Embedded

FRONT = ROOT / "src/front"


@pytest.fixture(scope="module")
def hook() -> ModuleType:
    """The build hook, which is a file and no module of a package."""
    told = importlib.util.spec_from_file_location("hook", FRONT / "hook.py")
    assert told is not None and told.loader is not None
    made = importlib.util.module_from_spec(told)
    told.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def lock() -> dict[str, Any]:
    held: dict[str, Any] = json.loads((FRONT / "package-lock.json").read_bytes())["packages"]
    return {path: told for path, told in held.items() if path}


@pytest.fixture
def front(tmp_path: Path) -> Path:
    """A copy of the folder alone, with nothing fetched."""
    place = tmp_path / "src/front"
    shutil.copytree(FRONT, place, ignore=shutil.ignore_patterns("node_modules", "__pycache__"))
    (tmp_path / "src/readouts/render").mkdir(parents=True)
    return place


def build(hook: ModuleType, root: Path) -> dict[str, Any]:
    """Run the hook as the builder does."""
    told: dict[str, Any] = {"artifacts": []}
    hook.Front(str(root), {}, None, None, str(root), "wheel").initialize("standard", told)
    return told


def test_every_package_is_locked_by_its_contents(lock):
    """The lock file has a digest for every package and names no registry."""
    assert len(lock) > 20
    assert all(told["integrity"].startswith("sha512-") for told in lock.values())
    assert not any("resolved" in told for told in lock.values())


def test_the_engine_of_the_browser_is_that_of_the_server(lock):
    """Oxigraph in the browser has the minor version of the one in the server."""
    ours = pyoxigraph.__version__.split(".")[:2]
    assert lock["node_modules/oxigraph"]["version"].split(".")[:2] == ours


def test_licences_of_all_that_is_bundled_are_told(lock):
    """Each package that is not for the build alone stands there with licence and text or link."""
    told = json.loads((STATIC / "licences.json").read_bytes())["packages"]
    bundled = {path.rpartition("node_modules/")[2] for path in lock if not lock[path].get("dev")}

    assert {one["name"] for one in told} == bundled >= {"@zazuko/yasqe", "codemirror", "oxigraph"}
    for one in told:
        assert one["version"] and one["licence"]
        assert one["text"] or one["link"].startswith("https://"), one["name"]


@pytest.mark.usefixtures("front")
def test_a_build_without_its_packages_fails_and_says_so(hook, tmp_path, monkeypatch, capfd):
    """Where nothing can be fetched there is no bundle, and a sentence says why."""
    monkeypatch.setenv("npm_config_registry", "http://127.0.0.1:9/")
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")

    with pytest.raises(SystemExit) as ended:
        build(hook, tmp_path)

    assert ended.value.code == 1
    told = "".join(capfd.readouterr())
    assert told.startswith("The packages that pages are shown with could not be fetched")
    assert "Traceback" not in told
    assert not (tmp_path / "src/readouts/render/static").exists()


def test_an_unchanged_build_is_skipped(hook, front, tmp_path, monkeypatch):
    """What was made of the same is not made again; one changed character makes it so."""
    shutil.copytree(STATIC, tmp_path / "src/readouts/render/static")
    (tmp_path / hook.STATIC / hook.STAMP).write_text(hook.stamp(front), encoding="utf-8")
    ran = []
    monkeypatch.setattr(hook.Front, "_bundle", lambda *given: ran.append(given))

    told = build(hook, tmp_path)
    assert ran == []
    assert told["artifacts"] == ["/src/readouts/render/static/[!.]*"]

    with (front / "style.css").open("a", encoding="utf-8") as file:
        file.write(" ")
    build(hook, tmp_path)
    assert len(ran) == 1


def test_a_bundle_that_lacks_a_file_is_made_again(hook, front, tmp_path, monkeypatch):
    """A stamp alone is not believed: every file must be there."""
    shutil.copytree(STATIC, tmp_path / "src/readouts/render/static")
    (tmp_path / hook.STATIC / hook.STAMP).write_text(hook.stamp(front), encoding="utf-8")
    (tmp_path / hook.STATIC / "engine.js").unlink()
    ran = []
    monkeypatch.setattr(hook.Front, "_bundle", lambda *given: ran.append(given))

    build(hook, tmp_path)

    assert len(ran) == 1


@pytest.fixture(scope="module")
def served():
    """The application, asked in this process."""
    place = folder.find(ROOT)
    made = release.read(place.release)
    app = application(made, Embedded(place.release), query.load(place.queries))
    with_app = httpx.ASGITransport(app=app)

    async def asked(path):
        async with httpx.AsyncClient(transport=with_app, base_url="http://readouts.test") as client:
            return await client.get(path)

    return asked


@pytest.mark.parametrize(
    ("name", "media"),
    [
        ("readouts.js", "text/javascript; charset=utf-8"),
        ("style.css", "text/css; charset=utf-8"),
        ("licences.json", "application/json"),
        ("oxigraph.wasm", "application/wasm"),
    ],
)
def test_files_have_their_media_types(served, name, media):
    """Browsers load scripts, styles and WebAssembly by their media types alone."""
    answer = asyncio.run(served(f"/static/{name}"))

    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["etag"]
    assert answer.content == (STATIC / name).read_bytes()


def test_only_the_engine_may_compile(served):
    """No page may compile WebAssembly; the worker that runs the engine may, and nothing else."""
    engine = asyncio.run(served("/static/engine.js")).headers["content-security-policy"]
    page = asyncio.run(served("/")).headers["content-security-policy"]

    assert engine.count("unsafe") == engine.count("'wasm-unsafe-eval'") == 1
    assert "unsafe" not in page
    assert "worker-src 'self'" in page


def test_a_package_without_its_bundle_says_so(tmp_path):
    """A server does not start without what pages are shown with."""
    with pytest.raises(Misuse, match="Install the package again"):
        files.found(tmp_path)
