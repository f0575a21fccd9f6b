"""A part of the rows of an answer: which rows it holds, and where the others are.

Every stored query has an order that tells all its rows apart, so the parts of
an answer, one after another, are the whole of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from readouts.fault import Misuse

# The names that mean a part, with the least and the greatest number each may have. No stored query
# may have a parameter of such a name.
BOUNDS: Mapping[str, tuple[int, int]] = {"limit": (1, 10_000), "offset": (0, 1_000_000)}

# A number that is none is shown up to here.
LONGEST = 50


@dataclass(frozen=True, slots=True)
class Window:
    """At most `limit` rows, all if None, after the first `offset` rows."""

    limit: int | None = None
    offset: int = 0

    @property
    def end(self) -> int | None:
        return None if self.limit is None else self.offset + self.limit

    def note(self, count: int, total: int) -> str:
        """What a reader must know of a part with so many rows; nothing where it is the whole."""
        if count == total:
            return ""
        if not count:
            return f"There are no rows after the first {self.offset:,}: there are {total:,} in all."
        rows = f"rows {self.offset + 1:,} to {self.offset + count:,}"
        return f"These are {rows} of {total:,}. Ask for the others with limit and offset."

    def others(self, total: int) -> dict[str, int]:
        """The offsets of the first, the previous, the next and the last part (RFC 8288, RFC 5005).

        Whoever follows "next" from here comes to the last. Without a limit there is the first only.
        """
        if self.limit is None:
            return {"first": 0} if self.offset else {}
        begin = self.offset % self.limit
        last = begin + max(0, (total - 1 - begin) // self.limit) * self.limit
        if last >= total:
            last = 0
        found = {"first": 0}
        if self.offset:
            found["prev"] = min(max(0, self.offset - self.limit), last)
        if self.offset + self.limit < total:
            found["next"] = self.offset + self.limit
        return {**found, "last": last}


def window(given: Mapping[str, str]) -> Window:
    """The part that is asked for. Raises Misuse, naming the parameter and what is allowed."""
    limit = _number("limit", given["limit"]) if "limit" in given else None
    return Window(limit, _number("offset", given.get("offset", "0")))


def _number(name: str, text: str) -> int:
    least, most = BOUNDS[name]
    if re.fullmatch(r"[0-9]{1,9}", text) and least <= int(text) <= most:
        return int(text)
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    raise Misuse(f"{name} is {shown!r}. It must be a whole number from {least} to {most:,}.")
