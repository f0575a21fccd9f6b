"""Two sides and what ties them: the order in which ties cross little, and the least as one.

Each node stands at the mean place of what it is tied to (the barycentre of Sugiyama, Tagawa and
Toda, 1981), the sides in turn. No chance is in it: the same network always has the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from readouts.render.labels import Text
from readouts.render.phrases import Phrases

SWEEPS = 8
# The key of the node that stands for the rest; a key that nothing has.
OTHERS = ""


@dataclass(frozen=True, slots=True)
class Node:
    """Someone or something: its IRI or another key that is its alone, its label, its address."""

    key: str
    label: Text
    address: str = ""


@dataclass(frozen=True, slots=True)
class Edge:
    """A pair of nodes by their keys, how often, and where that leads.

    From the query `statements`, counted by addressee (left) and theme (right).
    """

    left: str
    right: str
    count: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """The nodes of each side, and what ties them."""

    left: tuple[Node, ...]
    right: tuple[Node, ...]
    edges: tuple[Edge, ...]


def turned(network: Network) -> Network:
    """The network with the side of more nodes on the left, where there is more room."""
    if len(network.left) >= len(network.right):
        return network
    edges = (Edge(one.right, one.left, one.count, one.address) for one in network.edges)
    return Network(network.right, network.left, tuple(edges))


def gathered(network: Network, most: tuple[int, int], say: Phrases) -> Network:
    """The network without nodes that nothing is tied to; the least of too many as one node."""
    left, into = _kept(network.left, totals(network.edges, "left"), most[0], say)
    right, onto = _kept(network.right, totals(network.edges, "right"), most[1], say)
    edges: dict[tuple[str, str], Edge] = {}
    for edge in network.edges:
        pair = into[edge.left], onto[edge.right]
        alone = pair == (edge.left, edge.right)
        count = edge.count + (edges[pair].count if pair in edges else 0)
        edges[pair] = Edge(*pair, count, edge.address if alone else "")
    return Network(left, right, tuple(edges.values()))


def ordered(network: Network) -> Network:
    """The sides in an order in which bands cross little."""
    left, right = network.left, network.right
    for _ in range(SWEEPS):
        left = _swept(left, {node.key: at for at, node in enumerate(right)}, network.edges, "left")
        right = _swept(
            right, {node.key: at for at, node in enumerate(left)}, network.edges, "right"
        )
    return Network(left, right, network.edges)


def totals(edges: Sequence[Edge], side: str) -> Counter[str]:
    """How much each node of a side is tied."""
    counted: Counter[str] = Counter()
    for edge in edges:
        counted[getattr(edge, side)] += edge.count
    return counted


def _swept(
    nodes: Sequence[Node], places: Mapping[str, int], edges: Sequence[Edge], side: str
) -> tuple[Node, ...]:
    """A side by the mean places of what its nodes are tied to; the rest stays last."""
    other = {"left": "right", "right": "left"}[side]
    counted, sums = totals(edges, side), dict.fromkeys((node.key for node in nodes), 0)
    for edge in edges:
        sums[getattr(edge, side)] += places[getattr(edge, other)] * edge.count
    return tuple(
        sorted(nodes, key=lambda one: (one.key == OTHERS, sums[one.key] / counted[one.key]))
    )


def _kept(
    nodes: Sequence[Node], counted: Mapping[str, int], most: int, say: Phrases
) -> tuple[tuple[Node, ...], dict[str, str]]:
    """The nodes that are shown, and under which of them each node goes."""
    tied = [node for node in nodes if counted[node.key]]
    if len(tied) <= most:
        return tuple(tied), {node.key: node.key for node in tied}
    ranked = sorted(tied, key=lambda one: -counted[one.key])
    kept = {node.key for node in ranked[: most - 1]}
    others = Node(OTHERS, Text(say("chart.others", count=len(tied) - most + 1), say.language))
    into = {node.key: node.key if node.key in kept else OTHERS for node in tied}
    return (*(node for node in tied if node.key in kept), others), into
