"""Estimated widths of text, against a browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import escape, unescape

import pytest

from readouts.render.charts import measure
from readouts.store import Embedded

LABELS = "SELECT DISTINCT ?label WHERE { ?thing rdfs:label|dro:quoteText ?label } ORDER BY ?label"
SCRIPT = """
const wide = [...document.querySelectorAll("text")].map((one) => one.getComputedTextLength());
document.body.textContent = JSON.stringify(wide);
"""


def test_no_label_is_wider_than_it_is_taken_to_be(embedded: Embedded, tmp_path):
    """In Chromium every label and statement of the release is as wide as estimated, or less."""
    chromium = shutil.which("chromium")
    if not chromium:
        pytest.skip("There is no Chromium: install Debian's package chromium.")
    labels = [measure.plain(row["label"].value) for row in embedded.query(LABELS).solutions]
    texts = "".join(f"<text>{escape(one)}</text>" for one in labels)
    page = tmp_path / "page.html"
    page.write_text(
        f'<!DOCTYPE html><meta charset="utf-8"><body lang="zh-hans">'
        f'<svg font-family="system-ui, sans-serif" font-size="10">{texts}</svg>'
        f"<script>{SCRIPT}</script>",
        encoding="utf-8",
    )
    command = [chromium, "--headless", "--no-sandbox", f"--user-data-dir={tmp_path}", "--dump-dom"]
    run = subprocess.run(
        [*command, page.as_uri()], capture_output=True, text=True, check=True, timeout=120
    )
    told = re.search(r"\[[\d.,]+\]", unescape(run.stdout))
    assert told is not None, run.stdout
    widths = json.loads(told[0])

    assert len(widths) == len(labels) > 200
    for label, wide in zip(labels, widths, strict=True):
        assert 0 < wide <= measure.width(label, 10) * 1.01, label
