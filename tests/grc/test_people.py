"""Roles and records, given and taken by an administrator: told by mail, at once, never without one left."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from audits.actions.engagements import open_engagement
from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.actions.people import (
    NotPossible,
    end_role,
    give_role,
    hand_over,
    leave_organisation,
    remove_person,
    roles_of,
    unlock,
)
from grc.actions.tokens import make_token
from grc.context import Context, working_in
from grc.identity.invitations import invite
from grc.identity.people import members, owners_who_left, records_owned
from grc.models import ActivityEvent, Membership, Organisation, OutboxMessage, Person
from tests.conftest import make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/people"


def person_of(actor: Actor) -> Person:
    assert actor.person is not None
    return actor.person


def url(person: Person, what: str) -> str:
    return f"{PAGE}/{person.public_id}/{what}"


def events(organisation: Organisation, **which: str) -> int:
    with working_in(Context(organisation.pk, None, "task")):
        return ActivityEvent.objects.within(organisation).filter(**which).count()


@pytest.fixture
def reader(actor_of: Callable[..., Actor]) -> Person:
    return person_of(actor_of("reader"))


@pytest.fixture
def by(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("administrator")


def test_further_role_is_given_and_told_by_mail(
    reader: Person, client_of: Callable[..., Client], organisation: Organisation
) -> None:
    assert client_of("administrator").post(url(reader, "roles"), {"role": "approver"}).status_code == 302
    with working_in(Context(organisation.pk, None, "task")):
        assert roles_of(reader, organisation) == {"reader", "approver"}
        assert OutboxMessage.objects.within(organisation).get().payload["to"] == reader.email
    assert events(organisation, verb="granted", detail=f"{reader.email}: Approver (top management)") == 1


def test_ended_role_closes_it_at_the_next_request(client_of: Callable[..., Client], reader: Person) -> None:
    browser = client_of("reader")
    assert browser.get("/o/nordhaven/evidence/").status_code == 200
    assert client_of("administrator").post(url(reader, "reader/end")).status_code == 302
    assert browser.get("/o/nordhaven/evidence/").status_code == 404


@pytest.mark.parametrize("what", ["administrator/end", "remove"])
def test_last_administrator_stays(client_of: Callable[..., Client], by: Actor, what: str) -> None:
    page = client_of("administrator").post(url(person_of(by), what), follow=True)
    assert "last administrator" in page.content.decode()
    assert roles_of(person_of(by), by.organisation) == {"administrator"}


def test_last_administrator_cannot_leave(client_of: Callable[..., Client], by: Actor) -> None:
    page = client_of("administrator").post("/o/nordhaven/membership", {"sure": "leave"}, follow=True)
    assert "last administrator" in page.content.decode()
    assert roles_of(person_of(by), by.organisation) == {"administrator"}


def test_role_twice_is_refused(by: Actor, reader: Person) -> None:
    with by.working():
        with pytest.raises(NotPossible, match="already"):
            give_role(person=reader, role="reader", by=by)
        give_role(person=reader, role="contributor", by=by)
        assert roles_of(reader, by.organisation) == {"reader", "contributor"}
        with pytest.raises(NotPossible):
            give_role(person=reader, role="king", by=by)


def test_role_is_given_to_members_only(by: Actor, other_organisation: Organisation) -> None:
    stranger = make_person("x@elsewhere.example", other_organisation, "reader")
    with by.working():
        for act in (give_role, end_role):
            with pytest.raises((NotVisible, NotPossible)):
                act(person=stranger, role="reader", by=by)
        with pytest.raises(NotVisible):
            remove_person(person=stranger, by=by)
        with pytest.raises(NotVisible):
            unlock(person=stranger, by=by)


def test_running_auditor_cannot_become_an_insider(system: Actor, by: Actor) -> None:
    with by.working():
        engagement = make("engagements", system)
        open_engagement(engagement=engagement, by=system)
        with pytest.raises(NotPossible, match="outside"):
            invite(email=engagement.auditor_email, roles=["reader"], by=by)


def test_only_who_keeps_people_may_change_them(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client], reader: Person
) -> None:
    officer, other = actor_of("compliance-officer"), person_of(actor_of("approver"))
    with officer.working():
        for refused in (
            lambda: give_role(person=reader, role="administrator", by=officer),
            lambda: end_role(person=reader, role="reader", by=officer),
            lambda: remove_person(person=reader, by=officer),
            lambda: hand_over(person=reader, to=other, by=officer),
            lambda: unlock(person=reader, by=officer),
            lambda: invite(email="a@b.example", roles=["administrator"], by=officer),
        ):
            with pytest.raises(Denied):
                refused()
    browser = client_of("compliance-officer")
    assert "Send the invitation" not in browser.get(PAGE).content.decode()
    for what, data in (("roles", {"role": "reader"}), ("remove", {}), ("unlock", {}), ("end-sessions", {})):
        assert browser.post(url(reader, what), data).status_code == 403


def test_people_of_another_organisation_do_not_exist(
    client_of: Callable[..., Client], other_organisation: Organisation
) -> None:
    stranger = make_person("x@elsewhere.example", other_organisation, "reader")
    browser = client_of("administrator")
    for what in ("reader/end", "remove", "unlock", "end-sessions", "roles", "hand-over"):
        assert browser.post(url(stranger, what), {"role": "approver"}).status_code == 404, what
    assert browser.get(f"{PAGE}/{stranger.public_id}").status_code == 404
    with working_in(Context(other_organisation.pk, None, "task")):
        assert roles_of(stranger, other_organisation) == {"reader"}


def test_leaving_ends_every_role_and_is_asked_twice(
    client_of: Callable[..., Client], reader: Person, organisation: Organisation
) -> None:
    browser = client_of("reader")
    assert browser.post("/o/nordhaven/membership").status_code == 422
    assert browser.get("/o/nordhaven/").status_code == 200
    assert browser.post("/o/nordhaven/membership", {"sure": "leave"}).status_code == 302
    assert browser.get("/o/nordhaven/").status_code == 404
    assert events(organisation, verb="left") == 1


def test_tokens_die_with_the_last_membership(by: Actor, reader: Person, other_organisation: Organisation) -> None:
    with working_in(Context(other_organisation.pk, None, "task")):
        elsewhere = Membership.objects.create(organisation=other_organisation, person=reader, role="reader")
    _token, secret = make_token(person=reader, name="script", days=7)
    bearer = {"Authorization": f"Bearer {secret}"}
    with by.working():
        remove_person(person=reader, by=by)
    assert Client().get("/api/v1/o/nordhaven/evidence", headers=bearer).status_code == 404
    assert Client().get("/api/v1/o/elsewhere/evidence", headers=bearer).status_code == 200
    with Actor.system(other_organisation).working():
        actor = Actor.of(reader, other_organisation)
        assert actor is not None
        leave_organisation(by=actor)
    assert elsewhere.pk
    assert Client().get("/api/v1/rooms", headers=bearer).status_code == 401


def test_records_are_handed_over_with_a_history_entry_each(by: Actor, reader: Person, system: Actor) -> None:
    heir = make_person("heir@nordhaven.example", by.organisation, "contributor")
    with by.working():
        made = [make(slug, system, owner=reader) for slug in ("ai-systems", "risks", "evidence", "tasks")]
        kept = make("ai-systems", system, owner=person_of(by))
        assert {register.slug: count for register, count in records_owned(by.organisation, reader)} == {
            "ai-systems": 1,
            "risks": 1,
            "evidence": 1,
            "tasks": 1,
        }
        assert hand_over(person=reader, to=heir, by=by) == 4
        for record in made:
            record.refresh_from_db()
            assert record.owner == heir
            assert record.history.latest().history_change_reason == f"Handed over from {reader.name}"
            assert record.history.latest().history_user == by.person
        kept.refresh_from_db()
        assert kept.owner == by.person
        assert kept.history.count() == 1
        assert records_owned(by.organisation, reader) == []


def test_records_go_to_members_only(
    client_of: Callable[..., Client], by: Actor, reader: Person, system: Actor, other_organisation: Organisation
) -> None:
    stranger = make_person("x@elsewhere.example", other_organisation, "administrator")
    with by.working():
        record = make("ai-systems", system, owner=reader)
        for to in (stranger, reader):
            with pytest.raises(NotPossible):
                hand_over(person=reader, to=to, by=by)
    answer = client_of("administrator").post(url(reader, "hand-over"), {"to": str(stranger.public_id)})
    assert answer.status_code == 422
    record.refresh_from_db()
    assert record.owner == reader


def test_who_left_with_records_is_asked_about_on_the_home_page(
    client_of: Callable[..., Client], by: Actor, reader: Person, system: Actor
) -> None:
    with by.working():
        make("ai-systems", system, owner=reader)
        assert owners_who_left(by.organisation) == []
        remove_person(person=reader, by=by)
        assert owners_who_left(by.organisation) == [reader]
    browser = client_of("administrator")
    assert "Hand over what" in browser.get("/o/nordhaven/").content.decode()
    page = browser.get(f"{PAGE}/{reader.public_id}").content.decode()
    assert "has left" in page
    assert browser.post(url(reader, "hand-over"), {"to": str(person_of(by).public_id)}).status_code == 302
    assert "Hand over what" not in browser.get("/o/nordhaven/").content.decode()


def test_list_is_searched_and_narrowed(client_of: Callable[..., Client], by: Actor, reader: Person) -> None:
    with by.working():
        assert [one.person for one in members(by.organisation, text="READER@")] == [reader]
        assert [one.person for one in members(by.organisation, role="administrator")] == [by.person]
    browser = client_of("administrator")
    assert reader.email not in browser.get(f"{PAGE}?role=administrator").content.decode()
    assert browser.get(f"{PAGE}?role=king&q=%00").status_code == 200
    answer = browser.get(f"{PAGE}/export.csv?q=reader")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert reader.email in text
    assert person_of(by).email not in text
    assert browser.get(f"{PAGE}/export.pdf").status_code in (200, 404)


def test_list_needs_as_many_queries_for_twenty_as_for_two(
    client_of: Callable[..., Client], organisation: Organisation, django_assert_max_num_queries: Callable[..., object]
) -> None:
    browser = client_of("administrator")
    browser.get(PAGE)
    for number in range(20):
        make_person(f"p{number}@nordhaven.example", organisation, "reader", "approver")
    with django_assert_max_num_queries(20):  # type: ignore[attr-defined]
        assert browser.get(PAGE).status_code == 200


def test_somebody_locked_out_is_shown_and_unlocked(
    client_of: Callable[..., Client], reader: Person, organisation: Organisation
) -> None:
    until = timezone.now() + dt.timedelta(minutes=15)
    Person.objects.filter(pk=reader.pk).update(failed_logins=5, locked_until=until)
    browser = client_of("administrator")
    assert "Locked" in browser.get(PAGE).content.decode()
    assert browser.post(url(reader, "unlock")).status_code == 302
    reader.refresh_from_db()
    assert (reader.failed_logins, reader.locked_until) == (0, None)
    assert events(organisation, verb="unlocked", detail=reader.email) == 1
    assert browser.post(url(reader, "unlock")).status_code == 302
    assert events(organisation, verb="unlocked") == 1
