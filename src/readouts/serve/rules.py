"""What a client may take of the server: the options of `serve`, and what they are by default."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits that an operator may set.

    `seconds` is for one query. `rate` is how many queries a client may send in a second for long,
    and 0 sets no limit. `patience` is how many seconds a request may take to arrive. `proxies` are
    the addresses whose X-Forwarded-For is believed. `log` is a file, or `-` for standard output.
    `services` are the other endpoints that stored queries may ask; `wikidata` is the one that
    stands in for any other that they name.
    """

    seconds: float = 10.0
    rate: float = 5.0
    patience: float = 10.0
    connections: int = 512
    proxies: tuple[str, ...] = ()
    log: str | None = None
    services: tuple[str, ...] = ()
    wikidata: str | None = None

    @property
    def share(self) -> int:
        """How many of the connections one client may have."""
        return max(self.connections // 4, 1)
