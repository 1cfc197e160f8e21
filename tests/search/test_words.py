"""What is typed into a search box is understood, and shown again without harm."""

import pytest

from grc.search.extracts import WIDTH, extract, highlight
from grc.search.words import Term, fold, read


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Tomáš NOVÁK", "tomas novak"),
        ("gpt-4o-2024-11-20", "gpt 4o 2024 11 20"),
        ("Straße  (alt)", "strasse alt"),
        ("'; DROP TABLE x; --", "drop table x"),
        ("\u202e\x07", ""),
    ],
)
def test_fold_leaves_letters_and_digits(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_read_tells_words_phrases_and_what_is_not_wanted() -> None:
    asked = read('claims "human oversight" -motor -"old plan" tri')
    assert asked.wanted == (Term(("claims",)), Term(("human", "oversight")), Term(("tri",), open=True))
    assert asked.unwanted == (Term(("motor",)), Term(("old", "plan")))


def test_read_last_word_goes_on_until_a_space_follows() -> None:
    assert read("claim").wanted[0].open
    assert not read("claim ").wanted[0].open
    assert not read('"claim"').wanted[0].open
    assert not read("a").wanted[0].open
    assert [term.open for term in read("cla tri ", all_open=True).wanted] == [True, True]


def test_read_takes_a_reference_as_one_thing() -> None:
    assert read("SYS-0001").wanted == (Term(("sys", "0001"), open=True),)


@pytest.mark.parametrize("text", ["", "   ", "-", '"', '""', "!!&|():*<->", "\u200b"])
def test_read_of_nothing_asks_for_nothing(text: str) -> None:
    assert read(text).is_empty


def test_read_escapes_what_like_would_understand() -> None:
    assert read("100%_a\\b").patterns == ["%100\\%\\_a\\\\b%"]
    assert read("ab").patterns == []


def test_highlight_escapes_everything_but_its_marks() -> None:
    shown = highlight('<script>alert("claims")</script>', read("claims"))
    assert shown == "&lt;script&gt;alert(&quot;<mark>claims</mark>&quot;)&lt;/script&gt;"
    assert highlight("<b>", read("b")) == "&lt;<mark>b</mark>&gt;"


def test_highlight_marks_accents_and_letters_that_fold_to_two() -> None:
    assert highlight("Novák, Straße", read("novak strasse")) == "<mark>Novák</mark>, <mark>Straße</mark>"


def test_extract_shows_where_it_stands() -> None:
    text = "word " * 200 + "needle " + "word " * 200
    shown = extract(text, read("needle"))
    assert "<mark>needle</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert len(shown) < WIDTH + 40


def test_extract_without_a_find_is_the_beginning() -> None:
    assert extract("Short text", read("other")) == "Short text"
