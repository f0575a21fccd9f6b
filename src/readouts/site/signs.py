"""What only a host of files needs: a page for what is not there, and the list of pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote

from readouts.render.links import SAFE
from readouts.site.address import Address

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def missing(page: str, address: Address) -> bytes:
    """The page for what is not there. It is shown at any depth, so its links begin at the host."""
    return page.replace('="./', f'="{address.path}').encode()


def sitemap(pages: Iterable[str], home: str) -> bytes:
    """The pages by address, as search engines read them (sitemaps.org)."""
    stem = home.removesuffix("/")
    lines = [f"<url><loc>{escape(stem + quote(one, safe=SAFE))}</loc></url>" for one in pages]
    body = "\n".join(lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{SITEMAP}">\n{body}\n</urlset>\n'
    ).encode()


def robots(home: str) -> bytes:
    """That everything may be read, and where the list of pages is (RFC 9309)."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {home}sitemap.xml\n".encode()


def write(page: str, pages: Iterable[str], address: Address, base: str) -> Mapping[str, bytes]:
    """The files by name. Where the host is not known, the IRIs lead to the pages."""
    home = str(address) if address.host else base
    return {
        "404.html": missing(page, address),
        "robots.txt": robots(home),
        "sitemap.xml": sitemap(pages, home),
    }
