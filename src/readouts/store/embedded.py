"""The release in an engine in this process."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat
from pyoxigraph import Store as Oxigraph

from readouts.fault import Fault, Misuse
from readouts.store.answer import Answer, wrapped
from readouts.tokens import has_dataset
from readouts.vocab import PREFIXES


class Embedded:
    """The release, loaded into an engine in this process. It is never written to."""

    def __init__(self, release: Path) -> None:
        path = release / "readouts.nq"
        self._engine = Oxigraph()
        try:
            self._engine.bulk_load(path=path, format=RdfFormat.N_QUADS)
        except OSError as error:
            raise Misuse(f"{path} cannot be read: {error}. Run `readouts build` first.") from None
        except SyntaxError as error:
            raise Fault(f"{path}: {error}. Run `readouts build` again.") from None

    def query(
        self,
        text: str,
        default_graphs: Sequence[NamedNode] | None = None,
        named_graphs: Sequence[NamedNode] | None = None,
    ) -> Answer:
        """The answer. The prefixes of the publication need not be declared. Raises Misuse."""
        # Whoever gives either kind of graph gets no other.
        chosen = default_graphs is not None or named_graphs is not None
        try:
            answer = self._engine.query(
                text,
                prefixes=PREFIXES,
                use_default_graph_as_union=not (chosen or has_dataset(text)),
                default_graph=list(default_graphs or ()) if chosen else None,
                named_graphs=list(named_graphs or ()) if chosen else None,
            )
        except (SyntaxError, ValueError) as error:
            raise Misuse(f"This is not a SPARQL query: {error}.") from None
        return wrapped(answer)
