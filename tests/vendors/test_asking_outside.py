"""What somebody with the link can do: ask for a code, enter it, type, come back, send in; and nothing else."""

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db.models.functions import Now
from django.test import Client
from lxml import html

from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.models import ActivityEvent, Notice, Organisation, Person
from grc.notices.digests import zone_of
from tests.identity.links import mails
from tests.vendors.asked import WORDS, asked, code_in, day, fresh, inside, link_of, post, send_in, token, url
from vendors.asking.actions import send_ask, withdraw_ask
from vendors.asking.codes import A_DAY
from vendors.asking.links import deadline, door_of
from vendors.models import VendorAsk

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]


@pytest.fixture
def manager(actor_of: Actors) -> Actor:
    return actor_of("vendor-manager")


@pytest.fixture
def sent(manager: Actor) -> tuple[VendorAsk, str]:
    return asked(manager, name="Anna Holm", email="anna@vectorhaus.example", message="Please by Friday.")


def test_the_whole_way_from_link_to_thanks(sent: tuple[VendorAsk, str], organisation: Organisation) -> None:
    ask, secret = sent
    browser = Client()
    page = browser.get(url(secret)).content.decode()
    assert "Nordhaven has questions for you" in page
    assert "a•••@v•••.example" in page
    assert "anna@" not in page and "Please by Friday" not in page and ask.review.vendor.name not in page
    browser = inside(secret, organisation)
    page = browser.get(url(secret)).content.decode()
    assert "Please by Friday." in page and ask.review.vendor.name in page
    assert post(browser, secret, "keep", q1="It began").content.decode().count("Saved · 1 of 10") == 1
    assert post(browser, secret, "save", q2="Yes").status_code == 302
    assert fresh(ask).answers == {}  # nobody inside reads what is not sent in
    again = inside(secret, organisation)  # another day, another browser
    assert "It began" in again.get(url(secret)).content.decode()
    assert send_in(again, secret).status_code == 302
    page = again.get(url(secret)).content.decode()
    assert "Thank you" in page and WORDS in page and "<textarea" not in page
    row = fresh(ask)
    assert (row.state, row.answered_by) == ("answered", "Anna Holm")
    assert row.answers == {"1": WORDS, "2": "Yes"}
    assert row.opened_at and row.answered_at and row.opened_at <= row.answered_at


def test_the_owner_is_told_and_the_log_names_who_was_outside(
    sent: tuple[VendorAsk, str], organisation: Organisation, manager: Actor
) -> None:
    ask, secret = sent
    send_in(inside(secret, organisation), secret)
    notice = Notice.unscoped.get(person=manager.person)
    assert ask.reference in notice.text
    assert notice.url == ask.get_absolute_url()
    events = ActivityEvent.unscoped.filter(record=ask.key, way="link").order_by("pk")
    assert [(event.person, event.detail.partition(" ")[0]) for event in events] == [
        (None, "Opened"),
        (None, "Answered"),
    ]
    who = [entry.history_user for entry in fresh(ask).history.order_by("history_id")]  # type: ignore[attr-defined]
    assert who[-2:] == [None, None] and who[0] == manager.person


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(sent: tuple[VendorAsk, str], organisation: Organisation, method: str) -> None:
    ask, secret = sent
    before = (link_of(organisation).values().get(), len(mails(organisation)), fresh(ask).lock)
    answer = getattr(Client(), method)(url(secret))
    assert answer.status_code == 200
    assert (link_of(organisation).values().get(), len(mails(organisation)), fresh(ask).lock) == before
    assert not answer.cookies


def test_every_answer_says_that_it_is_not_kept_not_found_and_not_told(
    sent: tuple[VendorAsk, str], organisation: Organisation
) -> None:
    _ask, secret = sent
    browser = inside(secret, organisation)
    answers = [
        browser.get(url(secret)), Client().get(url(secret)), Client().get(url("nothing")), Client().head(url(secret)),
        Client().post(url(secret), {"do": "code"}), Client().post(url(secret), {"do": "enter", "code": "1"}),
        Client().post(url(secret), {"do": "save"}), browser.post(url(secret), {"do": "save"}), send_in(browser, secret),
    ]  # fmt: skip
    for answer in answers:
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["X-Frame-Options"] == "DENY"
        assert "script-src 'self'" in answer["Content-Security-Policy"]
        assert "unsafe" not in answer["Content-Security-Policy"]


def test_unknown_withdrawn_replaced_and_archived_look_the_same(
    sent: tuple[VendorAsk, str], organisation: Organisation, manager: Actor
) -> None:
    ask, secret = sent
    unknown = Client().get(url("x" * 43))
    with manager.working():
        send_ask(ask=ask, by=manager)
    replaced = Client().get(url(secret))
    _other, third = asked(manager)
    with manager.working():
        withdraw_ask(ask=_other, by=manager)
    withdrawn = Client().get(url(third))
    assert {answer.status_code for answer in (unknown, replaced, withdrawn)} == {404}
    assert unknown.content.replace(b"x" * 43, b"") == replaced.content.replace(secret.encode(), b"")
    assert unknown.content.replace(b"x" * 43, b"") == withdrawn.content.replace(third.encode(), b"")


@pytest.mark.parametrize(
    ("seconds", "status"), [(1, 200), (0, 404), (-1, 404)], ids=["a second before", "at the end", "a second after"]
)
def test_the_end_is_judged_by_the_database_at_every_request(
    sent: tuple[VendorAsk, str], organisation: Organisation, seconds: int, status: int
) -> None:
    _ask, secret = sent
    browser = inside(secret, organisation)
    mark = token(browser, secret)
    link_of(organisation).update(open_until=Now() + dt.timedelta(seconds=seconds))
    assert browser.get(url(secret)).status_code == status
    link_of(organisation).update(open_until=Now() + dt.timedelta(seconds=seconds))
    fields = {"do": "save", "token": mark, "q1": "late"}
    assert browser.post(url(secret), fields).status_code == (302 if status == 200 else status)
    assert link_of(organisation).get().draft == ({"1": "late"} if status == 200 else {})


def test_what_has_ended_says_so_to_who_holds_the_link_alone(
    sent: tuple[VendorAsk, str], organisation: Organisation
) -> None:
    _ask, secret = sent
    link_of(organisation).update(open_until=Now())
    answer = Client().get(url(secret))
    assert (answer.status_code, "Its last day has passed. Nordhaven" in answer.content.decode()) == (404, True)
    assert "last day" not in Client().get(url("nothing")).content.decode()


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles", "Europe/Berlin", "Nowhere/At_All"])
def test_the_last_day_belongs_to_the_link_where_its_owner_is(manager: Actor, zone: str) -> None:
    assert manager.person is not None
    manager.person.time_zone = zone
    manager.person.save()
    ask, _secret = asked(manager, expires_on=day(20))
    local = fresh(ask).link.open_until.astimezone(zone_of(manager.person))
    assert (local.date(), local.time()) == (day(21), dt.time.min)
    ask = fresh(ask)
    ask.expires_on = day(30)
    with manager.working():
        change_record(record=ask, by=manager, lock=ask.lock)
    assert fresh(ask).link.open_until.astimezone(zone_of(manager.person)).date() == day(31)


@pytest.mark.parametrize(
    ("zone", "last", "until"),
    [
        ("Europe/Berlin", dt.date(2026, 3, 28), "2026-03-28T23:00"),  # the night before the clocks go forward
        ("Europe/Berlin", dt.date(2026, 3, 29), "2026-03-29T22:00"),
        ("Europe/Berlin", dt.date(2026, 10, 25), "2026-10-25T23:00"),
        ("America/New_York", dt.date(2028, 2, 29), "2028-03-01T05:00"),
        ("Asia/Kolkata", dt.date(2028, 2, 28), "2028-02-28T18:30"),
    ],
)
def test_the_end_follows_leap_days_and_clocks_that_change(zone: str, last: dt.date, until: str) -> None:
    ask = VendorAsk(expires_on=last, owner=Person(time_zone=zone))
    assert deadline(ask).astimezone(dt.UTC).isoformat().startswith(until)


def test_a_code_works_once(sent: tuple[VendorAsk, str], organisation: Organisation) -> None:
    _ask, secret = sent
    browser = Client()
    browser.post(url(secret), {"do": "code"})
    code = code_in(organisation)
    assert browser.post(url(secret), {"do": "enter", "code": f"{code[:4]} {code[4:]}"}).status_code == 302
    second = Client().post(url(secret), {"do": "enter", "code": code})
    assert (second.status_code, "No code is waiting" in second.content.decode()) == (422, True)


def test_five_wrong_codes_void_the_right_one(sent: tuple[VendorAsk, str], organisation: Organisation) -> None:
    ask, secret = sent
    browser = Client()
    browser.post(url(secret), {"do": "code"})
    code = code_in(organisation)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    for _try in range(5):
        assert browser.post(url(secret), {"do": "enter", "code": wrong}).status_code == 422
    assert browser.post(url(secret), {"do": "enter", "code": code}).status_code == 422
    assert "ask" not in browser.cookies
    assert ActivityEvent.unscoped.filter(record=ask.key, verb="refused", way="link").count() == 1
    assert inside(secret, organisation).get(url(secret)).status_code == 200  # a new one lets in


def test_a_code_is_old_after_a_quarter_of_an_hour(sent: tuple[VendorAsk, str], organisation: Organisation) -> None:
    _ask, secret = sent
    for seconds, status in ((1, 302), (0, 422), (-1, 422)):
        link_of(organisation).update(code_sent_at=None)
        Client().post(url(secret), {"do": "code"})
        link_of(organisation).update(code_until=Now() + dt.timedelta(seconds=seconds))
        assert Client().post(url(secret), {"do": "enter", "code": code_in(organisation)}).status_code == status


def test_codes_are_sent_slowly_and_not_for_ever(sent: tuple[VendorAsk, str], organisation: Organisation) -> None:
    _ask, secret = sent
    assert Client().post(url(secret), {"do": "code"}).status_code == 200
    assert Client().post(url(secret), {"do": "code"}).status_code == 429  # within the minute
    for _more in range(A_DAY - 1):
        link_of(organisation).update(code_sent_at=None)
        assert Client().post(url(secret), {"do": "code"}).status_code == 200
    link_of(organisation).update(code_sent_at=None)
    assert Client().post(url(secret), {"do": "code"}).status_code == 429
    assert len(mails(organisation)) == 1 + A_DAY
    link_of(organisation).update(code_sends_since=Now() - dt.timedelta(days=1))
    assert Client().post(url(secret), {"do": "code"}).status_code == 200


def test_a_newer_code_voids_the_one_before(sent: tuple[VendorAsk, str], organisation: Organisation) -> None:
    _ask, secret = sent
    Client().post(url(secret), {"do": "code"})
    first = code_in(organisation)
    link_of(organisation).update(code_sent_at=None)
    Client().post(url(secret), {"do": "code"})
    if first != code_in(organisation):
        assert Client().post(url(secret), {"do": "enter", "code": first}).status_code == 422


def test_only_hashes_are_kept_of_what_opens(sent: tuple[VendorAsk, str], organisation: Organisation) -> None:
    _ask, secret = sent
    Client().post(url(secret), {"do": "code"})
    row = str(link_of(organisation).values().get())
    assert secret not in row and code_in(organisation) not in row
    door = door_of(secret)
    assert door is not None and door.link.code_digest


def test_a_session_ends_after_eight_hours(
    sent: tuple[VendorAsk, str], organisation: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    _ask, secret = sent
    browser = inside(secret, organisation)
    real = time.time
    for hours, behind in ((7.99, True), (8.01, False)):
        monkeypatch.setattr("django.core.signing.time.time", lambda hours=hours: real() + hours * 3600)
        assert ("<textarea" in browser.get(url(secret)).content.decode()) == behind
    cookie = browser.cookies["ask"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (url(secret), True, "Lax", "")


def test_closing_saves_what_was_typed_and_forgets_the_browser(
    sent: tuple[VendorAsk, str], organisation: Organisation
) -> None:
    _ask, secret = sent
    browser = inside(secret, organisation)
    assert post(browser, secret, "leave", q4="Certified").status_code == 302
    assert link_of(organisation).get().draft == {"4": "Certified"}
    assert "<textarea" not in browser.get(url(secret)).content.decode()


def test_what_is_wrong_stands_at_its_field_and_on_top_with_links(
    sent: tuple[VendorAsk, str], organisation: Organisation
) -> None:
    ask, secret = sent
    browser = inside(secret, organisation)
    long, name = "x" * 4001, "n" * 201
    assert wrong(send_in(browser, secret, name="", sure="")) == {
        "name": "Say who answers.", "sure": "Say that these are your answers: tick the box.",
    }  # fmt: skip
    answer = send_in(browser, secret, name=name, q3=long)
    assert wrong(answer) == {
        "q3": "This has 4001 characters; 4000 fit.", "name": "A name has at most 200 characters.",
    }  # fmt: skip
    assert 'id="sure" name="sure" value="yes" checked' in " ".join(answer.content.decode().split())
    assert wrong(post(browser, secret, "save", q3=long)) == {"q3": "This has 4001 characters; 4000 fit."}
    link_of(organisation).update(draft={})
    assert wrong(send_in(browser, secret, q1="")) == {"q1": "Answer one question at least."}
    assert fresh(ask).state == "sent"
    assert wrong(browser.get(url(secret))) == {}


def test_a_wrong_code_is_said_at_its_field(sent: tuple[VendorAsk, str], organisation: Organisation) -> None:
    _ask, secret = sent
    browser = Client()
    browser.post(url(secret), {"do": "code"})
    assert wrong(browser.post(url(secret), {"do": "enter", "code": "1"})) == {"code": "A code has 8 digits."}
    other = f"{(int(code_in(organisation)) + 1) % 10**8:08d}"
    said = wrong(browser.post(url(secret), {"do": "enter", "code": other}))
    assert said == {"code": "That is not the code. After 5 wrong ones you need a new code."}
    soon = browser.post(url(secret), {"do": "code"})
    assert (wrong(soon), "A code was sent a moment ago" in soon.content.decode()) == ({}, True)


def wrong(answer: Any) -> dict[str, str]:
    """What stands at the fields that are marked as wrong, as a screen reader says it; the summary leads to each."""
    page = html.fromstring(answer.content.decode())
    marked = page.xpath("//*[@aria-invalid='true']")
    assert {link.get("href") for link in page.xpath("//*[@role='alert']//a")} == {f"#{one.get('id')}" for one in marked}
    described = {one.get("id"): page.get_element_by_id(one.get("aria-describedby").split()[0]) for one in marked}
    return {key: " ".join(text.text_content().split()) for key, text in described.items()}
