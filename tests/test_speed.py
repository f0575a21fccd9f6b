"""What is done to be quick, and that it changes nothing: shortcuts give what the long way gives."""

from __future__ import annotations

import asyncio
import io
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import ROOT
from readouts.render import answers
from readouts.render.asked import Sparql
from readouts.serve import framing, gate, guard, octets, protocol
from readouts.serve.asker import Pool
from readouts.serve.keeper import Keeper
from readouts.serve.line import Line
from readouts.serve.wire import Garbled, packed
from readouts.store import Rows, Truth

FORMATS = {"rows": "json", "truth": "json", "graph": "nt"}
HOST = (b"host", b"x")


# --- answers ---------------------------------------------------------------


@pytest.mark.parametrize("suffix", sorted(answers.RESULTS))
@pytest.mark.parametrize("bound", ["?x", "?nothing"])
def test_a_short_answer_is_the_same_as_a_long_one(embedded, suffix, bound) -> None:
    """Rows that are surely few enough are written at once, as the engine writes all; others not."""
    came = []
    for size in (0, 1, 5, 6, 7, 200):
        values = " ".join(str(one) for one in range(size))
        text = f"SELECT {bound} {{ VALUES ?x {{ {values} }} }}"
        written = answers.few(embedded.query(text), suffix, 6)
        came.append(written)
        assert written in (None, answers.write(embedded.query(text), suffix, "", {}))
    assert came[5] is None
    generous = answers.few(embedded.query("SELECT ?x { VALUES ?x { 1 2 3 } }"), suffix, 1000)
    assert generous is not None


@pytest.mark.parametrize("suffix", sorted(answers.RESULTS))
def test_no_row_is_shorter_than_the_shortest(embedded, suffix) -> None:
    """An answer that is let through as short has never more rows than it may."""
    for most in range(8):
        for size in range(30):
            text = f"SELECT ?nothing {{ VALUES ?x {{ {'1 ' * size} }} }}"
            assert answers.few(embedded.query(text), suffix, most) is None or size <= most


def test_every_answer_says_its_kind(embedded) -> None:
    """Rows, truth and graph call themselves so."""
    kinds = [embedded.query(text).kind for text in ("SELECT * {}", "ASK {}", "DESCRIBE <x:y>")]
    assert kinds == ["rows", "truth", "graph"] == [*answers.NAMES]
    assert (Rows.kind, Truth.kind) == ("rows", "truth")


# --- queries ---------------------------------------------------------------

PIECES = ["{", "(", "}", ")", "SERVICE", "service", "!", "&&", "a:b", '"{{"', "<x:y>", "# {\n", " "]


@given(st.lists(st.sampled_from(PIECES), max_size=90).map("".join))
def test_the_gate_lets_through_what_it_would_on_reading(text) -> None:
    """A query that is measured at a glance gets the verdict of one that is read word by word."""
    padded = text + " " * (gate.OPERATORS + 1)
    assert gate.excess(text) == gate.excess(padded)


@given(st.text(st.sampled_from("aé+%&=;2 5Ff信\x00"), max_size=40))
def test_a_form_is_read_as_the_library_reads_it(text) -> None:
    """Escapes that are resolved all at once give what resolving them one by one gives."""
    expected = parse_qsl(text, keep_blank_values=True)
    assert protocol.parameters(text.encode()) == expected


@given(st.binary(max_size=30), st.text(max_size=10))
def test_every_escape_comes_back(raw, name) -> None:
    """What was escaped, percent signs too, is what is read; what is no UTF-8 is replaced."""
    escaped = "".join(f"%{one:02X}" for one in raw)
    form = f"{''.join(f'%{one:02x}' for one in name.encode())}={escaped}"
    assert protocol.parameters(form.encode()) == [(name, raw.decode(errors="replace"))]


# --- what is kept ----------------------------------------------------------


def test_the_same_query_is_asked_once(monkeypatch) -> None:
    """An answer is kept by its query, graphs and formats, unless it is another each time."""

    async def scenario():
        async with Pool(ROOT / "data/release") as pool:
            sent = []
            ask = pool._workers.ask  # noqa: SLF001

            async def counted(request):
                sent.append(request.query)
                return await ask(request)

            monkeypatch.setattr(pool._workers, "ask", counted)  # noqa: SLF001
            for text in ("ASK {}", "SELECT (RAND() AS ?x) {}", "SELECT (now() AS ?x) {}"):
                for _ in range(2):
                    await pool.ask(Sparql(text), FORMATS)
            await pool.ask(Sparql("ASK {}"), {**FORMATS, "truth": "xml"})
            await pool.ask(Sparql("ASK {}", ["x:none"]), FORMATS)
            await pool.ask(Sparql("ASK {}", [], ["x:none"]), FORMATS)
            return sent

    sent = asyncio.run(scenario())
    assert [sent.count(text) for text in dict.fromkeys(sent)] == [4, 2, 2]


# --- octets ----------------------------------------------------------------


def test_a_whole_answer_is_handed_over_where_that_is_offered() -> None:
    """One message with a joined head where the server offers it, and else two of ASGI, alike."""

    async def app(_scope, _receive, send):
        head = [(b"content-type", b"text/plain")]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await send({"type": "http.response.body", "body": b"ok"})

    async def told(keeper, **scope):
        sent = []

        async def send(message):
            sent.append(message)

        request = {"type": "http", "path": "/x", "raw_path": b"/x", "query_string": b""}
        await keeper({**request, "method": "GET", "headers": [], **scope}, None, send)
        return sent

    async def scenario():
        keeper = Keeper(app, "0")
        return [await told(keeper, extensions=one) for one in ({}, octets.OFFERED)]

    (start, body), (whole,) = asyncio.run(scenario())
    assert (whole["type"], whole["status"], whole["body"]) == (octets.WHOLE, 200, body["body"])
    assert whole["head"] == octets.joined(start["headers"])
    assert b"content-length: 2\r\n" in whole["head"]
    for name, value in guard.RAW:
        assert name + b": " + value + b"\r\n" in whole["head"]


@pytest.mark.parametrize("value", [b"a\r\nb", b"a\nb", b"a\x00", b"\x7f"])
def test_no_header_can_make_another(value) -> None:
    """A value with the end of a line in it is an error of ours, and never sent."""
    with pytest.raises(ValueError, match="control character"):
        octets.joined([(b"x", value)])


@pytest.mark.parametrize(
    ("version", "target", "headers", "told"),
    [
        ("1.1", b"/", [HOST], None),
        ("1.0", b"/", [], None),
        ("1.1", b"*", [HOST], None),
        ("1.1", b"/", [HOST, (b"transfer-encoding", b"Chunked")], None),
        ("0.9", b"/", [HOST], "version"),
        ("2.0", b"/", [HOST], "version"),
        ("1.1", b"http://e/", [HOST], "path"),
        ("1.1", b"e:443", [HOST], "path"),
        ("1.1", b"/", [], "Host"),
        ("1.1", b"/", [HOST, HOST], "Host"),
        ("1.0", b"/", [HOST, HOST], "Host"),
        ("1.1", b"/", [HOST, (b"transfer-encoding", b"gzip, chunked")], "coding"),
        ("1.1", b"/", [HOST, (b"transfer-encoding", b"chunked, chunked")], "coding"),
        ("1.0", b"/", [HOST, (b"transfer-encoding", b"chunked")], "HTTP/1.0"),
    ],
)
def test_an_ambiguous_request_is_refused(version, target, headers, told) -> None:
    """Versions, targets, hosts and codings that another server may read otherwise are faults."""
    fault = framing.fault(version, target, headers)
    assert fault is None if told is None else told in (fault or "")


# --- lines -----------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_a_line_puts_messages_together(size) -> None:
    """However a message is cut, it comes whole, and one that was there before it was waited for."""
    message = packed({"a": 1}, b"body" * 50)

    async def scenario():
        line = Line(1000)
        heard = asyncio.create_task(line.heard(5))
        await asyncio.sleep(0)
        stream = io.BytesIO(message)
        while piece := stream.read(size):
            line.data_received(piece)
        first = await heard
        line.data_received(message)
        return first, await line.heard(5)

    assert asyncio.run(scenario()) == (({"a": 1}, b"body" * 50),) * 2


def test_a_line_ends() -> None:
    """Who waits on a line is told when it takes too long and when there is nobody any more."""

    async def scenario():
        line = Line(10)
        with pytest.raises(TimeoutError):
            await line.heard(0.01)
        heard = asyncio.create_task(line.heard(5))
        await asyncio.sleep(0)
        line.connection_lost(None)
        with pytest.raises(Garbled):
            await heard
        with pytest.raises(Garbled):
            await line.heard(5)

    asyncio.run(scenario())
