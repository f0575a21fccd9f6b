"""The dataset in the words of schema.org, as JSON-LD for search engines to find in a page.

It is made of what the document of the dataset says, and says nothing else. A page carries it in
`<script type="application/ld+json">`: a data block, which no browser runs (HTML §4.12.1), so that
a content security policy without scripts does not forbid it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from pyoxigraph import Literal, NamedNode, Triple

from readouts.vocab import DCAT, DCTERMS, RDFS, SPDX

Said = Mapping[object, Mapping[NamedNode, list[Any]]]


def dataset(node: NamedNode, triples: Iterable[Triple]) -> str:
    """The JSON-LD, safe to stand in a script element: it holds no `<`."""
    said: dict[object, dict[NamedNode, list[Any]]] = {}
    for one in sorted(triples, key=str):
        said.setdefault(one.subject, {}).setdefault(one.predicate, []).append(one.object)
    told = {"@context": "https://schema.org/", **_dataset(node, said)}
    return json.dumps(told, ensure_ascii=False, indent=1).replace("<", "\\u003c")


def _dataset(node: NamedNode, said: Said) -> dict[str, Any]:
    held = said.get(node, {})
    period = said.get(_first(held, DCTERMS.temporal), {})
    days = [_text(period, DCAT.startDate), _text(period, DCAT.endDate)]
    return _known(
        {
            "@type": "Dataset",
            "@id": node.value,
            "url": node.value,
            "identifier": _text(held, DCTERMS.identifier),
            "name": _english(held, DCTERMS.title),
            "alternateName": _others(held, DCTERMS.title),
            "description": _english(held, DCTERMS.description),
            "version": _text(held, DCAT.version),
            "datePublished": _text(held, DCTERMS.issued),
            "license": _text(held, DCTERMS.license),
            "usageInfo": _english(held, DCTERMS.rights),
            "keywords": [_value(one) for one in held.get(DCAT.keyword, [])],
            "inLanguage": [_end(one) for one in held.get(DCTERMS.language, [])],
            "temporalCoverage": "/".join(days) if all(days) else "",
            "spatialCoverage": [_place(one, said) for one in held.get(DCTERMS.spatial, [])],
            "isAccessibleForFree": True,
            "creator": _agent(_first(held, DCTERMS.creator), said),
            "publisher": _agent(_first(held, DCTERMS.publisher), said),
            "mainEntityOfPage": _text(held, DCAT.landingPage),
            "distribution": [_download(one, said) for one in held.get(DCAT.distribution, [])],
        }
    )


def _download(node: object, said: Said) -> dict[str, Any]:
    """A file: its type is that of the packing, where it is packed."""
    held = said.get(node, {})
    media = held.get(DCAT.compressFormat) or held.get(DCAT.mediaType, [])
    checksum = said.get(_first(held, SPDX.checksum), {})
    return _known(
        {
            "@type": "DataDownload",
            "@id": node.value if isinstance(node, NamedNode) else "",
            "name": _english(held, DCTERMS.title),
            "contentUrl": _text(held, DCAT.downloadURL),
            "encodingFormat": "/".join(_value(media[0]).rsplit("/", 2)[1:]) if media else "",
            "contentSize": f"{size} B" if (size := _text(held, DCAT.byteSize)) else "",
            "sha256": _text(checksum, SPDX.checksumValue),
        }
    )


def _place(node: object, said: Said) -> dict[str, Any]:
    named = _english(said.get(node, {}), RDFS.label)
    return _known({"@type": "Place", "@id": _value(node), "name": named})


def _agent(node: object, said: Said) -> dict[str, Any]:
    named = _english(said.get(node, {}), RDFS.label)
    return _known({"@type": "Organization", "@id": _value(node), "name": named}) if node else {}


def _known(told: Mapping[str, Any]) -> dict[str, Any]:
    """Without what the release does not say."""
    return {key: value for key, value in told.items() if value}


def _first(held: Mapping[NamedNode, list[Any]], predicate: NamedNode) -> Any:
    return next(iter(held.get(predicate, [])), None)


def _text(held: Mapping[NamedNode, list[Any]], predicate: NamedNode) -> str:
    return _value(_first(held, predicate))


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""


def _english(held: Mapping[NamedNode, list[Any]], predicate: NamedNode) -> str:
    """The English text, else another one."""
    texts = sorted(held.get(predicate, []), key=lambda one: _language(one) != "en")
    return _value(next(iter(texts), None))


def _others(held: Mapping[NamedNode, list[Any]], predicate: NamedNode) -> list[str]:
    """The texts in other languages than English."""
    return [_value(one) for one in held.get(predicate, []) if _language(one) != "en"]


def _language(term: object) -> str | None:
    return term.language if isinstance(term, Literal) else None


def _end(term: object) -> str:
    """The code at the end of an IRI of a language."""
    return _value(term).rpartition("/")[2]
