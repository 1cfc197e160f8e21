"""The catalogues against themselves, the list of known mistakes, and texts of every kind."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from controls.catalogues.shipped import KEYS, catalogue
from controls.citations.check import check_row, check_text, examine
from controls.citations.exists import exists, mirrored
from controls.citations.find import find_citations
from controls.citations.known import also_called, laws, misnamed, misnumbered, older, wrong_counts
from controls.citations.titles import items

FORMS = ("{c} {t}", "{c}: {t}", "{c} – {t}", "{c} ({t})", "| {c} | {t} |", "{c}\t{t}", "- {t} ({c})", "{c}\n{t}")


@pytest.mark.parametrize("key", KEYS)
def test_what_a_catalogue_says_itself_raises_nothing(key: str) -> None:
    """Titles, paraphrases, notes and documents, in every form, named, asked for, and by themselves."""
    shipped = catalogue(key)
    for item in shipped.items:
        assert check_row(key, item.code, item.name) is None
        for said in filter(None, (item.name, item.says, item.note, *item.documents.split("\n"))):
            for form in FORMS:
                text = form.format(c=item.code, t=said)
                assert check_text(f"{shipped.short}\n{text}") == []
                assert check_text(text, key) == []
                assert check_text(text) == []


@pytest.mark.parametrize("key", KEYS)
def test_every_number_of_a_catalogue_is_found(key: str) -> None:
    shipped = catalogue(key)
    for item in shipped.items:
        whole = not any(character.isdigit() for character in item.code) and not item.code.startswith("Annex")
        if whole or item.code.isdigit() or (key == "soc2" and "." not in item.code):
            continue  # GOVERN, clause 4, CC6: too short to tell from other text
        (found,) = find_citations(f"{shipped.short} {item.code} applies.")
        assert (found.code, found.framework, found.is_usual) == (item.code, key, True)


def test_known_mistakes_are_mistakes_and_lead_to_what_exists() -> None:
    for (key, code), row in misnamed().items():
        assert exists(key, code)
        assert row.meant in items(key)
        assert row.called
        assert row.why.endswith(".")
    for (key, code), number in misnumbered().items():
        assert not (mirrored(code) if code.startswith("B.") else exists(key, code)), code
        assert not number.meant or number.meant in items(key)
    for key, code in also_called():
        assert code in items(key)
    for count in wrong_counts():
        assert count.framework in KEYS
    assert set(laws()) <= set(KEYS)


def test_every_number_of_the_edition_of_2013_has_become_one_of_today() -> None:
    numbers = older()["iso27001"].numbers
    assert len(numbers) == 114
    for code, now in numbers.items():
        assert code not in items("iso27001")
        assert now
        assert set(now) <= set(items("iso27001"))
    # of the 93, eleven were new in 2022
    assert len({each for now in numbers.values() for each in now}) == 93 - 11


FRAGMENTS = st.sampled_from([
    "A.5.2", "A.6.2.4", "B.6.2.4", "6.2.4", "CC8.2", "PP1.1", "GV-1.1", "MAP 3.5", "Art. 26 (5)", "Articles 9, 10 and",
    "Annex IV", "AI-EXT-9", " ", "\n", "\t", "(", ")", ", ", ". ", "ISO 42001", "ISO 27001:2013", "EU AI Act", "GDPR",
    "SOC 2", "NIST AI RMF", "impact assessment", "not", "# ", "**", "](", "–", "“", "\x00", "\ud7ff", "é", "\u00a0",
    "73 subcategories", "clause",
])  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=300), st.lists(FRAGMENTS, max_size=40).map("".join), st.lists(FRAGMENTS).map("|".join)
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.sampled_from(["", "no-such-key", *KEYS]))
def test_any_text_is_answered_and_every_finding_points_at_what_it_names(text: str, framework: str) -> None:
    for each in find_citations(text, framework):
        assert text[each.start : each.end].replace("\u00a0", " ") == each.written
        assert text.count("\n", 0, each.start) + 1 == each.line
    for finding in check_text(text, framework):
        assert text[finding.start : finding.end].replace("\u00a0", " ") == finding.written
        assert finding.sentence
        assert not finding.right or finding.right in items(finding.framework)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(["", "x", *KEYS]), st.text(max_size=40), st.text(max_size=200))
def test_any_row_is_answered(framework: str, code: str, title: str) -> None:
    check_row(framework, code, title)


REPEATED = (
    "A.5.2 ", "((A.5.2", "A.5.2\n\n\n", "| A.5.2 ", "A.6.2.4](", "B.6.2.4 ", "6.2.4, ", "Articles 1, 2, 3, ",
    "Article 5, 6 ", "ISO 42001 ", "# ISO 42001\n", "ISO 27001 and ", "EU AI Act Article 26(5) keep logs. ",
    "73 subcategories NIST AI RMF ", "A.5.2|ISO 42001\n", "A.6.2.4 impact assessment (", "CC6.1 (", "GOVERN 1.1 ", "A.",
    "Annex A ", "1.1.", "|", "\n", "**", " ", "Regulation (EU) ", "clause ",
)  # fmt: skip


@pytest.mark.parametrize("unit", REPEATED)
def test_time_grows_with_the_length_of_the_text(unit: str) -> None:
    """Four times the text takes about four times as long; were it quadratic, it would take sixteen times."""

    def seconds(length: int) -> float:
        text = (unit * (length // len(unit) + 1))[:length]
        runs = []
        for _run in range(3):
            began = time.process_time()
            examine(text, "iso42001")
            runs.append(time.process_time() - began)
        return min(runs)

    seconds(1_000)
    assert seconds(50_000) < 10 * max(seconds(12_500), 0.005)
