"""Stored queries: `.rq` files with a header, and typed parameters that are bound, never pasted.

`stored` reads the files, `binding` finds the parameters and puts terms in their
places, `values` turns what people write into terms, `ask` brings them together.
`paging` is about parts of an answer.
"""

from readouts.query.ask import answer, asked, bound, listing, pairs
from readouts.query.binding import bind
from readouts.query.stored import Parameter, Stored, load, one
from readouts.query.values import resolve

__all__ = [
    "Parameter",
    "Stored",
    "answer",
    "asked",
    "bind",
    "bound",
    "listing",
    "load",
    "one",
    "pairs",
    "resolve",
]
