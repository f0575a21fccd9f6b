"""An endpoint with Wikidata's data, asked one query at a time; what it said is kept on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from platformdirs import user_cache_path
from pyoxigraph import QueryResultsFormat

from readouts.fault import Misuse
from readouts.store import Remote, Rows, Store

PUBLIC = "https://query.wikidata.org/sparql"
WIKIDATA = "http://www.wikidata.org/entity/"
CACHE = user_cache_path("readouts", appauthor=False)

Row = dict[str, str]


@dataclass(slots=True)
class Service:
    """An endpoint and the folder for its answers, by default the cache folder of the platform.

    With `refresh` everything is asked again. `oldest` is the day of the oldest answer that was
    taken from the folder, if one was.
    """

    endpoint: str = PUBLIC
    directory: Path = CACHE
    refresh: bool = False
    store: Store | None = None
    oldest: str = ""

    def rows(self, query: str) -> list[Row]:
        """The rows of a SELECT; items are given without the stem of Wikidata's IRIs.

        Raises Misuse when the endpoint cannot be asked, or the folder cannot be written.
        """
        path = self.directory / f"{_digest(self.endpoint, query)}.json"
        held = None if self.refresh else _read(path)
        if held is None:
            held = self._asked(query)
            _keep(path, held)
        else:
            day = datetime.fromtimestamp(path.stat().st_mtime, UTC).date().isoformat()
            self.oldest = min(self.oldest or day, day)
        return list(_rows(held))

    def _asked(self, query: str) -> bytes:
        store = self.store or Remote(self.endpoint)
        answer = store.query(query)
        assert isinstance(answer, Rows)  # every question here is a SELECT
        return answer.solutions.serialize(format=QueryResultsFormat.JSON) or b""


def _digest(endpoint: str, query: str) -> str:
    return sha256(f"{endpoint}\n{query}".encode()).hexdigest()


def _read(path: Path) -> bytes | None:
    """What was kept. What cannot be read is asked again, and then replaced."""
    try:
        held = path.read_bytes()
        json.loads(held)["results"]["bindings"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return held


def _keep(path: Path, held: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, delete=False) as beside:
            beside.write(held)
        Path(beside.name).replace(path)
    except OSError as error:
        raise Misuse(
            f"{path.parent} cannot be written: {error.strerror}. Name another with --cache."
        ) from None


def _rows(held: bytes) -> Iterator[Row]:
    told: dict[str, Any] = json.loads(held)
    for binding in told["results"]["bindings"]:
        yield {name: one["value"].removeprefix(WIKIDATA) for name, one in binding.items()}
