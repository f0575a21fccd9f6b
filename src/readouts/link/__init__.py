"""What was judged about Wikidata, compared with what Wikidata says. Nothing is edited.

`held` gathers what is to be compared, `service` asks an endpoint and keeps the
answers on disk, `items` are the questions, `compare` the findings, and `report`
writes them for people to judge.
"""

from __future__ import annotations

from readouts.link.compare import Finding, compare
from readouts.link.held import read
from readouts.link.report import faults, table, write
from readouts.link.service import CACHE, PUBLIC, Service

__all__ = ["CACHE", "PUBLIC", "Finding", "Service", "compare", "faults", "read", "table", "write"]
