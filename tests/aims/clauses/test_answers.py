"""Every clause from missing to answered, by its records alone; and what counts for none."""

from typing import Any

import pytest

from aims.clauses.answers import ANSWERS, BY_CODE, chapters
from aims.clauses.facts import Facts
from aims.clauses.found import State, find
from controls.catalogues.shipped import catalogue
from grc.access.actor import Actor
from grc.actions.records import archive_record
from tests.aims.clauses.ways import WAYS, World, document
from tests.aims.clauses.ways import system as a_system
from tests.controls.making import queries_of
from tests.factories import make

pytestmark = pytest.mark.django_db


def state_of(code: str, by: Actor) -> str:
    return find(BY_CODE[code], Facts(by)).state.value


@pytest.mark.parametrize("code", WAYS)
def test_clause_comes_from_missing_to_answered(code: str, system: Actor) -> None:
    world = World.of(system)
    found = find(BY_CODE[code], Facts(system))
    assert (found.state, found.looked, found.is_done) == (State.MISSING, [], False)
    assert found.next is not None
    for number, (expected, add) in enumerate(WAYS[code]):
        add(world)
        found = find(BY_CODE[code], Facts(system))
        assert found.state == expected, f"step {number}: {[gap.text for gap in found.gaps]}"
        assert (found.next is None) == found.is_done
        assert bool(found.looked) == (expected != "missing")


def test_every_clause_has_a_way_and_every_control_that_asks_for_documents_an_answer() -> None:
    items = catalogue("iso42001").items
    parents = {item.parent for item in items}
    leaves = [item.code for item in items if item.kind == "clause" and item.code not in parents]
    controls = [item.code for item in items if item.kind == "control" and item.documents]
    assert [answer.code for answer in ANSWERS] == [*leaves, *controls]
    assert set(leaves) <= set(WAYS)
    asked = [answer for answer in ANSWERS if answer.item.documents]
    assert (len([one for one in asked if one.item.kind == "clause"]), len(controls)) == (19, 28)


def test_what_is_archived_answers_nothing(system: Actor) -> None:
    issue = make("issues", system)
    assert state_of("4.1", system) == "begun"
    archive_record(record=issue, by=system)
    assert state_of("4.1", system) == "missing"


def test_retired_system_and_retired_control_are_not_looked_at(system: Actor) -> None:
    world = World.of(system)
    make("ai-systems", system, stage="retired", retired_on="2026-01-01")
    make("scope", system)
    assert find(BY_CODE["4.3"], Facts(system)).next.text == "Add your first AI system."  # type: ignore[union-attr]
    world.link(make("controls", system, state="retired", how="So."), "A.6.2.4")
    assert state_of("A.6.2.4", system) == "missing"


def test_climate_alone_is_no_issue_from_outside(system: Actor) -> None:
    make("issues", system, kind="external", topic="climate", relevant=False)
    wanted = [gap.text for gap in find(BY_CODE["4.1"], Facts(system)).gaps]
    assert wanted[0] == "Add an issue that comes from outside."


def test_policy_under_another_title_counts_once_it_is_linked(system: Actor) -> None:
    world = World.of(system)
    rules = document(world, "Rules for machines that decide", "policy")
    assert state_of("5.2", system) == "missing"
    world.link(rules, "A.2.2", back=True)
    assert state_of("5.2", system) == "documented"


def test_document_in_review_waits_and_is_not_asked_for_again(system: Actor) -> None:
    from tests.approvals.making import sent

    world = World.of(system)
    sent(document(world, "AI policy", "policy"), world.other, world.approver)
    found = find(BY_CODE["5.2"], Facts(system))
    assert found.state == "documented"
    assert found.next is not None
    assert found.next.waits
    assert found.next.text == "DOC-0001 waits for an approver."


def test_other_organisations_records_count_for_nothing(system: Actor, other_organisation: Any) -> None:
    foreign = Actor.system(other_organisation)
    for slug in ("issues", "parties", "documents", "ai-systems", "risks"):
        make(slug, foreign)
    assert all(found.state == "missing" for chapter in chapters(Facts(system)) for found in chapter.all)


def test_next_leads_to_the_form_with_what_is_known(system: Actor, actor_of: Any) -> None:
    row = make("ai-systems", system, name="Triage")
    wanted = [gap.url for gap in find(BY_CODE["4.1"], Facts(actor_of("compliance-officer"))).gaps]
    assert wanted == [
        "/o/nordhaven/issues/new?kind=external",
        "/o/nordhaven/issues/new?kind=internal",
        "/o/nordhaven/issues/new?topic=climate&kind=external",
        f"/o/nordhaven/ai-roles/new?system={row.reference}",
    ]


def test_who_may_not_change_is_told_what_is_missing_without_a_link(system: Actor, actor_of: Any) -> None:
    make("ai-systems", system)
    for chapter in chapters(Facts(actor_of("internal-auditor"))):
        for found in chapter.all:
            assert all(
                "/new" not in gap.url and "/edit" not in gap.url and "/send" not in gap.url for gap in found.gaps
            )


def test_map_takes_as_many_queries_for_many_rows_as_for_one(system: Actor) -> None:
    world = World.of(system)

    def fill() -> None:
        for slug in ("issues", "parties", "scope", "processes", "responsibilities", "documents", "risk-criteria"):
            make(slug, system)
        for slug in ("treatments", "treatment-plans", "opportunities", "impact-assessments", "objectives"):
            make(slug, system)
        for slug in ("resources", "competences", "campaigns", "communications", "nonconformities", "improvements"):
            make(slug, system)
        make("planned-changes", system)
        make("measurements", system)
        one = a_system(world)
        make("risks", system, system=one)

    def whole() -> None:
        for show in ("clauses", "documents"):
            for chapter in chapters(Facts(system), show=show):
                for found in chapter.shown:
                    assert all(str(record) and record.get_absolute_url() for record in found.looked)

    world.adopt()
    fill()
    one = len(queries_of(whole))
    for _again in range(4):
        fill()
    assert len(queries_of(whole)) <= one
    assert one <= 120
