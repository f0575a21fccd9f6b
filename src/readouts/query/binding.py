"""The parameters of a query: one VALUES block, one row, UNDEF where no value is given.

    VALUES (?_kind ?_from) { (UNDEF UNDEF) }

A variable of the block begins with an underscore and is named in the header.
Giving a value puts a serialised RDF term in the place of its UNDEF; nothing
else of the query is ever touched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from readouts.fault import Fault
from readouts.tokens import Token, tokens

Term = NamedNode | Literal

# Within these groups a filter still sees the variables of the group around them:
# OPTIONAL keeps its filter for the join (SPARQL 1.1 §18.2.2.6), EXISTS substitutes (§18.6).
SEEN = frozenset({"OPTIONAL", "EXISTS"})


@dataclass(frozen=True, slots=True)
class Block:
    """The VALUES block: its variables without the question mark, and the place of each UNDEF."""

    names: tuple[str, ...]
    places: tuple[Token, ...]
    group: int


@dataclass(frozen=True, slots=True)
class Use:
    """Where a parameter stands: the groups around it, innermost last, and if in an expression."""

    token: Token
    groups: tuple[tuple[int, str], ...]
    expression: bool


def bind(text: str, values: Mapping[str, Term]) -> str:
    """The query with terms in the places of the parameters. Raises KeyError on an unknown name."""
    block = find(text)
    places = dict(zip(block.names, block.places, strict=True)) if block else {}
    for name in sorted(values, key=lambda name: places[name].begin, reverse=True):
        place = places[name]
        text = f"{text[: place.begin]}{values[name]}{text[place.end :]}"
    return text


@lru_cache(maxsize=256)
def find(text: str) -> Block | None:
    """The parameter block of a query, if it has one. Raises Fault when it has several."""
    blocks = []
    words = list(tokens(text))
    depth = [0]
    opened = 0
    for index, word in enumerate(words):
        if word.text == "{":
            opened += 1
            depth.append(opened)
        elif word.text == "}":
            depth.pop()
        elif word.text.upper() == "VALUES" and _is_parameter(words[index + 2].text):
            blocks.append(_block(words[index + 1 :], depth[-1]))
    if len(blocks) > 1:
        raise Fault("The query has more than one block of parameters. Join them into one.")
    return blocks[0] if blocks else None


def unreached(text: str) -> list[str]:
    """The parameters that would not reach one of their uses, with the reason: a message each.

    A pattern joins with the block from any group but a sub-SELECT. An expression sees the
    variable only in the group of the block itself, in OPTIONAL and in EXISTS.
    """
    block = find(text)
    if block is None:
        return []
    found = []
    for use in _uses(text):
        name = use.token.text[1:]
        if name not in block.names:
            continue
        why = _why_not(use, block)
        if why:
            line = text.count("\n", 0, use.token.begin) + 1
            found.append(f"line {line}: ?{name} {why}")
    return found


def _why_not(use: Use, block: Block) -> str | None:
    numbers = [number for number, _ in use.groups]
    if block.group not in numbers:
        outermost = min((number for number in numbers if number), default=0)
        if outermost and use.groups[0][1] == "WHERE" and block.group != outermost:
            return "stands outside the group of the VALUES block. Move the block outwards."
        return None
    inner = [kind for number, kind in use.groups if number > block.group]
    if "SELECT" in inner:
        return "stands in a sub-SELECT that the VALUES block does not reach. Move the block in."
    if use.expression and not set(inner) <= SEEN:
        return "stands in an expression of a nested group, where it is not bound. Move it out."
    return None


def _is_parameter(text: str) -> bool:
    return text.startswith("?_")


def _block(words: list[Token], group: int) -> Block:
    """`( ?_a ?_b ) { ( UNDEF UNDEF ) }`, seen from behind the word VALUES."""
    names, places = [], []
    for word in words:
        if word.kind == "variable":
            names.append(word.text[1:])
        elif word.text.upper() == "UNDEF":
            places.append(word)
        elif word.text == "}":
            break
        elif word.text not in "(){":
            raise Fault(f"The parameter block holds {word.text}. Its one row is all UNDEF.")
    if len(names) != len(places) or len(set(names)) != len(names):
        raise Fault("The parameter block needs one row with one UNDEF for each variable.")
    return Block(tuple(names), tuple(places), group)


def _uses(text: str) -> Iterator[Use]:
    """Every variable of a query with the groups around it."""
    groups: list[tuple[int, str]] = []
    opened, parentheses = 0, [0]
    before = ""
    for word in tokens(text):
        upper = word.text.upper()
        if word.text == "{":
            opened += 1
            groups.append((opened, before if before in (*SEEN, "WHERE") else "GROUP"))
            parentheses.append(0)
        elif word.text == "}":
            groups.pop()
            parentheses.pop()
        elif word.text == "(":
            parentheses[-1] += 1
        elif word.text == ")":
            parentheses[-1] -= 1
        elif upper == "SELECT" and groups:
            groups[-1] = (groups[-1][0], "SELECT")
        elif word.kind == "variable":
            yield Use(word, tuple(groups), parentheses[-1] > 0)
        before = upper
