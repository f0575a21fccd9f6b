"""What an editor of queries needs to know of a release: prefixes, terms in use, files."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import NamedNode

from readouts import formats
from readouts.release import Release
from readouts.render.answers import MEDIA
from readouts.store import Rows, Store
from readouts.vocab import PREFIXES

CLASSES = "SELECT ?term WHERE { ?thing a ?term } GROUP BY ?term ORDER BY DESC(COUNT(*)) ?term"
PROPERTIES = (
    "SELECT ?term WHERE { ?thing ?term ?value } GROUP BY ?term ORDER BY DESC(COUNT(*)) ?term"
)


def write(release: Release, store: Store, dumps: Iterable[str]) -> bytes:
    """The terms as JSON: classes and properties that occur, the most frequent first.

    `data` is the file of N-Quads that a browser can load, relative to the home page; null if the
    release has none.
    """
    data = next((f"dumps/{name}" for name in dumps if name.endswith(".nq")), None)
    return formats.dump(
        {
            "base": release.base,
            "prefixes": PREFIXES,
            "classes": _terms(CLASSES, store),
            "properties": _terms(PROPERTIES, store),
            "media": MEDIA,
            "data": data,
        }
    )


def _terms(query: str, store: Store) -> list[str]:
    answer = store.query(query)
    rows = answer.solutions if isinstance(answer, Rows) else ()
    return [row["term"].value for row in rows if isinstance(row["term"], NamedNode)]
