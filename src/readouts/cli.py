"""The command `readouts`: each verb hands its words to the module that does it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from readouts import __version__, build, folder, publish, query, release
from readouts import serve as server
from readouts import site as files
from readouts.fault import Fault
from readouts.folder import Folder
from readouts.render import answers
from readouts.serve.rules import Rules
from readouts.store import Answer, Embedded, Remote, Store

ABOVE = click.FloatRange(0, min_open=True)
RATE = "Queries a second that a client may send for long; 0 sets no limit."
PATIENCE = "Seconds in which a request must arrive."
HELD = "How many may be open; a quarter of them by one client."
PROXY = "Believe X-Forwarded-For of this address alone. May be repeated."
BASE = "Where the site will be: /readouts/, or a whole address, which makes w3id.htaccess too."
LOG = "Write a line for each answer to a file, or to - (standard output). Off by default."
RESULT_FORMATS = ("table", "csv", "tsv", "json", "xml", "ttl", "jsonld", "nt", "rdf")


class Commands(click.Group):
    """Turns every fault into plain sentences on stderr and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Fault as fault:
            for message in fault.messages:
                click.echo(message, err=True)
            ctx.exit(fault.code)
        except BrokenPipeError:
            # The reader of stdout has enough, as `| head` has. Nothing is wrong.
            sys.stderr.close()
            ctx.exit(0)


def folder_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """`--folder DIR`, handed to a verb as the publication folder."""

    def found(ctx: click.Context, _: click.Parameter, value: Path | None) -> Folder:
        return folder.find(value or (ctx.obj and ctx.obj.get("folder")))

    return click.option(
        "--folder",
        "place",
        type=click.Path(path_type=Path),
        callback=found,
        help="The publication folder; by default the current one, else the installed copy.",
    )(command)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="readouts")
@click.option("--folder", "place", type=click.Path(path_type=Path), help="The publication folder.")
@click.pass_context
def main(ctx: click.Context, place: Path | None) -> None:
    """Official accounts of diplomatic exchanges as linked data."""
    ctx.obj = {"folder": place}


@main.command("build")
@click.option("--check", is_flag=True, help="Change nothing; fail if the release differs.")
@folder_option
def build_(place: Folder, *, check: bool) -> None:
    """Make data/release/ from the sources and the authority tables."""
    made = build.release(place)
    if check:
        if found := publish.differences(made, place.release):
            raise Fault(*found)
        return
    publish.write(made, place.release)


@main.command()
@click.option("--format", "format_", type=click.Choice(["text", "ttl"]), default="text")
@folder_option
def check(place: Folder, format_: str) -> None:
    """Validate what a build would release: SHACL shapes and checks."""
    report = build.check(place)
    click.echo(report.turtle.decode() if format_ == "ttl" else report.text(), nl=False)
    if not report.conforms:
        raise Fault("The data does not conform. Each entry above says what to mend.")


@main.command()
@click.argument("page", type=click.Path(path_type=Path))
@folder_option
def read(place: Folder, page: Path) -> None:
    """Show what is understood of a page, and what is not."""
    text, faults = build.account(place, page)
    click.echo(text, nl=False)
    if faults:
        raise Fault(*faults)


@main.command("query")
@click.argument("name", required=False)
@click.option("--list", "listed", is_flag=True, help="List the stored queries.")
@click.option("--param", "given", multiple=True, metavar="KEY=VALUE", help="A parameter.")
@click.option("--format", "format_", type=click.Choice(RESULT_FORMATS))
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead of the release.")
@folder_option
def query_(
    place: Folder,
    name: str | None,
    given: tuple[str, ...],
    format_: str | None,
    endpoint: str | None,
    *,
    listed: bool,
) -> None:
    """Answer a stored query."""
    if listed or name is None:
        click.echo(query.listing(query.load(place.queries)), nl=False)
        return
    stored, made = query.one(place.queries, name), release.read(place.release)
    values, store = query.pairs(given), _store(place.release, endpoint)
    _print(query.answer(stored, values, store, made.base), format_, made)


@main.command()
@click.argument("text", metavar="QUERY")
@click.option("--format", "format_", type=click.Choice(RESULT_FORMATS))
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead of the release.")
@folder_option
def sparql(place: Folder, text: str, format_: str | None, endpoint: str | None) -> None:
    """Answer a SPARQL query. `-` reads it from standard input."""
    asked = sys.stdin.read() if text == "-" else text
    _print(_store(place.release, endpoint).query(asked), format_, release.read(place.release))


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--release", "directory", type=click.Path(path_type=Path), help="A release folder.")
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint that holds the release.")
@click.option("--seconds", default=10.0, show_default=True, help="For one query.", type=ABOVE)
@click.option("--rate", default=5.0, show_default=True, help=RATE, type=click.FloatRange(0))
@click.option("--patience", default=10.0, show_default=True, help=PATIENCE, type=ABOVE)
@click.option("--connections", default=512, show_default=True, help=HELD, type=click.IntRange(1))
@click.option("--trusted-proxy", "proxies", multiple=True, metavar="ADDRESS", help=PROXY)
@click.option("--access-log", "log", metavar="FILE", help=LOG)
@folder_option
def serve(
    place: Folder, host: str, port: int, directory: Path | None, endpoint: str | None, **limits: Any
) -> None:
    """Serve the release over HTTP."""
    made, rules = directory or place.release, Rules(**limits)
    server.run(made, _store(made, endpoint), place.queries, host, port, rules)


@main.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--release", "directory", type=click.Path(path_type=Path), help="A release folder.")
@click.option("--base-path", "base", default="/", show_default=True, metavar="PATH", help=BASE)
@folder_option
def site(place: Folder, out: Path, directory: Path | None, base: str) -> None:
    """Write the whole site as files into the folder OUT."""
    made = directory or place.release
    with progress("Pages and files") as told:
        count = files.write(
            made, Embedded(made), place.queries, out, files.address.read(base), told
        )
    click.echo(f"{count} files are in {out}.")


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr, if it is a terminal; called with what is done and what there is to do."""
    if not sys.stderr.isatty():
        yield lambda _done, _known: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def told(done: int, known: int) -> None:
            bar.length = known
            bar.update(done - bar.pos)

        yield told


def _store(made: Path, endpoint: str | None) -> Store:
    return Remote(endpoint) if endpoint else Embedded(made)


def _print(answer: Answer, format_: str | None, made: release.Release) -> None:
    if format_ in (None, "table"):
        click.echo(answers.table(answer, made.base, made.context), nl=False)
    else:
        click.echo(answers.write(answer, format_ or "", made.base, made.context), nl=False)
