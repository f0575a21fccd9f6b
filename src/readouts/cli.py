"""The command `readouts`: each verb hands its words to the module that does it."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from readouts import (
    __version__,
    authority,
    build,
    link,
    options,
    publish,
    push,
    query,
    release,
    search,
)
from readouts import serve as server
from readouts import site as files
from readouts.fault import Fault
from readouts.folder import Folder
from readouts.render import answers, hits
from readouts.serve.rules import Rules
from readouts.store import Answer, Credentials, Embedded, Line, Patience, Remote, Store

OUT = "Another folder than data/release/, which holds nothing else."
WORDLESS = "Leave out all quoted words, for a release of its own: needs --out."
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
@options.publication
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
@options.publication
def check(place: Folder, format_: str) -> None:
    """Validate what a build would release: SHACL shapes and checks."""
    report = build.check(place)
    click.echo(report.turtle.decode() if format_ == "ttl" else report.text(), nl=False)
    if not report.conforms:
        raise Fault("The data does not conform. Each entry above says what to mend.")


@main.command()
@click.argument("page", type=click.Path(path_type=Path))
@options.publication
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
@options.endpoint
@options.wikidata
@options.publication
def query_(
    place: Folder,
    name: str | None,
    given: tuple[str, ...],
    format_: str | None,
    endpoint: str | None,
    wikidata: str | None,
    *,
    listed: bool,
) -> None:
    """Answer a stored query."""
    if listed or name is None:
        click.echo(query.listing(query.load(place.queries)), nl=False)
        return
    stored, made = query.one(place.queries, name), release.read(place.release)
    values, store = query.pairs(given), _store(made, endpoint)
    services = partial(_service, wikidata)
    _print(query.answer(stored, values, store, made.base, services), format_, made)


@main.command()
@click.argument("text", metavar="QUERY")
@click.option("--format", "format_", type=click.Choice(RESULT_FORMATS))
@options.endpoint
@options.publication
def sparql(place: Folder, text: str, format_: str | None, endpoint: str | None) -> None:
    """Answer a SPARQL query. `-` reads it from standard input."""
    asked, made = sys.stdin.read() if text == "-" else text, release.read(place.release)
    # An endpoint that does not hold the release may be asked all the same.
    store = _remote(endpoint).among(made.graphs) if endpoint else Embedded(made.directory)
    _print(store.query(asked), format_, made)


@main.command("find")
@click.argument("text")
@click.option("--limit", default=search.MOST, show_default=True, type=click.IntRange(1))
@click.option("--format", "format_", type=click.Choice(["table", *answers.RESULTS]))
@options.endpoint
@options.publication
def find_(place: Folder, text: str, limit: int, format_: str | None, endpoint: str | None) -> None:
    """Find words: in names, in what was said, and on the page."""
    made = release.read(place.release)
    _print(hits.answer(search.find(_store(made, endpoint), text, limit)), format_, made)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535))
@click.option("--release", "directory", type=click.Path(path_type=Path), help="A release folder.")
@click.option("--endpoint", metavar="URL", help="Ask a SPARQL endpoint that holds the release.")
@options.limits
@options.publication
def serve(
    place: Folder, host: str, port: int, directory: Path | None, endpoint: str | None, **limits: Any
) -> None:
    """Serve the release over HTTP."""
    made, rules = release.read(directory or place.release), Rules(**limits)
    store = _store(made, endpoint, Patience(rules.seconds, waiting=rules.seconds))
    server.run(made.directory, store, place.queries, host, port, rules)


@main.command("site")
@options.site
def site_(place: Folder, out: Path, directory: Path | None, base: str) -> None:
    """Write the whole site as files into the folder OUT."""
    with options.progress() as told:
        count = files.write(directory or place.release, place.queries, out, base, told)
    click.echo(f"{count} files are in {out}.")


@main.command("push")
@click.argument("endpoint")
@click.option("--graph-store", "graph_store", metavar="URL", help=GRAPH_STORE)
@click.option("--update", metavar="URL", help=UPDATE)
@click.option("--release", "directory", type=click.Path(path_type=Path), help="A release folder.")
@options.publication
def push_(
    place: Folder,
    endpoint: str,
    graph_store: str | None,
    update: str | None,
    directory: Path | None,
) -> None:
    """Load the release into a running store, and prove that it arrived whole.

    READOUTS_USER and READOUTS_PASSWORD, or READOUTS_TOKEN, in the environment sign in.
    """
    made = release.read(directory or place.release)
    graphs = push.read(made)
    way = push.reach(endpoint, graph_store, update, Credentials.read(os.environ))
    total, is_hidden = sum(made.graphs.values()), not sys.stderr.isatty()
    with click.progressbar(length=total, file=sys.stderr, hidden=is_hidden) as bar:
        for count in push.load(graphs, way):
            bar.update(count)
    click.echo(push.prove(graphs, way.remote), nl=False)


@main.command("link")
@click.option(
    "--endpoint",
    metavar="URL",
    default=link.PUBLIC,
    show_default=True,
    envvar="READOUTS_WIKIDATA",
    show_envvar=True,
    help="The endpoint with Wikidata's data.",
)
@click.option("--cache", type=click.Path(path_type=Path), help="Where answers are kept.")
@click.option("--refresh", is_flag=True, help="Ask again what was asked before.")
@click.option("--format", "format_", type=click.Choice(["table", "csv"]), default="table")
@options.publication
def link_(place: Folder, endpoint: str, cache: Path | None, format_: str, *, refresh: bool) -> None:
    """Compare the links with Wikidata, and propose items. Nothing is edited."""
    service = link.Service(endpoint, cache or link.CACHE, refresh)
    tables, made = authority.read(place.authority), release.read(place.release)
    findings = link.compare(link.read(tables, Embedded(place.release), made.base), service)
    click.echo(link.write(findings) if format_ == "csv" else link.table(findings), nl=False)
    if service.oldest:
        click.echo(f"Some answers are of {service.oldest}. --refresh asks again.", err=True)
    if found := link.faults(findings):
        raise Fault(*found)


def _store(made: release.Release, endpoint: str | None, patience: Patience | None = None) -> Store:
    return _remote(endpoint, patience).over(made.graphs) if endpoint else Embedded(made.directory)


def _remote(endpoint: str, patience: Patience | None = None) -> Remote:
    return Remote(endpoint, Line([endpoint], Credentials.read(os.environ), patience))


def _service(wikidata: str | None, endpoint: str) -> Store:
    """The endpoint that a federated query names, or the one that stands in for it."""
    return Remote(wikidata or endpoint)


def _print(answer: Answer, format_: str | None, made: release.Release) -> None:
    if format_ in (None, "table"):
        click.echo(answers.table(answer, made.base, made.context), nl=False)
    else:
        click.echo(answers.write(answer, format_ or "", made.base, made.context), nl=False)
