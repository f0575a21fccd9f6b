"""The release over HTTP: things and their documents, stored queries, SPARQL, pages, files.

`negotiation` chooses a format, `things`, `queries`, `sparql` and `files` answer, `protocol`
reads what is asked of SPARQL, `asker` has it answered by `workers` of the `zygote` (`child` in this process; `wire` is what
goes between them), `replies` writes answers, `refusal` says why there is none, `gate`
and `guard` keep harm away, `application` brings them together, `server` opens the socket.
"""

from readouts.serve.application import application
from readouts.serve.server import run

__all__ = ["application", "run"]
