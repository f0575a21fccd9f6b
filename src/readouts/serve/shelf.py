"""What was made once and is asked for again: kept within a number of entries and of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from typing import Generic, TypeVar

Held = TypeVar("Held")
ENTRIES, BYTES = 4096, 32 << 20
# No one thing may push out more than this part of all the others.
PART = 8


class Shelf(Generic[Held]):
    """Keeps what was used last. The event loop alone reaches for it, so it has no lock."""

    def __init__(self, entries: int = ENTRIES, size: int = BYTES) -> None:
        self._entries = entries
        self._size = size
        self._held: OrderedDict[Hashable, tuple[Held, int]] = OrderedDict()
        self.bytes = 0

    def __len__(self) -> int:
        return len(self._held)

    def get(self, key: Hashable) -> Held | None:
        """What is kept under a key, which counts as a use of it."""
        if key not in self._held:
            return None
        self._held.move_to_end(key)
        return self._held[key][0]

    def put(self, key: Hashable, held: Held, size: int) -> None:
        """Keep a thing of so many bytes; what was used longest ago makes room for it."""
        if key in self._held:
            self.bytes -= self._held.pop(key)[1]
        if size > self._size // PART:
            return
        self._held[key] = (held, size)
        self.bytes += size
        while len(self._held) > self._entries or self.bytes > self._size:
            _, (_, freed) = self._held.popitem(last=False)
            self.bytes -= freed
