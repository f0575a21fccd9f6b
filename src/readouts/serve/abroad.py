"""The other endpoints that stored queries may ask: those that the operator names, and no others.

Strangers choose when an endpoint is asked. So it is asked one thing at a time,
for no longer than a query may take, and what it said is kept for a while.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from http import HTTPStatus
from threading import Lock

from pyoxigraph import QueryResultsFormat, parse_query_results

from readouts.fault import Misuse
from readouts.serve.refusal import Refusal
from readouts.serve.rules import Rules
from readouts.store import Answer, Line, Patience, Remote, Rows, Store, wrapped

# How long an answer is kept, and a failure; how many; how long anyone waits for the one before.
KEPT, FAILED, MOST, WAITING = 3600.0, 60.0, 64, 2.0
BUSY = "Another query is asking {} just now, one at a time. Ask again in {} seconds."
NONE = Rules()


class Abroad:
    """Gives the store for the address of an endpoint, if it may be asked."""

    def __init__(self, rules: Rules = NONE) -> None:
        self._allowed = frozenset(rules.services)
        self._instead = rules.wikidata
        self._seconds = rules.seconds
        self._stores: dict[str, Store] = {}

    def allows(self, endpoint: str) -> bool:
        """Whether an endpoint that a stored query names may be asked, or what stands in for it."""
        return (self._instead or endpoint) in self._allowed

    def __call__(self, endpoint: str) -> Store:
        """The endpoint. Raises Misuse when it may not be asked."""
        if not self.allows(endpoint):
            raise Misuse(f"{endpoint} may not be asked. The operator allows no such service.")
        address = self._instead or endpoint
        # Somebody waits for the answer: a busy endpoint is left to the next who asks.
        patience = Patience(self._seconds, tries=1)
        remote = Remote(address, Line([address], patience=patience))
        return self._stores.setdefault(address, Kept(remote, address))


class Kept:
    """An endpoint that is asked one thing at a time, and whose answers are kept."""

    def __init__(self, store: Store, address: str) -> None:
        self._store = store
        self._address = address
        self._asking = Lock()
        self._answers: OrderedDict[str, tuple[float, bytes | str]] = OrderedDict()

    def query(self, text: str, *_: object) -> Answer:
        """The rows of a SELECT. Raises Refusal when the endpoint fails, or is being asked."""
        held = self._held(text)
        if held is None:
            if not self._asking.acquire(timeout=WAITING):
                told = BUSY.format(self._address, round(WAITING))
                headers = {"Retry-After": f"{round(WAITING)}"}
                raise Refusal(HTTPStatus.SERVICE_UNAVAILABLE, told, headers)
            try:
                # Whoever held the lock may have asked the same.
                held = self._held(text)
                held = self._asked(text) if held is None else held
            finally:
                self._asking.release()
        if isinstance(held, str):
            raise Refusal(HTTPStatus.BAD_GATEWAY, held)
        return wrapped(parse_query_results(held, QueryResultsFormat.JSON))

    def _held(self, text: str) -> bytes | str | None:
        """What was said before and still holds: an answer in JSON, or a failure in plain words."""
        until, held = self._answers.get(text, (0.0, b""))
        return held if time.monotonic() < until else None

    def _asked(self, text: str) -> bytes | str:
        held: bytes | str
        try:
            answer = self._store.query(text)
            assert isinstance(answer, Rows)  # a part of a stored query is a sub-SELECT
            held, lasts = answer.solutions.serialize(format=QueryResultsFormat.JSON) or b"", KEPT
        except Misuse as error:
            held, lasts = str(error), FAILED
        self._answers[text] = (time.monotonic() + lasts, held)
        self._answers.move_to_end(text)
        while len(self._answers) > MOST:
            self._answers.popitem(last=False)
        return held
