"""The command `readouts`: each verb hands its words to the module that does it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from readouts import __version__, build, folder, publish, push, query, release
from readouts import serve as server
from readouts.fault import Fault
from readouts.folder import Folder
from readouts.render import answers
from readouts.serve.rules import Rules
from readouts.store import Answer, Credentials, Embedded, Line, Patience, Remote, Store

ABOVE = click.FloatRange(0, min_open=True)
RATE = "Queries a second that a client may send for long; 0 sets no limit."
PATIENCE = "Seconds in which a request must arrive."
HELD = "How many may be open; a quarter of them by one client."
PROXY = "Believe X-Forwarded-For of this address alone. May be repeated."
OUT = "Another folder than data/release/, which holds nothing else."
WORDLESS = "Leave out all quoted words, for a release of its own: needs --out."
LOG = "Write a line for each answer to a file, or to - (standard output). Off by default."
GRAPH_STORE = "Where graphs are put, if it is not found from the endpoint."
UPDATE = "Where updates are sent: use them instead of a graph store."
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
@click.option("--out", type=click.Path(path_type=Path), help=OUT)
@click.option("--without-quotes", "wordless", is_flag=True, help=WORDLESS)
@folder_option
def build_(place: Folder, out: Path | None, *, check: bool, wordless: bool) -> None:
    """Make data/release/ from the sources and the authority tables."""
    target = build.elsewhere(place, out) if wordless else out or place.release
    made = build.reduced(place) if wordless else build.release(place)
    if not check:
        (publish.deliver if out else publish.write)(made, target)
    elif found := publish.differences(made, target):
        raise Fault(*found)


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
    values, store = query.pairs(given), _store(made, endpoint)
    _print(query.answer(stored, values, store, made.base), format_, made)


@main.command()
@click.argument("text", metavar="QUERY")
@click.option("--format", "format_", type=click.Choice(RESULT_FORMATS))
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint instead of the release.")
@folder_option
def sparql(place: Folder, text: str, format_: str | None, endpoint: str | None) -> None:
    """Answer a SPARQL query. `-` reads it from standard input."""
    asked, made = sys.stdin.read() if text == "-" else text, release.read(place.release)
    # An endpoint that does not hold the release may be asked all the same.
    store = _remote(endpoint).among(made.graphs) if endpoint else Embedded(made.directory)
    _print(store.query(asked), format_, made)


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
    made, rules = release.read(directory or place.release), Rules(**limits)
    store = _store(made, endpoint, Patience(rules.seconds, waiting=rules.seconds))
    server.run(made.directory, store, place.queries, host, port, rules)


@main.command("push")
@click.argument("endpoint")
@click.option("--graph-store", "graph_store", metavar="URL", help=GRAPH_STORE)
@click.option("--update", metavar="URL", help=UPDATE)
@click.option("--release", "directory", type=click.Path(path_type=Path), help="A release folder.")
@folder_option
def push_(
    place: Folder,
    endpoint: str,
    graph_store: str | None,
    update: str | None,
    directory: Path | None,
) -> None:
    """Load the release into a running store, and prove that it arrived whole."""
    made = release.read(directory or place.release)
    graphs = push.read(made)
    way = push.reach(endpoint, graph_store, update, Credentials.read(os.environ))
    total, is_hidden = sum(made.graphs.values()), not sys.stderr.isatty()
    with click.progressbar(length=total, file=sys.stderr, hidden=is_hidden) as bar:
        for count in push.load(graphs, way):
            bar.update(count)
    click.echo(push.prove(graphs, way.remote), nl=False)


def _store(made: release.Release, endpoint: str | None, patience: Patience | None = None) -> Store:
    return _remote(endpoint, patience).over(made.graphs) if endpoint else Embedded(made.directory)


def _remote(endpoint: str, patience: Patience | None = None) -> Remote:
    return Remote(endpoint, Line([endpoint], Credentials.read(os.environ), patience))


def _print(answer: Answer, format_: str | None, made: release.Release) -> None:
    if format_ in (None, "table"):
        click.echo(answers.table(answer, made.base, made.context), nl=False)
    else:
        click.echo(answers.write(answer, format_ or "", made.base, made.context), nl=False)
