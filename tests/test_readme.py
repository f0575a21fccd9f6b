"""The README is true: its commands run, its links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
COMMANDS = [
    line for language, text in BLOCKS if language == "sh" for line in text.splitlines() if line
]


@pytest.fixture(scope="module")
def host(address: str) -> str:
    """Where the server is, as the README writes it after `http://`."""
    return address.removeprefix("http://")


def run(command: str, host: str) -> subprocess.CompletedProcess[str]:
    """Run a line of the README with this environment's commands and this test's server."""
    here = command.replace(".venv/bin/", "").replace("localhost:8000", host)
    here = here.replace("curl ", "curl --silent --show-error --fail ")
    return subprocess.run(
        ["bash", "-c", here],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"},
    )


def test_there_are_commands() -> None:
    """The README shows commands, so the sweep below is not an empty one."""
    assert len(COMMANDS) >= 10


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_of_the_readme_work(command: str, host: str) -> None:
    """Each command that the README shows ends well and prints something."""
    done = run(command, host)

    assert done.returncode == 0, done.stderr
    assert done.stdout or "build --check" in command


def test_sparqlwrapper_of_the_readme_works(host: str) -> None:
    """The Python of the README prints what its comment says."""
    (code,) = [text for language, text in BLOCKS if language == "python"]
    done = subprocess.run(
        [sys.executable, "-c", code.replace("localhost:8000", host)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "António Guterres 5\n" in done.stdout, done.stderr


def test_the_call_of_the_readme_is_whole(host: str) -> None:
    """The exchange comes with its participations, offices, statement and passages."""
    command = next(line for line in COMMANDS if "text/turtle" in line)
    text = run(command, host).stdout
    stem = "<exchange/2020-02-13-call-mahathir-mohamad"

    for subject in (
        f"{stem}> a dro:Exchange , dro:PhoneCall",
        f"{stem}/xi-jinping> a dro:Participation",
        f"{stem}/mahathir-mohamad> a dro:Participation",
        "<office/prime-minister-of-malaysia> a org:Post",
        "<office/president-of-china> a org:Post",
        "<statement/china-approach-04> a dro:Statement",
        "<text/2020-03-16-xwlb#char=476,494> a dro:Passage",
        "<text/2020-03-16-xwlb#char=479,481> a dro:Passage",
        "<text/2020-03-16-xwlb#char=1190,1272> a dro:Passage",
        "<text/2020-03-16-xwlb#char=1273,1303> a dro:Passage",
    ):
        assert subject in text, subject


def test_links_of_the_readme_lead_somewhere() -> None:
    """Every relative link is a file of the repository."""
    links = re.findall(r"\]\((?!http)([^)#]+)", README)

    assert len(links) > 4
    assert all((ROOT / link).exists() for link in links)


def test_make_has_the_two_commands() -> None:
    """The two commands of the first screen are targets of the Makefile."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")

    assert re.search(r"^serve:", text, re.MULTILINE)
    assert re.search(r"^test:", text, re.MULTILINE)
