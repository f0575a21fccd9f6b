"""Where queries are answered: the release in this process, or a SPARQL endpoint elsewhere.

Both have the same small interface, and both look for triples in all named
graphs: the default graph of a query is the union of them.

`answer` holds the interface and what comes back, `embedded` is the release in this process.
`remote` is an endpoint: `line` carries its requests, `received` reads its answers and `refused`
its refusals; `credentials` come from the environment. `graphs` is the Graph Store Protocol.
"""

from readouts.store.answer import Answer, Graph, Rows, Store, Truth, wrapped
from readouts.store.credentials import Credentials
from readouts.store.embedded import Embedded
from readouts.store.graphs import GraphStore
from readouts.store.line import Line, Patience
from readouts.store.refused import Refused
from readouts.store.remote import Remote

__all__ = [
    "Answer",
    "Credentials",
    "Embedded",
    "Graph",
    "GraphStore",
    "Line",
    "Patience",
    "Refused",
    "Remote",
    "Rows",
    "Store",
    "Truth",
    "wrapped",
]
