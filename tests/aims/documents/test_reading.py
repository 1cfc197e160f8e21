"""Who is asked to read, who has, and that nobody confirms for another."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from aims.documents.asking import NotAskable, acknowledge, ask_people, ask_readers, begun_campaigns, remind_readers
from aims.documents.panels import readers_panel
from aims.documents.tasks import look_after_documents
from aims.home.documents import reading
from aims.models import Acknowledgement, Document
from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.actions.records import change_record
from grc.models import ActivityEvent, Membership, Organisation
from grc.models.notice import Notice
from grc.teamwork.actions.attachments import attach_files
from tests.aims.documents.test_documents import fresh, in_force
from tests.approvals.making import approved, edited, end_role, sent, somebody
from tests.factories import make

pytestmark = pytest.mark.django_db


def rows(system: Actor, **which: Any) -> Any:
    return Acknowledgement.objects.within(system.organisation).filter(archived_at=None, **which)


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def test_readers_are_asked_when_a_version_comes_into_force(system: Actor) -> None:
    reader, engineer = somebody(system, "reader"), somebody(system, "platform-engineer")
    document = in_force(system, readers=["reader", "platform-engineer"], read_days=7)
    asked = rows(system, document=document)
    assert {row.owner for row in asked} == {reader.person, engineer.person}
    assert {row.due_on for row in asked} == {day(7)}
    told = Notice.objects.within(system.organisation).filter(text__startswith="Please read")
    assert {notice.person for notice in told} == {reader.person, engineer.person}  # whatever their role lets them see


def test_a_draft_asks_nobody(system: Actor) -> None:
    somebody(system, "reader")
    document = make("documents", system, readers=["everybody"])
    assert ask_readers(document) == 0
    assert not rows(system).exists()


def test_every_member_reads_and_confirms_their_own(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("platform-engineer")  # may not see documents
    document = in_force(system, readers=["platform-engineer"], text="## Rule\n\nBe **kind**.")
    row = rows(system).get()
    assert client.get(document.get_absolute_url()).status_code == 404
    assert document.name in client.get("/o/nordhaven/to-read").content.decode()
    url = f"/o/nordhaven/to-read/{row.reference}"
    page = client.get(url).content.decode()
    assert "<strong>kind</strong>" in page
    assert "I have read and understood it" in page
    assert client.post(url).status_code == 302
    row.refresh_from_db()
    assert row.acknowledged_at is not None
    first = row.acknowledged_at
    assert client.post(url).status_code == 302
    row.refresh_from_db()
    assert row.acknowledged_at == first
    events = ActivityEvent.unscoped.filter(record=row.key, detail="read and understood")
    assert [event.person for event in events] == [row.owner.public_id]
    assert row.history.first().history_user == row.owner


def test_nobody_confirms_for_another(
    system: Actor, client_of: Callable[..., Client], other_organisation: Organisation
) -> None:
    somebody(system, "reader")
    in_force(system, readers=["reader"])
    row = rows(system).get()
    url = f"/o/nordhaven/to-read/{row.reference}"
    for client in (client_of("administrator"), client_of("compliance-officer")):
        assert client.get(url).status_code == 404
        assert client.post(url).status_code == 404
        assert client.post(f"/api/v1{url}").status_code == 404
    stranger = client_of("administrator", other_organisation)
    assert stranger.post(url).status_code == 404
    assert stranger.post(f"/o/elsewhere/to-read/{row.reference}").status_code == 404
    for by in (system, somebody(system, "administrator")):
        with pytest.raises(NotVisible):
            acknowledge(acknowledgement=row, by=by)
    row.refresh_from_db()
    assert row.acknowledged_at is None


def test_register_does_not_write_what_only_the_action_does(system: Actor, client_of: Callable[..., Client]) -> None:
    somebody(system, "reader")
    in_force(system, readers=["reader"])
    row, admin = rows(system).get(), client_of("administrator")
    api = f"/api/v1/o/nordhaven/acknowledgements/{row.reference}"
    another = somebody(system, "reader").person.email  # type: ignore[union-attr]
    for field, value in (("acknowledged_at", "2026-01-01T00:00:00Z"), ("owner", another), ("due_on", "2030-01-01")):
        assert admin.patch(api, {"lock": row.lock, field: value}, "application/json").status_code == 400
    new = admin.post("/o/nordhaven/acknowledgements/new", {"due_on": "2027-01-01"})
    assert new.status_code == 422
    assert "People are asked on the page" in new.content.decode()
    made = admin.post("/api/v1/o/nordhaven/acknowledgements", {"due_on": "2027-01-01"}, "application/json")
    assert made.status_code == 400
    reader = Actor.of(row.owner, system.organisation)
    assert reader is not None
    acknowledge(acknowledgement=row, by=reader)
    row.refresh_from_db()
    row.due_on = day(90)
    with pytest.raises(Denied, match="stays as it is"):
        change_record(record=row, by=system, lock=row.lock)


def test_new_version_asks_again_and_ends_what_was_open(system: Actor) -> None:
    kind, slow = somebody(system, "reader"), somebody(system, "reader")
    extra = somebody(system, "internal-auditor")
    document = in_force(system, readers=["reader"])
    ask_people(about=document, people=[extra.person], due_on=day(3), by=system)  # type: ignore[list-item]
    acknowledge(acknowledgement=rows(system, owner=kind.person).get(), by=kind)
    officer, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    edited(document, officer, text="Second edition")
    approved(sent(fresh(document), officer, approver), approver)
    now = rows(system, acknowledged_at=None)
    assert {row.owner for row in now} == {kind.person, slow.person, extra.person}
    assert {row.version.number for row in now} == {2}
    assert rows(system).exclude(acknowledged_at=None).get().version.number == 1


def test_withdrawn_or_archived_asks_nobody(system: Actor) -> None:
    reader = somebody(system, "reader")
    document = in_force(system)
    edited(document, system, withdrawn_on=day(0))
    with pytest.raises(NotAskable, match="withdrawn"):
        ask_people(about=fresh(document), people=[reader.person], due_on=day(3), by=system)  # type: ignore[list-item]


@pytest.mark.parametrize(("days", "people", "said"), [(-1, True, "in the past"), (3, False, "at least one")])
def test_ask_refuses_what_makes_no_sense(system: Actor, days: int, people: bool, said: str) -> None:
    document = in_force(system)
    asked = [somebody(system, "reader").person] if people else []
    with pytest.raises(NotAskable, match=said):
        ask_people(about=document, people=asked, due_on=day(days), by=system)  # type: ignore[arg-type]
    with pytest.raises(NotAskable, match="No version is in force"):
        ask_people(
            about=make("documents", system), people=[somebody(system, "reader").person], due_on=day(3), by=system
        )  # type: ignore[list-item]


def test_asking_by_page_and_api(system: Actor, client_of: Callable[..., Client]) -> None:
    reader = somebody(system, "reader")
    document = in_force(system)
    url = f"{document.get_absolute_url()}/ask"
    admin = client_of("compliance-officer")
    assert admin.get(url).status_code == 200
    assert admin.post(url, {"due_on": day(3)}).status_code == 422
    late = admin.post(url, {"roles": ["reader"], "due_on": day(-3)})
    assert late.status_code == 422
    assert "lies in the past" in late.content.decode()
    assert admin.post(url, {"people": [str(reader.person.public_id)], "due_on": day(3)}).status_code == 302  # type: ignore[union-attr]
    assert rows(system, document=document).count() == 1
    said = {"readers": ["everybody"], "due_on": day(3).isoformat()}
    api = f"/api/v1/o/nordhaven/documents/{document.reference}/ask"
    members = Membership.objects.filter(organisation=system.organisation).values("person").distinct().count()
    assert admin.post(api, said, "application/json").json() == {"count": members - 1}
    assert admin.post(api, said, "application/json").json() == {"count": 0}
    unknown = admin.post(api, {"people": ["no@x.example"], "due_on": said["due_on"]}, "application/json")
    assert unknown.status_code == 400
    assert client_of("reader").post(url, {"roles": ["reader"], "due_on": day(3)}).status_code == 403
    assert client_of("platform-engineer").get(url).status_code == 404


def test_contributor_asks_about_their_own_document_only(system: Actor, actor_of: Callable[..., Actor]) -> None:
    contributor, reader = actor_of("contributor"), somebody(system, "reader")
    own, other = in_force(system, owner=contributor.person), in_force(system)
    people = [reader.person]
    assert ask_people(about=own, people=people, due_on=day(3), by=contributor) == 1  # type: ignore[arg-type]
    with pytest.raises(Denied):
        ask_people(about=other, people=people, due_on=day(3), by=contributor)  # type: ignore[arg-type]


def test_reminders_come_before_and_after_the_day_once_each(system: Actor) -> None:
    reader = somebody(system, "reader")
    in_force(system, readers=["reader"], read_days=10)
    row, organisation = rows(system).get(), system.organisation

    def at(days: int) -> int:
        # what counts is the day that is told, so the last reminder is moved along with it
        return remind_readers(organisation=organisation, today=row.due_on + dt.timedelta(days=days))

    assert at(-4) == 0
    assert at(-3) == 1
    rows(system).update(reminded_at=timezone.now() + dt.timedelta(days=7))
    assert [at(-2), at(0)] == [0, 0]
    assert at(1) == 1
    rows(system).update(reminded_at=timezone.now() + dt.timedelta(days=11))
    assert [at(1), at(7)] == [0, 0]
    assert at(8) == 1
    told = Notice.objects.within(organisation).filter(person=reader.person, kind=Notice.Kind.DUE)
    assert told.count() == 3
    acknowledge(acknowledgement=rows(system).get(), by=reader)
    assert at(30) == 0


def test_who_has_left_is_left_out(system: Actor) -> None:
    stays, leaves = somebody(system, "reader"), somebody(system, "reader")
    document = in_force(system, readers=["reader"], read_days=1)
    acknowledge(acknowledgement=rows(system, owner=stays.person).get(), by=stays)
    assert readers_panel(document, system)["percent"] == 50
    end_role(leaves, "reader")
    panel = readers_panel(document, system)
    assert (panel["count"], panel["all"], panel["percent"]) == (1, 1, 100)
    assert remind_readers(organisation=system.organisation, today=day(30)) == 0


def test_task_asks_who_came_later_and_is_harmless_twice(system: Actor) -> None:
    document = in_force(system, readers=["reader"])
    somebody(system, "reader")
    look_after_documents()
    look_after_documents()
    assert rows(system, document=document).count() == 1


def test_campaign_asks_by_itself_when_it_begins(system: Actor, client_of: Callable[..., Client]) -> None:
    policy = in_force(system, text="The **policy** itself")
    reader = somebody(system, "reader")
    campaign = make(
        "campaigns",
        system,
        readers=["reader"],
        starts_on=day(1),
        due_on=day(5),
        document=policy,
        message="Read *this*.",
    )
    make("campaigns", system, starts_on=day(-1), due_on=day(5))  # for nobody in particular
    assert begun_campaigns(system.organisation, day(0)) == []
    assert begun_campaigns(system.organisation, day(1)) == [campaign]
    assert [ask_readers(campaign), ask_readers(campaign)] == [1, 0]
    client = Client()
    client.force_login(reader.person)  # type: ignore[arg-type]
    page = client.get(f"/o/nordhaven/to-read/{rows(system).get().reference}").content.decode()
    assert "<em>this</em>" in page
    assert "<strong>policy</strong>" in page
    edited(campaign, system, message="Read that.")
    assert ask_readers(fresh_campaign(campaign)) == 0  # once a campaign, not once a change
    assert [str(todo.text) for todo in reading(reader)] == [f"Read “{campaign.name}”"]


def fresh_campaign(campaign: Any) -> Any:
    return (
        type(campaign).objects.within(campaign.organisation).select_related("key", "organisation").get(pk=campaign.pk)
    )


def test_campaign_is_seen_in_the_register_by_who_may_see_campaigns(
    system: Actor, client_of: Callable[..., Client]
) -> None:
    row = make("acknowledgements", system, campaign=make("campaigns", system, name="Secret campaign"))
    assert client_of("compliance-officer").get(row.get_absolute_url()).status_code == 200
    assert client_of("reader").get(row.get_absolute_url()).status_code == 404
    assert "Secret campaign" not in client_of("reader").get("/o/nordhaven/acknowledgements/").content.decode()


def test_reader_gets_the_file_of_the_version_and_no_other(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("platform-engineer")
    document = make("documents", system, text="", readers=["platform-engineer"])
    officer, approver = somebody(system, "compliance-officer"), somebody(system, "approver")
    with officer.working():
        hung = attach_files(record=document, uploads=[SimpleUploadedFile("rules.txt", b"Be kind.")], by=officer)
    approved(sent(document, officer, approver), approver)
    with officer.working():
        later = attach_files(record=document, uploads=[SimpleUploadedFile("later.txt", b"Not asked.")], by=officer)
    url = f"/o/nordhaven/to-read/{rows(system).get().reference}"
    assert "rules.txt" in client.get(url).content.decode()
    answer = client.get(f"{url}/{hung[0].file.sha256}")
    assert b"".join(answer) == b"Be kind."
    assert client.get(f"{url}/{later[0].file.sha256}").status_code == 404
    assert client_of("administrator").get(f"{url}/{hung[0].file.sha256}").status_code == 404


def test_document_page_shows_who_and_exports(system: Actor, client_of: Callable[..., Client]) -> None:
    reader = somebody(system, "reader", name="Lena Fuchs")
    document = in_force(system, readers=["reader"])
    client = client_of("compliance-officer")
    page = client.get(document.get_absolute_url()).content.decode()
    assert "0 of 1, 0 %" in page
    assert "Lena Fuchs" in page
    acknowledge(acknowledgement=rows(system).get(), by=reader)
    assert "1 of 1, 100 %" in client.get(document.get_absolute_url()).content.decode()
    export = client.get(f"/o/nordhaven/acknowledgements/export.csv?document={document.reference}")
    assert reader.person.email in b"".join(export).decode()  # type: ignore[union-attr]


def test_own_reading_by_api(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("platform-engineer")
    document: Document = in_force(system, readers=["platform-engineer"], text="Be kind.")
    found = client.get("/api/v1/o/nordhaven/to-read").json()["results"]
    assert [(row["name"], row["acknowledged_at"]) for row in found] == [(document.name, None)]
    one = f"/api/v1/o/nordhaven/to-read/{found[0]['reference']}"
    assert client.get(one).json()["parts"][0]["text"] == "Be kind."
    assert client.post(one).json()["acknowledged_at"] is not None


def test_list_of_reading_takes_as_many_queries_for_many(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("reader")
    counts = []
    for _times in range(2):
        for _n in range(3):
            in_force(system, readers=["reader"])
        with CaptureQueriesContext(connection) as queries:
            client.get("/o/nordhaven/to-read")
        counts.append(len(queries))
    assert counts[0] == counts[1]
