"""What a timeline shows: events on days, in lanes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from readouts.render.labels import Text


@dataclass(frozen=True, slots=True)
class Lane:
    """A kind of event: the key that events name it by, its label, and where that leads."""

    key: str
    label: Text
    address: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """What happened on a day: the key of its lane, with whom, and where its page is.

    From the query `exchanges`: date, kind, counterpartLabel, exchange.
    """

    day: date
    lane: str
    label: Text
    address: str


def nowhere(_lane: Lane, _first: date, _last: date) -> str:
    """No address: periods lead nowhere."""
    return ""


@dataclass(frozen=True, slots=True)
class Timeline:
    """Events in lanes; every event names one of them.

    `between` gives the address of a list of the events of a lane from a day to a day, such as
    `queries/exchanges.html?kind=…&from=…&to=…`, for when there are too many to be shown singly.
    """

    lanes: tuple[Lane, ...]
    events: tuple[Event, ...]
    between: Callable[[Lane, date, date], str] = nowhere

    @property
    def ordered(self) -> Timeline:
        """The same by days, then by lanes, without the lanes that no event is in."""
        used = {event.lane for event in self.events}
        kept = tuple(lane for lane in self.lanes if lane.key in used)
        place = {lane.key: at for at, lane in enumerate(kept)}
        events = sorted(self.events, key=lambda one: (one.day, place[one.lane]))
        return Timeline(kept, tuple(events), self.between)

    def of(self, lane: Lane) -> list[Event]:
        """The events of a lane."""
        return [event for event in self.events if event.lane == lane.key]
