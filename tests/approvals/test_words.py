"""Texts compared word by word: nothing is lost, nothing is marked that stayed, and no text makes it slow."""

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from grc.approvals.words import Piece, compare, folded, marked

texts = st.lists(st.sampled_from(["risk", "control", " ", "\n", "a", "b", ", "]), max_size=60).map("".join)


def joined(pieces: list[Piece], without: str) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(texts, texts)
@settings(max_examples=200, deadline=None)
def test_compare_gives_both_texts_back(before: str, after: str) -> None:
    for pieces in (compare(before, after), folded(compare(before, after))):
        assert joined(pieces, "new") == before
        assert joined(pieces, "gone") == after


def test_compare_marks_the_word_that_changed_and_no_other() -> None:
    pieces = compare("A handler reviews every claim above 500 euros.", "A handler reviews every claim above 300 euros.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "A handler reviews every claim above "),
        ("gone", "500"),
        ("new", "300"),
        ("same", " euros."),
    ]


def test_compare_of_the_same_text_marks_nothing() -> None:
    assert {piece.kind for piece in compare("One.\nTwo.\n", "One.\nTwo.\n")} == {"same"}


def test_compare_of_hostile_texts_takes_no_time() -> None:
    pairs = [
        ("a " * 25_000, "a b " * 12_000),
        ("a\n" * 25_000, "b\na\n" * 12_000),
        ("\n" * 50_000, "\n" * 49_999),
        ("".join(f"w{n} " for n in range(9_000)), "".join(f"w{n} " for n in reversed(range(9_000)))),
        ("x" * 50_000, "y" * 50_000),
    ]
    for before, after in pairs:
        start = time.process_time()
        pieces = compare(before, after)
        assert time.process_time() - start < 3
        assert joined(pieces, "new") == before
        assert joined(pieces, "gone") == after


def test_folded_keeps_words_around_a_change() -> None:
    long = " ".join(f"word{n}" for n in range(400))
    pieces = folded(compare(f"{long} old", f"{long} new"))
    assert [piece.kind for piece in pieces] == ["folded", "same", "gone", "new"]
    assert len(pieces[1].text) <= 240
    assert pieces[0].text.endswith(tuple("0123456789"))  # no word is cut


def test_compare_joins_replaced_words_to_a_phrase() -> None:
    pieces = compare("It decides alone and fast.", "It decides with people and fast.")
    assert [(piece.kind, piece.text) for piece in pieces[1:3]] == [("gone", "alone"), ("new", "with people")]
    pieces = compare("one two three end", "uno dos tres end")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("gone", "one two three"),
        ("new", "uno dos tres"),
        ("same", " end"),
    ]


def test_marked_escapes_what_people_wrote() -> None:
    html = marked(compare("<b>one</b>", "<script>two</script>"))
    assert "<script>" not in html
    assert "&lt;script&gt;two" in html
    assert html.count("<ins>") == html.count("<del>") == 1
