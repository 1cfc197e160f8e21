"""Looking again: facts are verified with what their source says now, certificates confirmed with their body."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.actions.records import StaleRecord, archive_record
from grc.models import Organisation
from tests.factories import make
from vendors.knowledge.verifying import NotVerified, confirm_assurance, verify_fact
from vendors.models import Assurance, VendorFact

pytestmark = pytest.mark.django_db
CERTIFIED: dict[str, Any] = {
    "standard": "iso42001", "status": "certified", "body": "Body", "accreditation": "DAkkS", "number": "1",
    "scope": "All of it.", "expires_on": dt.date(2099, 1, 1),
}  # fmt: skip


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_verified_today_keeps_history_with_its_reason(system: Actor) -> None:
    fact = make("vendor-facts", system, verified_on=day(-200), says="30 days.")
    verify_fact(fact=fact, by=system, lock=fact.lock)
    assert (fact.verified_on, fact.stale_on) == (day(0), day(180))
    verify_fact(fact=fact, by=system, lock=fact.lock, says="7 days.", days=7, note="New DPA")
    verify_fact(fact=fact, by=system, lock=fact.lock, says="8 days.", days=8)
    reasons = list(fact.history.order_by("history_id").values_list("history_change_reason", flat=True))
    assert reasons == [None, "Verified: it says the same", "New DPA", "Verified: it says something else now"]
    assert fact.history.order_by("history_id").first().says == "30 days."


def test_today_is_the_readers(system: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    fact = make("vendor-facts", system)
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2028, 2, 29, 23, 30, tzinfo=dt.UTC))
    with timezone.override(zoneinfo.ZoneInfo("Pacific/Auckland")):
        assert verify_fact(fact=fact, by=system, lock=fact.lock).verified_on == dt.date(2028, 3, 1)


def test_unverified_fact_asks_how_sure_one_is(system: Actor, client_of: Callable[..., Client]) -> None:
    fact = make("vendor-facts", system, verified_on=None, confidence="unverified")
    with pytest.raises(NotVerified):
        verify_fact(fact=fact, by=system, lock=fact.lock)
    client = client_of("compliance-officer")
    url = f"{fact.get_absolute_url()}/verify"
    form = {"lock": fact.lock, "says": "30 days.", "source": "DPA", "good_for_days": 90, "confidence": "unverified"}
    assert client.post(url, form).status_code == 422
    assert client.post(url, form | {"confidence": "high"})["Location"] == fact.get_absolute_url()
    fact = VendorFact.objects.within(system.organisation).get()
    assert (fact.verified_on, fact.confidence, fact.stale_on) == (day(0), "high", day(90))


def test_page_loses_nothing_and_sees_who_was_first(system: Actor, client_of: Callable[..., Client]) -> None:
    fact, client = make("vendor-facts", system, verified_on=day(-200)), client_of("compliance-officer")
    url = f"{fact.get_absolute_url()}/verify"
    page = client.get(fact.get_absolute_url()).content.decode()
    assert "Stale since" in page
    assert url in page
    form = {"lock": fact.lock, "says": "Typed by me.", "source": "DPA", "good_for_days": 90, "confidence": "high"}
    verify_fact(fact=fact, by=system, lock=fact.lock, says="By somebody else.")
    answer = client.post(url, form)
    assert answer.status_code == 409
    assert "Typed by me." in answer.content.decode()
    VendorFact.unscoped.filter(pk=fact.pk).update(verified_on=day(-200))
    refused = client.post(url, form | {"lock": fact.lock, "says": ""})
    assert refused.status_code == 422
    assert "Stale since" in refused.content.decode()  # the fact as it stands, not as it was typed
    with pytest.raises(StaleRecord):
        verify_fact(fact=fact, by=system, lock=1)


def test_verify_by_api_and_by_role(system: Actor, client_of: Callable[..., Client]) -> None:
    fact = make("vendor-facts", system, verified_on=day(-200))
    page, api = f"{fact.get_absolute_url()}/verify", f"/api/v1/o/nordhaven/vendor-facts/{fact.reference}/verify"
    for role, status in (("reader", 404), ("approver", 403)):
        client = client_of(role)
        assert client.get(page).status_code == status
        assert client.post(page, {"lock": fact.lock}).status_code == status
        assert client.post(api, {"lock": fact.lock}, content_type="application/json").status_code == status
    client = client_of("compliance-officer")
    for wrong in ({}, {"lock": 1, "verified_on": "2026-01-01"}, {"lock": 1, "confidence": "unverified"}):
        assert client.post(api, wrong, content_type="application/json").status_code == 400
    body = {"lock": fact.lock, "says": "7 days.", "days": 7, "note": "Asked by mail"}
    answer = client.post(api, body, content_type="application/json")
    assert answer.status_code == 200
    assert (answer.json()["says"], answer.json()["verified_on"]) == ("7 days.", day(0).isoformat())
    assert client.post(api, body, content_type="application/json").status_code == 409


def test_certificate_is_confirmed_with_its_body(system: Actor, client_of: Callable[..., Client]) -> None:
    assurance, client = make("assurances", system, **CERTIFIED), client_of("compliance-officer")
    page = f"{assurance.get_absolute_url()}/confirm"
    api = f"/api/v1/o/nordhaven/assurances/{assurance.reference}/confirm"
    assert "Confirmed with the body" in client.get(assurance.get_absolute_url()).content.decode()
    assert client.post(page, {"lock": assurance.lock, "confirmed_with": " "}).status_code == 422
    assert client.post(page, {"lock": assurance.lock, "confirmed_with": "Its register"}).status_code == 302
    assurance = Assurance.objects.within(system.organisation).get()
    assert (assurance.confirmed_on, assurance.confirmed_with) == (day(0), "Its register")
    assert client.post(page, {"lock": 1, "confirmed_with": "Again"}).status_code == 409
    answer = client.post(api, {"lock": assurance.lock, "confirmed_with": "By mail"}, content_type="application/json")
    assert answer.json()["confirmed_with"] == "By mail"
    for role, status in (("reader", 404), ("approver", 403)):
        assert client_of(role).post(page).status_code == status
        assert client_of(role).post(api).status_code == status


@pytest.mark.parametrize("status", ["claimed", "in-progress", "self", "none"])
def test_only_a_certificate_is_confirmed(status: str, system: Actor, client_of: Callable[..., Client]) -> None:
    assurance = make("assurances", system, standard="iso42001", status=status)
    with pytest.raises(NotVerified):
        confirm_assurance(assurance=assurance, by=system, lock=assurance.lock, confirmed_with="Body")
    client, api = client_of("compliance-officer"), f"/api/v1/o/nordhaven/assurances/{assurance.reference}/confirm"
    answer = client.post(api, {"lock": 1, "confirmed_with": "Body"}, content_type="application/json")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, ["status"])
    form = {"lock": assurance.lock, "confirmed_with": "Body"}
    refused = client.post(f"{assurance.get_absolute_url()}/confirm", form)
    assert refused.status_code == 422
    assert "Only a certificate is confirmed with the body" in refused.content.decode()


def test_neither_archived_nor_foreign_is_looked_at_again(system: Actor, other_organisation: Organisation) -> None:
    foreign = make("vendor-facts", Actor.system(other_organisation))
    with pytest.raises(NotVisible):
        verify_fact(fact=foreign, by=system, lock=foreign.lock)
    fact = archive_record(record=make("vendor-facts", system), by=system)
    with pytest.raises(Denied):
        verify_fact(fact=fact, by=system, lock=fact.lock)
    gone = archive_record(record=make("assurances", system, **CERTIFIED), by=system)
    with pytest.raises(Denied):
        confirm_assurance(assurance=gone, by=system, lock=gone.lock, confirmed_with="Body")


def test_a_step_of_an_archived_record_asks_nothing(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("compliance-officer")
    for record, step in (
        (make("vendor-facts", system), "verify"),
        (make("assurances", system, **CERTIFIED), "confirm"),
        (make("agreements", system), "end"),
        (make("offerings", system), "suspend"),
    ):
        page = f"{record.get_absolute_url()}/{step}"
        assert client.get(page).status_code == 200
        archive_record(record=record, by=system)
        for answer in (client.get(page), client.post(page, {"lock": record.lock})):
            assert answer.status_code == 403
            assert "Restore it before you change it." in answer.content.decode()
