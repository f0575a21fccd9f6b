"""The package as somebody else installs it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from conftest import ROOT


def test_the_wheel_alone_can_answer(tmp_path: Path) -> None:
    """The built wheel carries the publication: installed away from here it queries and checks."""
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as file:
        file.extractall(site)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def readouts(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "readouts", *words],
            cwd=elsewhere,
            env={**os.environ, "PYTHONPATH": str(site)},
            capture_output=True,
            text=True,
            check=False,
        )

    run = readouts("query", "exchanges", "--format", "csv")
    assert (run.returncode, run.stderr) == (0, "")
    assert len(run.stdout.splitlines()) == 22
    assert readouts("build", "--check").returncode == 0
    assert (site / "readouts/publication/data/release/readouts.nq").is_file()
    assert list(site.glob("readouts/render/templates/*.html"))
