"""The findings for people: a table, CSV for a spreadsheet, and what must be looked at."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, fields

from prettytable import PrettyTable, TableStyle

from readouts.link.compare import CANDIDATE, NONE, Finding

COLUMNS = tuple(field.name for field in fields(Finding))


def table(findings: Sequence[Finding]) -> str:
    """A table for a terminal, and a line that counts."""
    shown = PrettyTable(COLUMNS, align="l", max_width=60)
    shown.set_style(TableStyle.SINGLE_BORDER)
    for one in findings:
        shown.add_row(list(asdict(one).values()))
    links = [one for one in findings if one.item not in (NONE, CANDIDATE)]
    unlinked = {one.thing for one in findings} - {one.thing for one in links}
    proposed = sum(one.item == CANDIDATE for one in findings)
    return (
        f"{shown.get_string()}\n{len(links)} links, {sum(one.disagrees for one in links)} of them "
        f"to look at; {len(unlinked)} things without a link, {proposed} candidates for them\n"
    )


def write(findings: Iterable[Finding]) -> str:
    """CSV with a header, a row a finding."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(asdict(one).values() for one in findings)
    return text.getvalue()


def faults(findings: Iterable[Finding]) -> list[str]:
    """A sentence for each link that does not agree."""
    return [
        f"{one.thing}: {one.qid} does not agree. {one.remark} "
        "Mend data/authority/wikidata.csv, or Wikidata."
        for one in findings
        if one.disagrees
    ]
