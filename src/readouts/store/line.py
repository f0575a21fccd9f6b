"""One HTTP request to a store and its answer: signed, waited for, and said plainly when it fails.

urllib, because SPARQLWrapper makes its requests for it: what it makes and what the Graph Store
Protocol needs go the same way. Credentials go to the addresses that the caller named and to no
other: not to where a redirect leads.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage, IncompleteRead
from typing import IO
from urllib import request as urllib
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from readouts import __version__
from readouts.fault import Misuse
from readouts.store.credentials import NAMES, Credentials
from readouts.store.refused import BUSY, refused, seconds

AGENT = f"readouts/{__version__} (+https://w3id.org/readouts/)"
# An answer is held in memory whole. Beyond this many octets it is refused.
LARGEST = 1 << 30


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server may be silent, how often it is asked when it is busy, and for how long.

    `seconds` are for one silence, `waiting` for all pauses together between `tries` tries.
    """

    seconds: float = 60
    tries: int = 5
    waiting: float = 60


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: status, header fields, body."""

    status: int
    fields: Message
    body: bytes

    @property
    def media(self) -> str:
        """The media type, without parameters; `text/plain` where none is given."""
        return self.fields.get_content_type()


class Line:
    """The way to the addresses of one store, for one user."""

    def __init__(
        self,
        addresses: Iterable[str],
        credentials: Credentials | None = None,
        patience: Patience | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._credentials = credentials or Credentials()
        self._patience = patience or Patience()
        self._sleep = sleep
        self._origins: set[str] = set()
        self._passwords = urllib.HTTPPasswordMgrWithDefaultRealm()
        for address in addresses:
            self.allow(address)

    def allow(self, address: str) -> None:
        """Send the credentials to this server too. Raises Misuse when it is no address of one."""
        origin = _origin(address)
        self._origins.add(origin)
        if self._credentials.user:
            self._passwords.add_password(
                None, origin, self._credentials.user, self._credentials.password
            )

    def send(self, request: urllib.Request, wish: str = "refused the request") -> Reply:
        """The answer to a request. Raises Refused or, when there is none, Misuse.

        A server that is busy (429, 503) is asked again, after as long as it says in Retry-After
        (RFC 9110 §10.2.3), else after 1, 2, 4 … seconds. `wish` says what was refused, for people.
        """
        request.add_header("User-Agent", AGENT)
        if self._credentials.token and _origin(request.full_url) in self._origins:
            # An unredirected header is not sent on to where a redirect leads.
            request.add_unredirected_header("Authorization", f"Bearer {self._credentials.token}")
        elif self._credentials.user and request.data is not None:
            self._sign(request)
        waited = 0.0
        for attempt in range(self._patience.tries):
            try:
                return self._once(request)
            except HTTPError as error:
                pause = seconds(error.headers, attempt)
                last = attempt + 1 == self._patience.tries
                if error.code not in BUSY or last or waited + pause > self._patience.waiting:
                    raise refused(error, wish, pause, self._credentials) from None
            self._sleep(pause)
            waited += pause
        raise AssertionError("the last try returns or raises")

    def _sign(self, request: urllib.Request) -> None:
        """Answer the challenge that a request without a body gets, before the body is sent.

        A server may refuse and hang up while a long body is on its way (Virtuoso does): then
        nobody hears the challenge.
        """
        address = request.full_url
        try:
            self._opener(signs=False).open(
                urllib.Request(address, method="HEAD"),  # noqa: S310 - Line takes http(s) only
                timeout=self._patience.seconds,
            ).close()
        except HTTPError as error:
            scheme, _, told = error.headers.get("WWW-Authenticate", "").partition(" ")
            if error.code != HTTPStatus.UNAUTHORIZED or scheme.lower() != "digest":
                return
            challenge = urllib.parse_keqv_list(list(filter(None, urllib.parse_http_list(told))))
            digest = urllib.HTTPDigestAuthHandler(self._passwords)
            answer = digest.get_authorization(request, challenge)
            if answer:
                request.add_unredirected_header("Authorization", f"Digest {answer}")
        except (HTTPException, OSError, ValueError):
            # What is wrong is said when the request itself is sent.
            return

    def _once(self, request: urllib.Request) -> Reply:
        address = request.full_url.partition("?")[0]
        try:
            with self._opener().open(request, timeout=self._patience.seconds) as response:
                body = response.read(LARGEST + 1)
                if len(body) > LARGEST:
                    raise Misuse(f"{address} answers with more than {LARGEST:,} octets. Ask less.")
                if response.length:
                    raise IncompleteRead(body, response.length)
                return Reply(response.status, response.headers, body)
        except HTTPError:
            raise
        except HTTPException as error:
            raise Misuse(f"{address} broke off its answer: {error or 'nothing came'}.") from None
        except ValueError as error:
            # What urllib raises where a challenge is of another kind, or a third one in a row.
            raise Misuse(
                f"{address} does not accept the credentials in {NAMES}, or asks for others: {error}"
            ) from None
        except (URLError, TimeoutError, OSError) as error:
            reason = getattr(error, "reason", error)
            if isinstance(reason, BrokenPipeError | ConnectionResetError) and request.data:
                raise Misuse(
                    f"{address} hung up while it was told something. It may be full or read-only, "
                    f"or not accept {NAMES}."
                ) from None
            raise Misuse(f"{address} cannot be asked: {reason}.") from None

    def _opener(self, *, signs: bool = True) -> urllib.OpenerDirector:
        """What opens one request: handlers remember it, so that threads cannot share them."""
        opener = urllib.OpenerDirector()
        for handler in (
            urllib.ProxyHandler(),
            urllib.HTTPHandler(),
            urllib.HTTPSHandler(),
            urllib.HTTPDefaultErrorHandler(),
            urllib.HTTPErrorProcessor(),
            Redirects(),
        ):
            opener.add_handler(handler)
        if signs and self._credentials.user:
            opener.add_handler(urllib.HTTPBasicAuthHandler(self._passwords))
            opener.add_handler(urllib.HTTPDigestAuthHandler(self._passwords))
        return opener


class Redirects(urllib.HTTPRedirectHandler):
    """Follows what is only read. A body is never sent on, nor turned into a request without one."""

    def redirect_request(
        self,
        req: urllib.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: HTTPMessage,
        newurl: str,
    ) -> urllib.Request | None:
        """The request to the new address, or None, which makes the redirect an error."""
        if req.get_method() not in ("GET", "HEAD"):
            return None
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _origin(address: str) -> str:
    """Scheme and authority of an address. Raises Misuse when it is not that of a web server."""
    try:
        parts = urlsplit(address)
        if parts.scheme in ("http", "https") and parts.hostname and parts.port != 0:
            if parts.username is not None:
                raise Misuse(f"A password in an address can be read by others. Set {NAMES}.")
            return f"{parts.scheme}://{parts.netloc}/"
    except ValueError:
        pass
    raise Misuse(f"{address!r} is no address of a store. Write one such as http://host/sparql.")
