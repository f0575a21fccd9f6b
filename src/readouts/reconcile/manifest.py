"""The manifest of the service: what it offers, and where (§3.1)."""

from __future__ import annotations

from collections.abc import Iterable

from readouts import __version__
from readouts.reconcile import batch
from readouts.reconcile.classes import Kind
from readouts.vocab import RDFS

Json = dict[str, object]
# Of the preview, in pixels.
WIDTH, HEIGHT = 420, 240
SUGGESTED = ("entity", "type", "property")


def manifest(
    address: str, name: str, base: str, types: Iterable[Kind], languages: Iterable[str]
) -> Json:
    """The manifest of the service at an address, which ends without a slash."""
    return {
        "versions": ["0.2"],
        "name": name,
        "identifierSpace": base,
        "schemaSpace": RDFS.Resource.value,
        "documentation": f"{address.rpartition('/')[0]}/",
        "serviceVersion": __version__,
        "defaultTypes": [{"id": one.id, "name": one.name} for one in types],
        "view": {"url": f"{address}/view?id={{{{id}}}}"},
        "preview": {
            "url": f"{address}/preview?id={{{{id}}}}",
            "width": WIDTH,
            "height": HEIGHT,
        },
        "suggest": {one: _suggest(address, one) for one in SUGGESTED},
        "extend": {
            "propose_properties": {"service_url": address, "service_path": "/properties"},
            "property_settings": settings(languages),
        },
        "batchSize": batch.LARGEST,
    }


def settings(languages: Iterable[str]) -> list[Json]:
    """What can be set of a property that is asked for. The first language is the usual one."""
    choices = [{"value": one, "name": one} for one in languages]
    return [
        {
            "name": "limit",
            "label": "Limit",
            "type": "number",
            "default": 0,
            "help_text": "At most so many values of each thing; 0 is all.",
        },
        {
            "name": "day",
            "label": "On the day",
            "type": "text",
            "default": "",
            "help_text": "Only what held on that day, as 2020-02-13: the office then, for one.",
        },
        {
            "name": "language",
            "label": "Language",
            "type": "select",
            "default": choices[0]["value"] if choices else "",
            "help_text": "The language of the names of things.",
            "choices": choices,
        },
        {
            "name": "count",
            "label": "Count",
            "type": "checkbox",
            "default": False,
            "help_text": "How many values there are, in place of the values.",
        },
    ]


def _suggest(address: str, kind: str) -> Json:
    return {
        "service_url": address,
        "service_path": f"/suggest/{kind}",
        "flyout_service_url": address,
        "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
    }
