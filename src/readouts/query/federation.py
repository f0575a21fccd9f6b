"""The part of a stored query that another endpoint answers, asked once for all of our items.

A federated query is plain SPARQL and has one such part, in this form:

    { SELECT DISTINCT ?item ?x WHERE {
        SERVICE <endpoint> { VALUES ?item { wd:Q1 wd:Q2 } … } } }

The sub-SELECT keeps any engine from asking once a row. Here the items are asked
of the store first, by the patterns before the part; then the sub-SELECT is sent
to the endpoint, in one request; then its rows stand in the place of the part.
So the store itself never has to reach another endpoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from readouts.fault import Fault
from readouts.store import Answer, Rows, Store
from readouts.tokens import Token, tokens, uncommented

KINDS = ("iri", "variable")
# The groups around a SERVICE clause: of the query, of the part, of its WHERE.
NESTED = 3
# Who is asked at an address.
Services = Callable[[str], Store]


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a query that another endpoint answers; all else is text around it.

    `item` is the variable of the VALUES block, `held` the terms in that block. `before` are the
    patterns that bind the item here, `whole` is where the part stands in the query.
    """

    endpoint: str
    item: str
    held: tuple[str, ...]
    before: str
    head: str
    pattern: str
    whole: tuple[int, int]
    block: tuple[int, int]


def find(text: str) -> Part:
    """The part, places being those of the text. Raises Fault where it has not the one form."""
    words = list(tokens(text))
    services = [index for index, word in enumerate(words) if word.text.upper() == "SERVICE"]
    if len(services) != 1:
        raise Fault(f"A federated query has one SERVICE clause, and this has {len(services)}.")
    at = services[0]
    kinds = [word.kind if word.kind in KINDS else word.text.upper() for word in words[at + 1 :]]
    if kinds[:5] != ["iri", "{", "VALUES", "variable", "{"]:
        raise Fault("A SERVICE clause begins SERVICE <endpoint> { VALUES ?item { … }.")
    groups = _around(words, at)
    inner = groups[-2] if len(groups) >= NESTED else at
    last, closed = _closing(words, at + 2), _closing(words, at + 5)
    if (
        words[inner + 1].text.upper() != "SELECT"
        or groups[-1] != at - 1
        or [word.text for word in words[last + 1 : last + 3]] != ["}", "}"]
    ):
        raise Fault("A SERVICE clause stands alone in a group { SELECT … WHERE { SERVICE … } }.")
    start = groups[1] - (words[groups[1] - 1].text.upper() == "OPTIONAL")
    return Part(
        endpoint=words[at + 1].text[1:-1],
        item=words[at + 4].text,
        held=tuple(word.text for word in words[at + 6 : closed]),
        before=text[words[groups[0]].end : words[start].begin],
        head=text[words[inner + 1].begin : words[at - 1].begin],
        pattern=text[words[at + 2].end : words[last].begin],
        whole=(words[inner].end, words[_closing(words, inner)].begin),
        block=(words[at + 5].end, words[closed].begin),
    )


def items(text: str, part: Part, store: Store) -> list[str]:
    """The items that a store has for a query, in order, each once."""
    local = f"{_prologue(text)}SELECT DISTINCT {part.item} WHERE {{ {part.before} }}"
    answer = store.query(local)
    assert isinstance(answer, Rows)
    return sorted(str(row[0]) for row in answer.solutions if isinstance(row[0], NamedNode))


def filled(text: str, part: Part, held: Iterable[str]) -> str:
    """The query with other items in its VALUES block: fit for any engine with those items."""
    begin, end = part.block
    return f"{text[:begin]} {' '.join(held)} {text[end:]}"


def answer(text: str, store: Store, services: Services) -> Answer:
    """The answer of a store and of one other endpoint, which is asked once or not at all.

    Raises Misuse when one of them cannot be asked.
    """
    text = uncommented(text)
    part = find(text)
    held = items(text, part, store)
    begin, end = part.whole
    there = _asked(filled(text, part, held), services(part.endpoint)) if held else "VALUES () {}"
    return store.query(f"{text[:begin]} {there} {text[end:]}")


def _asked(text: str, service: Store) -> str:
    """What the endpoint answers, as a VALUES block."""
    part = find(text)
    answer = service.query(f"{_prologue(text)}{part.head}{{ {part.pattern} }}")
    assert isinstance(answer, Rows)
    names = " ".join(str(name) for name in answer.solutions.variables)
    rows = " ".join(f"({' '.join(map(_term, row))})" for row in answer.solutions)
    return f"VALUES ({names}) {{ {rows} }}"


def _term(term: object) -> str:
    """A term as it stands in a VALUES block. A blank node of elsewhere names nothing here."""
    return str(term) if isinstance(term, NamedNode | Literal) else "UNDEF"


def _prologue(text: str) -> str:
    """The prefixes that a query declares."""
    return text[: next(word.begin for word in tokens(text) if word.text.upper() == "SELECT")]


def _around(words: list[Token], at: int) -> list[int]:
    """Where the groups around a word open, the outermost first."""
    open_: list[int] = []
    for index, word in enumerate(words[:at]):
        if word.text == "{":
            open_.append(index)
        elif word.text == "}":
            open_.pop()
    return open_


def _closing(words: list[Token], opening: int) -> int:
    """Where the group closes that opens at a word."""
    depth = 0
    for index in range(opening, len(words)):
        depth += (words[index].text == "{") - (words[index].text == "}")
        if depth == 0:
            return index
    raise Fault("A group of the query is not closed.")
