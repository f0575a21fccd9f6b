"""The options that several commands share, and those that are many."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from readouts import folder
from readouts.folder import Folder

Command = Callable[..., Any]

ABOVE = click.FloatRange(0, min_open=True)
FOLDER = "The publication folder; by default the current one, else the installed copy."
RATE = "Queries a second that a client may send for long; 0 sets no limit."
PATIENCE = "Seconds in which a request must arrive."
HELD = "How many may be open; a quarter of them by one client."
PROXY = "Believe X-Forwarded-For of this address alone. May be repeated."
LOG = "Write a line for each answer to a file, or to - (standard output). Off by default."
ALLOWED = "Let stored queries ask this other endpoint, one request at a time. May be repeated."
INSTEAD = "Ask this endpoint for what a federated query asks of Wikidata."
BASE = "Where the site will be: /readouts/, or a whole address, which makes w3id.htaccess too."
STORE = "Ask a SPARQL endpoint instead of the release."

endpoint = click.option("--endpoint", metavar="URL", help=STORE)
wikidata = click.option(
    "--wikidata", metavar="URL", envvar="READOUTS_WIKIDATA", show_envvar=True, help=INSTEAD
)
# What an operator may set: the fields of `serve.rules.Rules`.
LIMITS = (
    click.option("--seconds", default=10.0, show_default=True, help="For one query.", type=ABOVE),
    click.option("--rate", default=5.0, show_default=True, help=RATE, type=click.FloatRange(0)),
    click.option("--patience", default=10.0, show_default=True, help=PATIENCE, type=ABOVE),
    click.option(
        "--connections", default=512, show_default=True, help=HELD, type=click.IntRange(1)
    ),
    click.option("--trusted-proxy", "proxies", multiple=True, metavar="ADDRESS", help=PROXY),
    click.option("--allow-service", "services", multiple=True, metavar="URL", help=ALLOWED),
    wikidata,
    click.option("--access-log", "log", metavar="FILE", help=LOG),
)


def limits(command: Command) -> Command:
    """The limits of a server, in the order of the list."""
    for option in reversed(LIMITS):
        command = option(command)
    return command


def site(command: Command) -> Command:
    """The folder to write a site into, what it is made of, and where it will be."""
    path = click.Path(path_type=Path)
    base = click.option(
        "--base-path", "base", default="/", show_default=True, metavar="PATH", help=BASE
    )
    release = click.option("--release", "directory", type=path, help="A release folder.")
    return click.argument("out", type=path)(release(base(publication(command))))


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, if it is a terminal; told what is done and what there is to do."""
    is_hidden = not sys.stderr.isatty()
    with click.progressbar(length=1, file=sys.stderr, hidden=is_hidden) as bar:

        def told(done: int, known: int) -> None:
            bar.length = known
            bar.update(done - bar.pos)

        yield told


def publication(command: Command) -> Command:
    """`--folder DIR`, handed to a verb as the publication folder `place`."""

    def found(ctx: click.Context, _: click.Parameter, value: Path | None) -> Folder:
        return folder.find(value or (ctx.obj and ctx.obj.get("folder")))

    path = click.Path(path_type=Path)
    return click.option("--folder", "place", type=path, callback=found, help=FOLDER)(command)
