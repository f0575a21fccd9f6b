"""Who asks a store, from the environment: a command line can be read by others.

`READOUTS_USER` and `READOUTS_PASSWORD` answer a challenge for Basic (RFC 7617) or Digest
(RFC 7616) authentication, `READOUTS_TOKEN` is sent as a bearer token (RFC 6750).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from readouts.fault import Misuse

NAMES = "READOUTS_USER and READOUTS_PASSWORD, or READOUTS_TOKEN"


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user with a password, a token, or neither. They are never shown."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)

    def __bool__(self) -> bool:
        return bool(self.user or self.token)

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> Credentials:
        """The credentials in the environment. Raises Misuse when half of them is missing."""
        user, password, token = (
            environment.get(f"READOUTS_{name}", "") for name in ("USER", "PASSWORD", "TOKEN")
        )
        if bool(user) != bool(password):
            missing = "READOUTS_PASSWORD" if user else "READOUTS_USER"
            raise Misuse(f"{missing} is not set, and the other of the two is. Set both or none.")
        if user and token:
            raise Misuse(f"There are two ways to sign in. Set {NAMES}, not all three.")
        if any(character < " " or character > "~" for character in token):
            raise Misuse("READOUTS_TOKEN holds something that no token has, such as a line break.")
        return cls(user, password, token)
