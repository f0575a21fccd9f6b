"""How long the whole site takes, and whether a page takes longer among more exchanges.

    python tests/bench/site.py

Seconds are of this machine; read the ratio of the last line. It is about 1 where the time for a
page does not grow with the release.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tests"))
from crowd import crowd, pages  # noqa: E402 - found by the line above

FEW, MANY, SHOWN = 500, 5000, 60


def page(count: int, place: Path) -> float:
    """Milliseconds for a page about an exchange, in a release with so many."""
    documents, made = pages(crowd(place / f"{count}", count))
    chosen = [node for path, node in documents.all().items() if path.startswith("exchange/")]
    begun = time.process_time()
    for node in chosen[:: len(chosen) // SHOWN]:
        made.thing(node)
    return (time.process_time() - begun) * 1000 / SHOWN


def main() -> None:
    """Make the site and the pages, and print what they took."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        begun = time.monotonic()
        command = [sys.executable, "-m", "readouts", "site", str(place / "site")]
        told = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        print(f"the whole site: {time.monotonic() - begun:.1f} s; {told.strip()}")
        few, many = page(FEW, place), page(MANY, place)
        print(f"a page among {FEW}: {few:.1f} ms, among {MANY}: {many:.1f} ms")
        print(f"ratio: {many / few:.2f}")


if __name__ == "__main__":
    main()
