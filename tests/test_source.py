from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readouts import source
from readouts.fault import Fault, Misuse
from readouts.source import Page, Source


def test_the_capture_is_the_one_described(page: Page, described: Source) -> None:
    """The bytes of the capture have the checksum that source.toml gives."""
    assert described.sha256 == page.sha256
    assert described.sha256 == hashlib.sha256(Path(page.name).read_bytes()).hexdigest()


def test_lines_joined_are_the_text(page: Page) -> None:
    """The lines of the page, joined by line feeds, are its text, and each begins where it says."""
    assert page.text == "\n".join(line.text for line in page.lines)
    assert all(page.text[line.begin : line.end] == line.text for line in page.lines)
    assert (len(page.lines), len(page.text)) == (125, 3470)


@given(st.text(alphabet="习近平a1 。\n𠮷", min_size=1))
def test_offsets_count_code_points(text: str) -> None:
    """Whatever a text holds, its lines are slices of it, counted in code points."""
    page = Page("x", text, "")

    assert all(text[line.begin : line.end] == line.text for line in page.lines)


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"", 1, "empty"),
        ("二\n一".encode("gbk"), 1, "UTF-8"),
        ("一\n".encode() + b"\xff", 2, "0xFF"),
        ("\ufeff一".encode(), 1, "U+FEFF"),
        ("一\r\n二".encode(), 1, "U+000D"),
        ("一\n二\x00".encode(), 2, "U+0000"),
    ],
)
def test_what_is_no_text_is_refused_with_its_line(
    tmp_path: Path, data: bytes, line: int, words: str
) -> None:
    """A file in which offsets cannot be counted is a fault that names the line and the reason."""
    path = tmp_path / "page.txt"
    path.write_bytes(data)

    with pytest.raises(Fault, match=f"line {line}: .*{words.replace('+', '.')}"):
        source.read(path)


def test_a_missing_file_is_a_misuse(tmp_path: Path) -> None:
    """A page that cannot be read is the caller's fault, not the data's."""
    with pytest.raises(Misuse, match="cannot be read"):
        source.read(tmp_path / "none.txt")


def test_settings_with_a_stranger_are_refused(tmp_path: Path) -> None:
    """A source.toml with a setting that nobody reads is refused, not ignored."""
    path = tmp_path / "source.toml"
    path.write_text('slug = "a"\nfiel = "page.txt"\n')

    with pytest.raises(Misuse, match="fiel"):
        source.describe(path)
