"""Days on an axis: where a day stands, which days are written, and periods to count in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from readouts.render.phrases import Phrases

ONE = timedelta(days=1)
WEEK, MONTHS, YEAR = 7, 12, 366
# Steps in days, then in months: the smallest that leaves room is taken.
DAYS, MONTH_STEPS = (
    (1, 2, WEEK, 2 * WEEK),
    (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 120000),
)


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from the first to the last, between two places of a picture."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Where a day stands. One day alone stands in the middle."""
        span = (self.last - self.first).days
        if not span:
            return (self.left + self.right) / 2
        return self.left + (self.right - self.left) * (day - self.first).days / span

    def ticks(self, apart: float) -> list[date]:
        """The days to write under the axis, so far apart: Mondays, or firsts of months."""
        most = max(1, (self.right - self.left) / apart)
        for step in _steps():
            if len(found := [*_starts(self.first, self.last, step, most + 1)]) <= most:
                break
        return found or [self.first]


@dataclass(frozen=True, slots=True)
class Step:
    """The length of a period: days, or months."""

    days: int = 0
    months: int = 0


def periods(first: date, last: date, most: int) -> list[tuple[date, date]]:
    """The shortest whole periods that cover those days and are not too many: first and last day.

    A day, a week from Monday, a month, a quarter, a year or several years.
    """
    for step in _steps():
        starts = [_start(first, step), *_starts(first + ONE, last, step, most + 1)]
        if len(starts) <= most:
            break
    ends = [start - ONE for start in starts[1:]]
    return list(zip(starts, [*ends, _end(starts[-1], step)], strict=True))


def day(when: date, say: Phrases) -> str:
    """A day without its year."""
    return say("chart.day", day=when.day, month=_month(when, say))


def full(when: date, say: Phrases) -> str:
    """A day with its year."""
    return say("chart.date", day=when.day, month=_month(when, say), year=when.year)


def tick(when: date, axis: Axis, say: Phrases) -> str:
    """A day as an axis of that length writes it."""
    if (axis.last - axis.first).days < YEAR:
        return day(when, say)
    return say("chart.month", month=_month(when, say), year=when.year)


def period(first: date, last: date, say: Phrases) -> str:
    """A period in words: a day, or its first and last day."""
    if first == last:
        return full(first, say)
    return say("chart.period", first=full(first, say), last=full(last, say))


def _month(when: date, say: Phrases) -> str:
    return say("chart.months").split()[when.month - 1]


def _steps() -> Iterator[Step]:
    yield from (Step(days=days) for days in DAYS)
    yield from (Step(months=months) for months in MONTH_STEPS)


def _starts(first: date, last: date, step: Step, most: float) -> Iterator[date]:
    """The periods that start between two days, so many at most."""
    start, count = _start(first, step), 0
    while start <= last and count < most:
        if start >= first:
            count += 1
            yield start
        end = _end(start, step)
        if end >= date.max - ONE:
            return
        start = end + ONE


def _start(when: date, step: Step) -> date:
    """The first day of the period that a day lies in."""
    if step.days:
        # Day 1 of the calendar is a Monday.
        over = (when.toordinal() - 1) % step.days
        return date.fromordinal(max(1, when.toordinal() - over))
    months = (when.year * MONTHS + when.month - 1) // step.months * step.months
    return date(max(1, months // MONTHS), months % MONTHS + 1, 1) if months >= MONTHS else date.min


def _end(start: date, step: Step) -> date:
    """The last day of the period that starts on a day."""
    if step.days:
        return date.fromordinal(min(date.max.toordinal(), start.toordinal() + step.days - 1))
    months = (start.year * MONTHS + start.month - 1) // step.months * step.months + step.months
    if months // MONTHS > date.max.year:
        return date.max
    return date(months // MONTHS, months % MONTHS + 1, 1) - ONE
