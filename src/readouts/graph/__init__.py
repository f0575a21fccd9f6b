"""Records → triples. All triple-making is here, one module a named graph.

`text` makes the graph of one source, `decisions` that of the authority records,
`dataset` the description of the whole. No graph holds a blank node.
"""

from readouts.graph.dataset import describe
from readouts.graph.decisions import decided
from readouts.graph.text import read

__all__ = ["decided", "describe", "read"]
