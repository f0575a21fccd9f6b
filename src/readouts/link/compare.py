"""The findings: for each thing, where Wikidata agrees with us, and where it does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from readouts.fold import folded
from readouts.link import items
from readouts.link.held import Day, Held
from readouts.link.items import Candidate, Position
from readouts.link.service import Service

AGREES, DIFFERS, FOUND, MERGED, MISSING = "agrees", "differs", "found", "merged", "missing"
NONE, CANDIDATE = "none", "candidate"
# How many of many are told.
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of the link of a thing; an empty cell was not compared.

    `item` says whether the item is there, `kind` whether it is of the kind of the thing, `label`
    whether it bears one of its names, `office` whether the person held the office on each day.
    """

    thing: str
    qid: str
    item: str
    kind: str = ""
    label: str = ""
    office: str = ""
    remark: str = ""

    @property
    def disagrees(self) -> bool:
        """Whether somebody must look at it."""
        return self.item in (MERGED, MISSING) or DIFFERS in (self.kind, self.label, self.office)


@dataclass(frozen=True, slots=True)
class _Told:
    """What Wikidata said, by item."""

    known: Mapping[str, str]
    names: Mapping[str, set[str]]
    kinds: Mapping[str, set[str]]
    positions: Mapping[str, Sequence[Position]]


def compare(held: Sequence[Held], service: Service) -> list[Finding]:
    """A finding for each thing, or one for each candidate where it has no item. Raises Misuse."""
    linked = [one for one in held if one.item]
    wanted = {one.thing: one.names for one in held if not one.item}
    told = _Told(
        items.known([one.item for one in linked], service),
        items.names([one.item for one in linked], service),
        _kinds(linked, service),
        items.positions([one.item for one in linked if one.days], service),
    )
    proposed = items.candidates(wanted, service)
    findings: list[Finding] = []
    for one in held:
        findings += [_linked(one, told)] if one.item else _open(one, proposed.get(one.thing, []))
    return findings


def _kinds(linked: Iterable[Held], service: Service) -> dict[str, set[str]]:
    """Asked once for each kind of thing, so that no item is compared with what it need not be."""
    groups: dict[frozenset[str], list[str]] = {}
    for one in linked:
        if one.kinds:
            groups.setdefault(one.kinds, []).append(one.item)
    found: dict[str, set[str]] = {}
    for wanted, members in groups.items():
        for item, kinds in items.kinds(members, wanted, service).items():
            found.setdefault(item, set()).update(kinds)
    return found


def _linked(one: Held, told: _Told) -> Finding:
    if one.item not in told.known:
        remark = "There is no such item: it was deleted, or never was."
        return Finding(one.thing, one.item, MISSING, remark=remark)
    if target := told.known[one.item]:
        remark = f"It was merged into {target}. Look at that item, and name it instead."
        return Finding(one.thing, one.item, MERGED, remark=remark)
    theirs = told.names.get(one.item, set())
    kind = _verdict(told.kinds.get(one.item, set()) & one.kinds) if one.kinds else ""
    label = _verdict({folded(name) for name in one.names} & {folded(name) for name in theirs})
    office, remarks = _offices(one.days, told.positions.get(one.item, ()))
    if kind == DIFFERS:
        remarks.insert(0, f"It is no instance of {' or '.join(sorted(one.kinds))}.")
    if label == DIFFERS:
        called = ", ".join(sorted(theirs)[:SHOWN]) or "nothing in English or Chinese"
        remarks.insert(0, f"It is called {called}.")
    return Finding(one.thing, one.item, FOUND, kind, label, office, " ".join(remarks))


def _offices(days: Sequence[Day], held: Sequence[Position]) -> tuple[str, list[str]]:
    """Whether each office was held on each day, and where not, what is said of it instead."""
    remarks = []
    compared = [day for day in days if day.item]
    differing: dict[tuple[str, str], list[str]] = {}
    for day in compared:
        if not any(one.position == day.item and one.covers(day.date) for one in held):
            differing.setdefault((day.office, day.item), []).append(day.date)
    for (office, item), dates in differing.items():
        others = [
            f"{one.start or '?'} to {one.end or 'now'}" for one in held if one.position == item
        ]
        remarks.append(
            f"It is not said to have held {office} ({item}) on {', '.join(dates[:SHOWN])}: "
            f"it has {', '.join(others) or 'no statement of it'}."
        )
    remarks += [
        f"{office} has no item, so holding it is not compared."
        for office in dict.fromkeys(day.office for day in days if not day.item)
    ]
    return _verdict(not differing) if compared else "", remarks


def _open(one: Held, found: Sequence[Candidate]) -> Iterator[Finding]:
    """The candidates for a thing without an item. Those that were rejected stay so."""
    fresh = [candidate for candidate in found if candidate.item not in one.rejected]
    for candidate in fresh:
        remark = ": ".join(filter(None, (candidate.label, candidate.description)))
        yield Finding(one.thing, candidate.item, CANDIDATE, remark=remark)
    if not fresh:
        yield Finding(one.thing, "", NONE, remark="Not confirmed, and no candidate bears its name.")


def _verdict(agrees: object) -> str:
    return AGREES if agrees else DIFFERS
