"""The release over HTTP: things and their documents, stored queries, SPARQL, pages, files.

`negotiation` chooses a format, `things`, `queries`, `sparql`, `reconcile` and `files` answer,
`protocol` reads what is asked of SPARQL, `replies` writes answers, `refusal` says why there is
none, `signposts` says where else to go, `application` brings them together.

An answer is made once: `keeper` keeps it on its `shelf`, `ready` for the next who asks; `capture`
catches it, `validators` tag it, `codings` compress it.

What strangers ask goes from `asker` to `workers`, which have it answered by processes that the
`zygote` forks: `child` is that process as seen from here, `wire` what goes between.

`gate` stands before the workers, `guard` and `edge` before the application, with a
`bucket` for each client, `connection` before both, and `log` beside them; `rules` holds what an
operator sets. `server` opens the socket.
"""

from readouts.serve.application import application
from readouts.serve.rules import Rules
from readouts.serve.server import run

__all__ = ["Rules", "application", "run"]
