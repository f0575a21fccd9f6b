"""Which requests are refused by their first lines: those that two readers may read differently.

The parser (llhttp, in its strict mode) refuses most of them: a length beside chunks, two lengths,
a length that is no number, a line that ends in a line feed alone, a folded line, spaces before a
colon, control characters. What it lets through and this server does not is here.
"""

from __future__ import annotations

from collections.abc import Sequence

Headers = Sequence[tuple[bytes, bytes]]
VERSIONS = ("1.0", "1.1")
CHUNKED = b"chunked"


def fault(version: str, target: bytes, headers: Headers) -> str | None:
    """What is wrong with a request, in a sentence, or None. Names of headers are in lower case."""
    if version not in VERSIONS:
        return "The version of HTTP is neither 1.0 nor 1.1."
    # The other forms are for proxies (RFC 9112 §3.2).
    if target != b"*" and not target.startswith(b"/"):
        return "The target of the request is no path."
    hosts = codings = 0
    for name, value in headers:
        if name == b"host":
            hosts += 1
        elif name == b"transfer-encoding":
            codings += 1
            if value.lower() != CHUNKED:
                return "The body comes in a transfer coding other than chunked."
    if hosts > 1 or (hosts == 0 and version == VERSIONS[-1]):
        return "The request must have one Host header (RFC 9112 §3.2)."
    if codings and version != VERSIONS[-1]:
        return "HTTP/1.0 has no transfer codings (RFC 9112 §6.1)."
    return None


def framed(headers: Headers) -> bytes:
    """A request that has no other headers than those that say where its body ends."""
    kept = [pair for pair in headers if pair[0] in (b"content-length", b"transfer-encoding")]
    lines = b"".join(name + b": " + value + b"\r\n" for name, value in kept)
    return b"POST / HTTP/1.1\r\n" + lines + b"\r\n"
