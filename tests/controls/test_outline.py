"""Which lines of a framework are to be met, and how they are grouped: asked of the catalogues themselves."""

import pytest

from controls.catalogues.shipped import catalogue
from controls.models import Requirement
from controls.outline import assessable, groups_of, of_part, parts_of


def lines(key: str) -> list[Requirement]:
    """A catalogue's lines as requirements that nobody saved."""
    made: dict[str, Requirement] = {}
    for number, item in enumerate(catalogue(key).items, 1):
        row = Requirement(code=item.code, name=item.name, kind=item.kind, key_id=number)
        row.parent_id = made[item.parent].pk if item.parent else None
        made[item.code] = row
    return list(made.values())


@pytest.mark.parametrize(
    ("key", "count"),
    [
        ("iso42001", 70), ("nist-ai-rmf", 72), ("soc2", 61), ("soc2-ai", 5), ("iso27001", 93), ("eu-ai-act", 35),
        ("gdpr-28", 13),
    ],
)  # fmt: skip
def test_what_is_to_be_met(key: str, count: int) -> None:
    assert len(assessable(lines(key))) == count


def test_what_only_holds_others_together_is_not_to_be_met() -> None:
    met = {row.code for row in assessable(lines("iso42001"))}
    assert not met & {"4", "6.1", "9.2", "A.2", "A.6", "A.6.1"}
    assert {"4.1", "6.1.2", "8.1", "10.2", "A.6.1.2"} <= met
    articles = {row.code for row in assessable([*lines("eu-ai-act")])}
    assert "Art 26" not in articles
    assert {"Art 26(1)", "Art 27"} <= articles
    gdpr = {row.code for row in assessable(lines("gdpr-28"))}
    assert "Art 28" not in gdpr
    assert "Art 28(3)" in gdpr  # the particulars of the contract are asked for beside its letters


@pytest.mark.parametrize(
    ("key", "part", "heads"),
    [
        ("iso42001", "annex", ["A.2", "A.3", "A.4", "A.5", "A.6", "A.7", "A.8", "A.9", "A.10"]),
        ("iso42001", "clauses", ["4", "5", "6", "7", "8", "9", "10"]),
        ("nist-ai-rmf", "", ["GOVERN", "MAP", "MEASURE", "MANAGE"]),
        ("iso27001", "", ["A.5", "A.6", "A.7", "A.8"]),
        ("soc2-ai", "", [None]),
        ("eu-ai-act", "", [None, "Art 26"]),
    ],
)
def test_groups_are_the_framework_s_own(key: str, part: str, heads: list[str | None]) -> None:
    rows = lines(key)
    groups = groups_of(rows, of_part(assessable(rows), part))
    assert [group.head.code if group.head else None for group in groups] == heads
    assert sum(len(group.requirements) for group in groups) == len(of_part(assessable(rows), part))


def test_annex_a_has_38_and_only_a_management_system_standard_has_parts() -> None:
    rows = lines("iso42001")
    assert len(of_part(assessable(rows), "annex")) == 38
    assert parts_of(rows) == ["annex", "clauses"]
    assert parts_of(lines("iso27001")) == parts_of(lines("nist-ai-rmf")) == []
    assert groups_of([], []) == []
