"""What wrk says of a server, and what the server took of the machine meanwhile."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

TICKS = os.sysconf("SC_CLK_TCK")
# One query a request, each another: no cache has seen it. What is varied is a comment.
VARIED = """
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", wrk.path .. "?query={query}%20%23{run}." .. n)
end
"""
# A thing, and then the document that it leads to.
LED = """
local n = 0
request = function()
  n = n + 1
  return wrk.format("GET", n % 2 == 1 and "{thing}" or "{document}")
end
"""
RUNS = count()
# Seconds for a server that has answered nothing in fewer.
PATIENT = 20
ALL = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
HOSTILE = (
    f"SELECT (COUNT(*) AS ?n) {{ {ALL} }}",
    f"SELECT * {{ {ALL} }} ORDER BY ?c ?f ?i",
    "SELECT (COUNT(*) AS ?n) { ?a (!<x:a>|^!<x:a>)* ?b . ?c (!<x:a>)* ?d }",
    "SELECT * " + "{" * 1500 + "}" * 1500,
    f"SELECT DISTINCT ?a ?d ?g {{ {ALL} }}",
)


@dataclass(frozen=True)
class Load:
    """Requests a second, the slowest hundredth, processor time a request, and what was not 200."""

    rate: float
    slow: str
    cost: float
    wrong: int


def varied(query: str) -> str:
    """A script for wrk that asks a query, differently each time."""
    return VARIED.replace("{query}", quote(query, safe="")).replace("{run}", str(next(RUNS)))


def led(thing: str, document: str) -> str:
    """A script for wrk that follows a thing to its document."""
    return LED.replace("{thing}", thing).replace("{document}", document)


def fetch(url: str, accept: str = "*/*") -> bytes:
    """The body that a URL answers. Raises OSError."""
    request = urllib.request.Request(url, headers={"Accept": accept})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


def measure(process: int, url: str, accept: str, seconds: int, script: Path | None = None) -> Load:
    """A load of 16 connections on a server and all its processes."""
    command = ["wrk", "-t1", "-c16", f"-d{seconds}s", "--timeout", "20s", "--latency"]
    command += ["-s", str(script)] if script else []
    before = spent(process)
    told = subprocess.run(
        [*command, "-H", f"Accept: {accept}", url], capture_output=True, text=True, check=True
    ).stdout
    after = spent(process)
    taken = sum(now - before.get(one, 0) for one, now in after.items())
    number = int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]
    slow = re.search(r"^\s+99%\s+(\S+)", told, re.MULTILINE)
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    if not number and seconds < PATIENT:
        return measure(process, url, accept, PATIENT, script)
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1])  # type: ignore[index]
    cost = taken / TICKS / number if number else 0.0
    return Load(rate, slow[1] if slow else "?", cost, int(wrong[1]) if wrong else 0)


@contextmanager
def attacked(endpoint: str, each: float = 0.1) -> Iterator[list[int]]:
    """Hostile queries, one every `each` seconds, and the statuses that they get."""
    statuses: list[int] = []
    done = threading.Event()

    def send(query: str) -> None:
        try:
            fetch(f"{endpoint}?{urlencode({'query': query})}")
            statuses.append(200)
        except urllib.error.HTTPError as error:
            statuses.append(error.code)
        except OSError:
            statuses.append(0)

    def attack() -> None:
        for number in count():
            if done.wait(each):
                return
            threading.Thread(target=send, args=(HOSTILE[number % len(HOSTILE)],)).start()

    thread = threading.Thread(target=attack)
    thread.start()
    time.sleep(2)
    yield statuses
    done.set()
    thread.join()


def family(process: int) -> list[int]:
    """A process and all under it."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = [process]
    for one in found:
        found += [child for child, parent in parents.items() if parent == one]
    return found


def spent(process: int) -> dict[int, int]:
    """Ticks of the processor that each process of a family has had."""
    had: dict[int, int] = {}
    for one in family(process):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            had[one] = int(fields[11]) + int(fields[12])
    return had


def memory(process: int) -> list[int]:
    """Octets that each process of a family holds; what several share is divided among them."""
    held = []
    for one in family(process):
        with suppress(OSError):
            told = Path(f"/proc/{one}/smaps_rollup").read_text()
            held.append(int(re.search(r"^Pss:\s+(\d+)", told, re.MULTILINE)[1]) * 1024)  # type: ignore[index]
    return held
