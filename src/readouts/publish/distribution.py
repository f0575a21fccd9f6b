"""What is released: everything, or the same without words of the source.

*Full* is everything. *Core* leaves out the text of a page, whole and in passages, of which it
could be put together again; quotations and printed titles stay. *Without quotes* leaves out every
word that a source, or another account, is quoted for: offsets and checksums stay, so that whoever
has the page can find each place again.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import Literal, NamedNode, Quad, Triple

from readouts.vocab import DRO, NIF, RDFS, SCHEMA, SKOS

TEXT = (NIF.isString, NIF.anchorOf)
QUOTES = (DRO.quoteText, DRO.normalizedText)
# Printed titles and other printed forms, what other reports say, and renderings of quotations.
PRINTED = (DRO.designation, SKOS.altLabel, SCHEMA.description, SCHEMA.text)
CHINESE = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+")
# As many Chinese characters in a row as make a quotation known again.
RUN = 4


@dataclass(frozen=True)
class Distribution:
    """What the files of one stem hold. `without` are the properties that were left out.

    `title` and `holds` say what it is, by language tag.
    """

    name: str
    stem: str
    title: Mapping[str, str]
    holds: Mapping[str, str]
    quads: frozenset[Quad]
    without: tuple[NamedNode, ...] = ()

    @cached_property
    def triples(self) -> set[Triple]:
        """What is said in any graph."""
        return {quad.triple for quad in self.quads}


def full(quads: Iterable[Quad]) -> Distribution:
    """Everything."""
    return Distribution(
        "full",
        "readouts",
        {"en": "Everything", "zh-hans": "全部内容"},
        {
            "en": "All triples, with the text of the page whole and in passages.",
            "zh-hans": "全部三元组，含页面全文及其各段。",
        },
        frozenset(quads),
    )


def core(quads: Iterable[Quad]) -> Distribution:
    """Everything but the text of the pages, whole and in passages."""
    return Distribution(
        "core",
        "readouts-core",
        {"en": "Everything but the text of the page", "zh-hans": "除页面全文外的全部内容"},
        {
            "en": "Without the text of the page, whole (nif:isString) and in passages "
            "(nif:anchorOf). Quotations, printed titles, offsets and checksums are in it.",
            "zh-hans": "不含页面全文（nif:isString）及各段文字（nif:anchorOf）；"
            "含引文、所印职衔、字符位置与校验值。",
        },
        frozenset(one for one in quads if one.predicate not in TEXT),
        TEXT,
    )


def wordless(quads: Collection[Quad]) -> Distribution:
    """Everything but quoted words.

    Left out besides the properties named are the Chinese labels in the graphs of texts, which are
    made of words of the page, and any literal that shares a run of Chinese characters with a
    quotation. So 世界卫生组织 has no Chinese label: a quotation names it.
    """
    left = (*TEXT, *QUOTES, *PRINTED)
    texts = {one.graph_name for one in quads if one.predicate == NIF.isString}
    quoted = {run for one in quads if one.predicate in QUOTES for run in _runs(one.object)}
    return Distribution(
        "without-quotes",
        "readouts",
        {"en": "Everything but quoted words", "zh-hans": "除引文外的全部内容"},
        {
            "en": "Without any word of the page or of another report: no text, quotation, printed "
            "title or rendering. Offsets and checksums are in it.",
            "zh-hans": "不含页面或其他报道的文字：无全文、引文、所印职衔及译文；"
            "含字符位置与校验值。",
        },
        frozenset(
            one
            for one in quads
            if one.predicate not in left
            if not (one.graph_name in texts and _labels(one))
            if quoted.isdisjoint(_runs(one.object))
        ),
        left,
    )


def _labels(quad: Quad) -> bool:
    """Whether it is a label in a language other than English."""
    term = quad.object
    is_label = quad.predicate == RDFS.label and isinstance(term, Literal)
    return is_label and isinstance(term, Literal) and term.language != "en"


def _runs(term: object) -> set[str]:
    """Every run of so many Chinese characters in a literal."""
    if not isinstance(term, Literal):
        return set()
    found = CHINESE.findall(term.value)
    return {one[at : at + RUN] for one in found for at in range(len(one) - RUN + 1)}
