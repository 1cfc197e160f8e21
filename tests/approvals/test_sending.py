"""Sending for approval: what is frozen, who may be asked, and every refusal by name."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from aims.models import Document
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.links import link_records
from grc.actions.records import StaleRecord, archive_record
from grc.approvals.actions import NotSendable, NotWithdrawable, withdraw_review
from grc.approvals.standing import standing_of
from grc.models import ActivityEvent, Approval, Notice, Organisation, Review
from grc.registers.register import registers
from grc.tasks import remind_of_due_in
from tests.approvals.making import approved, edited, end_role, sent, somebody
from tests.factories import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(system: Actor) -> Actor:
    return somebody(system, "compliance-officer", name="Carla")


@pytest.fixture
def approver(system: Actor) -> Actor:
    return somebody(system, "approver", name="Margit")


def test_send_freezes_and_asks(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, name="AI policy", text="We test.")
    review = sent(record, author, approver, note="First edition", due_on=timezone.localdate())
    assert (review.state, review.version.number, review.author) == ("in-review", 1, author.person)
    part = Approval.unscoped.get(review=review)
    assert (part.approver, part.author, part.decision, part.safeguard) == (approver.person, author.person, "", "")
    event = ActivityEvent.unscoped.filter(record=record.key).order_by("-pk").first()
    assert event is not None
    assert (event.verb, event.detail) == ("sent-for-approval", "version 1, asked: Margit")
    notice = Notice.unscoped.get(person=approver.person)
    assert notice.kind == "approval"
    assert str(review.public_id) in notice.url
    assert "Carla asks you to approve" in notice.text


def test_live_record_stays_editable_and_the_version_does_not_move(
    system: Actor, author: Actor, approver: Actor
) -> None:
    record = make("documents", system, text="We test.")
    review = sent(record, author, approver)
    before = bytes(review.version.body)
    edited(record, author, text="We test twice.")
    review.version.refresh_from_db()
    assert bytes(review.version.body) == before
    assert b"twice" not in before


def test_send_twice_is_refused_by_who_sent_it(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    sent(record, author, approver)
    with pytest.raises(NotSendable, match="Version 1 of this record is in review already, sent by Carla"):
        sent(record, somebody(system, "compliance-officer"), approver)


def test_send_unchanged_since_in_force_is_refused(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, text="one")
    approved(sent(record, author, approver), approver)
    with pytest.raises(NotSendable, match="Nothing has changed since version 1"):
        sent(record, author, approver)
    edited(record, author, text="two")
    edited(record, author, text="one")
    with pytest.raises(NotSendable, match="Nothing has changed since version 1"):
        sent(record, author, approver)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"note": "  "}, "note"),
        ({"due_on": timezone.localdate() - dt.timedelta(days=1)}, "due_on"),
    ],
)
def test_send_names_the_input_that_is_wrong(
    values: dict[str, object], field: str, system: Actor, author: Actor, approver: Actor
) -> None:
    with pytest.raises(NotSendable) as refused:
        sent(make("documents", system), author, approver, **values)
    assert refused.value.field == field
    assert not Review.unscoped.exists()


def test_send_to_nobody_is_refused(system: Actor, author: Actor) -> None:
    with pytest.raises(NotSendable, match="between one and 20"):
        sent(make("documents", system), author)


def test_send_of_what_is_not_approved_here_is_refused(system: Actor, author: Actor, approver: Actor) -> None:
    with pytest.raises(NotSendable, match="are not approved"):
        sent(make("ai-systems", system), author, approver)


def test_send_of_an_archived_record_is_refused(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    archive_record(record=record, by=system)
    record.refresh_from_db()
    with pytest.raises(NotSendable, match="archived"):
        sent(record, author, approver)


def test_send_of_another_state_than_was_read_is_stale(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, text="one")
    edited(record, author, text="two")
    with pytest.raises(StaleRecord):
        sent(record, author, approver, lock=1)


def test_send_without_the_right_to_edit_is_refused(system: Actor, approver: Actor) -> None:
    record = make("documents", system)
    for role in ("reader", "contributor", "internal-auditor"):
        with pytest.raises(Denied):
            sent(record, somebody(system, role), approver)


def test_send_to_somebody_without_the_role_is_refused_by_name(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    with pytest.raises(NotSendable, match="Lena holds no role that may approve"):
        sent(record, author, approver, somebody(system, "reader", name="Lena"))
    end_role(approver, "approver")
    with pytest.raises(NotSendable, match="Margit holds no role"):
        sent(record, author, approver)


def test_send_to_somebody_of_another_organisation_is_refused(
    system: Actor, author: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    with pytest.raises(NotSendable, match="holds no role"):
        sent(make("documents", system), author, actor_of("approver", other_organisation))


def test_send_to_an_approver_who_cannot_see_the_register_is_refused(
    system: Actor, author: Actor, approver: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    from grc.access.roles import ROLES, Permission

    record, other = make("documents", system), somebody(system, "administrator")
    monkeypatch.delitem(ROLES["approver"].grants, Permission.DOCUMENTS_VIEW)
    with pytest.raises(NotSendable, match="Margit holds no role that may approve this record"):
        sent(record, author, other, approver)
    assert sent(record, author, other).state == "in-review"


# The author is not the approver


def test_sender_may_not_be_asked_while_somebody_else_is_there(system: Actor, approver: Actor) -> None:
    admin = somebody(system, "administrator", name="Ada")
    with pytest.raises(NotSendable, match="Ada sends this"):
        sent(make("documents", system), admin, admin, approver, safeguard="I am careful")


def test_whoever_edited_since_the_version_in_force_counts_as_author(
    system: Actor, author: Actor, approver: Actor
) -> None:
    admin = somebody(system, "administrator", name="Ada")
    record = make("documents", system, text="one")
    edited(record, admin, text="two")
    with pytest.raises(NotSendable, match="Ada wrote a part of this"):
        sent(record, author, admin, approver)
    approved(sent(record, author, approver), approver)
    record.refresh_from_db()
    edited(record, author, text="three")
    review = sent(record, author, admin)  # what Ada wrote is in force; this change is not hers
    withdraw_review(review=review, by=author)
    edited(record, admin, text="four")
    with pytest.raises(NotSendable, match="Ada changed this since version 1"):
        sent(record, author, admin)


def test_whoever_linked_a_record_counts_as_author(system: Actor, author: Actor, approver: Actor) -> None:
    admin = somebody(system, "administrator", name="Ada")
    record, evidence = make("documents", system), make("evidence", system)
    with admin.working():
        link_records(source=evidence, reference=make("ai-systems", system).reference, by=admin)
    assert sent(record, author, admin).state == "in-review"  # that link is of other records
    risk = make("risks", system)
    system_record = make("ai-systems", system)
    with admin.working():
        from grc.actions.records import create_record
        from grc.models import Link

        link = Link(organisation=system.organisation, source=risk.key, target=system_record.key)
        create_record(record=link, by=admin)
    with pytest.raises(NotSendable, match="Ada wrote a part of this"):
        sent(risk, author, admin, approver)


def test_small_organisation_needs_a_safeguard_and_records_it(system: Actor) -> None:
    admin = somebody(system, "administrator", name="Ada")
    record = make("documents", system)
    with pytest.raises(NotSendable) as refused:
        sent(record, admin, admin)
    assert refused.value.field == "safeguard"
    review = sent(record, admin, admin, safeguard="Our auditor reads it within a month")
    part = Approval.unscoped.get(review=review)
    assert part.safeguard == "Our auditor reads it within a month"
    assert approved(review, admin).state == "approved"


def test_safeguard_is_not_recorded_where_it_is_not_needed(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver, safeguard="Not needed")
    assert Approval.unscoped.get(review=review).safeguard == ""


def test_database_refuses_the_author_as_approver(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    person = review.author
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.unscoped.create(organisation=system.organisation, review=review, approver=person, author=person)


# Withdrawing


def test_withdraw_frees_the_record(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    review = sent(record, author, approver)
    ended = withdraw_review(review=review, by=author, reason="Wrong edition")
    assert ended.state == "withdrawn"
    assert ended.ended_at is not None
    event = ActivityEvent.unscoped.filter(record=record.key).order_by("-pk").first()
    assert event is not None
    assert (event.verb, event.detail) == ("withdrew", "version 1: Wrong edition")
    assert Notice.unscoped.filter(person=approver.person, text__contains="withdrawn").count() == 1
    with pytest.raises(NotWithdrawable, match="withdrawn"):
        withdraw_review(review=review, by=author)
    assert sent(record, author, approver).version.number == 1


def test_withdraw_by_who_may_not_edit_is_refused(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    with pytest.raises(Denied):
        withdraw_review(review=review, by=approver)


def test_standing_says_what_is_in_force_and_whether_the_draft_differs(
    system: Actor, author: Actor, approver: Actor
) -> None:
    from grc.approvals.standing import live_record

    record = make("documents", system, text="one")
    assert standing_of(record).in_force is None
    assert standing_of(record).differs
    review = sent(record, author, approver)

    def now() -> tuple[int | None, int | None, bool]:
        standing = standing_of(live_record("documents", record.pk, system.organisation))
        running, force = standing.running, standing.in_force
        numbers = [review.version.number if review else None for review in (running, force)]
        return numbers[0], numbers[1], standing.differs

    assert now() == (1, None, True)
    approved(review, approver)
    assert now() == (None, 1, False)
    edited(record, author, text="two")
    assert now() == (None, 1, True)
    edited(record, author, text="one")
    assert now() == (None, 1, False)


def test_approver_is_told_once_that_the_day_has_come(system: Actor, author: Actor, approver: Actor) -> None:
    today = timezone.localdate()
    waiting = sent(make("documents", system), author, approver, due_on=today)
    sent(make("documents", system), author, approver, due_on=today + dt.timedelta(days=1))
    decided = sent(make("documents", system), author, approver, due_on=today)
    approved(decided, approver)
    for _ in range(2):
        remind_of_due_in(system.organisation.pk)
    told = Notice.unscoped.filter(person=approver.person, text__contains="which is due")
    assert [str(waiting.public_id) in notice.url for notice in told] == [True]


def test_what_is_not_ready_is_not_sent_and_says_why(
    system: Actor, author: Actor, approver: Actor, monkeypatch: pytest.MonkeyPatch, client_of: Callable[..., object]
) -> None:
    record = make("documents", system)
    monkeypatch.setattr(type(registers.of(Document)), "not_ready", lambda self, record: "Two gaps are open.")
    with pytest.raises(NotSendable, match="Two gaps are open"):
        sent(record, author, approver)
    assert not Review.unscoped.filter(key=record.pk).exists()
    page = client_of("administrator").get(f"{record.get_absolute_url()}/send")  # type: ignore[attr-defined]
    assert "Two gaps are open." in page.content.decode()


def test_sending_is_not_offered_before_it_can_be_done_and_the_page_says_why(
    system: Actor, monkeypatch: pytest.MonkeyPatch, client_of: Callable[..., object]
) -> None:
    record = make("documents", system)
    client: Any = client_of("administrator")
    address = f"{record.get_absolute_url()}/send"
    assert address in client.get(record.get_absolute_url()).content.decode()
    monkeypatch.setattr(type(registers.of(Document)), "not_ready", lambda self, record: "Two gaps are open.")
    page = client.get(record.get_absolute_url()).content.decode()
    assert (address in page, "It cannot be sent for approval yet. Two gaps are open." in page) == (False, True)
    reader: Any = client_of("reader")
    assert "Two gaps are open." not in reader.get(record.get_absolute_url()).content.decode()
