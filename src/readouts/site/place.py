"""Where the files of a site are put: beside the folder first, which they then replace."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readouts.fault import Fault, Misuse

# Says of a folder that it was made here and may be made again.
MARK = ".readouts"


@contextmanager
def beside(out: Path, release: str) -> Iterator[Path]:
    """A new folder, which takes the place of `out` when all went well. Raises Misuse.

    Whatever goes wrong, `out` is as it was.
    """
    _check(out)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise Misuse(f"{out.parent} cannot be written to: {error.strerror}.") from None
    try:
        made.chmod(0o755)
        yield made
        (made / MARK).write_text(json.dumps({"release": release}) + "\n", encoding="utf-8")
        _swap(made, out)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def put(folder: Path, name: str, data: bytes) -> None:
    """Write one file, given by its path from the folder on. Raises Fault where it has no place."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\0" in part or "\\" in part for part in parts):
        raise Fault(f"{name!r} cannot be the name of a file. Change the IRI that it is made from.")
    path = folder.joinpath(*parts)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise Fault(f"{name} cannot be written as a file: {error.strerror}.") from None


def _check(out: Path) -> None:
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise Misuse(f"{out} is no folder. Name one that is not there yet.")
    if out.is_dir() and any(out.iterdir()) and not (out / MARK).is_file():
        raise Misuse(
            f"{out} holds files that `readouts site` did not make. "
            "Name another folder, or empty it yourself."
        )


def _swap(made: Path, out: Path) -> None:
    """Put one folder in the place of the other. The old one goes last."""
    old = made.with_name(f"{made.name}-old")
    if out.exists():
        out.rename(old)
    made.rename(out)
    shutil.rmtree(old, ignore_errors=True)
