"""A part of an answer over HTTP: the rows, what is said of them, and links to the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from starlette.responses import Response

from readouts.query.paging import Window
from readouts.render import answers
from readouts.store import Answer, Rows

TOTAL, COMPLETE = "Readouts-Total", "Readouts-Complete"


@dataclass(frozen=True, slots=True)
class Paged:
    """An answer or a part of one, and the query that it answers.

    `links` lead to other parts by relation, each from `?` on.
    """

    answer: Answer
    note: str = ""
    total: int | None = None
    links: Mapping[str, str] = field(default_factory=dict)
    sparql: str = ""

    def told(self, response: Response, described: str) -> Response:
        """The response, with the headers that say what it is a part of (RFC 8288 §3).

        `described` is where the query is.
        """
        if self.total is not None:
            response.headers[TOTAL] = f"{self.total}"
            response.headers[COMPLETE] = "false" if self.note else "true"
        links = {**self.links, "describedby": described}
        told = (f'<{where}>; rel="{relation}"' for relation, where in links.items())
        response.headers["Link"] = ", ".join(told)
        return response


def paged(answer: Answer, window: Window, asked: Mapping[str, str]) -> Paged:
    """The rows in a window, and how many there are in all. `asked` are all parameters as given."""
    if not isinstance(answer, Rows):
        return Paged(answer)
    rows = list(answer.solutions)
    held = rows[window.offset : window.end]
    note = window.note(len(held), len(rows))
    links = {
        relation: f"?{urlencode({**asked, 'offset': offset})}"
        for relation, offset in window.others(len(rows)).items()
    }
    again = answers.again(answer.solutions.variables, held)
    return Paged(answers.Part(again, note), note, len(rows), links)
