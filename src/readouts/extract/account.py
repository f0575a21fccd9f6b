"""What was understood of a page, told to a person: line by line, with what was kept unread."""

from __future__ import annotations

from collections.abc import Iterator

from readouts.model import Reading, Span
from readouts.source import Page


def account(page: Page, reading: Reading) -> str:
    """The exchanges, the statements, and the prose that is kept and not interpreted."""
    return "".join(f"{line}\n" for line in _lines(page, reading))


def _lines(page: Page, reading: Reading) -> Iterator[str]:
    yield f"{len(reading.exchanges)} exchanges"
    for exchange in reading.exchanges:
        other = exchange.counterpart
        roles = ", ".join(role for role in other.roles if role != "counterpart")
        yield (
            f"  {_at(page, exchange.phrase)}  {exchange.day}  {exchange.kind}  {other.person}  "
            f"{other.office}" + (f"  ({roles})" if roles else "")
        )
    yield f"{len(reading.statements)} statements"
    for statement in reading.statements:
        yield (
            f"  {_at(page, statement.quote)}  {statement.slug}  {statement.speaker} to "
            f"{statement.addressee}  exchange/{statement.exchange}"
        )
    kept = [
        one for one in reading.passages if one.leaf and one.kind in ("narrative", "introduction")
    ]
    yield f"{len(kept)} stretches of the publisher's narrative, kept and not interpreted"
    for passage in kept:
        yield f"  {_at(page, passage.span)}  {passage.text}"
    leaves = [one for one in reading.passages if one.leaf]
    read = sum(one.span.end - one.span.begin for one in leaves)
    yield f"{read} of {len(page.text)} characters stand in one of {len(leaves)} passages"


def _at(page: Page, span: Span) -> str:
    return f"line {page.text.count(chr(10), 0, span.begin) + 1:>3}"
