"""Evidence that is wanted is asked for in time, once; answered with what supports something; or sent back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from evidence.actions.items import add_file
from evidence.actions.requests import (
    NotAnswerable,
    answer_request,
    send_back,
    send_due_requests,
    withdraw_request,
)
from evidence.models import EvidenceItem, EvidenceRequest, EvidenceWanted
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import links_of
from grc.actions.records import archive_record, change_record
from grc.models import Notice
from tests.factories import make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)


def with_file(by: Actor, **fields: Any) -> EvidenceItem:
    item: EvidenceItem = make("evidence", by, **fields)
    add_file(item=item, upload=SimpleUploadedFile("log.csv", b"a,b\r\n"), name="log.csv", by=by)
    return item


def requests_of(by: Actor) -> list[EvidenceRequest]:
    return list(EvidenceRequest.objects.within(by.organisation).order_by("pk"))


def wanted(by: Actor, **fields: Any) -> EvidenceWanted:
    made: EvidenceWanted = make("evidence-wanted", by, **fields)
    return made


def test_what_is_due_soon_is_asked_for_once(system: Actor, actor_of: Callable[..., Actor]) -> None:
    owner = actor_of("contributor")
    with system.working():
        soon = wanted(system, first_on=TODAY + dt.timedelta(days=14), every="quarterly", owner=owner.person)
        wanted(system, first_on=TODAY + dt.timedelta(days=15))
        gone = wanted(system, first_on=TODAY)
        archive_record(record=gone, by=system)
        assert send_due_requests(organisation=system.organisation, today=TODAY) == 1
        assert send_due_requests(organisation=system.organisation, today=TODAY) == 0
        (request,) = requests_of(system)
        soon.refresh_from_db()
    assert (request.wanted, request.about, request.owner) == (soon, soon.about, owner.person)
    assert request.due_on == TODAY + dt.timedelta(days=14)
    assert soon.next_on == dt.date(2027, 3, 10)
    assert Notice.unscoped.filter(person=owner.person, about=request.key).count() == 1


def test_what_was_forgotten_for_a_year_is_asked_for_once(system: Actor) -> None:
    with system.working():
        late = wanted(system, first_on=TODAY, every="monthly")
        EvidenceWanted.objects.within(system.organisation).filter(pk=late.pk).update(next_on=TODAY)
        later = TODAY + dt.timedelta(days=400)
        send_due_requests(organisation=system.organisation, today=later)
        late.refresh_from_db()
        assert len(requests_of(system)) == 1
        assert late.next_on > later


def test_another_cadence_sets_the_next_day_anew(system: Actor) -> None:
    with system.working():
        one = wanted(system, first_on=dt.date(2099, 1, 31), every="monthly")
        assert one.next_on == dt.date(2099, 1, 31)
        one.every, one.first_on = "yearly", dt.date(2098, 2, 28)
        change_record(record=one, by=system, lock=one.lock)
        one.refresh_from_db()
        assert one.next_on == dt.date(2098, 2, 28)


def test_an_answer_links_the_evidence_with_what_it_is_about(system: Actor) -> None:
    with system.working():
        request, item = make("evidence-requests", system), with_file(system)
        answer_request(request=request, item=item, by=system)
        request.refresh_from_db()
        assert (request.state, request.item) == ("answered", item)
        assert [linked.key for linked in links_of(record=item.key, actor=system)] == [request.about]
        with pytest.raises(NotAnswerable, match="not open"):
            answer_request(request=request, item=item, by=system)


def test_evidence_that_supports_nothing_is_no_answer(system: Actor) -> None:
    with system.working():
        request = make("evidence-requests", system)
        with pytest.raises(NotAnswerable, match="no file"):
            answer_request(request=request, item=make("evidence", system), by=system)
        with pytest.raises(NotAnswerable, match="expired"):
            answer_request(request=request, item=with_file(system, expires_on=dt.date(2020, 1, 1)), by=system)
        withdraw_request(request=request, by=system)
        with pytest.raises(NotAnswerable, match="not open"):
            answer_request(request=request, item=with_file(system), by=system)


def test_an_answer_is_sent_back_with_its_reason_by_who_may_judge(system: Actor, actor_of: Callable[..., Actor]) -> None:
    asked, officer = actor_of("contributor"), actor_of("compliance-officer")
    with system.working():
        request = make("evidence-requests", system, owner=asked.person)
        item = with_file(system, owner=asked.person)
    with asked.working():
        answer_request(request=request, item=item, by=asked)
        with pytest.raises(Denied, match="does not judge"):
            send_back(request=request, reason="Looks good to me", by=asked)
    with officer.working():
        with pytest.raises(NotAnswerable, match="what is missing"):
            send_back(request=request, reason=" ", by=officer)
        send_back(request=request, reason="September is missing", by=officer)
        request.refresh_from_db()
    assert (request.state, request.item, request.answered_on) == ("open", None, None)
    assert Notice.unscoped.filter(person=asked.person, about=request.key).exists()


def test_who_may_not_change_the_record_asks_nobody_about_it(system: Actor, client_of: Callable[..., Client]) -> None:
    with system.working():
        about = make("ai-systems", system)
    client = client_of("contributor")
    data = {
        "about": about.reference,
        "name": "Log",
        "due_on": "2027-01-01",
        "every": "yearly",
        "first_on": "2027-01-01",
    }
    for slug in ("evidence-requests", "evidence-wanted"):
        fields = {k: v for k, v in data.items() if slug == "evidence-wanted" or k not in ("every", "first_on")}
        fields = {k: v for k, v in fields.items() if slug == "evidence-requests" or k != "due_on"}
        answer = client.post(f"/api/v1/o/nordhaven/{slug}", fields, "application/json")
        assert answer.status_code == 403, answer.content


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "one of the two"),
        ({"reference": "EVD-9999"}, "There is no record"),
        ({"reference": "SYS-0001"}, "is no evidence"),
        ({"file": SimpleUploadedFile("log.exe", b"MZ\x90")}, "log.exe"),
    ],
)
def test_a_page_says_what_is_wrong_with_an_answer(
    system: Actor, client_of: Callable[..., Client], data: dict[str, Any], says: str
) -> None:
    with system.working():
        request = make("evidence-requests", system)
    url = f"/o/nordhaven/evidence-requests/{request.reference}/answer"
    answer = client_of("compliance-officer").post(url, {"kind": "record", **data})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert EvidenceItem.unscoped.count() == 0


def test_a_file_answers_and_becomes_evidence(system: Actor, client_of: Callable[..., Client]) -> None:
    with system.working():
        request = make("evidence-requests", system)
    page = f"/o/nordhaven/evidence-requests/{request.reference}"
    data = {"kind": "record", "file": SimpleUploadedFile("log.csv", b"a,b\r\n"), "dated_on": "2026-10-01"}
    assert client_of("compliance-officer").post(f"{page}/answer", data).status_code == 302
    item = EvidenceItem.unscoped.get()
    assert (item.name, item.dated_on) == (request.name, dt.date(2026, 10, 1))
    shown = client_of("compliance-officer").get(page).content.decode()
    assert item.reference in shown
    assert "Send back" in shown


def test_the_api_answers_sends_back_and_withdraws(system: Actor, client_of: Callable[..., Client]) -> None:
    with system.working():
        request, item = make("evidence-requests", system), with_file(system)
    client, url = client_of("compliance-officer"), f"/api/v1/o/nordhaven/evidence-requests/{request.reference}"
    wrong = client.post(f"{url}/answer", {"item": "EVD-9999"}, "application/json")
    assert (wrong.status_code, list(wrong.json()["fields"])) == (400, ["item"])
    assert client.post(f"{url}/answer", {"item": item.reference}, "application/json").json()["state"] == "answered"
    assert client.post(f"{url}/withdraw", {}, "application/json").status_code == 400
    assert client.post(f"{url}/send-back", {"reason": "Too old"}, "application/json").json()["item"] is None
    assert client.post(f"{url}/withdraw", {}, "application/json").json()["state"] == "withdrawn"
