"""What can be wrong, said in plain sentences: what, where, and the mend."""

from __future__ import annotations


class Fault(Exception):
    """The data is at fault (exit code 1): it does not conform, differs, or is unread.

    `messages` holds one entry a fault, each one or two sentences without a
    final line break.
    """

    code = 1

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


class Misuse(Fault):
    """The call is at fault (exit code 2): an unknown name, a bad parameter, an unreadable file."""

    code = 2
