"""The release over HTTP: things and their documents, stored queries, SPARQL, pages, files.

`negotiation` chooses a format, `things`, `queries`, `sparql` and `files` answer, `protocol`
reads what is asked of SPARQL, `replies` writes answers, `refusal` says why there is none, `gate`
and `guard` keep harm away, `application` brings them together, `server` opens the socket.

What strangers ask goes from `asker` to `workers`, which have it answered by processes that the
`zygote` forks: `child` is that process as seen from here, `wire` what goes between.
"""

from readouts.serve.application import application
from readouts.serve.server import run

__all__ = ["application", "run"]
