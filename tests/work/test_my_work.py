"""Everything that waits for one person: from every register, once, by when it is due, and for nobody else."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from controls.models import Control
from grc.access.actor import Actor
from grc.actions.records import archive_record, change_record
from grc.models import Membership, Notice, NoticeSetting, Organisation, OutboxMessage
from grc.notices.actions import choose_mail, notify
from grc.notices.digests import mail_digests
from grc.registries import Todo, Work
from grc.work.gathering import grouped, to_do, work_of
from tests.factories import make

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/my-work"


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def texts(actor: Actor, kind: Work | None = None) -> list[str]:
    return [str(todo.text) for todo in work_of(actor) if kind is None or todo.kind == kind]


def test_groups_are_cut_at_today_and_at_a_week() -> None:
    today = dt.date(2026, 3, 10)
    items = [
        Todo(str(days), "", f"/{days}", "x", due_on=None if days is None else today + dt.timedelta(days=days))
        for days in (8, 7, 0, -1, None)
    ] + [Todo("theirs", "", "/t", "x", due_on=today, waiting=True)]
    said = {str(group.title): [item.text for item in group.items] for group in grouped(items, today)}
    assert said == {
        "Late": ["-1"], "In the next seven days": ["0", "7"], "Without a date": ["None"], "Later": ["8"],
        "Waiting for others": ["theirs"],
    }  # fmt: skip


def test_home_and_my_work_count_alike_and_what_others_have_to_do_is_not_mine(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    me, other = actor_of("compliance-officer"), actor_of("approver")
    before = len(to_do(work_of(me)))
    make("tasks", me, owner=me.person, name="Mine", due_on=day(1))
    make("tasks", me, owner=other.person, name="Theirs", due_on=day(1))
    client = client_of("compliance-officer")
    home = client.get("/o/nordhaven/")
    page = client.get(PAGE)
    assert home.context["count"] == page.context["count"] == page.context["all"] == before + 1
    assert dict(page.context["kinds"])[Work.TASK] == client.get(f"{PAGE}?kind=task").context["count"] == 1
    others = [group for group in page.context["groups"] if str(group.title) == "Waiting for others"]
    assert [str(todo.text) for todo in others[0].items] == ["Theirs"]


def test_the_navigation_says_whose_tasks_they_are(client_of: Callable[..., Client]) -> None:
    work = client_of("reader").get(PAGE).context["navigation"][0]
    assert [str(name) for name, _url, _active in work.items][:3] == ["My work", "My tasks", "Everybody’s tasks"]
    listed = client_of("reader").get("/o/nordhaven/tasks/").context["navigation"][0]
    assert [str(name) for name, _url, active in listed.items if active] == ["Everybody’s tasks"]


def test_reviews_of_every_register_are_told_to_their_owner_only(system: Actor, actor_of: Callable[..., Actor]) -> None:
    me, other = actor_of("contributor"), actor_of("approver")
    for slug in ("risks", "documents", "processes", "responsibilities", "scope"):
        make(slug, system, owner=me.person, review_on=day(5))
    make("impact-assessments", system, owner=me.person, repeat_on=day(-3))
    make("documents", system, owner=me.person, review_on=day(31), name="Too far off")
    make("documents", system, owner=other.person, review_on=day(5), name="Not mine")
    assert len(texts(me, Work.REVIEW)) == 6
    assert not any("Too far off" in text or "Not mine" in text for text in texts(me))
    assert texts(other, Work.REVIEW) == ["Review DOC-0003 Not mine"]


def test_what_is_over_archived_or_not_to_be_seen_is_left_out(system: Actor, actor_of: Callable[..., Actor]) -> None:
    me = actor_of("reader")
    make("risks", system, owner=me.person, review_on=day(-1), name="A reader sees no risks")
    make("ai-systems", system, owner=me.person, review_on=day(-1), stage="retired", retired_on=day(-9))
    gone = make("documents", system, owner=me.person, review_on=day(-1))
    archive_record(record=gone, by=system)
    assert texts(me) == []
    controller = actor_of("contributor")
    control = make("controls", system, owner=controller.person, review_on=day(-1))
    assert texts(controller, Work.REVIEW)
    control.state = Control.State.RETIRED
    change_record(record=control, by=system, lock=control.lock)
    assert texts(controller, Work.REVIEW) == []


def test_actions_of_every_register_stand_until_they_are_done(system: Actor, actor_of: Callable[..., Actor]) -> None:
    me = actor_of("contributor")
    for slug in ("treatments", "corrective-actions", "improvements", "nonconformities", "opportunities"):
        make(slug, system, owner=me.person, due_on=day(-2))
        if slug in {"treatments", "corrective-actions"}:
            make(slug, system, owner=me.person, due_on=day(-2), done_on=day(-3))
    make("improvements", system, owner=me.person, due_on=day(-2), state="dropped")
    make("campaigns", system, owner=me.person, starts_on=day(-9), due_on=day(-2))  # never ends, so it is not late
    assert len(texts(me, Work.ACTION)) == 5


def test_one_record_and_day_is_told_once_with_the_kind_that_is_known(
    system: Actor, actor_of: Callable[..., Actor]
) -> None:
    me = actor_of("contributor")
    risk = make("risks", system, owner=me.person, review_on=day(-4))
    about = [todo for todo in work_of(me) if risk.reference in str(todo.text)]
    assert [(todo.kind, todo.why) for todo in about] == [(Work.REVIEW, "Its review is overdue.")]


def test_what_one_waits_for_stands_apart(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    me, other = actor_of("compliance-officer"), actor_of("contributor")
    with me.working():
        make("tasks", me, name="Ask the council", owner=other.person, due_on=day(2))
        make("tasks", me, name="My own", owner=me.person)
    mine = {str(todo.text): todo.waiting for todo in work_of(me)}
    assert (mine["Ask the council"], mine["My own"]) == (True, False)
    assert {str(t.text): t.waiting for t in work_of(other)}["Ask the council"] is False
    page = client_of("compliance-officer").get(PAGE).content.decode()
    assert "Waiting for others" in page
    assert "Ask the council" not in client_of("compliance-officer").get("/o/nordhaven/").content.decode()


def test_page_is_narrowed_by_kind_and_knows_no_other(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    me, client = actor_of("contributor"), client_of("contributor")
    make("tasks", system, name="A task here", owner=me.person)
    make("documents", system, owner=me.person, review_on=day(1), name="A policy here")
    whole, narrowed = client.get(PAGE).content.decode(), client.get(PAGE, {"kind": "task"}).content.decode()
    assert ("A task here" in whole, "A policy here" in whole) == (True, True)
    assert ("A task here" in narrowed, "A policy here" in narrowed) == (True, False)
    assert client.get(PAGE, {"kind": "nonsense"}).status_code == 404
    assert client_of("reader").get(PAGE, {"kind": "task"}).status_code == 200
    assert "Nothing waits for you" in client_of("reader").get(PAGE).content.decode()


def test_work_is_of_one_organisation(
    system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    me = actor_of("contributor")
    Membership.objects.create(organisation=other_organisation, person=me.person, role="contributor")
    make("documents", Actor.system(other_organisation), owner=me.person, review_on=day(0))
    assert texts(me, Work.REVIEW) == []


def test_home_shows_ten_and_leads_to_the_rest(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    me = actor_of("contributor")
    make("ai-systems", system)
    for number in range(12):
        make("documents", system, name=f"Policy {number:02}.", owner=me.person, review_on=day(number))
    page = client_of("contributor").get("/o/nordhaven/").content.decode()
    assert page.count("stretched-link") == 10
    assert ("Policy 09." in page, "Policy 10." in page) == (True, False)
    assert f'href="{PAGE}"' in page


def test_today_is_where_the_reader_is(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 23:30 UTC it is tomorrow in Auckland: what is due today in London is late there."""
    now = dt.datetime(2026, 6, 10, 23, 30, tzinfo=dt.UTC)
    me, client = actor_of("contributor"), client_of("contributor")
    make("documents", system, owner=me.person, review_on=dt.date(2026, 6, 10))
    monkeypatch.setattr(timezone, "now", lambda: now)
    for zone, late in (("UTC", False), ("Pacific/Auckland", True)):
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            assert ("Its review is overdue." in [todo.why for todo in work_of(me)]) is late
    assert client.get(PAGE).status_code == 200


def test_work_asks_as_often_for_forty_records_as_for_one(
    system: Actor, client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    client, me = client_of("contributor"), actor_of("contributor")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(PAGE).status_code == 200
        return len(queries)

    def add() -> None:
        for slug in ("documents", "processes", "parties"):
            make(slug, system, owner=me.person, review_on=day(2))
        make("treatments", system, owner=me.person, due_on=day(2))
        make("tasks", system, owner=me.person, due_on=day(2))

    add()
    client.get(PAGE)
    once = asked()
    for _n in range(8):
        add()
    assert asked() == once
    assert once < 75


def test_digest_says_what_is_late_or_due_within_a_week(
    system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    me = actor_of("contributor")
    assert me.person is not None
    for name, days in (("Late policy", -3), ("Near policy", 6), ("Far policy", 20)):
        make("documents", system, name=name, owner=me.person, review_on=day(days))
    _send(me, organisation)
    assert OutboxMessage.unscoped.count() == 1, "no second mail"
    text = OutboxMessage.unscoped.get().payload["text"]
    assert text.index("Late policy") < text.index("Near policy")
    assert "Far policy" not in text
    assert f"http://127.0.0.1:8000{PAGE}" in text


def test_digest_is_silent_on_work_for_who_wants_no_mail_of_dates(
    system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    me = actor_of("contributor")
    assert me.person is not None
    make("documents", system, name="Late policy", owner=me.person, review_on=day(-3))
    choose_mail(person=me.person, wishes={Notice.Kind.DUE: NoticeSetting.Mail.NEVER})
    _send(me, organisation)
    assert "Late policy" not in OutboxMessage.unscoped.get().payload["text"]


def _send(me: Actor, organisation: Organisation) -> None:
    given: Any = {"person": me.person, "organisation": organisation, "kind": Notice.Kind.COMMENT}
    notify(**given, text="somebody said something", url="/o/nordhaven/")
    assert mail_digests(organisation=organisation, now=timezone.now() + dt.timedelta(days=2)) == 1


def test_form_takes_people_and_choices_from_its_address(
    system: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    me, stranger = actor_of("compliance-officer").person, actor_of("reader", other_organisation).person
    assert me is not None
    assert stranger is not None
    client, form = client_of("compliance-officer"), "/o/nordhaven/competences/new"
    need = make("competence-needs", system)
    page = client.get(form, {"need": need.reference, "person": me.public_id, "basis": "training"}).content.decode()
    for chosen in (need.reference, str(me.public_id), "training"):
        assert f'<option value="{chosen}" selected' in page
    page = client.get(form, {"person": stranger.public_id, "basis": "nonsense", "need": "CPN-9999"}).content.decode()
    assert str(stranger.public_id) not in page
    assert "nonsense" not in page
