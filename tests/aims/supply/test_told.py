"""What the rest of the management system learns from vendors: risks, requirements, clauses."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from aims.clauses.answers import BY_CODE
from aims.clauses.facts import Facts
from aims.clauses.found import Found, find
from aims.models import Risk
from aims.soa.facts import facts_for
from aims.supply.actions import NotProposed, make_risk
from aims.supply.proposals import proposals_of
from aims.supply.requirement import SUPPLIERS, Shown
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import links_of
from tests.controls.records import taken_in
from tests.factories import make
from tests.vendors.shadow_case import PLANTED, Case, call, case_of, honest
from vendors.models import Offering, Route, Vendor
from vendors.shadow.seen import count_new

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/risks/from-vendors"


@pytest.fixture
def case(system: Actor, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Case:
    """Shadow use, a critical vendor without an exit plan, and personal data without a DPA, by a route for it."""
    made, log = case_of(system, monkeypatch), honest()
    log.add(9, call(70, model=PLANTED))
    with system.working(), taken_in(log, system, settings):
        count_new(system.organisation)
    Vendor.objects.within(system.organisation).update(criticality="critical", criticality_reason="All stops.")
    made.assistant.uses.update(data=["personal"])
    Route.objects.within(system.organisation).update(data=["personal"])
    return made


def test_what_is_wrong_is_proposed_as_risks(case: Case, actor_of: Callable[..., Actor]) -> None:
    found = proposals_of(actor_of("compliance-officer"))
    assert [one.key for one in found] == [
        f"exit:{case.offering.vendor.reference}",
        f"dpa:{case.assistant.reference}:{case.offering.reference}",
        f"shadow:assistant:{PLANTED}",
    ]
    assert [one.about.reference for one in found] == [
        case.offering.vendor.reference, case.offering.reference, case.assistant.reference,
    ]  # fmt: skip
    assert proposals_of(actor_of("reader")) == []
    make("exit-plans", case.by, vendor=case.offering.vendor)
    assert len(proposals_of(case.by)) == 2


def test_data_that_may_not_go_there_is_proposed_once_for_system_and_offering(case: Case) -> None:
    other = make("routes", case.by, plan=case.route.plan, name="Other", data=[])
    make("uses", case.by, system=case.assistant, route=other, data=["special"])
    Route.objects.within(case.by.organisation).update(data=["internal"])
    (found,) = [one for one in proposals_of(case.by) if one.key.startswith("data:")]
    assert (found.system, found.about) == (case.assistant, case.offering)
    assert found.name == "Assistant sends data to API that may not go there"
    assert "Personal data" in found.event


def test_proposal_becomes_one_risk_with_its_reference_linked(case: Case, actor_of: Callable[..., Actor]) -> None:
    officer, key = actor_of("compliance-officer"), f"shadow:assistant:{PLANTED}"
    with officer.working():
        risk = make_risk(key=key, by=officer)
        assert (risk.name, risk.system_id) == (
            f"Assistant sends data to {PLANTED}, which nobody approved", case.assistant.pk,
        )  # fmt: skip
        assert [one.key.reference for one in links_of(record=risk.key, actor=officer)] == [case.assistant.reference]
        with pytest.raises(NotProposed, match=risk.reference):
            make_risk(key=key, by=officer)
        with pytest.raises(NotProposed, match="settled"):
            make_risk(key="exit:VEN-9999", by=officer)
    assert next(one.risk for one in proposals_of(officer) if one.key == key) == risk
    with pytest.raises(Denied):
        make_risk(key=key, by=actor_of("vendor-manager"))


def test_page_makes_it_for_who_may(case: Case, client_of: Callable[..., Client]) -> None:
    given = {"key": f"exit:{case.offering.vendor.reference}"}
    assert client_of("reader").get(PAGE).status_code == 404
    assert "Make it a risk" not in client_of("vendor-manager").get(PAGE).content.decode()
    assert client_of("vendor-manager").post(PAGE, given).status_code == 403
    client = client_of("compliance-officer")
    assert "Make it a risk" in client.get(PAGE).content.decode()
    to = client.post(PAGE, given)["Location"]
    risk = Risk.objects.within(case.by.organisation).get()
    assert to == f"{risk.get_absolute_url()}/edit"
    assert client.post(PAGE, given)["Location"] == PAGE
    assert Risk.objects.within(case.by.organisation).count() == 1
    assert "Risks already" in client.get(PAGE).content.decode()
    shadow = client.get("/o/nordhaven/vendors/shadow").content.decode()
    assert f"{PAGE}#shadow%3Aassistant%3Aopenai%2Fgpt-4o-mini-2024-07-18" in shadow


def found(code: str, by: Actor) -> Found:
    return find(BY_CODE[code], Facts(by))


def test_suppliers_are_answered_by_the_registers(case: Case) -> None:
    by, vendor = case.by, case.offering.vendor
    assert [gap.text for gap in found("A.10.3", by).gaps] == [
        "Review OpenAI: it was not reviewed within a year.", "Plan how to go on without OpenAI.",
    ]  # fmt: skip
    assert [gap.text for gap in found("A.10.2", by).gaps] == [
        "Add the agreement with OpenAI: it says who does what.", "Decide which role API has under GDPR.",
    ]  # fmt: skip
    make("agreements", by, vendor=vendor)
    Offering.objects.within(by.organisation).update(gdpr_role="processor")
    make("exit-plans", by, vendor=vendor)
    assert found("A.10.2", by).state == "documented"
    assert found("A.10.3", by).state == "begun"


def test_customers_are_answered_by_what_was_promised(system: Actor) -> None:
    assert found("A.10.4", system).state == "missing"
    make("customer-commitments", system, name="Largest", incident_hours=None)
    assert [gap.text for gap in found("A.10.4", system).gaps] == [
        "Say within how many hours Largest hears of an incident."
    ]
    assert found("A.10.3", system).state == "missing"


def test_statement_learns_of_vendors_and_promises(case: Case, actor_of: Callable[..., Actor]) -> None:
    make("customer-commitments", case.by)
    ended = make("vendors", case.by)
    Vendor.objects.within(case.by.organisation).filter(pk=ended.pk).update(ended_on="2026-01-01")
    facts = facts_for(actor_of("compliance-officer"))
    assert [one.reference for one in facts.vendors] == [case.offering.vendor.reference]
    assert len(facts.promised) == 1
    assert (facts_for(actor_of("reader")).vendors, facts_for(actor_of("reader")).promised) == ((), ())


@pytest.mark.parametrize(
    ("framework", "code", "says"),
    [
        ("soc2", "CC9.2", "Uses of models that nobody approved"),
        ("gdpr-28", "Art 28(3)", "Offerings that receive personal data under a DPA that counts"),
        ("gdpr-28", "Art 28(2)", "Notices of vendors that nobody has decided on"),
        ("iso42001", "A.10.4", "Contracts with customers"),
        ("iso27001", "A.5.21", "Uses of vendors with which something is wrong"),
    ],
)
def test_requirement_shows_what_the_register_bears(
    case: Case, framework: str, code: str, says: str, client_of: Callable[..., Client]
) -> None:
    requirement = make(
        "requirements", case.by, framework=make("frameworks", case.by, catalogue=framework), code=code, name=code
    )
    body = client_of("vendor-manager").get(requirement.get_absolute_url()).content.decode()
    shown = body[body.index("What the vendor register shows") :]
    assert says in shown
    read_only = client_of("reader").get(requirement.get_absolute_url()).content.decode()
    assert "What the vendor register shows" not in read_only


def test_other_requirements_show_nothing_of_vendors(case: Case, client_of: Callable[..., Client]) -> None:
    framework = make("frameworks", case.by, catalogue="soc2")
    requirement = make("requirements", case.by, framework=framework, code="CC1.1", name="CC1.1")
    body = client_of("vendor-manager").get(requirement.get_absolute_url()).content.decode()
    assert "What the vendor register shows" not in body


def test_counts_of_a_requirement_are_those_of_the_registers(case: Case, actor_of: Callable[..., Actor]) -> None:
    shown = Shown(actor_of("vendor-manager"))
    said = [(line(shown).value, line(shown).tone) for line in SUPPLIERS]
    assert said == [
        ("1", ""), ("0", "green"), ("0 of 1", "yellow"), ("0 of 1", "red"), ("0", "green"), ("1 of 1", "green"),
        ("1", "orange"),
    ]  # fmt: skip
    assert (shown.contracts().value, shown.wrong().value) == ("0 of 1", "1 of 1")
