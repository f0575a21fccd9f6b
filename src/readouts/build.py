"""From the publication folder to a release that conforms: the making half, in order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse

from readouts import authority, extract, graph, publish, source
from readouts.authority import LINE, Authority
from readouts.fault import Fault, Misuse
from readouts.folder import Folder, Publication
from readouts.formats import Context
from readouts.model import Reading
from readouts.source import Page, Source
from readouts.validate import Report, validate
from readouts.vocab import Mint


def make(folder: Folder, publication: Publication) -> list[Quad]:
    """The quads of a publication folder, not yet validated.

    Raises Fault when a source or a table is at fault, Misuse when a file is unreadable.
    """
    tables = authority.read(folder.authority)
    mint = Mint(publication.base)
    sources = [source.describe(path / "source.toml") for path in folder.sources()]
    if not sources:
        raise Misuse(f"{folder.root / 'data/source'} holds no source. Add one: see data/README.md.")
    pages = {
        one.slug: source.read(path / one.file)
        for path, one in zip(folder.sources(), sources, strict=True)
    }
    readings = {
        one.slug: understand(pages[one.slug], one, tables, folder.release) for one in sources
    }
    _translated(folder, tables, readings)

    texts = {one.slug: mint.thing("graph", one.slug) for one in sources}
    quads: list[Quad] = []
    for one in sources:
        triples = graph.read(one, pages[one.slug].text, readings[one.slug], tables, mint)
        quads += _in(texts[one.slug], triples)
    quads += _in(mint.thing("graph", "authority"), graph.decided(tables, readings, mint))
    quads += _in(mint.thing("graph", "dataset"), graph.describe(publication, texts, mint))
    quads += _in(mint.thing("graph", "ontology"), ontology(folder.ontology))
    return quads


def understand(page: Page, one: Source, tables: Authority, release: Path) -> Reading:
    """The records of a page. Raises Fault when anything on it is not understood."""
    reading = extract.extract(page, one.slug, tables, one.expected)
    if reading.faults:
        raise Fault(*reading.faults)
    if page.sha256 != one.sha256:
        raise Fault(_altered(page, one, release))
    return reading


def ontology(path: Path) -> Iterator[Triple]:
    """The triples of the vocabulary file. Raises Misuse or Fault when it cannot be read."""
    try:
        for quad in parse(path=path, format=RdfFormat.TURTLE):
            yield quad.triple
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error}.") from None
    except SyntaxError as error:
        raise Fault(f"{path}, line {error.lineno}: {error.msg}.") from None


def release(folder: Folder) -> dict[str, bytes]:
    """The release files, of data that conforms. Raises Fault, naming each violation, if not."""
    publication = folder.publication()
    quads, report = _sound(folder, publication)
    beside = _beside(folder, publication, report)
    made = publish.files(quads, beside, _context(folder), publication)
    return _described(folder, publication, made)


def reduced(folder: Folder) -> dict[str, bytes]:
    """The release files without quoted words, of data that conforms. Raises Fault if not.

    The shapes and the report are of the whole release and stay with it.
    """
    publication = folder.publication()
    quads, _ = _sound(folder, publication)
    made = publish.reduced(quads, _context(folder), publication)
    return _described(folder, publication, made)


def elsewhere(folder: Folder, out: Path | None) -> Path:
    """Where a release without quoted words goes. Raises Misuse when that is the release itself."""
    if out is None or out.resolve() == folder.release.resolve():
        raise Misuse(
            "A release without quotes does not take the place of the whole one. "
            "Name another folder with --out."
        )
    return out


def check(folder: Folder) -> Report:
    """The report of validating what a build would release."""
    publication = folder.publication()
    return _validated(folder, make(folder, publication), publication.base)


def account(folder: Folder, path: Path) -> tuple[str, tuple[str, ...]]:
    """What is understood of a page in a file, for a person, and the faults of what is not."""
    page = source.read(path)
    reading = extract.extract(page, "", authority.read(folder.authority), {})
    return extract.account(page, reading), reading.faults


def _sound(folder: Folder, publication: Publication) -> tuple[list[Quad], Report]:
    """The quads, if they conform, with the report. Raises Fault, naming each violation, if not."""
    quads = make(folder, publication)
    report = _validated(folder, quads, publication.base)
    _demand(report)
    return quads, report


def _described(
    folder: Folder, publication: Publication, made: dict[str, bytes]
) -> dict[str, bytes]:
    """The same files, if their description conforms. Raises Fault if not."""
    graph = Mint(publication.base).thing("graph", "dataset")
    quads = [*parse(made[publish.DESCRIPTION], format=RdfFormat.TURTLE)]
    held = parse(made["readouts.nq"], format=RdfFormat.N_QUADS)
    quads += [one for one in held if one.graph_name == graph]
    _demand(validate(quads, _texts(folder.described()), [], publication.base))
    return made


def _demand(report: Report) -> None:
    if not report.conforms:
        raise Fault(report.text().rstrip("\n"))


def _validated(folder: Folder, quads: list[Quad], base: str) -> Report:
    return validate(quads, _texts(folder.shapes()), _texts(folder.checks()), base)


def _texts(paths: Iterable[Path]) -> list[tuple[str, str]]:
    """What stands in each file. A check goes by its name, a file of shapes by that of the file."""
    return [
        (path.stem if path.suffix == ".rq" else path.name, path.read_text(encoding="utf-8"))
        for path in paths
    ]


def _beside(folder: Folder, publication: Publication, report: Report) -> dict[str, list[Triple]]:
    """What a release says besides its data: the rules that they keep, and the report on them."""
    shapes, checks = _texts(folder.shapes()), _texts(folder.checks())
    rules = graph.rules(shapes, checks, publication.licence, Mint(publication.base))
    told = parse(report.turtle, format=RdfFormat.TURTLE)
    return {"shapes": list(rules), "report": [quad.triple for quad in told]}


def _context(folder: Folder) -> Context:
    """The JSON-LD context. Raises Misuse or Fault when it cannot be read."""
    try:
        context: Context = json.loads(folder.context.read_text(encoding="utf-8"))
    except OSError as error:
        raise Misuse(f"{folder.context} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise Fault(f"{folder.context}: {error}.") from None
    return context


def _in(name: NamedNode, triples: Iterator[Triple]) -> Iterator[Quad]:
    return (Quad(one.subject, one.predicate, one.object, name) for one in triples)


def _translated(folder: Folder, tables: Authority, readings: dict[str, Reading]) -> None:
    """Every rendering must stand beside the words that it renders, on their line."""
    faults = []
    for row in tables["translations"]:
        reading = readings.get(row["text"])
        if reading is None or row["zh"] not in {one.text for one in reading.passages}:
            faults.append(
                f"{folder.authority / 'translations.csv'}, line {row[LINE]}: no passage of "
                f"{row['text']} reads “{row['zh'][:24]}…”. Copy the words of the page into zh."
            )
    if faults:
        raise Fault(*faults)


def _altered(page: Page, one: Source, release: Path) -> str:
    """Where a page that reads well is yet not the capture: the released text shows the line."""
    mend = "Restore the capture; a new capture is a new source with a folder of its own."
    before = _released(one.slug, release)
    if before is None:
        return f"{page.name}: its SHA-256 is {page.sha256}, not that of source.toml. {mend}"
    lines, kept = page.text.split("\n"), before.split("\n")
    number = next(
        (n for n, (a, b) in enumerate(zip(lines, kept, strict=False), 1) if a != b),
        min(len(lines), len(kept)),
    )
    return f"{page.name}, line {number}: the words differ from the capture (SHA-256). {mend}"


def _released(slug: str, release: Path) -> str | None:
    """The text of a source as the last release has it, if there is one."""
    path = release / "readouts.nq"
    if not path.is_file():
        return None
    for quad in parse(path=path, format=RdfFormat.N_QUADS):
        if quad.predicate.value.endswith("#isString") and str(quad.subject.value).endswith(slug):
            return str(quad.object.value)
    return None
