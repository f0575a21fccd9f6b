"""The site as files: the bytes of the server, on any host, and with Apache the formats too."""

from __future__ import annotations

import http.client
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from html import unescape
from pathlib import Path
from threading import Thread
from urllib.parse import quote, unquote, urljoin, urlsplit

import html5lib
import pytest
from click.testing import CliRunner

import hosts
from conftest import ROOT
from readouts.cli import main
from readouts.fault import Fault, Misuse
from readouts.serve.things import OFFERED
from readouts.site import address, place
from test_negotiation import DOCUMENTS, TABLE

CALL = "exchange/2020-02-13-call-mahathir-mohamad"
# What only a host of files needs, and the server does not have.
OURS = {".htaccess", "w3id.htaccess", ".readouts", "404.html", "robots.txt", "sitemap.xml"}
LINK = re.compile(r'\s(?:href|src|action)="([^"]*)"')
# What Apache reads otherwise: it compares in steps of a tenth, and knows no quoted commas.
FINE = {
    "text/html;q=0.501, text/turtle;q=0.5",
    'application/ld+json; profile="a, text/html;q=1"; q=0.9, text/turtle;q=0.95',
}


def names(site: Path) -> list[str]:
    return sorted(str(path.relative_to(site)) for path in site.rglob("*") if path.is_file())


def get(host: str, path: str, **headers: str) -> http.client.HTTPResponse:
    """The answer to one request, as it is: no redirection is followed."""
    connection = http.client.HTTPConnection(urlsplit(host).netloc, timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.held = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


@pytest.fixture(scope="module")
def server():
    """The real server on a free port, with no limit for one client."""
    command = [sys.executable, "-m", "readouts", "serve", "--port", "0", "--rate", "0"]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        found = re.search(r"http://\S+/", process.stderr.readline())
        assert found is not None
        yield found[0]
        process.terminate()


@pytest.fixture(scope="module")
def apache(site, tmp_path_factory):
    """Apache with the site below a folder, and beside it the folder that IRIs lead through."""
    if not hosts.has_apache():
        pytest.skip("Apache is not installed. `apt-get install apache2` brings it.")
    run = tmp_path_factory.mktemp("apache")
    iris = site.parent / "iris"
    iris.mkdir(exist_ok=True)
    with hosts.apache(site.parent, run) as host:
        shutil.copy(site / "w3id.htaccess", iris / ".htaccess")
        yield host


def test_every_file_has_the_bytes_of_the_server(site, server):
    """For every file of the site the server sends the same bytes under the same address."""
    files = [name for name in names(site) if name not in OURS]
    assert len(files) > 2000
    connection = http.client.HTTPConnection(urlsplit(server).netloc, timeout=60)
    for name in files:
        path = name.removesuffix("index.html") if name.endswith("index.html") else name
        connection.request("GET", "/" + quote(path), headers={"Accept": "text/html"})
        answer = connection.getresponse()
        assert (answer.status, answer.read()) == (200, (site / name).read_bytes()), name
    connection.close()


def test_every_format_of_every_thing_is_there(site):
    """Beside the page of a thing lie its documents in five formats, and its page in Chinese."""
    pages = sorted(site.glob("statement/*.html"))
    assert len(pages) == 25
    for page in pages:
        for suffix in OFFERED.values():
            assert page.with_suffix(f".{suffix}").is_file()
        assert (site / "zh" / page.relative_to(site)).is_file()


def test_every_link_leads_to_a_file(site):
    """Each relative link of each page leads to a file of the site, or to the endpoint."""
    checked = set()
    for page in site.rglob("*.html"):
        here = "/" + str(page.relative_to(site))
        if here == "/404.html":
            continue
        for link in LINK.findall(page.read_text(encoding="utf-8")):
            there = urlsplit(urljoin(here, unescape(link)))
            if not there.scheme and there.path not in checked:
                checked.add(there.path)
                path = unquote(there.path).removeprefix("/")
                file = site / (f"{path}index.html" if path.endswith("/") or not path else path)
                assert file.is_file() or path == "sparql", f"{here}: {link}"
    assert len(checked) > 1500


def test_every_page_is_html_to_the_letter(site):
    """A strict parser of HTML finds nothing wrong on any page."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 550
    parser = html5lib.HTMLParser(strict=True)
    for page in pages:
        try:
            parser.parse(page.read_text(encoding="utf-8"))
        except html5lib.html5parser.ParseError as error:
            pytest.fail(f"{page.relative_to(site)}: {error}")


def test_the_answers_of_stored_queries_are_there(site):
    """Each stored query that is answered here has its page, its text and its answer as data."""
    told = json.loads((site / "queries.json").read_bytes())["queries"]
    asked = [one for one in told if not one["federated"]]
    assert len(asked) >= 18
    for one in asked:
        for link in one["links"].values():
            assert (site / link).is_file(), link


def test_what_is_not_there_has_a_page(site):
    """The page for what is not there leads on from any depth: its links begin at the host."""
    links = LINK.findall((site / "404.html").read_text(encoding="utf-8"))

    assert len(links) > 8
    assert all(link.startswith(("/readouts/", "#", "https://")) for link in links)


def test_search_engines_find_every_page(site):
    """The sitemap has every page once, with a whole address, and robots.txt leads to it."""
    found = re.findall("<loc>(.*?)</loc>", (site / "sitemap.xml").read_text())
    pages = [name for name in names(site) if name.endswith(".html") and name != "404.html"]
    wanted = {f"https://example.org/readouts/{one.removesuffix('index.html')}" for one in pages}

    assert len(found) == len(wanted) > 500
    assert {unescape(unquote(one)) for one in found} == wanted
    robots = (site / "robots.txt").read_text()
    assert "Sitemap: https://example.org/readouts/sitemap.xml\n" in robots


# --- where it is written ----------------------------------------------------


def run(*words: str):
    return CliRunner().invoke(main, ["site", *words])


def test_a_folder_that_was_not_made_here_is_left_alone(tmp_path):
    """A folder with files of somebody else is refused with a sentence, and nothing is changed."""
    (tmp_path / "letter.txt").write_text("dear")
    told = run(str(tmp_path))

    assert told.exit_code == 2
    assert "holds files that `readouts site` did not make" in told.output
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert run(str(tmp_path / "letter.txt")).exit_code == 2


def test_a_site_takes_the_place_of_the_one_before(tmp_path):
    """What was made here is replaced whole: no file of the old one stays, none is left beside."""
    out = tmp_path / "site"
    for number in ("one", "two"):
        with place.beside(out, "hash") as folder:
            place.put(folder, f"a/{number}.html", b"x")

    assert names(out) == [".readouts", "a/two.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_site_that_fails_leaves_the_old_one(tmp_path):
    """When something goes wrong on the way, the folder is as it was, and nothing lies beside it."""
    out = tmp_path / "site"
    with place.beside(out, "hash") as folder:
        place.put(folder, "old.html", b"x")

    def fail():
        with place.beside(out, "hash") as folder:
            place.put(folder, "new.html", b"x")
            place.put(folder, "a/../../new.html", b"x")

    with pytest.raises(Fault, match="cannot be the name of a file"):
        fail()

    assert names(out) == [".readouts", "old.html"]
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("name", ["../x", "a//b", "a/./b", "/etc/x", "a\0b", "", "a\\b", "x" * 300])
def test_no_name_leads_out_of_the_folder(tmp_path, name):
    """An IRI of a release cannot make a file elsewhere; one that has no file name is a fault."""
    with pytest.raises(Fault):
        place.put(tmp_path / "site", name, b"x")
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "path", "host"),
    [
        ("/", "/", ""),
        ("/readouts", "/readouts/", ""),
        ("/a/b/", "/a/b/", ""),
        ("https://example.org", "/", "https://example.org"),
        ("https://example.org:8443/a", "/a/", "https://example.org:8443"),
    ],
)
def test_a_place_is_a_path_or_a_whole_address(text, path, host):
    """The path begins and ends with a slash, however it was written."""
    assert address.read(text) == address.Address(path, host)


@pytest.mark.parametrize("text", ["", "readouts", "ftp://x/", "/a b/", "/?x", "/a#b", '/"/', "//x"])
def test_what_is_no_place_is_refused(text):
    """Anything else is a misuse that shows how to write it."""
    with pytest.raises(Misuse, match="is no place for a site"):
        address.read(text)


def read(terminal: int) -> Iterator[bytes]:
    """What a terminal is sent, until nobody can send any more."""
    with suppress(OSError):
        while sent := os.read(terminal, 4096):
            yield sent


def test_progress_is_shown_on_a_terminal_alone(tmp_path, site):
    """A terminal sees how far it is; a file gets the one line that tells what was made."""
    ours, theirs = pty.openpty()
    shown: list[bytes] = []
    reader = Thread(target=lambda: shown.extend(read(ours)))
    reader.start()
    done = subprocess.run(
        [sys.executable, "-m", "readouts", "site", str(tmp_path / "site")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
        text=True,
    )
    os.close(theirs)
    reader.join()
    os.close(ours)

    assert b"100%" in b"".join(shown)
    assert re.fullmatch(r"[0-9]+ files are in .*site\.\n", done.stdout)
    assert len(names(tmp_path / "site")) == len(names(site)) - 1  # without w3id.htaccess


# --- Apache -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "chosen"),
    [(header, chosen) for header, offered, chosen in TABLE if offered == DOCUMENTS],
)
def test_apache_gives_the_format_that_the_server_would(apache, header, chosen):
    """A thing leads by 303 to the document that Accept wants, as on the server; 406 to none."""
    if header in FINE:
        pytest.skip("Apache compares in steps of a tenth, and knows no quoted commas.")
    told = {} if header is None else {"Accept": header}
    for folder, home in (
        ("readouts", f"{apache}readouts"),
        ("iris", "https://example.org/readouts"),
    ):
        answer = get(apache, f"/{folder}/{CALL}", **told)
        if chosen is None:
            assert answer.status == 406
        else:
            assert answer.status == 303
            assert answer.headers["Location"] == f"{home}/{CALL}.{OFFERED[chosen]}"
            assert "Accept" in (answer.headers["Vary"] or "Accept")


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("", "text/html; charset=utf-8"),
        ("zh/", "text/html; charset=utf-8"),
        (f"{CALL}.html", "text/html; charset=utf-8"),
        (f"{CALL}.ttl", "text/turtle; charset=utf-8"),
        (f"{CALL}.jsonld", "application/ld+json"),
        (f"{CALL}.nt", "application/n-triples"),
        (f"{CALL}.rdf", "application/rdf+xml"),
        (f"{CALL}.trig", "application/trig"),
        ("queries", "text/html; charset=utf-8"),
        ("queries/exchanges", "text/html; charset=utf-8"),
        ("queries/exchanges.csv", "text/csv; charset=utf-8"),
        ("queries/exchanges.json", "application/sparql-results+json"),
        ("queries.json", "application/json"),
        ("static/readouts.js", "text/javascript; charset=utf-8"),
        ("static/oxigraph.wasm", "application/wasm"),
    ],
)
def test_apache_says_what_the_server_says(apache, server, path, media):
    """Files have the media type, the policy and the openness that they have on the server."""
    answer, ours = get(apache, f"/readouts/{path}"), get(server, f"/{path}", Accept="text/html")

    assert (answer.status, answer.headers["Content-Type"]) == (200, media)
    assert answer.held == ours.held
    for name in ("Content-Type", "Content-Security-Policy", "Access-Control-Allow-Origin"):
        assert answer.headers[name] == ours.headers[name], name


def test_apache_leads_chinese_readers_to_chinese_pages(apache):
    """Whoever wants a page and prefers Chinese is led to the Chinese one."""
    wish = {"Accept": "text/html", "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}
    place_ = get(apache, f"/readouts/{CALL}", **wish).headers["Location"]

    assert place_ == f"{apache}readouts/zh/{CALL}.html"


@pytest.mark.parametrize(
    "path", ["nothing", f"{CALL}x", "exchange/x/y", "queries/exchanges.csv?x=1"]
)
def test_apache_has_a_page_for_what_is_not_there(apache, site, path):
    """What is not there, and an answer that only a server could make, is 404 with our page."""
    answer = get(apache, f"/readouts/{path}", Accept="text/html")

    assert (answer.status, answer.held) == (404, (site / "404.html").read_bytes())


def test_iris_lead_to_documents_and_files(apache):
    """At the folder of the IRIs everything else leads to the same path of the site."""
    for path in (f"{CALL}.ttl", "dumps/readouts.nq", ""):
        answer = get(apache, f"/iris/{path}")
        assert answer.status == 302
        assert answer.headers["Location"] == f"https://example.org/readouts/{path}"
