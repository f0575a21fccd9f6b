"""A page with one thing wrong in it stops the build, and nothing that was released changes."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Damage = Callable[[bytes], bytes]


def words(old: str, new: str) -> Damage:
    """Replace words that stand on the page once."""

    def damage(data: bytes) -> bytes:
        assert data.decode().count(old) == 1, old
        return data.decode().replace(old, new).encode()

    return damage


def lines(change: Callable[[list[str]], list[str]]) -> Damage:
    """Change the list of lines."""
    return lambda data: "\n".join(change(data.decode().split("\n"))).encode()


# What is done to the page → the line that the message must name, and a word of the message.
DAMAGES: dict[str, tuple[Damage, int, str]] = {
    "wrong date in an attribution": (words("(2月5日,", "(2月6日,"), 93, "2月5日, not on 2月6日"),
    "impossible date in the list": (words("2020-02-05", "2020-02-30"), 9, "no day"),
    "statement moved to the other call with the same person": (
        words("(2月18日,习近平应约同法国总统马克龙", "(1月23日,习近平应约同法国总统马克龙"),
        80,
        "not on 1月23日",
    ),
    "unknown name": (lines(lambda all_: [*all_[:9], "会见柬埔寨首相洪生", *all_[10:]]), 10, "洪生"),
    "unknown title": (
        lines(lambda all_: [*all_[:16], "应约同德国大总理默克尔通电话", *all_[17:]]),
        17,
        "大",
    ),
    "unknown country": (
        lines(lambda all_: [*all_[:67], "应约同万国秘书长古特雷斯通电话", *all_[68:]]),
        68,
        "万国",
    ),
    "title of another country": (
        words("应约同德国总理", "应约同德国总统"),
        17,
        "no office known as 总统",
    ),
    "unknown verb": (words("致函", "致电"), 23, "致电"),
    "name in an attribution only": (
        words("(2月20日,习近平应约同韩国总统文在寅", "(2月20日,习近平应约同韩国总统文在演"),
        105,
        "no exchange that reads",
    ),
    "gap in the numbers of a list": (
        lines(lambda all_: [*all_[:20], "4", *all_[21:]]),
        21,
        "numbered 4",
    ),
    "gap in the numbers of a section": (words("6.我们既要", "7.我们既要"), 81, "numbered 7"),
    "missing date": (lines(lambda all_: [*all_[:5], *all_[6:]]), 6, "a date such as"),
    "missing attribution": (lines(lambda all_: [*all_[:71], *all_[72:]]), 72, "an attribution"),
    "missing statement": (lines(lambda all_: [*all_[:72], *all_[73:]]), 73, "an attribution"),
    "missing entry at the end of a list": (
        lines(lambda all_: [*all_[:65], *all_[68:]]),
        14,
        "17 entries",
    ),
    "missing introduction": (
        lines(lambda all_: [*all_[:69], *all_[70:]]),
        70,
        "a numbered statement",
    ),
    "missing lead": (lines(lambda all_: all_[1:]), 1, "the heading of the timeline"),
    "stray paragraph": (lines(lambda all_: [*all_[:20], "广告", *all_[20:]]), 21, "广告"),
    "stray paragraph at the end": (lines(lambda all_: [*all_, "责任编辑"]), 126, "责任编辑"),
    "empty line": (lines(lambda all_: [*all_[:20], "", *all_[20:]]), 21, "an empty line"),
    "unknown heading": (words("肩负“中国责任”", "肩负“中国担当”"), 106, "themes.csv"),
    "cut in the middle of a line": (
        lambda data: data[: data.index("团结一心".encode())],
        77,
        "the page ends here",
    ),
    "cut before the last attribution": (lines(lambda all_: all_[:-1]), 124, "the page ends here"),
    "last entry cut off": (lines(lambda all_: all_[:-2]), 106, "8 entries"),
    "wrong encoding": (lambda data: data.decode().encode("gb18030"), 1, "not UTF-8"),
    "two encodings": (
        lambda data: data.replace("外宾".encode(), "外宾".encode("gb18030")),
        1,
        "not UTF-8",
    ),
    "empty file": (lambda _: b"", 1, "empty"),
    "carriage returns": (lambda data: data.replace(b"\n", b"\r\n"), 1, "U+000D"),
    "byte order mark": (lambda data: b"\xef\xbb\xbf" + data, 1, "U+FEFF"),
    "place that nobody met at": (
        words("柬埔寨首相和", "英国首相和"),
        1,
        "no list has such an exchange",
    ),
    "caption of another day": (words("△1月28日", "△1月29日"), 87, "not on 1月29日"),
    "principal without a title": (
        words("疫情发生后,习近平主席", "疫情发生后,习近平"),
        3,
        "nobody is named",
    ),
    "one word of a quotation": (words("举全国之力", "举全省之力"), 77, "differ from the capture"),
    "a stray space tidied away": (
        words("最彻底的防控举措 ,", "最彻底的防控举措,"),
        77,
        "differ from the capture",
    ),
    "one word of an introduction": (
        words("机会“窗口期”", "机会窗口期"),
        107,
        "differ from the capture",
    ),
    "a line feed at the end": (lambda data: data + b"\n", 126, "an empty line"),
}


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "readouts", "build"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_there_are_many_damages() -> None:
    """The sweep below is not an empty one."""
    assert len(DAMAGES) >= 30


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_page_stops_the_build(copy: Path, name: str) -> None:
    """The build ends with 1 and a message naming the line; no traceback, no changed release."""
    damage, line, told = DAMAGES[name]
    page = copy / "data/source/2020-03-16-xwlb/page.txt"
    damaged = damage(page.read_bytes())
    assert damaged != page.read_bytes()
    page.write_bytes(damaged)
    before = {path.name: path.read_bytes() for path in (copy / "data/release").iterdir()}

    run = build(copy)

    assert run.returncode == 1, run.stderr
    assert f"page.txt, line {line}:" in run.stderr, run.stderr
    assert told in run.stderr
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    assert before == {path.name: path.read_bytes() for path in (copy / "data/release").iterdir()}
    assert all(re.match(r"\S.*[.…]$", message) for message in run.stderr.splitlines())
