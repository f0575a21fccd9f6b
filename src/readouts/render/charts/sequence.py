"""How a wording moves through time: one row a statement, the words found in one column.

The words around a wording stand at both its sides, as in a concordance, so that what changes is
seen at a glance. Without a wording, statements show how they begin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from readouts.render.charts import days, frame, lanes, measure
from readouts.render.charts.days import Axis
from readouts.render.charts.figure import WIDE, Figure, Table, html, words
from readouts.render.charts.lanes import Row
from readouts.render.charts.shapes import BOLD, Box, Dot, Hit, Link, Picture, Shape, Words
from readouts.render.labels import Text
from readouts.render.links import Cell
from readouts.render.phrases import Phrases

# Of more statements than this the picture shows the first; the table has them all.
MOST = 150
SIZE, ROW, RADIUS, EDGE = 13.5, 27.0, 4.5, 2.0
# The axis ends, the name ends, and the words found begin.
AXIS, NAMES, FOUND = 180.0, 444.0, 640.0
AROUND = 1.5
SPACES, DOTS = " \t\r\n\u00a0\u3000", "\u2022\u2027\u2219\u22c5\u30fb\uff65"
NARROWED = {ord(one): "" for one in SPACES} | {ord(one): "\u00b7" for one in DOTS}
NARROWED |= {0xFF0C: ",", 0xFF1B: ";", 0xFF1A: ":"}


@dataclass(frozen=True, slots=True)
class Statement:
    """Words said on a day to someone; `begin` and `end` are the range of the wording in them.

    From the query `wording`: date, addresseeLabel, text, statement; `found` finds the range.
    """

    day: date
    label: Text
    text: Text
    address: str
    begin: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Moves:
    """Statements in which a wording occurs, or simply statements."""

    statements: tuple[Statement, ...]

    @property
    def ordered(self) -> tuple[Statement, ...]:
        """The statements by their days; those of a day as they were given."""
        return tuple(sorted(self.statements, key=lambda one: one.day))


def found(text: str, wanted: str) -> tuple[int, int]:
    """Where a wording begins and ends in a text, as the query `wording` looks for it.

    White space, the kind of name dot and the width of punctuation do not matter. (0, 0) if nowhere.
    """
    wanted = wanted.translate(NARROWED)
    kept = [(at, one.translate(NARROWED)) for at, one in enumerate(text)]
    kept = [(at, one) for at, one in kept if one]
    start = "".join(one for _, one in kept).find(wanted) if wanted else -1
    return (kept[start][0], kept[start + len(wanted) - 1][0] + 1) if start >= 0 else (0, 0)


def figure(moves: Moves, say: Phrases) -> Markup:
    """The sequence as HTML; a sentence where there is no statement."""
    held = moves.ordered
    if not held:
        return Markup("<p>{}</p>").format(say("chart.empty"))
    told = say(
        "chart.sequence.told",
        count=f"{len(held):,}",
        first=days.full(held[0].day, say),
        last=days.full(held[-1].day, say),
    )
    name = say("chart.sequence.name")
    return html(
        Figure("sequence", name, told, wide(moves, say), narrow(moves, say), _table(held, say)), say
    )


def wide(moves: Moves, say: Phrases) -> Picture:
    """A row for each statement: its day on an axis, to whom, and the words."""
    held = moves.ordered
    axis = Axis(held[0].day, held[-1].day, EDGE + RADIUS, AXIS)
    middle = FOUND if any(one.end for one in held) else NAMES
    shapes: list[Shape] = []
    for at, one in enumerate(held[:MOST]):
        y = frame.AXIS + ROW * (at + 0.5)
        base = y + SIZE * 0.36
        label = measure.fit(measure.plain(one.label.text), SIZE, NAMES - AXIS - 34)
        shapes.append(
            Link(
                one.address,
                _name(one, say),
                (
                    Hit(Box(0, y - ROW / 2, WIDE, y + ROW / 2)),
                    Dot(axis.x(one.day), y, RADIUS),
                    Words(AXIS + 22, base, label, SIZE, language=one.label.language),
                    *_concordance(one, middle, base, (middle - NAMES, WIDE - EDGE - middle)),
                ),
            )
        )
    bottom = frame.AXIS + ROW * min(len(held), MOST)
    shapes, bottom = _rest(shapes, bottom, len(held), WIDE, say)
    return Picture(WIDE, bottom, (*frame.ticks(axis, bottom, say), *shapes))


def narrow(moves: Moves, say: Phrases) -> Picture:
    """A row for each statement: its day, to whom, and the words under the name."""
    where = lanes.grid((), (days.day(one.day, say) for one in moves.statements))
    rows: list[Row] = []
    held = moves.ordered
    for at, one in enumerate(held[:MOST]):
        new = not at or held[at - 1].day != one.day
        head = days.day(one.day, say) if new else ""
        more = _centred(one, where.room)
        rows.append(Row(one.label, one.address, _name(one, say), (), head, more, AROUND * 2))
    shown = lanes.picture((), rows, where)
    shapes, bottom = _rest([*shown.shapes], shown.height, len(held), shown.width, say)
    return Picture(shown.width, bottom, tuple(shapes))


def _concordance(
    one: Statement, x: float, base: float, room: tuple[float, float]
) -> tuple[Words, ...]:
    """The words before the wording, and the wording from x on with the words after it."""
    said, language = one.text.text, one.text.language
    if not one.end:
        return (
            Words(
                x,
                base,
                measure.fit(measure.plain(said), SIZE, room[1]),
                SIZE,
                "quiet",
                language=language,
            ),
        )
    before, after = said[: one.begin].rstrip(), said[one.end :].rstrip()
    match = measure.fit(measure.plain(said[one.begin : one.end]), SIZE * BOLD, room[1])
    left = room[1] - measure.width(match, SIZE * BOLD)
    tail = measure.fit(measure.plain(after), SIZE, left) if after and left > 2 * SIZE else ""
    found_ = Words(x, base, match, SIZE, "strong", language=language, tail=tail)
    if not before or room[0] < 2 * SIZE:
        return (found_,)
    fitted = measure.fit_end(measure.plain(before), SIZE, room[0] - AROUND)
    return (Words(x - AROUND, base, fitted, SIZE, "quiet", "end", language), found_)


def _centred(one: Statement, room: float) -> tuple[Words, ...]:
    """The same in the width of a phone: the wording with a little before it."""
    lead = measure.width(measure.plain(one.text.text[: one.begin]), SIZE) if one.begin else 0
    left = min(room * 0.3, lead + 2 * AROUND) if one.end and lead else 0
    return _concordance(one, left, 0, (left, room - left))


def _rest(
    shapes: list[Shape], bottom: float, count: int, width: float, say: Phrases
) -> tuple[list[Shape], float]:
    """A line for the statements that only the table has."""
    if count <= MOST:
        return shapes, bottom
    text = measure.fit(say("chart.others", count=f"{count - MOST:,}"), SIZE, width - 2 * EDGE)
    return [*shapes, Words(EDGE, bottom + ROW * 0.7, text, SIZE, "quiet")], bottom + ROW


def _name(one: Statement, say: Phrases) -> str:
    said = measure.fit(measure.plain(one.text.text[one.begin :]), 1, 60)
    label = measure.plain(one.label.text)
    return say("chart.sequence.statement", date=days.full(one.day, say), label=label, text=said)


def _table(held: Sequence[Statement], say: Phrases) -> Table:
    head = say("chart.timeline.date"), say("chart.sequence.to"), say("chart.sequence.text")
    rows = [
        (Cell(one.day.isoformat()), words(one.label), words(one.text, one.address)) for one in held
    ]
    return Table(head, tuple(rows))
