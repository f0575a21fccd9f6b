"""The pictures of the README: the home page and the page explained, as Chromium shows them.

python src/front/pictures.py writes src/front/pictures/home.png and explained.png.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
WIDTH = 1200
HEIGHTS = {"home": 1330, "explained": 780}
EXPLAINED = "text/2020-03-16-xwlb.html"
# A call at the other side's request, with its words taken apart.
PASSAGE = '#page a[data-thing$="person/mahathir-mohamad"]'


def home(page: Page, address: str) -> None:
    """The first screen of the home page."""
    page.goto(address)


def explained(page: Page, address: str) -> None:
    """A passage pointed at, with what it became."""
    page.goto(f"{address}{EXPLAINED}#char=476,494")
    page.locator(PASSAGE).first.hover()


def main() -> int:
    """Take both pictures of a server that is started for them and ended after."""
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.stderr.write("Chromium is not installed. `apt-get install chromium` brings it.\n")
        return 2
    command = [sys.executable, "-m", "readouts", "serve", "--port", "0", "--rate", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:  # noqa: S603
        assert server.stderr is not None
        found = re.search(r"http://\S+/", server.stderr.readline())
        assert found is not None
        with sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            for take in (home, explained):
                page = browser.new_page(color_scheme="light")
                name = take.__name__
                page.set_viewport_size({"width": WIDTH, "height": HEIGHTS[name]})
                take(page, found[0])
                page.wait_for_load_state("networkidle")
                page.screenshot(path=HERE / "pictures" / f"{name}.png")
            browser.close()
        server.terminate()
    return 0


if __name__ == "__main__":
    sys.exit(main())
