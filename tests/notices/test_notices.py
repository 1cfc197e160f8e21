"""Notices in the app: who gets them, who sees them, how they are read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grc.access.actor import Actor
from grc.actions.outbox import deliver_due
from grc.models import Membership, Notice, NoticeSetting, Organisation, OutboxMessage
from grc.notices.actions import choose_mail, notify
from tests.conftest import make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
PAGE, API = "/o/nordhaven/notices", "/api/v1/o/nordhaven/notices"


def tell(actor: Actor, text: str = "Look here", **more: Any) -> None:
    assert actor.person is not None
    given: dict[str, Any] = {"kind": Notice.Kind.COMMENT, "url": "/o/nordhaven/", **more}
    notify(person=actor.person, organisation=actor.organisation, text=text, **given)


def bell(client: Client) -> str:
    return client.get(f"{PAGE}/bell").content.decode()


def test_bell_counts_what_is_not_read_and_is_silent_while_nothing_changes(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    me, client = actor_of("reader"), client_of("reader")
    assert "0 not read" in client.get("/o/nordhaven/").content.decode()
    tell(me)
    tell(me)
    assert "2 not read" in client.get("/o/nordhaven/").content.decode()
    assert "2 not read" in bell(client)
    assert client.get(f"{PAGE}/bell?shown=2").status_code == 204
    assert client.get(f"{PAGE}/bell?shown=1").status_code == 200
    Notice.unscoped.bulk_create(
        Notice(organisation=me.organisation, person=me.person, kind="job", text="x", url="/") for _ in range(150)
    )
    assert "99+" in bell(client)


def test_bell_costs_one_query_more_than_none(actor_of: Callable[..., Actor], client_of: Callable[..., Client]) -> None:
    client, counts = client_of("contributor"), []
    for number in (1, 20):
        for _ in range(number):
            tell(actor_of("contributor"))
        with CaptureQueriesContext(connection) as queries:
            bell(client)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_notice_leads_to_what_it_tells_of_and_is_read_then(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    record = make("ai-systems", system)
    tell(actor_of("reader"), url=f"{record.get_absolute_url()}#comments", about=record.key)
    notice, client = Notice.unscoped.get(), client_of("reader")
    assert "notice-unread" in client.get(PAGE).content.decode()
    response = client.get(f"{PAGE}/{notice.public_id}")
    assert response["Location"] == f"{record.get_absolute_url()}#comments"
    assert "notice-unread" not in client.get(PAGE).content.decode()
    assert notice.text not in client.get(f"{PAGE}?unread=1").content.decode()


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "evil", ""])
def test_notice_leads_nowhere_else(url: str, actor_of: Callable[..., Actor], client_of: Callable[..., Client]) -> None:
    tell(actor_of("reader"), url=url)
    response = client_of("reader").get(f"{PAGE}/{Notice.unscoped.get().public_id}")
    assert response["Location"] == PAGE


def test_notices_are_read_one_by_one_all_at_once_and_unread_again(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    me, client = actor_of("reader"), client_of("reader")
    for number in range(3):
        tell(me, f"number {number}")
    one = Notice.unscoped.first()
    assert one is not None
    unread = Notice.unscoped.filter(read_at=None)
    client.post(f"{PAGE}/{one.public_id}/read", {"read": "1"})
    assert unread.count() == 2
    client.post(f"{PAGE}/{one.public_id}/read", {"read": "0"})
    assert unread.count() == 3
    assert client.post(f"{API}/{one.public_id}/read", {}, "application/json").json()["read_at"] is not None
    assert client.get(API, {"unread": "1"}).json()["count"] == 2
    assert client.post(f"{API}/read", {}, "application/json").json() == {"count": 2}
    assert unread.count() == 0
    tell(me)
    assert client.post(f"{PAGE}/read", {"unread": "1"})["Location"] == f"{PAGE}?unread=1"
    assert unread.count() == 0


def test_notices_are_ones_own(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client], other_organisation: Organisation
) -> None:
    tell(actor_of("reader"), "for the reader alone")
    notice = Notice.unscoped.get()
    administrator = client_of("administrator")
    assert "for the reader alone" not in administrator.get(PAGE).content.decode()
    assert administrator.get(API).json()["count"] == 0
    for url in (f"{PAGE}/{notice.public_id}", f"{API}/{notice.public_id}/read", f"{PAGE}/{notice.public_id}/read"):
        method = administrator.get if url.endswith(str(notice.public_id)) else administrator.post
        assert method(url).status_code == 404
    administrator.post(f"{PAGE}/read")
    notice.refresh_from_db()
    assert notice.read_at is None
    # the same person in another organisation
    Membership.objects.create(organisation=other_organisation, person=actor_of("reader").person, role="reader")
    there = client_of("reader").get("/o/elsewhere/notices").content.decode()
    assert "for the reader alone" not in there
    assert client_of("reader").get(f"/o/elsewhere/notices/{notice.public_id}").status_code == 404


def test_nobody_is_told_what_they_may_not_see_or_without_a_role(
    system: Actor, organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    risk = make("risks", system)
    tell(actor_of("reader"), about=risk.key)
    outsider = make_person("outsider@example.org")
    notify(person=outsider, organisation=organisation, kind=Notice.Kind.JOB, text="x", url="/")
    disabled = actor_of("approver").person
    assert disabled is not None
    disabled.is_active = False
    disabled.save()
    notify(person=disabled, organisation=organisation, kind=Notice.Kind.MENTION, text="x", url="/")
    assert not Notice.unscoped.exists()
    assert not OutboxMessage.unscoped.exists()


def test_notice_of_a_record_that_one_may_not_see_any_more_is_gone(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    risk, me = make("risks", system), actor_of("contributor")
    task = make("tasks", system, about=risk.key)
    tell(me, "about the risk", about=risk.key)
    tell(me, "about its task", about=task.key)
    tell(me, "about nothing")
    Membership.objects.filter(person=me.person).update(role="reader")
    client = client_of("contributor")
    page = client.get(PAGE).content.decode()
    assert "about nothing" in page
    assert "about the risk" not in page
    assert "about its task" not in page
    assert "1 not read" in bell(client)
    assert client.get(API).json()["count"] == 1
    for notice in Notice.unscoped.exclude(about=None):
        assert client.get(f"{PAGE}/{notice.public_id}").status_code == 404
    assert client.post(f"{API}/read", {}, "application/json").json() == {"count": 1}


def test_one_fact_is_told_once_to_each(actor_of: Callable[..., Actor]) -> None:
    for role in ("reader", "contributor"):
        for _ in range(3):
            tell(actor_of(role), once="the same")
            tell(actor_of(role), kind=Notice.Kind.MENTION, once="mailed at once")
    assert Notice.unscoped.count() == 4
    assert OutboxMessage.unscoped.count() == 2


def test_at_once_is_mailed_with_the_change_and_the_others_are_not(
    actor_of: Callable[..., Actor], mailoutbox: list[Any]
) -> None:
    me = actor_of("reader")
    tell(me, "Comments wait")
    tell(me, "Long work\nhas ended", kind=Notice.Kind.JOB)
    tell(me, "You are\r\nmentioned", kind=Notice.Kind.MENTION, url="/o/nordhaven/x#y")
    deliver_due()
    (mail,) = mailoutbox
    assert mail.subject == "You are mentioned"
    assert mail.to == [me.person.email]  # type: ignore[union-attr]
    assert "http://127.0.0.1:8000/o/nordhaven/x#y" in mail.body
    assert "/me/notices" in mail.body
    waiting = Notice.unscoped.filter(mailed_at=None)
    assert [notice.text for notice in waiting] == ["Comments wait"]


def test_a_long_text_is_cut_in_the_app_and_whole_in_the_mail(
    actor_of: Callable[..., Actor], mailoutbox: list[Any]
) -> None:
    text = "Something is wrong. " * 40 + "End."
    tell(actor_of("reader"), text, kind=Notice.Kind.ALARM)
    deliver_due()
    assert Notice.unscoped.get().text.endswith("…")
    assert "End." in mailoutbox[0].body
    assert len(mailoutbox[0].subject) <= 150


def test_mails_are_chosen_by_page_and_api(actor_of: Callable[..., Actor], client_of: Callable[..., Client]) -> None:
    client, person = client_of("reader"), actor_of("reader").person
    wishes = client.get("/api/v1/me/notices").json()
    assert set(wishes) == set(Notice.Kind.values)
    assert (wishes["mention"], wishes["comment"], wishes["job"]) == ("once", "daily", "never")
    assert client.post("/me/notices", wishes | {"mention": "weekly"}).status_code == 302
    assert client.patch("/api/v1/me/notices", {"comment": "once"}, "application/json").status_code == 200
    said = dict(NoticeSetting.objects.filter(person=person).values_list("kind", "mail"))
    assert (said["mention"], said["comment"]) == ("weekly", "once")
    assert client.post("/me/notices", wishes | {"mention": "hourly"}).status_code == 422
    for body in ({"mention": "hourly"}, {"nonsense": "once"}, {"mention": None}):
        assert client.patch("/api/v1/me/notices", body, "application/json").status_code == 400
    tell(actor_of("reader"))
    tell(actor_of("reader"), kind=Notice.Kind.MENTION)
    assert OutboxMessage.unscoped.count() == 1


def test_never_means_never(actor_of: Callable[..., Actor]) -> None:
    me = actor_of("reader")
    assert me.person is not None
    choose_mail(person=me.person, wishes=dict.fromkeys(Notice.Kind, NoticeSetting.Mail.NEVER))
    for kind in Notice.Kind:
        tell(me, kind=kind)
    assert not OutboxMessage.unscoped.exists()
    assert Notice.unscoped.filter(mailed_at=None).count() == 0
