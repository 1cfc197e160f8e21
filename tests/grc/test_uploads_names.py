"""File names made safe."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.uploads import safe_name
from grc.uploads.names import extension_of


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [
        ("report.pdf", "report.pdf"),
        ("Bericht Größe.pdf", "Bericht Größe.pdf"),
        ("e\u0301.txt", "\u00e9.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.csv", "x.csv"),
        ("/a/b/", "file"),
        ("evil\u202egnp.exe", "evilgnp.exe"),
        ("a\x00b\n\t.txt", "ab.txt"),
        ("a\u200bb\ufeff.txt", "ab.txt"),
        ("\ud800x.txt", "x.txt"),
        ("  .hidden  ", "hidden"),
        ("..", "file"),
        ("", "file"),
        ("CON.txt", "_CON.txt"),
        ("nul", "_nul"),
        ("console.txt", "console.txt"),
        ('a<b>:"|?*.txt', "a_b______.txt"),
        ("trailing. . .", "trailing"),
        ("דוח.pdf", "דוח.pdf"),
    ],
)
def test_safe_name_of(given_name: str, expected: str) -> None:
    assert safe_name(given_name) == expected


@pytest.mark.parametrize("stem", ["a", "é", "😀", "漢"])
def test_safe_name_of_a_long_name_keeps_its_extension(stem: str) -> None:
    name = safe_name(stem * 300 + ".xlsx")
    assert name.endswith(stem + ".xlsx")
    assert 250 < len(name.encode()) <= 255


def test_safe_name_of_an_endless_extension_is_cut() -> None:
    assert len(safe_name("a." + "x" * 400).encode()) <= 255


@given(st.text(st.characters(), max_size=400))
def test_safe_name_is_always_one_short_normal_component(name: str) -> None:
    safe = safe_name(name)
    assert 0 < len(safe.encode()) <= 255
    assert safe == unicodedata.normalize("NFC", safe)
    assert not set(safe) & set("/\\\x00\n\r\u202e\u200f")
    assert safe not in (".", "..")
    assert safe_name(safe) == safe


@pytest.mark.parametrize(("name", "ending"), [("a.PDF", ".pdf"), ("a.tar.gz", ".gz"), ("a", ""), (".pdf", "")])
def test_extension_of(name: str, ending: str) -> None:
    assert extension_of(name) == ending
