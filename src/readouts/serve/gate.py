"""Which queries are refused unread: those that would fetch something, and those out of measure.

What fetches is the word SERVICE, where it is a keyword. The engine reads
without word boundaries (`1SERVICE`, `SERVICEwd:x`) and takes `<` for an
operator where one fits and for the start of an IRI elsewhere. So the words of
a query are found in every way in which it could be read, and a doubt is a
refusal. Strings, IRIs and comments that hold the word are let through.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from readouts.tokens import TOKEN

LINE = re.compile(r"[^\n\r]*")
# White space and comments, then the group that every SERVICE clause has.
GROUP = re.compile(r"(?:\s|#[^\n\r]*)*\{")
# Octets of a query, groups within groups, operators, and words and signs of any kind.
LONGEST, DEEPEST, OPERATORS, TOKENS = 65_536, 64, 2_000, 16_000
OPENING, CLOSING = frozenset("{(["), frozenset("})]")
# What the engine reads by calling itself: a chain of these is a depth too.
CHAINED = frozenset("!&|/^+-*=<>,") | {"union", "optional", "minus", "filter", "graph", "exists"}


def excess(query: str) -> str | None:
    """Which limit a query breaks, in a sentence, or None. One pass, and no deeper for deep text."""
    if len(query) > LONGEST or len(query.encode(errors="replace")) > LONGEST:
        return f"The query is longer than {LONGEST:,} octets. Ask in several."
    if len(query) <= OPERATORS and sum([query.count(one) for one in OPENING]) <= DEEPEST:
        return None  # Each operator and each word has a character at least.
    at = depth = operators = tokens = 0
    while at < len(query):
        match = TOKEN.match(query, at)
        if match is None or match[0] in ("'", '"', "\\"):
            break  # Here the engine stops too, with a better word about it.
        at, text = match.end(), match[0].lower()
        tokens += match.lastgroup not in ("comment", "space")
        operators += text in CHAINED
        depth += (text in OPENING) - (text in CLOSING)
        if depth > DEEPEST:
            return f"The query has more than {DEEPEST} groups within groups. Ask in a flatter one."
        if operators > OPERATORS:
            return f"The query has more than {OPERATORS:,} operators. Ask in several."
        if tokens > TOKENS:
            return f"The query has more than {TOKENS:,} words and signs. Ask in several."
    return None


def fetches(query: str) -> bool:
    """Whether some reading of the query has the keyword SERVICE (SPARQL 1.1 Federated Query §2)."""
    if "service" not in query.lower():
        return False
    pending, seen = [0], set[int]()
    while pending:
        at = pending.pop()
        while at < len(query) and at not in seen:
            seen.add(at)
            match = TOKEN.match(query, at)
            if match is None or match[0] in ("'", '"', "\\"):
                break  # No reading goes on from a quotation mark without its partner.
            if _is_keyword(match):
                return True
            pending.extend(_other_readings(match))
            at = match.end()
    return False


def _is_keyword(token: re.Match[str]) -> bool:
    """Whether a word can be read as beginning with the keyword, or as holding it after a number.

    The prefix of a name may be called so, unless a group follows as it does in a clause.
    """
    prefix, colon, _ = token[0].partition(":")
    if token.lastgroup != "word" or "service" not in prefix.lower() or prefix.startswith("@"):
        return False
    return not colon or GROUP.match(token.string, token.end()) is not None


def _other_readings(token: re.Match[str]) -> Iterator[int]:
    """Where reading goes on if the `<` of an IRI is an operator.

    It matters in two cases only: a parenthesis ends the expression within the IRI, or a comment
    begins there, which hides the quotation marks after it.
    """
    if token.lastgroup != "iri":
        return
    expression, mark, _ = token[0].partition("#")
    for index, sign in enumerate(expression):
        if sign == ")":
            yield token.start() + index + 1
    if mark:
        end = LINE.match(token.string, token.start() + len(expression))
        yield end.end() if end else token.end()
