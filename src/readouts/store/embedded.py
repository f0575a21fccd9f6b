"""The release in an engine in this process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from pyoxigraph import NamedNode, parse
from pyoxigraph import Store as Oxigraph

from readouts.fault import Fault, Misuse
from readouts.store.answer import Answer, wrapped
from readouts.tokens import has_dataset, near
from readouts.vocab import PREFIXES

# Where the engine says that a query goes wrong, and the classes of characters that it lists.
PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)
CLASSES = re.compile(r",? ?\[(?:'[^']*'|[^\[\]'])*\]")


class Embedded:
    """Files of a release, loaded into an engine in this process. It is never written to."""

    def __init__(self, release: Path, names: Iterable[str] = ("readouts.nq",)) -> None:
        self._engine = Oxigraph()
        for path in (release / name for name in names):
            try:
                # Blank nodes keep their labels: what is written of them is the same each time.
                self._engine.bulk_extend(parse(path=path))
            except OSError as error:
                raise Misuse(
                    f"{path} cannot be read: {error}. Run `readouts build` first."
                ) from None
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
            raise Misuse(f"This is not a SPARQL query: {_placed(error, text)}.") from None
        return wrapped(answer)


def _placed(error: Exception, text: str) -> str:
    """What is wrong with a query: line and column, the word that is there, and what may be."""
    told = PLACE.match(str(error))
    if told is None:
        return str(error)
    line, column = int(told[1]), int(told[2])
    begin = sum(map(len, text.splitlines(keepends=True)[: line - 1])) + column - 1
    # Classes of characters say little to people, and there are many.
    expected = CLASSES.sub("", told[3]).strip(" ,")
    expected = "" if expected in ("expected", "expected one of") else f": {expected}"
    return f"error at line {line}, column {column}, near “{near(text, begin)}”{expected}"
