"""The release over HTTP: things and their documents, stored queries, SPARQL, pages, files.

`negotiation` chooses a format, `things`, `queries`, `sparql`, `reconcile` and `files` answer,
`protocol` reads what is asked of SPARQL, `replies` writes answers, `refusal` says why there is
none, `signposts` says where else to go, `application` brings them together, `spoken` has the pages
of each language, and queries come in by an `entrance` of their own.

An answer is made once: `keeper` keeps it on its `shelf`, `ready` for the next who asks; `capture`
catches it, `validators` tag it, `codings` compress it.

What strangers ask goes from `asker` to `workers`, which have it answered by processes that the
`zygote` forks: `child` is that process as seen from here, a `line` leads to each worker, and `wire`
is what goes over it.

`gate` stands before the workers, `guard` and `edge` before the application, with a
`bucket` for each client, and `log` beside them. Before them all a `connection` keeps the time: by
`reading` it finds requests, `framing` says which are none, and answers leave it as `octets`.
`rules` holds what an operator sets, `settings` hands it on. `server` opens the socket.
"""

from readouts.serve.application import application
from readouts.serve.rules import Rules
from readouts.serve.server import run

__all__ = ["Rules", "application", "run"]
