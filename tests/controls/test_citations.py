"""Numbers of requirements in a text: which are found, whose they are, and what is wrong with them."""

import pytest

from controls.citations.check import check_row, check_text, examine
from controls.citations.citation import Kind
from controls.citations.find import find_citations


def found(text: str, framework: str = "") -> list[tuple[str, str]]:
    """Code and framework of each number, the framework empty where several are possible."""
    return [(each.code, each.framework) for each in find_citations(text, framework)]


def wrong(text: str, framework: str = "") -> list[tuple[str, str, str]]:
    """What is written, what is wrong with it, and the right number; mistakes alone."""
    return [(each.written, each.kind.value, each.right) for each in examine(text, framework).mistakes]


@pytest.mark.parametrize(
    ("text", "written", "right"),
    [
        ("A.6.2.4 impact assessment", "A.6.2.4", "A.5.2"),
        ("A.6.2.4 (AI system impact assessment)", "A.6.2.4", "A.5.2"),
        ("A.6.2.4 requires an AI impact assessment", "A.6.2.4", "A.5.2"),
        ("- AI impact assessment (A.6.2.4)", "A.6.2.4", "A.5.2"),
        ("| A.6.2.4 | Impact assessment | yes |", "A.6.2.4", "A.5.2"),
        ("A.6.2.4\tImpact assessment", "A.6.2.4", "A.5.2"),
        ("A.6.2.4\nImpact assessment\n", "A.6.2.4", "A.5.2"),
        ('"A.6.2.4": "Impact assessment"', "A.6.2.4", "A.5.2"),
        ("A.6.2.4,Impact assessment", "A.6.2.4", "A.5.2"),
        ("[A.6.2.4](https://example.org/a) – impact assessment", "A.6.2.4", "A.5.2"),
        ("A.7.2 (system data)", "A.7.2", "A.4.3"),
        ("A.7.4: requirements", "A.7.4", "A.6.2.2"),
        ("A.8.2 responsible use", "A.8.2", "A.9.2"),
        ("A.8.4 information for parties", "A.8.4", "A.8.5"),
        ("A.8.3 outbound regulatory reporting", "A.8.3", "A.8.5"),
        ("A.8.3 External reporting to regulators", "A.8.3", "A.8.5"),
        # not in the known list: seen by the titles
        ("A.6.2.3 – Verification and validation", "A.6.2.3", "A.6.2.4"),
        ("A.2.3 Review of AI policies", "A.2.3", "A.2.4"),
        ("A.7.3 Data quality for AI systems", "A.7.3", "A.7.4"),
        ("A.10.2 Suppliers", "A.10.2", "A.10.3"),
        ("A.6 - Data for AI systems", "A.6", "A.7"),
        ("A.4.2 AI risk assessment", "A.4.2", "6.1.2"),
        ("A.3.2 AI system lifecycle", "A.3.2", "A.6"),
    ],
)
def test_number_called_by_anothers_name(text: str, written: str, right: str) -> None:
    assert wrong(f"ISO/IEC 42001:2023\n{text}") == [(written, Kind.OTHER_NAME, right)]


@pytest.mark.parametrize(
    "text",
    [
        "A.6.2.4 verification and validation",
        "A.6.2.4 is not impact assessment",
        "A.6.2.4, impact assessment (A.5.2) and logging (A.6.2.8)",
        "A.6.2.4 and impact assessment go together",
        "A.6.2.4 before any impact assessment",
        "A.6.2.4 V&V",
        "A.5.4 Impact assessment – individuals",
        "A.6.2.4 AI system life cycle: verification",
        "A.8.3 External reporting: a way in for whoever was harmed",
        "the results of last year’s impact assessment were looked at again by the validation team (A.6.2.4)",
        "| Control | Implementation |\n|---|---|\n| A.6.2.4 | Review of the AI policy |",
        "A.9.4 keeps the use within what was intended",
    ],
)
def test_number_with_its_own_name_or_none_is_fine(text: str) -> None:
    assert wrong(f"ISO/IEC 42001:2023\n{text}") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ISO 42001: 6.2.4, 6.3.2, 8.2.2, 8.5, 8.6", ["A.6.2.4", "", "", "A.8.5", ""]),
        ("ISO 42001 A.6.3.2, A.8.2.2, A.8.3.1", ["", "A.8.2", "A.8.3"]),
        ("ISO 42001 B.6.1.4, B.7.1.1, B.7.1.2, B.8.2.1", ["", "", "", "A.8.2"]),
        ("ISO 42001 A.4.1 AI system life cycle", ["A.6"]),
        ("SOC 2 CC8.2 and CC9.3; PP1.1", ["CC8.1", "", "PI1.1"]),
        ("NIST AI RMF GOVERN 1.9, MEASURE 2.14, MANAGE 5.1", ["", "", ""]),
        ("Article 26(13) of the AI Act, Article 114 AI Act", ["", ""]),
        ("Art. 28(3)(i) GDPR", [""]),
        ("AI-EXT-6", [""]),
        ("Annex XIV of the EU AI Act", [""]),
    ],
)
def test_number_that_does_not_exist(text: str, expected: list[str]) -> None:
    findings = check_text(text)
    assert [finding.right for finding in findings] == expected
    assert {finding.kind for finding in findings} == {Kind.MISSING}


def test_sentence_says_what_there_is_instead() -> None:
    assert "A.8 has A.8.2 to A.8.5." in check_text("ISO 42001 A.8.9")[0].sentence
    assert "Probably meant: A.6.2.4, “AI system verification" in check_text("ISO 42001 clause 6.2.4")[0].sentence
    assert check_text("A.99.1")[0].sentence == "Neither ISO 42001 nor ISO 27001 has A.99.1."
    named = check_text("ISO 42001 A.6.2.4 impact assessment")[0]
    assert named.sentence.startswith("A.6.2.4 is “AI system verification and validation”. “impact assessment” is A.5.2")
    assert (named.line, named.start, named.end, named.said) == (1, 10, 17, "impact assessment")
    assert named.right_title == "AI system impact assessment process"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ISO 27001:2022 A.12.4.1 event logging", [("A.12.4.1", Kind.OLDER, "A.8.15")]),
        ("ISO 27001 A.18.1.4", [("A.18.1.4", Kind.OLDER, "A.5.34")]),
        ("ISO 27001 A.12.x", [("A.12", Kind.OLDER, "")]),
        ("A.9.2.3", [("A.9.2.3", Kind.OLDER, "A.8.2")]),
        ("ISO 27001 A.6.2.2", [("A.6.2.2", Kind.OLDER, "A.6.7")]),
        ("ISO 27001:2013 A.12.4.1", []),
        ("ISO 42001 A.6.2.2", []),
        ("A.6.2.2", []),
    ],
)
def test_number_of_an_older_edition(text: str, expected: list[tuple[str, str, str]]) -> None:
    assert wrong(text) == expected


def test_annex_b_is_guidance() -> None:
    assert wrong("Controls under ISO 42001: B.6.2.4") == [("B.6.2.4", Kind.GUIDANCE, "A.6.2.4")]
    assert wrong("ISO 42001, implementation guidance in B.6.2.4") == []
    assert wrong("ISO 42001 B.6.2.4 (guidance)") == []
    assert wrong("Our contract’s B.6.2") == []


@pytest.mark.parametrize(
    "written", ["GV-1.1", "GOVERN-1.1", "Govern 1.1", "GOV-1.1", "GOVERN\u20111.1", "GOVERN\u00a01.1"]
)
def test_other_spelling_is_no_mistake(written: str) -> None:
    text = f"NIST AI RMF {written}"
    assert found(text) == [("GOVERN 1.1", "nist-ai-rmf")]
    assert wrong(text) == []
    assert {finding.kind for finding in check_text(text)} <= {Kind.SPELLING}


def test_suggested_action_of_the_genai_profile_is_a_number_of_its_outcome() -> None:
    assert found("GV-1.1-001") == [("GOVERN 1.1", "nist-ai-rmf")]
    assert check_text("GV-1.1-001") == []


@pytest.mark.parametrize("written", ["Annex A 6.2.4", "A6.2.4", "A-6.2.4", "Annex A control 6.2.4"])
def test_annex_without_its_dot_is_another_spelling(written: str) -> None:
    (finding,) = check_text(f"ISO 42001 {written}")
    assert (finding.kind, finding.code, finding.is_mistake) == (Kind.SPELLING, "A.6.2.4", False)


@pytest.mark.parametrize("written", ["Article 26(5)", "Art. 26 (5)", "art 26(5)", "Articles 26(5)"])
def test_article_is_found_however_it_is_written(written: str) -> None:
    assert found(f"{written} of the EU AI Act") == [("Art 26(5)", "eu-ai-act")]
    assert check_text(f"{written} of the EU AI Act") == []


def test_articles_in_a_row() -> None:
    assert [code for code, _key in found("AI Act, Articles 9, 10 and 26(5)")] == ["Art 9", "Art 10", "Art 26(5)"]
    assert [code for code, _key in found("Article 26, 30 days later, of the AI Act")] == ["Art 26"]


@pytest.mark.parametrize(
    ("text", "framework"),
    [
        ("ISO 42001 A.5.2", "iso42001"),
        ("ISO/IEC 27001:2022, Annex A, A.5.2", "iso27001"),
        ("A.5.2 of ISO 42001", "iso42001"),
        ("ISO 27001 is fine, but A.5.2 (ISO 42001) is not", "iso42001"),
        ("| ISO 42001 | ISO 27001 |\n|---|---|\n| x | A.5.2 |", "iso27001"),
        ("| ISO 42001 | A.5.2 | ISO 27001 | x |", "iso42001"),
        ("# ISO 42001\n\nand so on.\n\nA.5.2 is ours.", "iso42001"),
        ("ISO 42001 Annex A controls\nA.5.2\n", "iso42001"),
        ("We work by ISO 27001.\n\nA.5.2", "iso27001"),
        ("ISO 27001 and ISO 42001: A.5.2", ""),
        ("A.5.2", ""),
        ("Art. 28 GDPR, Art. 26 AI Act", "gdpr-28"),
    ],
)
def test_what_stands_near_decides_whose_a_number_is(text: str, framework: str) -> None:
    assert find_citations(text)[0].framework == framework


def test_who_asks_decides_where_the_text_does_not() -> None:
    assert found("A.5.2", "iso27001") == [("A.5.2", "iso27001")]
    assert found("ISO 42001 A.5.2", "iso27001") == [("A.5.2", "iso42001")]
    assert found("6.1.4 AI system impact assessment", "iso42001") == [("6.1.4", "iso42001")]
    assert wrong("A.2.2", "iso27001") == [("A.2.2", Kind.MISSING, "")]


def test_number_is_wrong_only_where_it_is_wrong_in_every_standard_it_may_be_of() -> None:
    assert wrong("A.5.2 AI system impact assessment process") == []
    assert wrong("A.5.2 Information security roles and responsibilities") == []
    assert wrong("A.5.2 Data leakage prevention") == [("A.5.2", Kind.OTHER_NAME, "A.8.12")]
    assert wrong("A.5.2 AI policy") == [("A.5.2", Kind.OTHER_NAME, "A.2.2")]


@pytest.mark.parametrize(
    "text",
    [
        "version 6.2.4, 8.5 GB and 4.5 %",
        "Clause 8.5 of this agreement",
        "ISO 42001 is named here. Clause 8.5 of the agreement holds.",
        "ISO 27001 clause 6.1.5",
        "ISO 9001 clause 8.5.1",
        "ISO 27701 A.7.2.1",
        "Article 28(3) DORA",
        "Article 5 of the Colorado AI Act",
        "Article 300",
        "v4.0.0-alpha.6.2.4",
        "Appendix A: A.1.1 Purpose, A.2.1 Scope, A.3.7 Annexes",
        "MP-2 of SP 800-53",
        "Manage 2.5 TB; Map 9 regions",
        "A1.2 and C1.1 are cells",
        "CC6.1.2",
        "PR.AA-01 and GV.OC-01 of the NIST CSF",
        "",
    ],
)
def test_what_is_no_number_of_a_requirement_is_left_alone(text: str) -> None:
    assert wrong(text) == []


def test_wrong_count_is_named() -> None:
    (finding,) = check_text("x\nThe 73 subcategories of the NIST AI RMF")
    assert (finding.kind, finding.written, finding.line) == (Kind.COUNT, "73 subcategories", 2)
    assert "72" in finding.sentence
    assert check_text("73 subcategories of our shop") == []


def test_lists_of_article_26_that_are_off_by_one() -> None:
    text = "| AI Act | Subject |\n|---|---|\n| Art. 26(3) | Input data relevance |\n| Art. 26(5) | Retain logs |"
    assert [(written, right) for written, _kind, right in wrong(text)] == [
        ("Art. 26(3)", "Art 26(4)"),
        ("Art. 26(5)", "Art 26(6)"),
    ]


def test_table_pasted_from_a_crosswalk() -> None:
    text = (
        "AI control\tISO 42001\tNIST AI RMF\tSOC 2\n"
        "Logging\tA.6.2.8\nMEASURE 2.4\tCC7.2\n"
        "Change\t6.2.4, 6.3.2\tMANAGE-4.1\tCC8.1\n"
    )
    assert [each[0] for each in wrong(text)] == ["6.2.4", "6.3.2"]


def test_row_of_an_import() -> None:
    assert check_row("iso42001", "A.6.2.4", "AI system verification and validation") is None
    kinds = {
        ("iso42001", "A.6.2.4", "AI impact assessment"): (Kind.OTHER_NAME, "A.5.2"),
        ("iso42001", "6.2.4", ""): (Kind.MISSING, "A.6.2.4"),
        ("iso42001", "B.6.2.4", "V&V"): (Kind.GUIDANCE, "A.6.2.4"),
        ("iso27001", "A.12.4.1", "Event logging"): (Kind.OLDER, "A.8.15"),
        ("nist-ai-rmf", "GV-1.1", ""): (Kind.SPELLING, "GOVERN 1.1"),
        ("soc2", "PP1.1", ""): (Kind.MISSING, "PI1.1"),
        ("soc2", " CC7.3 ", "Incident response"): (Kind.OTHER_NAME, "CC7.4"),
        ("eu-ai-act", "Article 26(13)", ""): (Kind.MISSING, ""),
        ("nist-ai-rmf", "MEASURE 2.10", "Fairness and bias"): (Kind.OTHER_NAME, "MEASURE 2.11"),
    }
    for row, expected in kinds.items():
        finding = check_row(*row)
        assert finding is not None, row
        assert (finding.kind, finding.right) == expected


@pytest.mark.parametrize(
    ("framework", "code"),
    [("our-own", "A.6.2.4"), ("", "A.6.2.4"), ("iso27001", "6.1.3"), ("eu-ai-act", "Article 77"), ("soc2", "nonsense")],
)
def test_row_that_cannot_be_judged_is_left_alone(framework: str, code: str) -> None:
    assert check_row(framework, code, "Anything") is None
