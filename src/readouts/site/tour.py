"""Follows the links of the pages until there are no new ones, and puts down what it is given."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from html import unescape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from readouts.fault import Fault
from readouts.site import place
from readouts.site.visitor import Answer, Visitor

HTML = "text/html"
LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
HOME = "index.html"


class Tour:
    """One visit to all of a site. `pages` are the addresses of its pages, `media` the types met."""

    def __init__(self, visitor: Visitor, folder: Path, told: Callable[[int, int], None]) -> None:
        self._visitor = visitor
        self._folder = folder
        self._told = told
        self._known: dict[str, str] = {}
        self._dead: list[str] = []
        self.pages: list[str] = []
        self.media: dict[str, str] = {}

    async def go(self, begin: Iterable[str]) -> None:
        """Visit these addresses and all that pages lead to. Raises Fault for a link to nothing."""
        found = list(dict.fromkeys(begin))
        self._known = dict.fromkeys(found, "")
        for number, path in enumerate(found):
            answer = await self._visitor.get(path)
            for link in self._taken(path, answer):
                if link not in self._known:
                    self._known[link] = path
                    found.append(link)
            self._told(number + 1, len(found))
        if self._dead:
            raise Fault(*self._dead)

    def _taken(self, path: str, answer: Answer) -> Iterator[str]:
        """Put an answer down; the addresses that it leads to."""
        if answer.status == HTTPStatus.NOT_FOUND:
            told = f"{self._known[path]} leads to {path}" if self._known[path] else path
            self._dead.append(f"{told}, and there is nothing. The site would have a dead link.")
            return
        if name := _name(path):
            place.put(self._folder, name, answer.body)
            self.media[path] = answer.media
        if answer.media != HTML or answer.status == HTTPStatus.SEE_OTHER:
            return
        self.pages.append(path)
        folder = path[: path.rindex("/") + 1]
        for link in dict.fromkeys(LINK.findall(answer.body.decode())):
            # A link within the page leads to no other.
            if link[:1] not in ("", "#", "?") and (there := _leads(folder, link)):
                yield there


@cache
def _leads(folder: str, link: str) -> str:
    """The address that a link of a page in a folder leads to, if a file can be there."""
    address = urlsplit(urljoin(folder, unescape(link)))
    path = unquote(address.path)
    return path if not address.scheme and not address.netloc and _name(path) else ""


def _name(path: str) -> str:
    """The file that an address is read from; empty where only a server can answer.

    Without a suffix an address is that of a thing, which redirects, or of an endpoint.
    """
    if path.endswith("/"):
        return f"{path}{HOME}".removeprefix("/")
    return path.removeprefix("/") if "." in path.rpartition("/")[2] else ""
