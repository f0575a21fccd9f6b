"""The routes of the server, and what stands behind each."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

from readouts import folder, query
from readouts.query import Stored
from readouts.release import Release
from readouts.render import dumps, openapi, terms
from readouts.render.document import Documents
from readouts.render.page import Pages
from readouts.render.phrases import ENGLISH, FOLDERS
from readouts.render.service import Service
from readouts.serve import spoken
from readouts.serve.abroad import Abroad
from readouts.serve.asker import Asker, Direct
from readouts.serve.entrance import Entrance
from readouts.serve.files import Files
from readouts.serve.guard import Guard, within
from readouts.serve.keeper import Keeper
from readouts.serve.protocol import METHODS
from readouts.serve.queries import Queries
from readouts.serve.reconcile import Reconciliation
from readouts.serve.refusal import handlers
from readouts.serve.searching import Searching
from readouts.serve.signposts import Signposts
from readouts.serve.sparql import Endpoint
from readouts.serve.things import Things
from readouts.store import Store

JSON = "application/json"
# Beside files alone there is no endpoint: scripts of pages tell by this where they are.
ASKED = {"Link": '<sparql>; rel="http://www.w3.org/ns/sparql-service-description#endpoint"'}


def application(
    release: Release,
    store: Store,
    queries: Mapping[str, Stored],
    shown: Mapping[str, Stored] | None = None,
    asker: Asker | None = None,
    abroad: Abroad | None = None,
) -> ASGIApp:
    """The server of a release.

    `asker` answers the queries that anyone may write, else the store does. `abroad` are the other
    endpoints that stored queries may ask, else none. `shown` are the queries that pages are made
    by, else those of the publication folder. Raises Misuse when something is missing.
    """
    documents = Documents(release, store, queries)
    if shown is None:
        shown = query.load(folder.find().queries / "pages")
    pages = {tag: Pages(documents, store, release, queries, shown, tag) for tag in FOLDERS}
    held = dumps.find(release)
    signposts = Signposts(documents, store, list(held.values()))
    files = Files(held, release.hash, signposts)
    interface = openapi.write(queries, release, store, documents, pages[ENGLISH].site)
    known = terms.write(release, store, held)
    hired, service = asker or Direct(store, release), Service(release, store, queries)
    endpoints = {tag: Endpoint(hired, one, service) for tag, one in pages.items()}
    stored = {tag: Queries(queries, store, release, one, abroad) for tag, one in pages.items()}
    things = {tag: Things(documents, one, signposts) for tag, one in pages.items()}
    routes = [
        *files.routes(),
        Route("/queries", within(stored[ENGLISH].list)),
        Route("/queries.json", within(stored[ENGLISH].data)),
        Route("/openapi.json", lambda _: Response(interface, media_type=JSON)),
        Route("/terms.json", lambda _: Response(known, media_type=JSON, headers=ASKED)),
        Route("/queries/{name}", within(stored[ENGLISH].answer)),
        Route("/sparql", endpoints[ENGLISH].answer, methods=METHODS),
        *Searching(pages, store).routes(),
        *Reconciliation(release, store, documents, pages[ENGLISH]).routes(),
    ]
    for tag, one in pages.items():
        routes += spoken.general(one, list(held.values()), signposts, stored[tag], endpoints[tag])
        routes += spoken.foldered(one, stored[tag], things[tag]) if FOLDERS[tag] else []
    # The last: the address of everything else that has one.
    routes.append(Route("/{path:path}", within(things[ENGLISH].answer)))
    house = Starlette(
        routes=routes,
        middleware=[Middleware(Guard)],
        lifespan=lambda _: _hired(hired),
        exception_handlers=handlers(pages),
    )
    return Keeper(Entrance(house, endpoints[ENGLISH], pages), release.hash)


@asynccontextmanager
async def _hired(asker: Asker) -> AsyncIterator[None]:
    """Whoever answers queries is there from before the first request until after the last."""
    async with asker:
        yield
