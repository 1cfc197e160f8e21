"""Beginning a statement, deciding it, adding controls, taking proposals over: with every refusal."""

from collections.abc import Callable

import pytest
from django.test import Client

from aims.models import SoA, SoADecision
from aims.soa.actions import NotBegun, NotDecided, add_control, begin_soa, complete_soa, decide, take_over
from aims.soa.proposals import proposals_of
from aims.soa.reading import read_statement
from controls.models import Framework
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import StaleRecord, archive_record, create_record
from grc.models import Organisation
from tests.aims.soa.setting import IN, OUT, decide_as, decision, framework_like, serve, soa_of, statement, treat
from tests.factories import make

pytestmark = pytest.mark.django_db
CODES = ("A.2.2", "A.2.3", "A.5.2", "A.10.3")


def decisions(soa: SoA) -> list[SoADecision]:
    return list(SoADecision.objects.within(soa.organisation).filter(soa=soa, archived_at=None))


@pytest.mark.parametrize(("key", "count"), [("iso42001", 38), ("iso27001", 93)])
def test_a_statement_begins_with_every_control_undecided(system: Actor, key: str, count: int) -> None:
    soa = begin_soa(framework=framework_like(system, key), by=system)
    rows = decisions(soa)
    assert len(rows) == count
    assert {row.applies for row in rows} == {"undecided"}
    assert {row.requirement.kind for row in rows if row.requirement} == {"control"}


def test_one_statement_for_each_framework_with_controls(system: Actor) -> None:
    framework = framework_like(system, codes=CODES)
    begin_soa(framework=framework, by=system)
    with pytest.raises(NotBegun, match="already"):
        begin_soa(framework=framework, by=system)
    with pytest.raises(NotBegun, match="no controls"):
        begin_soa(framework=make("frameworks", system), by=system)
    away = archive_record(record=make("frameworks", system), by=system)
    with pytest.raises(NotBegun, match="archived"):
        begin_soa(framework=away, by=system)


def test_a_statement_that_is_created_through_the_api_is_whole(system: Actor, client_of: Callable[..., Client]) -> None:
    framework = framework_like(system, codes=CODES)
    said = {"name": "Ours", "framework": framework.reference}
    answer = client_of("compliance-officer").post("/api/v1/o/nordhaven/soa", said, content_type="application/json")
    assert answer.status_code == 201, answer.content
    assert len(decisions(SoA.unscoped.get())) == len(CODES)


@pytest.mark.parametrize("applies", [IN, OUT])
@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_decision_has_its_reason_either_way(system: Actor, applies: str, reason: str) -> None:
    soa = statement(system, CODES)
    with pytest.raises(NotDecided) as refused:
        decide_as(system, soa, applies, "A.2.2", reason=reason)
    assert refused.value.field == "reason"
    assert decision(soa, "A.2.2").applies == "undecided"


def test_deciding_refuses_what_is_none(system: Actor) -> None:
    soa = statement(system, CODES)
    row = decision(soa, "A.2.2")
    for field, wrong in (
        ("applies", {"applies": "maybe"}),
        ("status", {"status": "soon"}),
        ("decisions", {"locks": {}}),
        ("decisions", {"locks": {"SOD-0099": 1}}),
        ("reason", {"reason": "x" * 2001}),
    ):
        values = {"locks": {row.reference: row.lock}, "applies": IN, "reason": "So."} | wrong
        with pytest.raises(NotDecided) as refused:
            decide(soa=soa, by=system, **values)  # type: ignore[arg-type]
        assert refused.value.field == field
    with pytest.raises(StaleRecord):
        decide(soa=soa, locks={row.reference: row.lock + 1}, applies=IN, reason="So.", by=system)
    archive_record(record=soa, by=system)
    soa.refresh_from_db()
    with pytest.raises(Denied):
        decide(soa=soa, locks={row.reference: row.lock}, applies=IN, reason="So.", by=system)


def test_several_are_decided_all_or_none(system: Actor) -> None:
    soa = statement(system, CODES)
    locks = {row.reference: row.lock for row in decisions(soa)}
    stale = dict(locks)
    stale[list(stale)[-1]] += 1
    with pytest.raises(StaleRecord):
        decide(soa=soa, locks=stale, applies=IN, reason="So.", by=system)
    assert {row.applies for row in decisions(soa)} == {"undecided"}
    assert len(decide(soa=soa, locks=locks, applies=IN, reason="So.", status="partly", by=system)) == len(CODES)
    assert {(row.applies, row.reason, row.status) for row in decisions(soa)} == {("in", "So.", "partly")}


def test_only_who_may_edit_decides(system: Actor, actor_of: Callable[..., Actor]) -> None:
    soa = statement(system, CODES)
    row = decision(soa, "A.2.2")
    for role in ("internal-auditor", "approver", "contributor"):  # a contributor owns none of them
        with pytest.raises(Denied):
            decide(soa=soa, locks={row.reference: row.lock}, applies=IN, reason="So.", by=actor_of(role))
    with pytest.raises(Denied):
        begin_soa(framework=framework_like(system, "iso27001", ()), by=actor_of("reader"))


def test_own_controls_are_added_once_and_only_ours(system: Actor, other_organisation: Organisation) -> None:
    soa = statement(system, CODES)
    control = make("controls", system)
    added = add_control(soa=soa, control=control, reason="RSK-0001 needs it.", by=system)
    assert (added.applies, added.requirement, added.title) == ("in", None, control.name)
    with pytest.raises(NotDecided, match="already"):
        add_control(soa=soa, control=control, reason="Again.", by=system)
    with pytest.raises(NotDecided, match="reason"):
        add_control(soa=soa, control=make("controls", system), reason="", by=system)
    for wrong in (
        make("controls", Actor.system(other_organisation)),
        make("controls", system, state="retired"),
        archive_record(record=make("controls", system), by=system),
    ):
        with pytest.raises(NotDecided) as refused:
            add_control(soa=soa, control=wrong, reason="So.", by=system)
        assert refused.value.field == "control"


def test_what_is_missing_is_put_in_and_what_was_archived_comes_back(system: Actor) -> None:
    soa = statement(system, CODES)
    decide_as(system, soa, IN, "A.2.2")
    archive_record(record=decision(soa, "A.2.2"), by=system)
    assert [line.code for line in read_statement(soa, system).missing] == ["A.2.2"]
    assert complete_soa(soa=soa, by=system) == 1
    assert complete_soa(soa=soa, by=system) == 0
    assert decision(soa, "A.2.2").applies == "in"
    before = archive_record(record=decision(soa, "A.2.3"), by=system)
    again = SoADecision(organisation=soa.organisation, soa=soa, requirement=before.requirement)
    create_record(record=again, by=system)
    assert complete_soa(soa=soa, by=system) == 0  # what was archived before stays away


def test_a_statement_keeps_its_framework_and_decides_its_controls_alone(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    soa, other = statement(system, CODES), framework_like(system, "iso27001", ("A.5.19",))
    client = client_of("compliance-officer")
    api = "/api/v1/o/nordhaven"
    moved = client.patch(
        f"{api}/soa/{soa.reference}", {"framework": other.reference, "lock": 1}, content_type="application/json"
    )
    assert (moved.status_code, list(moved.json()["fields"])) == (400, ["framework"])
    foreign = other.requirements(manager="unscoped").get(code="A.5.19")
    area = soa.framework.requirements(manager="unscoped").get(code="A.2")
    for line in (foreign, area):
        said = {"soa": soa.reference, "requirement": line.reference, "applies": "in", "reason": "So."}
        answer = client.post(f"{api}/soa-decisions", said, content_type="application/json")
        assert (answer.status_code, list(answer.json()["fields"])) == (400, ["requirement"])


def test_risks_propose_what_their_treatment_needs(system: Actor) -> None:
    soa = statement(system, CODES)
    control, lonely = serve(system, soa, "A.5.2"), make("controls", system, name="Plant wrong proposals")
    one, two = treat(system, control), treat(system, control)
    third = treat(system, lonely)
    treat(system, serve(system, soa, "A.2.2"), state="closed")
    found = proposals_of(read_statement(soa, system))
    assert [(one.number, one.reason) for one in found] == [
        ("A.5.2", f"Treats {one.reference}, {two.reference} through {control.reference}."),
        (lonely.reference, f"Treats {third.reference} through {lonely.reference}."),
    ]
    assert take_over(soa=soa, keys=[one.key for one in found], by=system) == 2
    assert decision(soa, "A.5.2").reason == found[0].reason
    assert [row.number for row in read_statement(soa, system).added] == [lonely.reference]
    assert proposals_of(read_statement(soa, system)) == []


def test_a_proposal_never_changes_a_decision(system: Actor) -> None:
    soa = statement(system, CODES)
    treat(system, serve(system, soa, "A.5.2"))
    (proposal,) = proposals_of(read_statement(soa, system))
    decide_as(system, soa, OUT, "A.5.2", reason="Nothing to assess.")
    assert proposals_of(read_statement(soa, system)) == []
    with pytest.raises(NotDecided, match="not proposed"):
        take_over(soa=soa, keys=[proposal.key], by=system)
    assert decision(soa, "A.5.2").applies == "out"
    with pytest.raises(NotDecided):
        take_over(soa=soa, keys=[], by=system)


def test_a_control_with_a_place_elsewhere_is_not_to_be_added(system: Actor) -> None:
    soa = statement(system, CODES)
    security = soa_of(framework_like(system, "iso27001", ("A.5.19",)), system)
    treat(system, serve(system, security, "A.5.19"))
    assert proposals_of(read_statement(soa, system)) == []
    assert [one.number for one in proposals_of(read_statement(security, system))] == ["A.5.19"]


def test_who_sees_no_risks_is_proposed_nothing(system: Actor, actor_of: Callable[..., Actor]) -> None:
    soa = statement(system, CODES)
    treat(system, serve(system, soa, "A.5.2"))
    assert proposals_of(read_statement(soa, actor_of("procurement-responder"))) == []
    assert Framework.unscoped.count() == 1
