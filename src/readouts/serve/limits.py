"""Queries that are larger than any that a person writes are refused before a worker has them."""

from __future__ import annotations

from collections.abc import Mapping
from types import TracebackType
from typing import Self

from readouts.fault import Misuse
from readouts.render.asked import Sparql
from readouts.serve import gate
from readouts.serve.asker import Asker
from readouts.serve.workers import Reply


class Limited:
    """Whoever answers queries, asked for those within the limits of the gate alone."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    async def ask(self, sparql: Sparql, formats: Mapping[str, str]) -> Reply:
        """The answer, or Misuse that says which limit the query breaks."""
        if told := gate.excess(sparql.query):
            raise Misuse(told)
        return await self._asker.ask(sparql, formats)

    async def __aenter__(self) -> Self:
        await self._asker.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._asker.__aexit__(kind, error, trace)
