"""What an endpoint sends → an answer. Whatever is not whole, or is no answer, is refused."""

from __future__ import annotations

import json
from typing import Any

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    RdfFormat,
    parse,
    parse_query_results,
)

from readouts.fault import Misuse
from readouts.store.answer import Answer, Graph, wrapped
from readouts.store.line import Reply
from readouts.vocab import XSD

# A boolean has two spellings (XSD 1.1 Part 2 §3.3.2.2). Virtuoso, which has no booleans of its own
# (openlink/virtuoso-opensource#251), writes the other one.
SPELLINGS = {"1": "true", "0": "false"}
# Virtuoso 7.2 answers an ASK with one row of this column.
VERDICT = "__ASK_RETVAL"
PARTIAL = 206


def read(reply: Reply, endpoint: str, *, asks_rows: bool) -> Answer:
    """The answer to a query. Raises Misuse when it is none, or is only a part of one."""
    if reply.status == PARTIAL:
        raise Misuse(f"{endpoint} gave up half way and sent a part of the answer. Ask for less.")
    try:
        if not asks_rows:
            rdf = RdfFormat.from_media_type(reply.media) or RdfFormat.TURTLE
            return Graph([quad.triple for quad in list(parse(reply.body, format=rdf))])
        format_ = QueryResultsFormat.from_media_type(reply.media) or QueryResultsFormat.JSON
        body = _spelled(reply.body) if format_ == QueryResultsFormat.JSON else reply.body
        count = _count(body, format_)
    except (SyntaxError, ValueError) as error:
        raise Misuse(
            f"{endpoint} answered {reply.media}, which is not an answer to the query, or not the "
            f"whole of it: {error}. Is this the address of a SPARQL endpoint?"
        ) from None
    most = reply.fields.get("X-SPARQL-MaxRows", "")
    if most.isdecimal() and 0 < int(most) <= count:
        # Virtuoso tells how many rows it gives at most, and not whether there were more.
        raise Misuse(
            f"{endpoint} gives {int(most):,} rows at most, and there may be more. Ask for fewer "
            "with LIMIT and OFFSET, or raise the limit of the store."
        )
    return wrapped(parse_query_results(body, format_))


def _count(body: bytes, format_: QueryResultsFormat) -> int:
    """How many rows there are. Raises SyntaxError where the last is not whole.

    The engine reads rows as they are asked for, so only who reads them all knows that.
    """
    rows = parse_query_results(body, format_)
    try:
        return 0 if isinstance(rows, QueryBoolean) else len(list(rows))
    finally:
        # Rows must end in the thread that began them, and a traceback would keep them longer.
        del rows


def _spelled(body: bytes) -> bytes:
    """Results in JSON as the specification has them, whichever store wrote them."""
    if b"boolean" not in body and VERDICT.encode() not in body:
        return body
    results: dict[str, Any] = json.loads(body)
    rows = results.get("results", {}).get("bindings", [])
    if rows and VERDICT in rows[0]:
        return json.dumps({"head": {}, "boolean": rows[0][VERDICT]["value"] == "1"}).encode()
    for row in rows:
        for term in row.values():
            if term.get("datatype") == XSD.boolean.value:
                term["value"] = SPELLINGS.get(term["value"], term["value"])
    return json.dumps(results).encode()
