"""Release files into a folder, and how a folder differs from them."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from readouts.fault import Misuse


def write(made: Mapping[str, bytes], directory: Path) -> None:
    """Write the files: each beside its place first, then renamed, so that none is half there.

    Raises Misuse when the folder cannot be written to.
    """
    beside: list[tuple[Path, Path]] = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            with tempfile.NamedTemporaryFile(dir=directory, prefix=".", delete=False) as file:
                beside.append((Path(file.name), directory / name))
                file.write(data)
            Path(file.name).chmod(0o644)
        for temporary, place in beside:
            temporary.replace(place)
    except OSError as error:
        raise Misuse(f"{directory} cannot be written to: {error.strerror}.") from None
    finally:
        for temporary, _ in beside:
            temporary.unlink(missing_ok=True)


def deliver(made: Mapping[str, bytes], directory: Path) -> None:
    """Write the files into a folder of their own. Raises Misuse when it holds anything else.

    What was left there of another release would be taken for a part of this one.
    """
    if others := strange(made, directory):
        raise Misuse(
            f"{directory} holds {others[0].name}, which is not of this release. "
            "Name a folder that is empty or not there yet."
        )
    write(made, directory)


def differences(made: Mapping[str, bytes], directory: Path) -> list[str]:
    """How the files of a folder differ from what a build makes, a message each."""
    found = []
    for name, data in made.items():
        path = directory / name
        if not path.is_file():
            found.append(f"{path} is missing. Run `readouts build`.")
        elif path.read_bytes() != data:
            line = _first_difference(path.read_bytes(), data)
            found.append(f"{path}, line {line}: differs from a fresh build. Run `readouts build`.")
    return found + [
        f"{path} is not made by a build. Remove it: nothing in the release is edited by hand."
        for path in strange(made, directory)
    ]


def strange(made: Mapping[str, bytes], directory: Path) -> list[Path]:
    """What lies in a folder besides those files. A folder that is not there holds nothing."""
    try:
        return sorted(path for path in directory.iterdir() if path.name not in made)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Misuse(f"{directory} cannot be read: {error.strerror}.") from None


def _first_difference(one: bytes, other: bytes) -> int:
    """The number of the first line in which two files differ."""
    lines = zip(one.splitlines(), other.splitlines(), strict=False)
    same = 0
    for mine, theirs in lines:
        if mine != theirs:
            break
        same += 1
    return same + 1
