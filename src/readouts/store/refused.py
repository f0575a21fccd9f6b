"""What a server says when it does not do what it is asked → a plain sentence."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from http.client import HTTPException
from urllib.error import HTTPError

from readouts.fault import Misuse
from readouts.store.credentials import NAMES, Credentials

BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
# A page of HTML around a message is left out, and no more than this of it is shown.
LONGEST_MESSAGE = 300


class Refused(Misuse):
    """A server that answers and does not do what it is asked. `status` is that of HTTP."""

    def __init__(self, message: str, status: int, fields: Message) -> None:
        super().__init__(message)
        self.status = status
        self.fields = fields


def refused(error: HTTPError, wish: str, pause: float, credentials: Credentials) -> Refused:
    """The fault that an HTTP error is. `wish` says what was refused, `pause` how long to wait."""
    address = (error.url or "").partition("?")[0]
    told = _message(_body(error))
    if error.code == HTTPStatus.UNAUTHORIZED:
        given = "does not accept the credentials in" if credentials else "asks for"
        text = f"{address} {given} {NAMES}."
    elif error.code in BUSY:
        text = f"{address} is busy ({error.code}). Try again in {pause:g} seconds."
    elif "Location" in error.headers:
        text = f"{address} has moved to {error.headers['Location']}. Give that address."
    else:
        text = f"{address} {wish} ({error.code}): {told or error.reason}"
    return Refused(text, error.code, error.headers)


def seconds(fields: Message, attempt: int) -> float:
    """The seconds to wait before another try."""
    told = fields.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", told):
        return float(told)
    try:
        moment = parsedate_to_datetime(told)
        return max(0.0, (moment - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return float(2**attempt)


def _body(error: HTTPError) -> str:
    try:
        return error.read(1 << 16).decode("utf-8", "replace")
    except (OSError, HTTPException):
        return ""


def _message(text: str) -> str:
    """What a server says, without the page of HTML around it and without control characters."""
    plain = re.sub(r"(?s)<(style|script)\b.*?</\1>|<[^>]+>", " ", text)
    return " ".join(re.sub(r"[\x00-\x1f\x7f-\x9f]", " ", plain).split())[:LONGEST_MESSAGE]
