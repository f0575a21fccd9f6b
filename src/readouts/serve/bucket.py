"""Token buckets: how often each client may ask.

A bucket holds a number of tokens at most and is filled at a steady rate. Each request takes one.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address

# A client of IPv6 has a network of so many bits to itself (RFC 6177).
NETWORK = 64


class Buckets:
    """A bucket for each client, and for a bounded number of them."""

    def __init__(
        self,
        burst: float,
        rate: float,
        most: int = 10_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._burst = burst
        self._rate = rate
        self._most = most
        self._clock = clock
        # Client → tokens and when they were counted, the longest unseen first.
        self._held: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._held)

    def take(self, client: str) -> float:
        """Take a token: 0 if there was one, else the seconds until there will be."""
        now = self._clock()
        tokens, then = self._held.pop(client, (self._burst, now))
        tokens = min(self._burst, tokens + (now - then) * self._rate)
        is_allowed = tokens >= 1
        self._held[client] = (tokens - 1 if is_allowed else tokens, now)
        if len(self._held) > self._most:
            # Whoever was not seen for longest has most likely a full bucket, which is none.
            self._held.popitem(last=False)
        return 0.0 if is_allowed else (1 - tokens) / self._rate


def client(host: str) -> str:
    """Who is counted as one client: an address of IPv4, a network of IPv6."""
    if ":" not in host:
        return host
    try:
        address = IPv6Address(host)
    except ValueError:
        return host
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{int(address) >> (128 - NETWORK):x}/{NETWORK}"
