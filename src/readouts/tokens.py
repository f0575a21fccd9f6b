"""The words of a SPARQL query (SPARQL 1.1 §19.8), found without recursion."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

TOKEN = re.compile(
    r"""
    (?P<comment>\#[^\n\r]*)
  | (?P<space>\s+)
  | (?P<iri><(?:[^<>"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)
  | (?P<string>\"{3}(?:[^"\\]|\\.|\"(?!\"\"))*\"{3}|'{3}(?:[^'\\]|\\.|'(?!''))*'{3}
      |"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*')
  | (?P<variable>[?$]\w+)
  | (?P<word>@?[\w-]+(?::(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*)?|:(?:[\w:.-]|%[0-9A-Fa-f]{2}|\\.)*)
  | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)


# Where the word may be; whether it is the word is for the tokens to say, which take their time.
CHOOSING = re.compile(r"(?<![\w?$:-])from(?![\w:-])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a sign, a literal or a name, and where it begins (characters)."""

    kind: str
    text: str
    begin: int

    @property
    def end(self) -> int:
        return self.begin + len(self.text)


def uncommented(text: str) -> str:
    """The query without the text of its comments; every line keeps its number."""
    return "".join("" if one.lastgroup == "comment" else one[0] for one in TOKEN.finditer(text))


def near(text: str, place: int, most: int = 40) -> str:
    """The word at a place of a query (characters), or the last one before it, fit to be shown."""
    before = [one for one in tokens(text) if one.begin <= place]
    word = before[-1].text if before else ""
    word = "".join(one if one.isprintable() else "\ufffd" for one in word)
    return word if len(word) <= most else f"{word[:most]}…"


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a query, white space and comments left out."""
    for match in TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind not in ("space", "comment"):
            yield Token(kind, match[0], match.start())


def has_dataset(text: str) -> bool:
    """Whether the query chooses its dataset with FROM (SPARQL 1.1 §13.2)."""
    if not CHOOSING.search(text):
        return False
    return any(word.kind == "word" and word.text.upper() == "FROM" for word in tokens(text))
