"""A graph, the shapes and the checks → a report: what is wrong, where, and the mend.

Shapes are SHACL and look at one thing at a time. Checks are SPARQL and look at
many at once: a check must return no row, and each row reads as a message.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

import pyoxigraph as ox
from rdflib import RDF, SH, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from readouts.fault import Fault
from readouts.vocab import PREFIXES

LEVELS: Mapping[str, URIRef] = {"violation": SH.Violation, "warning": SH.Warning}
TERMS = {"focus": SH.focusNode, "value": SH.value}
SHOWN = 12
WIDTH = 60
PLACE = re.compile(r"^.*?\bat (?:line )?(\d+).*?: +", re.DOTALL)
TOKENS = re.compile(r"(?<=: )expected .*", re.DOTALL)
Facts = list[tuple[Node, Node]]


@dataclass(frozen=True, slots=True, order=True)
class Result:
    """One thing that is wrong. `severity` is `violation` or `warning`.

    `source` is the IRI of the shape, or `check/<name>`. What does not apply is empty.
    """

    severity: str
    source: str
    focus: str
    path: str
    value: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that is wrong, in order; `turtle` says the same as a SHACL validation report.

    `shapes` and `checks` count what was asked; `base` is what the text leaves off IRIs.
    """

    results: tuple[Result, ...]
    turtle: bytes
    base: str
    shapes: int
    checks: int

    @property
    def conforms(self) -> bool:
        """Whether nothing is violated. A warning does not count, as in SHACL 1.2."""
        return all(one.severity != "violation" for one in self.results)

    def text(self) -> str:
        """What is wrong, by shape or check, with the mend and the places; the totals last."""
        lines: list[str] = []
        ordered = sorted(self.results, key=attrgetter("severity", "source", "message"))
        for (severity, source), group in groupby(ordered, attrgetter("severity", "source")):
            lines.append(f"{severity}: {_short(source, self.base) or 'a shape without an IRI'}")
            for message, those in groupby(group, attrgetter("message")):
                lines += ["  " + message.replace(self.base, ""), *_places([*those], self.base)]
            lines.append("")
        verdict = "conforms" if self.conforms else "does not conform"
        totals = [(self.shapes, "shape"), (self.checks, "check")]
        totals += [(sum(one.severity == level for one in ordered), level) for level in LEVELS]
        shapes, checks, *found = (f"{n} {noun}" + "s" * (n != 1) for n, noun in totals)
        return "\n".join([*lines, f"{verdict}: {shapes} and {checks}, {', '.join(found)}\n"])


def validate(
    quads: Iterable[ox.Quad],
    shapes: Iterable[tuple[str, str]],
    checks: Iterable[tuple[str, str]],
    base: str,
) -> Report:
    """The report on all named graphs taken together.

    `shapes` are file names with their Turtle, `checks` names with their SPARQL.
    Raises Fault when one of them cannot be read or applied.
    """
    known, asked = list(quads), list(checks)
    files = [(name, _parsed(name, text)) for name, text in shapes]
    data = _graph(quad.triple for quad in known)
    told = (_public(one, base) for one in (*_shaped(data, files), *_checked(known, asked, base)))
    # Two constraints of a shape can say the same of a node: that is one result, always the same.
    found = {_result(one, base): one for one in sorted(told, key=str)}
    results = tuple(sorted(found))
    turtle = _turtle([found[result] for result in results], base)
    kinds = (SH.NodeShape, SH.PropertyShape)
    named = {one for _, file in files for kind in kinds for one in file.subjects(RDF.type, kind)}
    return Report(results, turtle, base, shapes=len(named), checks=len(asked))


def _parsed(name: str, text: str) -> Graph:
    """A shapes file."""
    try:
        return _graph(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))
    except SyntaxError as error:
        raise Fault(f"{name}, {_where(error)}. Mend the Turtle there.") from None


def _where(error: SyntaxError) -> str:
    # The SPARQL parser lists every token that it would have taken: too long to help.
    return TOKENS.sub("not SPARQL 1.1", PLACE.sub(r"line \1: ", str(error.msg), count=1))


def _shaped(data: Graph, files: Sequence[tuple[str, Graph]]) -> Iterator[Facts]:
    """What the shapes find. Raises Fault for the file that is broken, else for all that clash."""
    # Here, because it takes 0.2 s and most commands do not need it.
    import pyshacl  # noqa: PLC0415

    # What it logs, it also raises.
    logging.getLogger("pyshacl-validate").disabled = True
    shapes = Graph(bind_namespaces="none")
    for _, file in files:
        shapes += file
    try:
        _, report, reason = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    except Exception as error:  # noqa: BLE001 - a broken shape makes pyshacl raise anything
        report, reason = None, str(error) or type(error).__name__
    if isinstance(report, Graph):
        return ([*report.predicate_objects(one)] for one in report.objects(None, SH.result))
    for one in files if len(files) > 1 else ():
        _shaped(data, [one])
    names, reason = ", ".join(name for name, _ in files), reason.splitlines()[0].rstrip(".")
    raise Fault(f"{names}: {reason}. Mend the shape that this speaks of.")


def _checked(
    quads: Iterable[ox.Quad], checks: Iterable[tuple[str, str]], base: str
) -> Iterator[Facts]:
    """What the checks find: a row a result."""
    store = ox.Store()
    store.extend(quads)
    for name, text in checks:
        try:
            rows = store.query(text, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise Fault(f"check/{name}, {_where(error)}. Mend the query there.") from None
        variables = {one.value for one in getattr(rows, "variables", ())}
        if not isinstance(rows, ox.QuerySolutions) or not variables >= {"focus", "message"}:
            raise Fault(f"check/{name} is not a SELECT of ?focus and ?message. Select both.")
        for row in rows:
            yield _row(name, {one: _term(term) for one in variables if (term := row[one])}, base)


def _row(name: str, row: Mapping[str, Node], base: str) -> Facts:
    """What a row of a check says, as SHACL. What it does not select is left out."""
    # A row without a message is still a row: CONCAT gives none when a part of it is unbound.
    message = row.get("message", f"The check {name} found this, and cannot say more.")
    return [
        (RDF.type, SH.ValidationResult),
        (SH.resultSeverity, LEVELS.get(str(row.get("severity")), SH.Violation)),
        (SH.resultMessage, Literal(str(message))),
        (SH.sourceShape, URIRef(f"{base}check/{name}")),
        (SH.sourceConstraintComponent, SH.SPARQLConstraintComponent),
        *((TERMS[one], row[one]) for one in TERMS if one in row),
    ]


def _public(told: Facts, base: str) -> Facts:
    """The same in order, with nothing blank."""
    public: Facts = []
    for predicate, term in sorted(told, key=str):
        # A blank path or shape is left out: its name tells nothing, and is another each time.
        if not isinstance(term, BNode):
            public.append((predicate, term))
        elif predicate in TERMS.values():
            public.append((predicate, URIRef(f"{base}report#blank-{term}")))
    return public


def _result(told: Facts, base: str) -> Result:
    text = {predicate: str(term) for predicate, term in told}
    return Result(
        severity="violation" if (SH.resultSeverity, SH.Violation) in told else "warning",
        source=text.get(SH.sourceShape, "").replace(f"{base}check/", "check/"),
        focus=text.get(SH.focusNode, ""),
        path=text.get(SH.resultPath, ""),
        value=text.get(SH.value, ""),
        message=text.get(SH.resultMessage, ""),
    )


def _turtle(results: Iterable[Facts], base: str) -> bytes:
    """The report in Turtle, the same bytes every time."""
    graph, report = Graph(bind_namespaces="none"), URIRef(f"{base}report")
    for prefix, stem in PREFIXES.items():
        graph.bind(prefix, stem)
    for number, told in enumerate(results, 1):
        node = URIRef(f"{base}report#{number}")
        graph.add((report, SH.result, node))
        for predicate, term in told:
            graph.add((node, predicate, term))
    graph.add((report, RDF.type, SH.ValidationReport))
    graph.add((report, SH.conforms, Literal((None, None, SH.Violation) not in graph)))
    return graph.serialize(format="turtle").rstrip().encode() + b"\n"


def _graph(triples: Iterable[ox.Triple]) -> Graph:
    """The triples in rdflib, which is what pyshacl validates."""
    # An ill-typed literal is a result of a shape; rdflib would also log a traceback.
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    graph = Graph(bind_namespaces="none")
    for one in triples:
        graph.add((_term(one.subject), _term(one.predicate), _term(one.object)))
    return graph


def _term(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    """The term in rdflib, its lexical form untouched."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if not isinstance(term, ox.Literal):
        return Literal(str(term))
    datatype = None if term.language else URIRef(term.datatype.value)
    return Literal(term.value, lang=term.language, datatype=datatype, normalize=False)


def _places(results: Sequence[Result], base: str) -> Iterator[str]:
    """Where one thing is wrong: the first places, and how many more."""
    for one in results[:SHOWN]:
        parts = dict.fromkeys((one.focus, one.path, one.value))
        yield "    " + "  ".join(_short(part, base) for part in parts if part)
    if len(results) > SHOWN:
        yield f"    … and {len(results) - SHOWN} more"


def _short(text: str, base: str) -> str:
    """An IRI with its prefix or without the base, a long text without its end."""
    for prefix, stem in PREFIXES.items():
        if text.startswith(stem):
            return f"{prefix}:{text.removeprefix(stem)}"
    text = text.removeprefix(base).replace("\n", "⏎")
    return text if "/" in text else text[:WIDTH]
