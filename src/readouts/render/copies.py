"""How to ask a stored query from elsewhere: an address, a command, and a few lines of a program.

Values are written by the rules of each language, so that no value ends a literal there.
"""

from __future__ import annotations

import json
import shlex

from readouts.query import Stored


def copies(stored: Stored, sparql: str, base: str, given: str) -> dict[str, str]:
    """Texts by the name of what runs them.

    `sparql` is the query with its values in it, `given` are the values as they stand in an address.
    """
    is_table = stored.form == "SELECT"
    stem = f"{base}queries/{stored.name}."
    data, plain = (("json", "csv"), ("jsonld", "ttl"))[not is_table]
    ending = f"?{given}" if given else ""
    address, table = f"{stem}{data}{ending}", f"{stem}{plain}{ending}"
    return {
        "URL": address,
        "curl": f"curl -L {shlex.quote(table)}",
        "Python (SPARQLWrapper)": _python(sparql, f"{base}sparql", is_table=is_table),
        "R": f"{'read.csv' if is_table else 'readLines'}({json.dumps(table)})",
        "JavaScript": f"const answer = await fetch({json.dumps(address)});\n{_taken(stored)}",
    }


def _taken(stored: Stored) -> str:
    taken = "{ results }" if stored.form == "SELECT" else "graph"
    return f"const {taken} = await answer.json();"


def _python(sparql: str, endpoint: str, *, is_table: bool) -> str:
    """The query in a literal of several lines; it is raw only where nothing ends it."""
    safe = "'''" not in sparql and not sparql.rstrip().endswith(("'", "\\"))
    literal = f"r'''\n{sparql.strip()}\n'''" if safe else repr(sparql)
    wanted = "JSON" if is_table else "TURTLE"
    ending = 'for row in store.queryAndConvert()["results"]["bindings"]:\n    print(row)'
    return (
        f"from SPARQLWrapper import {wanted}, SPARQLWrapper\n\n"
        f"store = SPARQLWrapper({json.dumps(endpoint)}, returnFormat={wanted})\n"
        f"store.setQuery({literal})\n"
        + (ending if is_table else "print(store.query().convert().decode())")
    )
