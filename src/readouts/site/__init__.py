"""The publication as files: for every address the bytes that the server would send.

`visitor` asks the application in this process, `tour` follows its links, `place` puts the files
where they belong, `signs` and `redirect` write what only a host of files needs: the sitemap, the
page for what is not there, and the rules by which Apache chooses a format.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

from readouts import query, release
from readouts.render.desk import STATIC
from readouts.render.document import Documents
from readouts.render.page import Pages
from readouts.serve import application, files
from readouts.site import place, redirect, signs
from readouts.site.address import read
from readouts.site.tour import Tour
from readouts.site.visitor import Visitor
from readouts.store import Embedded

__all__ = ["write"]

Told = Callable[[int, int], None]
# What scripts and programs ask for, and no page leads to.
ALONE = ("/search.json", "/terms.json", "/queries.json", "/openapi.json")
MISSING = HTTPStatus.NOT_FOUND
NOTHING = "There is nothing at this address."


def write(directory: Path, queries: Path, out: Path, base: str, told: Told) -> int:
    """Write the site of a release into a folder; the number of files.

    `base` is where the site will be, `told` is called with what is done and what is known to be
    there. Raises Misuse when the folder is not one that this made, Fault when a page leads to
    nothing.
    """
    address, store = read(base), Embedded(directory)
    made, held = release.read(directory), query.load(queries)
    documents = Documents(made, store, held)
    app = application(made, store, held, query.load(queries / "pages"))
    with place.beside(out, made.hash) as folder:
        tour = Tour(Visitor(app), folder, told)
        asyncio.run(tour.go(_begin(documents)))
        pages = Pages(documents, store, made, held, query.load(queries / "pages"))
        missing = pages.error(MISSING.phrase, NOTHING, 0)
        told_apart = {
            **signs.write(missing, sorted(tour.pages), address, made.base),
            **redirect.write(documents.all(), tour.media, address),
        }
        for name, data in told_apart.items():
            place.put(folder, name, data)
        return len(tour.media) + len(told_apart)


def _begin(documents: Documents) -> list[str]:
    """Where the tour starts: the home page, everything that has a document, and the scripts."""
    static = [f"/static/{name}" for name in sorted(files.found(STATIC))]
    things = [f"/{path}.html" for path in documents.all()]
    return ["/", *ALONE, *static, *things]
