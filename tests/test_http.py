"""What HTTP has beyond the answer itself: tags, conditions, compression, links, OPTIONS, caches."""

import asyncio
import gzip
import json
import re
import shutil
from hashlib import sha256
from urllib.parse import quote, urljoin

import httpx
import pytest
from starlette.responses import PlainTextResponse

from readouts import release
from readouts.render.document import Documents
from readouts.serve import application, capture, codings, validators
from readouts.serve.keeper import Keeper
from readouts.serve.shelf import Shelf
from readouts.store import Embedded

HOST = "http://readouts.test"
CALL = "/exchange/2020-02-13-call-mahathir-mohamad"
IRI = f"https://w3id.org/readouts{CALL}"
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
SPARQL = f"/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 50')}"
LASTING = [
    "/",
    "/things.html",
    "/about.html",
    "/data.html",
    "/queries",
    f"{CALL}.html",
    f"{CALL}.ttl",
    "/queries/exchanges",
    "/queries/statements.json",
    "/dumps/readouts.nq",
    "/dumps/manifest.json",
    "/static/style.css",
]


@pytest.fixture(scope="module")
def parts(made, embedded, stored):
    return made, embedded, stored


@pytest.fixture(scope="module")
def app(parts):
    return application(*parts)


@pytest.fixture(scope="module")
def ask(app):
    def asked(path, method="GET", **headers):
        return sent(app, path, method, **headers)

    return asked


def sent(app, path, method="GET", **headers):
    """The answer to one request that says nothing but what is told; bodies stay as they come."""

    async def one():
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HOST) as client:
            client.headers.clear()
            told = {name.replace("_", "-"): value for name, value in headers.items()}
            async with client.stream(method, path, headers=told) as answer:
                raw = b"".join([part async for part in answer.aiter_raw()])
                return answer, raw

    return asyncio.run(one())


def links(answer, path):
    """The links of an answer: (relation, absolute target, media type or "")."""
    found = re.findall(r'<([^>]*)>; rel="([^"]+)"(?:; type="([^"]+)")?', answer.headers["link"])
    return {
        (relation, urljoin(HOST + path, target), media)
        for target, relations, media in found
        for relation in relations.split()
    }


# --- tags and conditions ---------------------------------------------------


@pytest.mark.parametrize("path", LASTING)
def test_what_lasts_has_a_strong_tag_and_is_not_sent_twice(ask, path):
    """A client that names the tag gets 304 without a body, for GET and for HEAD."""
    answer, body = ask(path)
    tag = answer.headers["etag"]
    assert answer.status_code == 200 and body
    assert re.fullmatch(r'"[0-9a-f]{32}"', tag)
    for condition in (tag, f"W/{tag}", f'"a,b", {tag}', "*"):
        for method in ("GET", "HEAD"):
            again, nothing = ask(path, method, if_none_match=condition)
            assert (again.status_code, nothing) == (304, b"")
            for name in ("etag", "vary", "cache-control"):
                assert again.headers[name] == answer.headers[name]
            assert "content-type" not in again.headers
            assert again.headers["access-control-allow-origin"] == "*"
    for condition in ('"other"', tag.strip('"'), ""):
        assert ask(path, if_none_match=condition)[0].status_code == 200


def test_different_bytes_have_different_tags(ask):
    """No two answers share a tag, whatever their addresses, formats and codings."""
    paths = [*LASTING, f"{CALL}.jsonld", f"{CALL}.nt", "/queries/exchanges.csv?kind=call"]
    answers = [ask(path, accept_encoding=coding) for path in paths for coding in ("", "gzip")]
    tags = {answer.headers["etag"] for answer, _ in answers}
    assert len(tags) == len({body for _, body in answers}) == len(answers) >= 26


def test_a_tag_is_of_one_release_and_one_media_type(parts, publication, tmp_path):
    """The same bytes under another release, or as another media type, have another tag."""
    made, _, stored = parts
    assert made.hash == json.loads((made.directory / "manifest.json").read_bytes())["rdfc10Sha256"]
    first = validators.tag(made.hash, "text/csv", b"x")
    assert first != validators.tag(made.hash, "text/plain", b"x")
    shutil.copytree(publication.release, tmp_path / "release")
    manifest = tmp_path / "release/manifest.json"
    told = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps({**told, "rdfc10Sha256": "0" * 64}))
    other = application(release.read(manifest.parent), Embedded(manifest.parent), stored)
    for path in (f"{CALL}.ttl", "/queries/exchanges.csv", "/dumps/readouts.ttl"):
        mine, same = sent(application(*parts), path)
        theirs, bytes_ = sent(other, path)
        assert same == bytes_
        assert mine.headers["etag"] != theirs.headers["etag"]


def test_a_release_without_a_hash_is_known_by_its_bytes(publication, tmp_path):
    """A manifest made elsewhere may lack the hash: that of the quads stands for it."""
    quads = (publication.release / "readouts.nq").read_bytes()
    (tmp_path / "manifest.json").write_text('{"base": "http://e/", "version": "1"}')
    without = release.read(tmp_path).hash
    (tmp_path / "readouts.nq").write_bytes(quads)
    assert release.read(tmp_path).hash == sha256(quads).hexdigest() != without


def test_conditions_do_not_touch_what_is_no_answer(ask):
    """A redirection or a refusal is sent whatever If-None-Match says."""
    assert ask(CALL, if_none_match="*")[0].status_code == 303
    assert ask("/nothing", if_none_match="*")[0].status_code == 404
    for status in (206, 303, 404):
        house = Keeper(PlainTextResponse("x", status, {"etag": '"x"'}), "0")
        told = 304 if status == 206 else status
        assert sent(house, "/x", if_none_match='"x"')[0].status_code == told


def test_head_sends_no_body_at_all():
    """The body is left out here, and not only by a socket that knows better."""
    for length in (1, capture.LARGEST + 1):
        house, messages = Keeper(PlainTextResponse("x" * length), "0"), []

        async def heard(message, messages=messages):
            messages.append(message)

        scope = {"type": "http", "path": "/x", "query_string": b"", "headers": []}
        asyncio.run(house({**scope, "method": "HEAD"}, None, heard))
        assert dict(messages[0]["headers"])[b"content-length"] == str(length).encode()
        assert messages[1:] == [{"type": "http.response.body", "body": b""}]


@pytest.mark.parametrize(
    ("path", "told"),
    [
        (CALL, "public, max-age=300, must-revalidate"),
        (f"{CALL}.ttl", "public, max-age=300, must-revalidate"),
        ("/queries/exchanges", "public, max-age=300, must-revalidate"),
        ("/", "public, max-age=300, must-revalidate"),
        ("/dumps/readouts.nq", "public, max-age=3600, must-revalidate"),
        ("/static/style.css", "public, max-age=3600, must-revalidate"),
        (SPARQL, "no-store"),
        ("/health", "no-store"),
        ("/nothing", "no-store"),
        ("/queries/exchanges?kind=x", "no-store"),
    ],
)
def test_each_answer_says_how_long_it_is_fresh(ask, path, told):
    """Caches keep what lasts for minutes, files for an hour, and ad-hoc answers not at all."""
    answer, _ = ask(path)
    assert answer.headers["cache-control"] == told
    assert ("etag" in answer.headers) == (answer.status_code == 200 and told != "no-store")


# --- compression -----------------------------------------------------------


@pytest.mark.parametrize("path", [*LASTING, SPARQL])
def test_gzip_is_given_to_whoever_takes_it(ask, path):
    """The compressed answer holds the same bytes under a tag of its own, and HEAD says the same."""
    plain, body = ask(path)
    zipped, small = ask(path, accept_encoding="br, gzip;q=0.8")
    assert zipped.headers["content-encoding"] == "gzip"
    assert (gzip.decompress(small), len(small) < len(body)) == (body, True)
    assert int(zipped.headers["content-length"]) == len(small)
    assert "Accept-Encoding" in plain.headers["vary"]
    assert plain.headers["vary"] == zipped.headers["vary"]
    assert "content-encoding" not in plain.headers
    head, nothing = ask(path, "HEAD", accept_encoding="br, gzip;q=0.8")
    assert (nothing, head.headers) == (b"", zipped.headers)
    if tag := plain.headers.get("etag"):
        other = zipped.headers["etag"]
        assert other == f'{tag[:-1]}-gzip"'
        assert ask(path, accept_encoding="gzip", if_none_match=other)[0].status_code == 304
        assert ask(path, accept_encoding="gzip", if_none_match=tag)[0].status_code == 200
        assert ask(path, if_none_match=other)[0].status_code == 200


def test_what_is_small_is_not_compressed(ask):
    """An answer that fits into one packet is sent as it is."""
    for path in ("/health", CALL, "/queries/exchanges.csv?country=france"):
        answer, body = ask(path, accept_encoding="gzip")
        assert len(body) < codings.SMALLEST
        assert "content-encoding" not in answer.headers


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("gzip, deflate, br, zstd", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("*;q=0", False),
        ("br", False),
        ("identity", False),
        ("identity, gzip;q=0.5", False),
        ("identity;q=0.5, gzip", True),
        ("gzip;q=much", False),
        (";;,,", False),
    ],
)
def test_accept_encoding_is_read_as_written(accepted, takes):
    """RFC 9110 §12.5.3: weights, wildcards, and gzip under its old name."""
    assert codings.takes_gzip(accepted) is takes


# --- files in parts --------------------------------------------------------


def test_a_file_can_be_had_in_parts(ask, publication):
    """A range is given of the bytes as they are, if the file is still the one that was begun."""
    whole = (publication.release / "readouts.nq").read_bytes()
    full, _ = ask("/dumps/readouts.nq")
    tag = full.headers["etag"]
    asked = {"range": "bytes=100-199", "accept_encoding": "gzip"}
    part, body = ask("/dumps/readouts.nq", **asked, if_range=tag)
    assert (part.status_code, body, part.headers["etag"]) == (206, whole[100:200], tag)
    assert part.headers["vary"] == full.headers["vary"]
    again, zipped = ask("/dumps/readouts.nq", **asked, if_range='"other"')
    assert (again.status_code, gzip.decompress(zipped)) == (200, whole)
    assert "accept-ranges" not in again.headers
    assert ask("/dumps/readouts.nq", **asked, if_none_match=tag)[0].status_code == 304


def test_a_large_file_goes_on_in_pieces(ask, publication, monkeypatch):
    """What is too large to hold is sent as it is, and its conditions and HEAD still hold."""
    monkeypatch.setattr(capture, "LARGEST", 100_000)
    path, whole = "/dumps/readouts.rdf", (publication.release / "readouts.rdf").read_bytes()
    answer, body = ask(path, accept_encoding="gzip")
    assert ("content-encoding" in answer.headers, body) == (False, whole)
    assert answer.headers["cache-control"].startswith("public")
    head, nothing = ask(path, "HEAD", accept_encoding="gzip")
    assert (head.headers, nothing) == (answer.headers, b"")
    again, nothing = ask(path, if_none_match=answer.headers["etag"])
    assert (again.status_code, nothing) == (304, b"")


# --- links -----------------------------------------------------------------


def test_a_thing_leads_to_its_documents(ask):
    """The redirection names every document, the IRI to cite, the kind of thing and the licence."""
    answer, _ = ask(CALL)
    told = links(answer, CALL)
    for suffix, media in (("html", "text/html"), ("ttl", "text/turtle"), ("trig", None)):
        media_ = media or "application/trig"
        assert ("describedby", f"{HOST}{CALL}.{suffix}", media_) in told
        assert ("alternate", f"{HOST}{CALL}.{suffix}", media_) in told
    assert {("cite-as", IRI, ""), ("license", CC0, "")} <= told
    assert ("type", "http://schema.org/Event", "") in told
    assert ("collection", "https://w3id.org/readouts/dataset", "") in told


def test_a_document_leads_to_its_thing(ask):
    """A document names the thing that it describes, and the other formats but not itself."""
    for suffix in ("html", "ttl", "jsonld", "nt", "rdf", "trig"):
        path = f"{CALL}.{suffix}"
        told = links(ask(path)[0], path)
        assert {(one, IRI, "") for one in ("canonical", "cite-as", "describes")} <= told
        others = {target for relation, target, _ in told if relation == "alternate"}
        assert len(others) == 5 and HOST + path not in others
        assert ("license", CC0, "") in told
        page = ("type", "https://schema.org/AboutPage", "") in told
        assert page == (suffix == "html")


def test_every_link_here_leads_to_what_it_says(ask):
    """The targets on this server answer 200 with the media type that the link gives."""
    seen = 0
    for path in ("/", "/dataset", "/dataset.html", f"{CALL}.ttl", "/ns"):
        for _, target, media in links(ask(path)[0], path):
            if target.startswith(HOST):
                answer, _ = ask(target.removeprefix(HOST))
                assert answer.status_code == 200
                assert answer.headers["content-type"].partition(";")[0] == media
                seen += 1
    assert seen > 40


def test_the_dataset_and_its_files_know_each_other(ask, publication):
    """The dataset and the home page list every file, and each file names the dataset."""
    held = json.loads((publication.release / "manifest.json").read_bytes())["files"]
    names = {f"{HOST}/dumps/{name}" for name in (*held, "manifest.json")}
    for path in ("/", "/dataset", "/dataset.ttl", "/dataset.html"):
        told = links(ask(path)[0], path)
        assert {target for relation, target, _ in told if relation == "item"} == names
    dataset = "https://w3id.org/readouts/dataset"
    for name in names:
        told = links(ask(name.removeprefix(HOST))[0], "/dumps/x")
        assert told == {("collection", dataset, ""), ("license", CC0, "")}


def test_a_text_is_not_given_the_licence_of_the_data(ask):
    """The source text states its own rights, so no link says that it is CC0."""
    path = "/text/2020-03-16-xwlb.html"
    relations = {relation for relation, _, _ in links(ask(path)[0], path)}
    assert "cite-as" in relations
    assert "license" not in relations


def test_an_odd_iri_cannot_break_a_header(parts, tmp_path):
    """What cannot stand in a header is written in percent signs; nothing unsaid is linked."""
    stored = parts[2]
    (tmp_path / "manifest.json").write_text('{"base": "http://e/", "version": "1"}')
    (tmp_path / "readouts.nq").write_text(
        "<http://e/caf\u00e9:b,c> <http://e/p> <http://e/o> <http://e/g> .\n", encoding="utf-8"
    )
    store = Embedded(tmp_path)
    app = application(release.read(tmp_path), store, stored)
    answer, _ = sent(app, "/caf%C3%A9:b,c")
    told = links(answer, "/caf%C3%A9:b,c")
    assert ("cite-as", "http://e/caf%C3%A9:b,c", "") in told
    assert ("alternate", f"{HOST}/caf%C3%A9%3Ab%2Cc.ttl", "text/turtle") in told
    assert {one for one, _, _ in told} == {"alternate", "describedby", "cite-as"}


# --- OPTIONS, 404 ----------------------------------------------------------


@pytest.mark.parametrize("path", [*LASTING, CALL, "/health", "/queries/where-on-the-page"])
def test_options_says_what_can_be_done(ask, path):
    """Every resource tells its methods, and lets pages elsewhere send conditions and read tags."""
    answer, body = ask(path, "OPTIONS", origin="http://e", access_control_request_method="GET")
    assert (answer.status_code, body) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "If-None-Match" in answer.headers["access-control-allow-headers"]
    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert {"ETag", "Link", "Readouts-Complete"} <= {*exposed}


def test_options_of_nothing_is_nothing(ask):
    """What is not there can do nothing: 404."""
    assert ask("/person/nobody", "OPTIONS")[0].status_code == 404


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/person/nobody", "There is no such thing here: /person/nobody"),
        ("/exchange/", "There is no such thing here"),
        ("/no-such-page-kind", "There is no such page here: /no-such-page-kind"),
        ("/people/nobody", "There is no such page here"),
    ],
)
def test_no_such_thing_is_not_no_such_page(ask, path, told):
    """404 tells an address at which a thing could be from one at which nothing could."""
    answer, body = ask(path)
    assert answer.status_code == 404
    assert told in body.decode()


# --- the shelf -------------------------------------------------------------


def test_nothing_is_made_twice(parts, monkeypatch):
    """A document, a page and a stored answer asked for again cost no serialisation."""
    made = []
    write = Documents.write
    monkeypatch.setattr(
        Documents, "write", lambda *given: (made.append(given[1:]), write(*given))[1]
    )
    asked, store = [], parts[1]

    class Counting:
        def query(self, *given):
            asked.append(given)
            return store.query(*given)

    app = application(parts[0], Counting(), parts[2])
    paths = [CALL, f"{CALL}.ttl", f"{CALL}.html", "/queries/statements", "/queries/cite.ttl"]
    first = [sent(app, path, accept="text/turtle, */*;q=0.1") for path in paths]
    assert len(made) == 1 and asked
    made.clear()
    asked.clear()
    again = [sent(app, path, accept="text/turtle, */*;q=0.1") for path in paths]
    assert (made, asked) == ([], [])
    for (one, body), (other, same) in zip(first, again, strict=True):
        assert (body, one.headers) == (same, other.headers)


def test_what_varies_is_kept_apart(ask):
    """Whoever asks first does not decide what the next one gets."""
    for accept, media in (("text/csv", "csv"), ("text/html", "html"), ("text/csv", "csv")):
        answer, _ = ask("/queries/busiest-days", accept=accept)
        assert media in answer.headers["content-type"]
    for accept, suffix in (("text/html", ".html"), ("text/turtle", ".ttl"), ("image/png", None)):
        answer, _ = ask("/person/hun-sen", accept=accept)
        assert answer.headers.get("location", "").endswith(suffix or "")
        assert (answer.status_code == 406) == (suffix is None)


@pytest.mark.parametrize(
    ("told", "accept", "calls"),
    [
        ({}, "*/*", 1),
        ({"vary": "Accept, Accept-Encoding"}, "*/*", 1),
        ({"vary": "Accept"}, "text/csv, " * 300, 2),
        ({"vary": "Accept, Cookie"}, "*/*", 2),
        ({"vary": "*"}, "*/*", 2),
        ({"cache-control": "no-store"}, "*/*", 2),
    ],
)
def test_only_what_is_the_same_for_all_is_kept(told, accept, calls):
    """An answer that depends on more than address and Accept, or is not to be kept, is not."""
    made = []

    async def plain(scope, receive, send):
        made.append(1)
        await PlainTextResponse("x", headers=told)(scope, receive, send)

    house = Keeper(plain, "0")
    bodies = [sent(house, "/x", accept=accept)[1] for _ in range(2)]
    assert (bodies, len(made)) == ([b"x", b"x"], calls)


def test_no_header_is_sent_twice(ask):
    """Every header stands once in an answer, fresh or kept."""
    for path in (*LASTING, *LASTING, CALL, SPARQL, "/nothing"):
        names = [name for name, _ in ask(path)[0].headers.multi_items()]
        assert len(names) == len({*names}), path


def test_the_shelf_is_bounded():
    """What was used longest ago makes room, by number and by bytes, and giants are not kept."""
    shelf = Shelf(entries=3, size=800)
    for key in "abc":
        shelf.put(key, key.upper(), 100)
    assert shelf.get("a") == "A"
    shelf.put("d", "D", 100)
    assert [shelf.get(key) for key in "abcd"] == ["A", None, "C", "D"]
    shelf.put("a", "E", 50)
    assert (len(shelf), shelf.bytes, shelf.get("a")) == (3, 250, "E")
    shelf.put("giant", "G", 101)
    assert shelf.get("giant") is None
    wide = Shelf(entries=100, size=800)
    for key in range(20):
        wide.put(key, key, 90)
    assert (len(wide), wide.bytes, wide.get(11), wide.get(12)) == (8, 720, None, 12)
