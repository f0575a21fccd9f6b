"""A stored query: a file whose name is the question, with a `#+` header in YAML.

The second line of the header is the form of the query. SPARQLWrapper 2.0 takes
the first word in a file that looks like a form for it, in comments too: without
that line it sends a query whose header says “address” as an update (ADD).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from readouts.fault import Fault, Misuse
from readouts.query import binding, federation
from readouts.query.paging import BOUNDS
from readouts.query.values import TYPES
from readouts.tokens import tokens

NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
REQUIRED = ("summary", "form", "summary-zh", "description", "tags")
KNOWN = (*REQUIRED, "description-zh", "parameters", "federated", "chart")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its type (see `values.TYPES`), what it means, what holds where none is given.

    `descriptions` are by language tag; English is always among them.
    """

    name: str
    type: str
    descriptions: Mapping[str, str]
    default: str

    @property
    def description(self) -> str:
        return self.descriptions["en"]


@dataclass(frozen=True, slots=True)
class Stored:
    """A stored query. `form` is SELECT or CONSTRUCT; `columns` are the variables it selects.

    `endpoint` is the other endpoint that a federated query asks, and empty for all others.
    `chart` is empty, or says under "as" which chart shows the answer, and under the names of what
    that chart shows (see `render.figures`) which column has it.
    """

    name: str
    text: str
    summary: Mapping[str, str]
    descriptions: Mapping[str, str]
    parameters: tuple[Parameter, ...]
    tags: tuple[str, ...]
    form: str
    columns: tuple[str, ...]
    endpoint: str = ""
    chart: Mapping[str, str] = field(default_factory=dict)

    @property
    def description(self) -> str:
        return self.descriptions["en"]

    @property
    def federated(self) -> bool:
        """Whether another endpoint answers a part of it."""
        return bool(self.endpoint)


def load(directory: Path) -> dict[str, Stored]:
    """All stored queries of a folder by name. Raises Fault when one is at fault."""
    if not directory.is_dir():
        raise Misuse(f"{directory} is no folder of stored queries.")
    return {path.stem: read(path) for path in sorted(directory.glob("*.rq"))}


def one(directory: Path, name: str) -> Stored:
    """The stored query of that name. Raises Misuse, listing the names, when there is none."""
    # The name is compared with a pattern before it becomes a path.
    path = directory / f"{name}.rq"
    if NAME.fullmatch(name) and path.is_file():
        return read(path)
    names = ", ".join(sorted(path.stem for path in directory.glob("*.rq")))
    raise Misuse(f"There is no stored query named {name}. There are: {names}.")


def read(path: Path) -> Stored:
    """The stored query in a file. Raises Fault, naming the file, when it is at fault."""
    text = path.read_text(encoding="utf-8")
    try:
        header = _header(text)
        parameters = tuple(
            _parameter(name, told) for name, told in (header.get("parameters") or {}).items()
        )
        _agree(text, parameters)
        endpoint = federation.find(text).endpoint if header.get("federated") else ""
    except (Fault, yaml.YAMLError, LookupError, TypeError, AttributeError) as error:
        told = (
            f"{error}" if isinstance(error, Fault) else f"its #+ header is not understood: {error}."
        )
        raise Fault(f"{path}: {told}") from None
    form, columns = _form(text)
    if form != header["form"]:
        raise Fault(f"{path}: its header says {header['form']} and the query is {form}.")
    return Stored(
        name=path.stem,
        text=text,
        summary={"en": header["summary"], "zh-hans": header["summary-zh"]},
        descriptions=_descriptions(header),
        parameters=parameters,
        tags=tuple(header["tags"]),
        form=form,
        columns=columns,
        endpoint=endpoint,
        chart=_chart(header.get("chart", {}), columns),
    )


def _header(text: str) -> dict[str, Any]:
    lines = [line[3:] for line in text.splitlines() if line.startswith("#+ ")]
    header = yaml.safe_load("\n".join(lines))
    if not isinstance(header, dict):
        raise Fault("it has no #+ header. Begin with #+ summary: …")
    missing = [key for key in REQUIRED if key not in header]
    unknown = [key for key in header if key not in KNOWN]
    if missing or unknown:
        raise Fault(
            f"its #+ header lacks {', '.join(missing) or 'nothing'} and has "
            f"{', '.join(unknown) or 'nothing'} unknown. It takes {', '.join(KNOWN)}."
        )
    return header


def _parameter(name: str, told: Mapping[str, Any]) -> Parameter:
    if name in BOUNDS:
        raise Fault(f"{name} chooses a part of the answer and is no parameter. Call it otherwise.")
    if told["type"] not in TYPES:
        raise Fault(f"{name} is of the unknown type {told['type']}. Types: {', '.join(TYPES)}.")
    return Parameter(name, told["type"], _descriptions(told), str(told.get("default", "")))


def _chart(told: Mapping[str, str], columns: tuple[str, ...]) -> Mapping[str, str]:
    shown = [column for key, column in told.items() if key not in ("as", "wanted")]
    lost = [column for column in shown if column not in columns]
    if lost or bool(told) != ("as" in told):
        raise Fault(f"its chart shows {', '.join(lost) or 'nothing'}, which it does not select.")
    return told


def _descriptions(told: Mapping[str, Any]) -> dict[str, str]:
    """What a header says of a query or a parameter, by language tag."""
    found = {"en": told["description"]}
    return found | ({"zh-hans": told["description-zh"]} if "description-zh" in told else {})


def _agree(text: str, parameters: tuple[Parameter, ...]) -> None:
    """The header and the VALUES block name the same parameters, and each reaches its uses."""
    block = binding.find(text)
    named = tuple(f"_{parameter.name}" for parameter in parameters)
    held = block.names if block else ()
    if sorted(named) != sorted(held):
        raise Fault(
            f"the header names the parameters {', '.join(named) or 'none'}, the VALUES block "
            f"{', '.join(held) or 'none'}. They must be the same, with _ before each in the block."
        )
    if lost := binding.unreached(text):
        raise Fault(lost[0])


def _form(text: str) -> tuple[str, tuple[str, ...]]:
    """SELECT with its columns, or CONSTRUCT."""
    columns: list[str] = []
    form, last = "", ""
    depth = 0
    for word in tokens(text):
        upper = word.text.upper()
        if not form and upper in ("SELECT", "CONSTRUCT", "ASK", "DESCRIBE"):
            form = upper
        elif form == "SELECT" and upper in ("WHERE", "{"):
            break
        elif form == "SELECT" and word.text in "()":
            depth += 1 if word.text == "(" else -1
        elif form == "SELECT" and word.kind == "variable" and (depth == 0 or last == "AS"):
            columns.append(word.text[1:])
        last = upper
    return form, tuple(columns)
