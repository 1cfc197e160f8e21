"""What the asker does and sees: send, again, withdraw, compare, take over, remind."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.records import StaleRecord, change_record
from grc.demo import demo_actor, seed_people
from grc.models import Organisation
from tests.factories import make
from tests.identity.links import mails
from tests.vendors.asked import asked, day, fresh, inside, link_of, post, secret_in, send_in, url
from vendors.asking.actions import send_ask, take_over, withdraw_ask
from vendors.asking.comparing import Course, answers_seen, course_of, pairs_of
from vendors.asking.links import MOST_DAYS, NotAsked
from vendors.asking.tasks import remind
from vendors.demo.asking import seed_asks
from vendors.demo.base import seed_vendors
from vendors.home.asking import asks_to_look_after
from vendors.models import ReviewAnswer, VendorAsk, VendorReview

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]
API = "/api/v1/o/nordhaven/vendor-asks"


@pytest.fixture
def manager(actor_of: Actors) -> Actor:
    return actor_of("vendor-manager")


def answered(manager: Actor, **texts: str) -> VendorAsk:
    ask, secret = asked(manager)
    send_in(inside(secret, manager.organisation), secret, **texts or {"q1": "Certified", "q6": "Never"})
    return fresh(ask)


def answer(ask: VendorAsk, number: int) -> ReviewAnswer:
    found: ReviewAnswer = (
        ReviewAnswer.objects.within(ask.organisation)
        .select_related("key", "organisation", "review")
        .get(review=ask.review_id, question=number)
    )
    return found


def test_a_review_leads_to_a_form_that_knows_whom_to_ask(manager: Actor, client_of: Callable[..., Client]) -> None:
    vendor = make("vendors", manager, contact_name="Anna Holm", contact_email="anna@vectorhaus.example")
    review, browser = make("vendor-reviews", manager, vendor=vendor), client_of("vendor-manager")
    new = f"/o/nordhaven/vendor-asks/new?review={review.reference}"
    assert new in browser.get(review.get_absolute_url()).content.decode()
    assert new not in client_of("reader").get(review.get_absolute_url()).content.decode()
    page = browser.get(new).content.decode()
    for value in ("Anna Holm", "anna@vectorhaus.example", day(14).isoformat()):
        assert f'value="{value}"' in page


@pytest.mark.parametrize(
    ("ahead", "status"), [(-1, 422), (0, 302), (MOST_DAYS, 302), (MOST_DAYS + 1, 422), (2900000, 422)]
)
def test_the_form_takes_days_on_which_a_link_can_work(
    manager: Actor, client_of: Callable[..., Client], ahead: int, status: int
) -> None:
    review = make("vendor-reviews", manager)
    values = {
        "review": review.reference, "name": "Anna", "email": "a@v.example", "expires_on": day(ahead).isoformat(),
    }  # fmt: skip
    assert client_of("vendor-manager").post("/o/nordhaven/vendor-asks/new", values).status_code == status


def test_pages_send_withdraw_and_take_over(manager: Actor, client_of: Callable[..., Client]) -> None:
    browser, ask = client_of("vendor-manager"), make("vendor-asks", manager, expires_on=day(14), owner=manager.person)
    here = ask.get_absolute_url()
    assert "Send</" in " ".join(browser.get(here).content.decode().split()).replace(" </", "</")
    assert browser.post(f"{here}/send-link").status_code == 302
    secret = secret_in(manager.organisation)
    assert fresh(ask).state == "sent"
    send_in(inside(secret, manager.organisation), secret, q1="Certified", q6="Never")
    page = browser.get(here).content.decode()
    assert "Certified" in page and "Take over all 2" in page
    assert browser.post(f"{here}/take-over", {"question": "6"}).status_code == 302
    assert (answer(ask, 6).answer, answer(ask, 6).from_vendor, answer(ask, 1).answer) == ("Never", True, "")
    for question in ("11", "x", "６", "600000000000"):
        browser.post(f"{here}/take-over", {"question": question})
    assert answer(ask, 1).answer == ""
    assert browser.post(f"{here}/take-over").status_code == 302
    assert answer(ask, 1).answer == "Certified"
    assert browser.post(f"{here}/send-link").status_code == 403  # what was answered is settled
    other = make("vendor-asks", manager, expires_on=day(14))
    browser.post(f"{other.get_absolute_url()}/send-link")
    browser.post(f"{other.get_absolute_url()}/withdraw")
    assert fresh(other).state == "withdrawn"
    assert Client().get(url(secret_in(manager.organisation))).status_code == 404


def test_what_cannot_be_sent_says_why(manager: Actor) -> None:
    with manager.working():
        past = make("vendor-asks", manager, expires_on=day(-2))
        with pytest.raises(NotAsked, match="has passed"):
            send_ask(ask=past, by=manager)
        with pytest.raises(NotAsked, match="180 days"):
            send_ask(ask=make("vendor-asks", manager, expires_on=dt.date.max), by=manager)
        with pytest.raises(NotAsked, match="sent and not answered"):
            withdraw_ask(ask=make("vendor-asks", manager, expires_on=day(3)), by=manager)
        done = make("vendor-asks", manager, expires_on=day(3))
        VendorReview.objects.within(manager.organisation).filter(pk=done.review_id).update(
            outcome="good", conclusion="x", done_on=day(0)
        )
        with pytest.raises(NotAsked, match="review is done"):
            send_ask(ask=done, by=manager)
        withdrawn, _secret = asked(manager)
        withdraw_ask(ask=withdrawn, by=manager)
        with pytest.raises(NotAsked, match="settled"):
            send_ask(ask=withdrawn, by=manager)
        with pytest.raises(StaleRecord):
            send_ask(ask=make("vendor-asks", manager, expires_on=day(3)), by=manager, lock=77)
    assert len(mails(manager.organisation)) == 1


def test_who_may_not_edit_vendors_sends_nothing(manager: Actor, actor_of: Actors) -> None:
    ask = make("vendor-asks", manager, expires_on=day(3))
    for role in ("reader", "internal-auditor"):
        with pytest.raises(Denied):
            send_ask(ask=ask, by=actor_of(role))
    assert mails(manager.organisation) == []


def test_a_sent_one_may_be_prolonged_and_not_for_ever(manager: Actor, organisation: Organisation) -> None:
    ask, secret = asked(manager, expires_on=day(1))
    row = fresh(ask)
    row.expires_on = dt.date.max
    with manager.working(), pytest.raises(Denied, match="180 days"):
        change_record(record=row, by=manager, lock=row.lock)
    for ahead, status in ((-1, 404), (9, 200)):
        row = fresh(ask)
        row.expires_on = day(ahead)
        with manager.working():
            change_record(record=row, by=manager, lock=row.lock)
        assert Client().get(url(secret)).status_code == status


def test_taking_over_keeps_verdicts_and_words_of_our_own(manager: Actor) -> None:
    ask = answered(manager, q1="Certified", q2="Type 2", q6="Never")
    mine = answer(ask, 2)
    mine.answer, mine.verdict, mine.why = "We asked their auditor.", "good", "Seen"
    with manager.working():
        change_record(record=mine, by=manager, lock=mine.lock)
        assert take_over(ask=ask, by=manager) == 2
        assert take_over(ask=ask, by=manager) == 0
    assert answer(ask, 2).answer == "We asked their auditor."
    with manager.working():
        assert take_over(ask=ask, by=manager, questions=[2]) == 1
    row = answer(ask, 2)
    assert (row.answer, row.from_vendor, row.verdict, row.why) == ("Type 2", True, "good", "Seen")
    assert answer(ask, 3).answer == ""
    VendorReview.objects.within(manager.organisation).filter(pk=ask.review_id).update(
        outcome="good", conclusion="x", done_on=day(0)
    )
    with manager.working(), pytest.raises(NotAsked, match="review is done"):
        take_over(ask=fresh(ask), by=manager)


def test_an_answered_one_is_changed_by_nobody(manager: Actor) -> None:
    ask = answered(manager)
    ask.name = "Somebody else"
    with manager.working(), pytest.raises(Denied, match="was answered"):
        change_record(record=ask, by=manager, lock=ask.lock)


def test_api_takes_the_same_steps(manager: Actor, client_of: Callable[..., Client]) -> None:
    browser, ask = client_of("vendor-manager"), make("vendor-asks", manager, expires_on=day(14))

    def call(step: str, **body: object) -> tuple[int, dict[str, object]]:
        said = browser.post(f"{API}/{ask.reference}/{step}", json.dumps(body), content_type="application/json")
        return said.status_code, said.json()

    assert call("send-link", lock=99)[0] == 409
    status, body = call("send-link", lock=ask.lock)
    assert (status, body["state"]) == (200, "sent")
    assert "secret" not in body and "digest" not in str(body)
    assert call("take-over")[0] == 400
    secret = secret_in(manager.organisation)
    send_in(inside(secret, manager.organisation), secret, q1="Certified", q6="Never")
    assert call("take-over", questions=[0])[0] == 400
    assert call("take-over", nonsense=1)[0] == 400
    assert call("take-over", questions=[6]) == (200, {"changed": 1})
    assert call("take-over") == (200, {"changed": 1})
    other, _secret = asked(manager)
    said = browser.post(
        f"{API}/{other.reference}/withdraw", json.dumps({"lock": other.lock}), content_type="application/json"
    )
    assert (said.status_code, said.json()["state"]) == (200, "withdrawn")


@pytest.mark.parametrize(
    ("left", "ago", "reminded"),
    [
        (dt.timedelta(days=3, seconds=5), dt.timedelta(days=9), 0),
        (dt.timedelta(days=3), dt.timedelta(days=9), 1),
        (dt.timedelta(seconds=9), dt.timedelta(days=9), 1),
        (dt.timedelta(0), dt.timedelta(days=9), 0),
        (dt.timedelta(days=2), dt.timedelta(hours=2), 0),
    ],
)
def test_who_has_not_answered_is_reminded_once(
    manager: Actor, organisation: Organisation, left: dt.timedelta, ago: dt.timedelta, reminded: int
) -> None:
    ask, secret = asked(manager, email="anna@vectorhaus.example")
    VendorAsk.objects.within(organisation).filter(pk=ask.pk).update(sent_at=Now() - ago)
    link_of(organisation).update(open_until=Now() + left)
    with Actor.system(organisation).working():
        assert remind(organisation) == reminded
        assert remind(organisation) == 0
    later = mails(organisation)[1:]
    assert len(later) == reminded
    for mail in later:
        assert mail["to"] == "anna@vectorhaus.example"
        assert secret not in mail["text"] and "/ask/" not in mail["text"]


@pytest.mark.parametrize("how", ["answered", "withdrawn", "address changed"])
def test_nobody_else_is_reminded(manager: Actor, organisation: Organisation, how: str) -> None:
    ask, secret = asked(manager)
    with manager.working():
        if how == "answered":
            send_in(inside(secret, organisation), secret)
        elif how == "withdrawn":
            withdraw_ask(ask=ask, by=manager)
        else:
            row = fresh(ask)
            row.email = "new@vectorhaus.example"
            change_record(record=row, by=manager, lock=row.lock)
    VendorAsk.objects.within(organisation).filter(pk=ask.pk).update(sent_at=Now() - dt.timedelta(days=9))
    link_of(organisation).update(open_until=Now() + dt.timedelta(days=1))
    with Actor.system(organisation).working():
        assert remind(organisation) == 0


def test_the_owner_is_told_at_home_what_waits(manager: Actor, actor_of: Actors, organisation: Organisation) -> None:
    def told() -> list[str]:
        return [str(todo.text).partition(" ")[0] for todo in asks_to_look_after(manager)]

    with manager.working():
        far, near = asked(manager, owner=manager.person)[0], asked(manager, expires_on=day(3), owner=manager.person)[0]
        over, _secret = asked(manager, owner=manager.person)
        VendorAsk.objects.within(organisation).filter(pk=over.pk).update(expires_on=day(-1))
        assert told() == ["Ask", "Ask"]
        withdraw_ask(ask=near, by=manager)
        assert told() == ["Ask"]
        ask = answered(manager)
        assert told() == ["Ask", "Take"]
        take_over(ask=ask, by=manager)
        assert told() == ["Ask"]
        assert list(asks_to_look_after(actor_of("administrator"))) == []
    assert fresh(far).state == "sent"


def test_home_asks_as_often_for_many_as_for_one(manager: Actor) -> None:
    with manager.working():
        counts = []
        for _more in range(2):
            answered(manager)
            answered(manager)
            with CaptureQueriesContext(connection) as caught:
                list(asks_to_look_after(manager))
            counts.append(len(caught))
    assert counts[0] == counts[1]


def test_what_was_typed_is_counted_inside_and_not_shown(manager: Actor, client_of: Callable[..., Client]) -> None:
    ask, secret = asked(manager)
    post(inside(secret, manager.organisation), secret, "save", q1="half a thought", q2="more")
    page = client_of("vendor-manager").get(ask.get_absolute_url()).content.decode()
    assert "2 of 10 questions have been typed" in page
    assert "half a thought" not in page
    history = client_of("vendor-manager").get(f"{ask.get_absolute_url()}/history").content.decode()
    assert "half a thought" not in history


def test_the_demo_shows_one_answered_one_half_typed_and_one_that_ended(db: None) -> None:
    seed_people()
    seed_vendors()
    seed_asks()
    seed_asks()
    vera = demo_actor("vera@nordhaven.example", "nordhaven")
    with vera.working():
        first, second, third = VendorAsk.objects.within(vera.organisation).select_related("review").order_by("pk")
        assert [ask.state for ask in (first, second, third)] == ["answered", "sent", "sent"]
        assert [course_of(ask) for ask in (second, third)] == [Course(typed=4), Course(over=True)]
        pairs = pairs_of(first, answers_seen(first, vera))
        assert sum(pair.taken for pair in pairs) == 4 < sum(bool(pair.theirs) for pair in pairs)
        assert first.sent_at and first.opened_at and first.answered_at
        assert first.sent_at < first.opened_at < first.answered_at
        assert len(list(asks_to_look_after(vera))) == 3
