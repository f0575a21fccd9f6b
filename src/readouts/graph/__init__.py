"""Records → triples. All triple-making is here, one module a named graph.

`text` makes the graph of one source, `decisions` that of the authority records,
`dataset` the description of the whole; `rules` the shapes and checks beside
them. No graph of the dataset holds a blank node.
"""

from readouts.graph.dataset import describe
from readouts.graph.decisions import decided
from readouts.graph.rules import rules
from readouts.graph.text import read

__all__ = ["decided", "describe", "read", "rules"]
