"""Coverage: what serves a framework directly and through the crosswalk, and what one control serves elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from controls.actions.mappings import judge_mapping
from controls.coverage import Coverage, coverage_of
from controls.models import Mapping, Requirement
from controls.views.coverage import elsewhere
from grc.access.actor import Actor
from grc.actions.records import archive_record, change_record
from grc.models import Link, Organisation
from tests.controls.making import framework_of, queries_of, serve
from tests.factories import make

pytestmark = pytest.mark.django_db
COVERAGE = "/o/nordhaven/frameworks/FRM-0002/coverage"


@pytest.fixture
def officer(client_of: Callable[..., Client]) -> Client:
    return client_of("compliance-officer")


@pytest.fixture
def xy(system: Actor) -> dict[str, Requirement]:
    """X.1 to X.4 are served, and mapped to Y.1 (served too), Y.2 (confirmed), Y.3 (proposed), Y.4 (rejected)."""
    _x, xs = framework_of(system, 4, "X")
    _y, ys = framework_of(system, 5, "Y")
    serve(system, *xs, name="Watch the gate")
    serve(system, ys[0], name="Lock the gate", state="operating")
    make("mappings", system, source=xs[0], target=ys[0])
    make("mappings", system, source=ys[1], target=xs[1], standing="confirmed", confidence="published")
    make("mappings", system, source=xs[2], target=ys[2])
    make("mappings", system, source=xs[3], target=ys[3], standing="rejected", remarks="No.")
    return {row.code: row for row in (*xs, *ys)}


def text_of(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def ways(client: Client, query: str = "") -> dict[str, str]:
    answer = client.get(f"/api/v1{COVERAGE}{query}").json()
    return {row["requirement"]["code"]: row["coverage"] for row in answer["requirements"]}


def test_each_requirement_is_served_directly_through_the_crosswalk_or_not(
    officer: Client, xy: dict[str, Requirement]
) -> None:
    assert ways(officer) == {
        "Y.1": "direct", "Y.2": "confirmed", "Y.3": "proposed", "Y.4": "not", "Y.5": "not",
    }  # fmt: skip
    answer = officer.get(f"/api/v1{COVERAGE}").json()
    assert answer["counts"] == {"direct": 1, "confirmed": 1, "proposed": 1, "not": 2}
    first, second = answer["requirements"][:2]
    assert first["controls"] == ["CTL-0002"]
    assert second["through"] == [
        {
            "mapping": "MAP-0002", "requirement": "X X.2", "standing": "confirmed", "confidence": "published",
            "controls": ["CTL-0001"],
        }
    ]  # fmt: skip
    page = text_of(officer.get(COVERAGE))
    for words in ("Lock the gate", "Through X X.2 (Confirmed; Published by its author)", "Through proposals only"):
        assert words in page


def test_rejected_archived_and_denied_mappings_carry_nothing(
    officer: Client, system: Actor, xy: dict[str, Requirement]
) -> None:
    judge_mapping(mapping=Mapping.unscoped.get(reference="MAP-0002"), standing="rejected", remarks="No.", by=system)
    archive_record(record=Mapping.unscoped.get(reference="MAP-0003"), by=system)
    make("mappings", system, source=xy["X.1"], target=xy["Y.5"], relationship="no-relationship", standing="confirmed")
    assert ways(officer) == {"Y.1": "direct", "Y.2": "not", "Y.3": "not", "Y.4": "not", "Y.5": "not"}


def test_retired_and_archived_controls_serve_nothing(
    officer: Client, system: Actor, xy: dict[str, Requirement]
) -> None:
    serve(system, xy["Y.5"], state="retired")
    archive_record(record=serve(system, xy["Y.4"]), by=system)
    assert ways(officer)["Y.5"] == ways(officer)["Y.4"] == "not"


def test_a_framework_with_clauses_says_that_these_are_answered_elsewhere(officer: Client, system: Actor) -> None:
    with_clauses, rows = framework_of(system, 2, "Z")
    address = f"/o/nordhaven/frameworks/{with_clauses.reference}/coverage"
    said = "is not a gap by itself"
    assert said not in text_of(officer.get(address))
    rows[0].kind = Requirement.Kind.CLAUSE
    with system.working():
        change_record(record=rows[0], by=system, lock=rows[0].lock)
    assert said in text_of(officer.get(address))


def test_one_way_of_being_served_is_chosen(officer: Client, xy: dict[str, Requirement]) -> None:
    page = text_of(officer.get(f"{COVERAGE}?way=confirmed"))
    assert "Y.2</a>" in page
    assert "Y.1</a>" not in page
    wrong = officer.get(f"{COVERAGE}?way=odd")
    assert wrong.status_code == 400
    assert "<code>way</code>" in wrong.content.decode()
    assert f'href="{COVERAGE}"' in wrong.content.decode()


def test_the_framework_s_page_counts_and_leads_there(
    officer: Client, xy: dict[str, Requirement], client_of: Callable[..., Client]
) -> None:
    page = text_of(officer.get("/o/nordhaven/frameworks/FRM-0002"))
    for way in Coverage:
        assert f"{COVERAGE}?way={way.value}" in page
    assert "5 lines" in page
    assert "Coverage" not in text_of(client_of("reader").get("/o/nordhaven/frameworks/FRM-0002"))
    assert client_of("reader").get(COVERAGE).status_code == 404


def test_coverage_takes_as_many_queries_at_100_requirements_as_at_5(officer: Client, system: Actor) -> None:
    def filled(count: int, one: str, other: str) -> str:
        _x, xs = framework_of(system, count, one)
        y, ys = framework_of(system, count, other)
        for left, right in zip(xs, ys, strict=True):
            make("mappings", system, source=left, target=right)
        for row in xs[:: count // 5]:
            serve(system, row)
        serve(system, ys[0])
        return f"/o/nordhaven/frameworks/{y.reference}"

    few, many = filled(5, "A", "B"), filled(100, "C", "D")
    for prefix, suffix in (("", "/coverage"), ("", ""), ("/api/v1", "/coverage")):
        asked = [
            queries_of(lambda base=base, p=prefix, s=suffix: officer.get(f"{p}{base}{s}"))  # type: ignore[misc]
            for base in (few, many)
        ]
        assert len(asked[0]) == len(asked[1]), "\n".join(asked[1])


def test_coverage_of_another_organisation_does_not_exist(
    officer: Client, other_organisation: Organisation, system: Actor
) -> None:
    stranger = Actor.system(other_organisation)
    for short in "AB":
        framework_of(stranger, 1, short)
    assert officer.get(COVERAGE).status_code == 404
    assert officer.get(f"/api/v1{COVERAGE}").status_code == 404


# One control, elsewhere


def test_a_control_says_what_it_serves_and_what_it_would_serve(system: Actor, xy: dict[str, Requirement]) -> None:
    control = Link.unscoped.filter(target=xy["X.1"].key).get().source
    gate = next(c for c in coverage_of(xy["X.1"].framework, system)[0].direct if c.pk == control.pk)
    found = elsewhere(gate, system)["frameworks"]
    assert [each.framework.short for each in found] == ["X", "Y"]
    assert [row.code for row in found[0].direct] == ["X.1", "X.2", "X.3", "X.4"]
    assert found[0].would == found[1].direct == []
    assert [(w.requirement.code, w.because[0].of.code) for w in found[1].would] == [
        ("Y.1", "X.1"), ("Y.2", "X.2"), ("Y.3", "X.3"),
    ]  # fmt: skip


def test_the_panel_offers_what_it_would_serve_to_who_may_link(
    system: Actor, xy: dict[str, Requirement], actor_of: Callable[..., Actor]
) -> None:
    (control, *_) = coverage_of(xy["X.1"].framework, system)[0].direct

    def panel(role: str) -> str:
        actor = actor_of(role)
        said = {"panel": elsewhere(control, actor), "organisation": actor.organisation, "csrf_token": "x"}
        return " ".join(render_to_string("controls/elsewhere_panel.html", said).split())

    shown = panel("compliance-officer")
    assert shown.count("Serves this too") == 3
    assert "It serves X X.2, which corresponds (Confirmed; Published by its author)." in shown
    read = panel("internal-auditor")
    assert "Serves this too" not in read
    assert read.count("Would serve") == 3


def test_serves_this_too_makes_the_link(officer: Client, xy: dict[str, Requirement]) -> None:
    url = "/o/nordhaven/controls/CTL-0001/serves"
    answer = officer.post(url, {"requirement": xy["Y.3"].reference}, follow=True)
    assert answer.redirect_chain == [("/o/nordhaven/controls/CTL-0001#elsewhere", 302)]
    assert "CTL-0001 serves Y Y.3." in text_of(answer)
    assert ways(officer)["Y.3"] == "direct"
    again = officer.post(url, {"requirement": xy["Y.3"].reference}, follow=True)
    assert "linked already" in text_of(again)
    api = officer.post(f"/api/v1{url}", {"requirement": xy["Y.2"].reference}, "application/json")
    assert api.status_code == 201
    assert api.json()["requirement"] == xy["Y.2"].reference
    assert officer.post(f"/api/v1{url}", {"requirement": xy["Y.2"].reference}, "application/json").status_code == 409


@pytest.mark.parametrize("given", ["", "REQ-9999", "CTL-0001", "x\x00"])
def test_a_requirement_that_is_none_is_named(officer: Client, xy: dict[str, Requirement], given: str) -> None:
    url = "/o/nordhaven/controls/CTL-0001/serves"
    answer = officer.post(url, {"requirement": given})
    assert answer.status_code == 400
    assert "<code>requirement</code>" in answer.content.decode()
    assert officer.post(f"/api/v1{url}", {"requirement": given}, "application/json").status_code == 400


def test_who_may_not_change_the_control_says_nothing_of_it(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor], xy: dict[str, Requirement]
) -> None:
    url, data = "/o/nordhaven/controls/CTL-0001/serves", {"requirement": xy["Y.3"].reference}
    assert client_of("internal-auditor").post(url, data).status_code == 403
    assert client_of("contributor").post(url, data).status_code == 403
    assert client_of("reader").post(url, data).status_code == 404
    own = make("controls", actor_of("contributor"))
    assert client_of("contributor").post(url.replace("CTL-0001", own.reference), data).status_code == 302
    assert Link.unscoped.filter(source=own.key, target=xy["Y.3"].key).exists()


def test_what_a_control_serves_takes_two_queries(system: Actor, xy: dict[str, Requirement]) -> None:
    (control, *_) = coverage_of(xy["X.1"].framework, system)[0].direct
    assert len(queries_of(lambda: elsewhere(control, system))) == 2
