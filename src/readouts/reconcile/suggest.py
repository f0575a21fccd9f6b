"""Suggestions while a person types: things, types or properties whose names begin so (§6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from readouts.reconcile import names
from readouts.reconcile.names import Name

# How many suggestions are given at once.
PAGE = 10
IDENTIFIED, WHOLE, BEGUN, WITHIN, INSIDE = range(5)


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be suggested: its identifier, what it is called, and under which names it is found.

    `types` are the identifiers and names of the types of a thing, `links` other identifiers.
    """

    id: str
    name: str
    description: str = ""
    names: tuple[Name, ...] = ()
    types: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()


def suggest(entries: Iterable[Entry], prefix: str, cursor: int = 0) -> list[Entry]:
    """The entries for what was typed so far, the nearest first, without the first `cursor`."""
    found = []
    for entry in entries:
        rank = _rank(entry, prefix.strip())
        if rank is not None:
            found.append((rank, len(entry.name), entry.id, entry))
    found.sort(key=lambda one: one[:3])
    return [entry for *_, entry in found[cursor : cursor + PAGE]]


def _rank(entry: Entry, prefix: str) -> int | None:
    """How near an entry is, from 0; None where it is not meant."""
    if prefix in (entry.id, *entry.links):
        return IDENTIFIED
    typed = names.read(prefix)
    if not typed.key:
        # Nothing was typed yet, so everything begins so; signs alone begin nothing.
        return None if prefix else BEGUN
    ranks = []
    for name in entry.names:
        if name.key == typed.key:
            ranks.append(WHOLE)
        elif name.key.startswith(typed.key):
            ranks.append(BEGUN)
        elif typed.words and all(
            any(word.startswith(one) for word in name.words) for one in typed.words
        ):
            ranks.append(WITHIN)
        elif typed.runs and typed.han in name.han:
            ranks.append(INSIDE)
    if entry.id.casefold().startswith(prefix.casefold()):
        ranks.append(WITHIN)
    return min(ranks, default=None)
