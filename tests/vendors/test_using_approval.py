"""From a request to an approved use: what is missing is said, what is signed is what is used, stopping has reasons."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import change_record
from grc.approvals.actions import NotSendable
from grc.registers.register import registers
from tests.approvals.making import approved, sent, somebody
from tests.factories import make
from tests.vendors.ready import fresh, ready_offering, reviewed
from vendors.home.reviews import offerings_requested
from vendors.models import Agreement, Assurance, Offering, Route, Vendor, VendorPlan
from vendors.overview.attention import without_dpa
from vendors.using.actions import (
    NotMovable,
    Wish,
    end_offering,
    refuse_offering,
    request_offering,
    resume_offering,
    suspend_offering,
)
from vendors.using.approved import approved_models, approved_offerings, approved_routes, offering_of
from vendors.using.guide import missing_of, read_case, steps_of

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]
API = "/api/v1/o/nordhaven"
WISH = Wish(
    vendor="Maker", vendor_kind="model", offering="Maker API", kind="model", purpose="Summaries.", data=("personal",)
)  # fmt: skip


def missing(offering: Offering) -> set[str]:
    return {step.key for step in steps_of(read_case(fresh(offering), timezone.localdate())) if step.missing}


def put(record: Any, by: Actor, **values: Any) -> None:
    record = fresh(record)
    for name, value in values.items():
        setattr(record, name, value)
    change_record(record=record, by=by, lock=record.lock)


def in_use(manager: Actor, system: Actor, **fields: Any) -> Offering:
    offering = ready_offering(manager, **fields)
    approved(sent(offering, manager, approver := somebody(system, "approver")), approver)
    return fresh(offering)


def test_nothing_is_missing_of_one_that_is_ready(actor_of: Actors) -> None:
    offering = ready_offering(actor_of("vendor-manager"))
    assert missing(offering) == set()
    assert registers.of(Offering).not_ready(offering) == ""


def test_each_step_says_what_it_lacks(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = ready_offering(manager)
    worse: list[tuple[str, Any, dict[str, Any]]] = [
        ("who", offering.vendor, {"legal_name": ""}),
        ("who", offering, {"purpose": ""}),
        ("ways", Route, {"model_ids": []}),
        ("ways", Route, {"data": []}),
        ("ways", VendorPlan, {"allowed": False}),
        ("role", offering, {"gdpr_role": "undecided"}),
        ("role", offering, {"gdpr_role": "none"}),
        ("dpa", Agreement, {"flow_down": "no"}),
        ("criticality", offering.vendor, {"criticality": "undecided"}),
        ("assurance", Assurance, {"status": "claimed"}),
        ("assurance", offering, {"decisions": "decides"}),
    ]
    for key, of, values in worse:
        record = of if isinstance(of, Vendor | Offering) else of.objects.within(manager.organisation).get()
        before = {name: getattr(fresh(record), name) for name in values}
        put(record, manager, **values)
        assert key in missing(offering), values
        said = missing_of(read_case(fresh(offering), timezone.localdate()))
        assert said.startswith("Its use cannot be approved yet.")
        put(record, manager, **before)
    assert missing(offering) == set()


def test_a_dpa_is_asked_of_processors_and_of_whoever_gets_personal_data_without_a_role(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = ready_offering(manager)
    put(Agreement.objects.within(manager.organisation).get(), manager, flow_down="no")
    put(offering, manager, gdpr_role="controller")
    assert "dpa" not in missing(offering)
    put(offering, manager, gdpr_role="processor")
    assert "dpa" in missing(offering)
    put(Route.objects.within(manager.organisation).get(), manager, data=["internal"])
    assert "dpa" in missing(offering)  # a processor by its role, whatever its routes say
    put(offering, manager, gdpr_role="undecided")
    assert {"role", "dpa"} <= missing(offering)
    put(offering, manager, gdpr_role="none")
    assert "dpa" not in missing(offering)


def test_dpa_that_denies_a_transfer_does_not_do_for_a_route_abroad(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = ready_offering(manager)
    agreement, route = (model.objects.within(manager.organisation).get() for model in (Agreement, Route))
    put(agreement, manager, transfer="none")
    for country, data, wrong in (("NO", ["personal"], False), ("US", ["internal"], False), ("US", ["special"], True)):
        put(route, manager, country=country, data=data)
        assert ("dpa" in missing(offering)) is wrong, country
    said = missing_of(read_case(fresh(offering), timezone.localdate()))
    assert (
        f"{agreement.reference} says that no data leaves the EEA, and the route “Paris” leads to United States." in said
    )
    put(agreement, manager, transfer="adequacy", adequacy="Decision (EU) 2023/1795")
    assert "dpa" not in missing(offering)


@pytest.mark.parametrize("role", Offering.GDPRRole.values)
@pytest.mark.parametrize("data", [["internal"], ["personal"]])
def test_the_way_to_approval_and_the_overview_agree_on_who_needs_a_dpa(
    role: str, data: list[str], actor_of: Actors
) -> None:
    manager = actor_of("vendor-manager")
    offering = ready_offering(manager)
    put(Agreement.objects.within(manager.organisation).get(), manager, flow_down="no")
    put(Route.objects.within(manager.organisation).get(), manager, data=data)
    put(offering, manager, gdpr_role=role)
    needs = offering in without_dpa(manager, timezone.localdate())
    open_role = role == "undecided" and data == ["internal"]  # asked for its role, and counted once that is decided
    assert ("dpa" in missing(offering)) == (needs or open_role)
    assert needs == (role in ("processor", "subprocessor") or (data == ["personal"] and role in ("undecided", "none")))


def test_assurance_that_is_not_enough_takes_a_reason_which_the_approver_reads(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = ready_offering(manager)
    put(offering, manager, decisions="influences")
    assert {"assurance", "exit"} <= missing(offering)
    put(offering, manager, assurance_reason="A person decides every case.")
    assert "assurance" not in missing(offering)
    basis = {row["key"]: row["text"] for row in registers.of(Offering).snapshot(fresh(offering))["basis"]}
    assert basis["assurance"] == "Not enough by itself; accepted, because: A person decides every case."


@pytest.mark.parametrize(
    "vendor, decisions, needed",
    [
        ("low", "reviewed", False), ("medium", "none", False), ("high", "none", True), ("critical", "none", True),
        ("low", "influences", True), ("low", "decides", True),
    ],
)  # fmt: skip
def test_an_exit_plan_is_needed_by_weight_or_by_what_is_decided(
    actor_of: Actors, vendor: str, decisions: str, needed: bool
) -> None:
    manager = actor_of("vendor-manager")
    offering = ready_offering(manager, vendor={"criticality": vendor}, decisions=decisions)
    assert ("exit" in missing(offering)) is needed
    plan = make("exit-plans", manager, vendor=offering.vendor)
    assert ("exit" in missing(offering)) is needed  # it says neither that it was tried nor when it will be
    put(plan, manager, review_on=timezone.localdate() + dt.timedelta(days=30))
    assert "exit" not in missing(offering)


def test_a_review_counts_for_a_year_and_only_with_a_good_outcome(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = ready_offering(manager)
    of = {"vendor": offering.vendor, "offering": offering}
    today = timezone.localdate()
    case = read_case(offering, today + dt.timedelta(days=367))
    assert "review" in {step.key for step in steps_of(case) if step.missing}
    reviewed(manager, "b" * 10, "not-good", **of)
    assert "review" in missing(offering)
    reviewed(manager, "p" * 10, "conditions", vendor=offering.vendor)
    assert "review" not in missing(offering)


def test_what_is_not_ready_cannot_be_sent(actor_of: Actors, system: Actor) -> None:
    manager = actor_of("vendor-manager")
    with pytest.raises(NotSendable, match="cannot be approved yet"):
        sent(make("offerings", manager), manager, somebody(system, "approver"))


def test_sending_is_offered_once_nothing_is_missing(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    manager, client = actor_of("vendor-manager"), client_of("vendor-manager")
    offering = ready_offering(manager)
    address = f'href="{registers.of(Offering).url("send", offering)}"'
    put(offering.vendor, manager, country="")
    page = client.get(offering.get_absolute_url()).content.decode()
    assert address not in page
    assert page.index("Say where it sits.") < page.index("Approval of its use")
    assert "It cannot be sent for approval yet." not in page  # the way to its approval says it, step by step
    put(offering.vendor, manager, country="IE")
    page = client.get(offering.get_absolute_url()).content.decode()
    assert page.count(address) == 2  # on top, and as the last step of the way
    assert address not in client_of("approver").get(offering.get_absolute_url()).content.decode()


def test_an_approval_puts_it_in_use_as_it_stood(actor_of: Actors, system: Actor) -> None:
    manager = actor_of("vendor-manager")
    offering = in_use(manager, system)
    assert (offering.state, offering.approved_on) == ("approved", timezone.localdate())
    assert offering.history.first().history_change_reason == "Version 1 is approved"
    route = Route.objects.within(manager.organisation).get()
    put(route, manager, model_ids=[*route.model_ids, "maker/three"], data=["personal", "special"])
    plan = make("vendor-plans", manager, offering=offering, name="Free", tier="free", allowed=False)
    make("routes", manager, plan=plan, name="Free way", model_ids=["maker/free"])
    (one,) = approved_routes(manager.organisation)
    assert (one.reference, one.models, one.data) == (route.reference, ("maker/one-2411", "maker/two*"), ("personal",))
    patterns = approved_models(manager.organisation)
    assert set(patterns) == {"maker/one-2411", "maker/two*"}
    found = {
        name: offering_of(name, patterns) for name in ("maker/one-2411", "maker/one-2412", "maker/two-9", "maker/three")
    }
    assert [one for one in found.values() if one] == [offering, offering]
    assert found["maker/two-9"] == offering
    approver = somebody(system, "approver")
    approved(sent(fresh(offering), manager, approver, note="Two more models"), approver)
    assert "maker/three" in approved_models(manager.organisation)
    assert "maker/free" not in approved_models(manager.organisation)


def test_a_version_says_in_words_what_it_rests_on(actor_of: Actors, system: Actor) -> None:
    manager = actor_of("vendor-manager")
    review = sent(ready_offering(manager), manager, somebody(system, "approver"))
    body = json.loads(bytes(review.version.body))
    assert [row["key"] for row in body["basis"]] == [
        "who", "ways", "role", "dpa", "criticality", "assurance", "review", "exit",
    ]  # fmt: skip
    (routes, basis) = registers.of(Offering).on_paper(body)  # type: ignore[misc]
    assert "maker/one-2411" in str(routes[1][0].rows)  # type: ignore[union-attr]
    assert ("Role under GDPR", "Processor") in basis[1][0].facts  # type: ignore[union-attr]
    assert registers.of(Offering).on_paper({})  # an old version that holds nothing of it


def test_one_that_is_sent_back_stays_requested_with_the_reason(
    actor_of: Actors, system: Actor, client_of: Callable[..., Client]
) -> None:
    manager, approver = actor_of("vendor-manager"), somebody(system, "approver")
    offering = ready_offering(manager)
    approved(sent(offering, manager, approver), approver, decision="rejected", meaning="", comment="No exit plan yet.")
    offering = fresh(offering)
    assert (offering.state, offering.state_reason) == ("requested", "No exit plan yet.")
    assert approved_models(manager.organisation) == {}
    assert "No exit plan yet." in client_of("vendor-manager").get(offering.get_absolute_url()).content.decode()
    assert [todo.why for todo in offerings_requested(manager)] == ["Sent back: No exit plan yet."]


def test_stopping_asks_why_and_takes_its_models_away(actor_of: Actors, system: Actor) -> None:
    manager = actor_of("vendor-manager")
    offering = in_use(manager, system)
    with pytest.raises(NotMovable, match="Say why"):
        suspend_offering(offering=offering, reason=" ", lock=offering.lock, by=manager)
    with pytest.raises(NotMovable, match="approved for use"):
        refuse_offering(offering=offering, reason="No", lock=offering.lock, by=manager)
    suspend_offering(offering=offering, reason="A leak", lock=offering.lock, by=manager)
    assert (approved_models(manager.organisation), list(approved_offerings(manager.organisation))) == ({}, [])
    with pytest.raises(NotMovable):
        suspend_offering(offering=fresh(offering), reason="Again", lock=fresh(offering).lock, by=manager)
    offering = fresh(offering)
    resume_offering(offering=offering, reason="Mended", lock=offering.lock, by=manager)
    assert (fresh(offering).state, fresh(offering).state_reason) == ("approved", "")
    assert approved_models(manager.organisation)
    offering = fresh(offering)
    end_offering(offering=offering, reason="Replaced", lock=offering.lock, by=manager)
    with pytest.raises(NotSendable, match="It is not used: Replaced"):
        sent(fresh(offering), manager, somebody(system, "approver"))
    offering = fresh(offering)
    resume_offering(offering=offering, reason="Needed again", lock=offering.lock, by=manager)
    assert (fresh(offering).state, fresh(offering).approved_on) == ("requested", None)
    assert approved_models(manager.organisation) == {}


def test_what_is_being_signed_is_not_refused_meanwhile(actor_of: Actors, system: Actor) -> None:
    manager = actor_of("vendor-manager")
    offering = ready_offering(manager)
    sent(offering, manager, somebody(system, "approver"))
    offering = fresh(offering)
    with pytest.raises(NotMovable, match="in review"):
        refuse_offering(offering=offering, reason="No", lock=offering.lock, by=manager)


def test_who_asked_for_one_may_suspend_it_and_decides_nothing_else(actor_of: Actors, system: Actor) -> None:
    manager, jonas = actor_of("vendor-manager"), actor_of("contributor")
    offering = in_use(manager, system, owner=jonas.person)
    for act in (end_offering, refuse_offering, resume_offering):
        with pytest.raises(Denied, match="Who keeps all vendors"):
            act(offering=offering, reason="Mine", lock=offering.lock, by=jonas)
    suspend_offering(offering=offering, reason="It answers nonsense", lock=offering.lock, by=jonas)
    with pytest.raises(Denied):
        suspend_offering(offering=make("offerings", manager), reason="Not mine", lock=1, by=jonas)


def test_a_contributor_asks_for_a_vendor_on_one_form(actor_of: Actors, client_of: Callable[..., Client]) -> None:
    jonas, url = actor_of("contributor"), "/o/nordhaven/vendors/request"
    client = client_of("contributor")
    values = {
        "vendor": "Maker", "vendor_kind": "model", "offering": "Maker API", "kind": "model", "purpose": "Summaries.",
        "system": "Underwriting", "data": ["internal", "personal"], "models": "maker/one\n\nmaker/one\nmaker/two",
        "tier": "business",
    }  # fmt: skip
    assert client.get(url).status_code == 200
    refused = client.post(url, values | {"data": []})
    assert (refused.status_code, "Summaries." in refused.content.decode()) == (422, True)
    assert client.post(url, values).status_code == 302
    offering = Offering.objects.within(jonas.organisation).get()
    route = Route.objects.within(jonas.organisation).get()
    assert (offering.owner, offering.state, offering.vendor.name) == (jonas.person, "requested", "Maker")
    assert offering.purpose == "Summaries.\n\nFor: Underwriting"
    assert (route.model_ids, route.data) == (["maker/one", "maker/two"], ["internal", "personal"])
    assert len(list(offerings_requested(actor_of("vendor-manager")))) == 1
    again = client.post(url, values | {"vendor": "MAKER"})
    assert (again.status_code, "It is known already" in again.content.decode()) == (422, True)
    assert Vendor.objects.within(jonas.organisation).count() == 1
    assert client_of("reader").get(url).status_code in (403, 404)


def test_a_request_is_whole_or_not_there(actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    request_offering(wish=WISH, by=manager)
    with pytest.raises(NotMovable):
        request_offering(wish=WISH, by=manager)
    with pytest.raises(Denied):
        request_offering(wish=WISH, by=actor_of("reader"))
    assert [model.objects.within(manager.organisation).count() for model in (Vendor, Offering, VendorPlan, Route)] == [
        1, 1, 1, 1,
    ]  # fmt: skip


def test_requests_and_transitions_through_the_api(
    actor_of: Actors, system: Actor, client_of: Callable[..., Client]
) -> None:
    manager, client = actor_of("vendor-manager"), client_of("vendor-manager")
    body = {"vendor": "Maker", "offering": "Maker API", "purpose": "Summaries.", "data": ["personal"]}
    made = client.post(f"{API}/vendor-requests", body, "application/json")
    assert (made.status_code, made.json()["state"]) == (201, "requested")
    assert client.post(f"{API}/vendor-requests", body, "application/json").status_code == 400
    assert client.post(f"{API}/vendor-requests", body | {"x": 1}, "application/json").status_code == 400
    url = f"{API}/offerings/{made.json()['reference']}"
    guide = client.get(f"{url}/guide").json()
    assert (guide["ready"], len(guide["steps"])) == (False, 8)
    refused = client.post(f"{url}/refuse", {"lock": made.json()["lock"], "reason": "No need"}, "application/json")
    assert (refused.status_code, refused.json()["state"]) == (200, "refused")
    offering = in_use(manager, system)
    url = f"{API}/offerings/{offering.reference}"
    for what, state in (("suspend", "suspended"), ("resume", "approved"), ("end", "ended")):
        answer = client.post(f"{url}/{what}", {"lock": fresh(offering).lock, "reason": "Because"}, "application/json")
        assert (answer.status_code, answer.json()["state"]) == (200, state)
    assert (
        client.post(f"{url}/end", {"lock": fresh(offering).lock, "reason": "x"}, "application/json").status_code == 400
    )
