"""A questionnaire's link in the hands of somebody who wants more than to answer."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils.html import escape

from grc.access.actor import Actor
from grc.actions.records import archive_record, change_record, restore_record
from grc.models import ActivityEvent, Membership, Organisation, OutboxMessage, Person
from grc.models.record import Record
from tests.attacks.crawling import LINKS
from tests.attacks.planting import CANARY, holds_canary, plant_organisation, plant_registers, plant_rest
from tests.conftest import PASSWORD
from tests.factories import make
from tests.identity.links import mails
from tests.vendors.asked import WORDS, asked, code_in, day, fresh, inside, link_of, post, secret_in, send_in, token, url
from vendors.asking.actions import send_ask, withdraw_ask
from vendors.models import VendorAsk

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]


@pytest.fixture
def manager(actor_of: Actors) -> Actor:
    return actor_of("vendor-manager")


@pytest.fixture
def sent(manager: Actor) -> tuple[VendorAsk, str]:
    return asked(manager, name="Anna Holm", email="anna@vectorhaus.example")


def test_a_session_of_one_questionnaire_opens_no_other(
    sent: tuple[VendorAsk, str], manager: Actor, other_organisation: Organisation, actor_of: Actors
) -> None:
    _ask, secret = sent
    browser = inside(secret, manager.organisation)
    mark, cookie = token(browser, secret), browser.cookies["ask"].value
    _second, second = asked(manager)
    _third, third = asked(actor_of("vendor-manager", other_organisation))
    for other, organisation in ((second, manager.organisation), (third, other_organisation)):
        thief = Client()
        thief.cookies["ask"] = cookie  # whatever its path says
        assert "<textarea" not in thief.get(url(other)).content.decode()
        for do in ("keep", "save", "send", "leave"):
            fields = {"do": do, "token": mark, "q1": "stolen", "name": "Thief", "sure": "yes"}
            assert thief.post(url(other), fields).status_code in {403, 422}
        assert not link_of(organisation).exclude(draft={}).exists()
        assert not VendorAsk.objects.within(organisation).filter(state="answered").exists()


def test_a_code_of_one_questionnaire_is_no_code_of_another(sent: tuple[VendorAsk, str], manager: Actor) -> None:
    _ask, secret = sent
    _second, second = asked(manager)
    Client().post(url(second), {"do": "code"})
    theirs = code_in(manager.organisation)
    Client().post(url(secret), {"do": "code"})
    if theirs != code_in(manager.organisation):
        assert Client().post(url(secret), {"do": "enter", "code": theirs}).status_code == 422


@pytest.mark.parametrize("how", ["sent again", "withdrawn", "archived", "address changed", "archived and back"])
def test_what_closes_a_link_ends_its_sessions_too(sent: tuple[VendorAsk, str], manager: Actor, how: str) -> None:
    ask, secret = sent
    browser = inside(secret, manager.organisation)
    mark, row = token(browser, secret), fresh(ask)
    with manager.working():
        if how == "sent again":
            send_ask(ask=ask, by=manager)
        elif how == "withdrawn":
            withdraw_ask(ask=ask, by=manager)
        elif how == "address changed":
            row.email = "somebody.else@vectorhaus.example"
            change_record(record=row, by=manager, lock=row.lock)
        else:
            archive_record(record=row, by=manager)
            if how == "archived and back":
                restore_record(record=row, by=manager)
    assert browser.get(url(secret)).status_code == 404
    assert browser.post(url(secret), {"do": "save", "token": mark, "q1": "late"}).status_code == 404
    assert Client().post(url(secret), {"do": "code"}).status_code == 404
    assert not link_of(manager.organisation).exclude(draft={}).exists()


def test_a_link_sent_again_goes_on_where_one_stopped_unless_somebody_else_gets_it(
    sent: tuple[VendorAsk, str], manager: Actor
) -> None:
    ask, secret = sent
    post(inside(secret, manager.organisation), secret, "save", q1="Mine")
    with manager.working():
        send_ask(ask=ask, by=manager)
    again = secret_in(manager.organisation)
    assert again != secret
    assert "Mine" in inside(again, manager.organisation).get(url(again)).content.decode()
    row = fresh(ask)
    row.email = "somebody.else@vectorhaus.example"
    with manager.working():
        change_record(record=row, by=manager, lock=row.lock)
        send_ask(ask=row, by=manager)
    third = secret_in(manager.organisation)
    page = inside(third, manager.organisation).get(url(third)).content.decode()
    assert "<textarea" in page and "Mine" not in page


def test_forms_of_other_sites_do_nothing(sent: tuple[VendorAsk, str], manager: Actor) -> None:
    _ask, secret = sent
    browser = inside(secret, manager.organisation)
    for mark in ("", "x", "é", token(inside(secret, manager.organisation), secret)):
        for do in ("keep", "save", "send", "leave"):
            fields = {"do": do, "token": mark, "q1": "forged", "name": "X", "sure": "yes"}
            assert browser.post(url(secret), fields).status_code == 403
    assert link_of(manager.organisation).get().draft == {}


@pytest.mark.parametrize("cookie", ["", "x", "a.b:c:d", "\x00", "é" * 9, "x" * 5000])
def test_a_cookie_that_we_did_not_sign_is_none(sent: tuple[VendorAsk, str], manager: Actor, cookie: str) -> None:
    _ask, secret = sent
    door = link_of(manager.organisation).get()
    for value in (cookie, f"{door.digest}.x", f"{door.digest}.x:1rY:{'A' * 43}"):
        answer = Client(HTTP_COOKIE=f"ask={value}").get(url(secret))
        assert (answer.status_code, "<textarea" in answer.content.decode()) == (200, False)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b", "ab"),
        ("\u202ecod.exe\u202c", "cod.exe"),
        ("x\u2066y\u2069\u200f", "xy"),
        ("one\r\ntwo\rthree\tfour", "one\ntwo\nthree\tfour"),
        ("\x1b[31mred\x07", "[31mred"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("שלום 日本 👩‍💻 naïve", "שלום 日本 👩‍💻 naïve"),
        ("=HYPERLINK(1)", "=HYPERLINK(1)"),
        ("x" * 4000, "x" * 4000),
    ],
)
def test_what_is_typed_is_kept_without_what_harms(
    sent: tuple[VendorAsk, str], manager: Actor, typed: str, kept: str
) -> None:
    ask, secret = sent
    browser = inside(secret, manager.organisation)
    assert send_in(browser, secret, q1=typed, name="Anna\x00 \u202eHolm").status_code == 302
    row = fresh(ask)
    assert (row.answers, row.answered_by) == ({"1": kept}, "Anna Holm")
    page = browser.get(url(secret)).content.decode()
    assert "<script>alert" not in page
    assert escape(kept.splitlines()[0][:30]) in page


def test_half_characters_in_raw_bytes_become_no_error(sent: tuple[VendorAsk, str], manager: Actor) -> None:
    _ask, secret = sent
    browser = inside(secret, manager.organisation)
    body = f"do=save&token={token(browser, secret)}&q1=a%ED%A0%80b%FF"
    answer = browser.generic("POST", url(secret), body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert link_of(manager.organisation).get().draft["1"].startswith("a")


def test_what_is_too_long_is_refused_and_stays_on_the_page(sent: tuple[VendorAsk, str], manager: Actor) -> None:
    ask, secret = sent
    browser = inside(secret, manager.organisation)
    post(browser, secret, "save", q2="Before")
    long = "y" * 4001
    for do in ("save", "send"):
        answer = post(browser, secret, do, q1=long, q3="Also typed", name="Anna", sure="yes")
        page = answer.content.decode()
        assert answer.status_code == 422
        assert long in page and "Also typed" in page and "Question 1" in page and "4001 characters" in page
    assert post(browser, secret, "keep", q1=long).status_code == 422
    assert link_of(manager.organisation).get().draft == {"2": "Before"}
    huge = post(browser, secret, "save", q1="z" * (3 * 2**20))
    assert (huge.status_code, "Nothing was saved" in huge.content.decode()) == (413, True)
    many = browser.post(url(secret), {f"f{n}": "1" for n in range(1100)})
    assert many.status_code == 400
    assert fresh(ask).state == "sent"


@pytest.mark.parametrize(
    "fields", [{"sure": ""}, {"name": ""}, {"name": " \x00 "}, {"name": "n" * 201}, {"q1": ""}, {"q1": "\u202e"}]
)
def test_sending_in_takes_a_name_a_tick_and_an_answer(
    sent: tuple[VendorAsk, str], manager: Actor, fields: dict[str, str]
) -> None:
    ask, secret = sent
    browser = inside(secret, manager.organisation)
    answer = send_in(browser, secret, **fields)
    assert answer.status_code == 422
    assert fresh(ask).state == "sent"
    if "q1" not in fields:
        assert link_of(manager.organisation).get().draft == {"1": WORDS}  # nothing typed is lost by it


def test_after_sending_in_nothing_changes_any_more(sent: tuple[VendorAsk, str], manager: Actor) -> None:
    ask, secret = sent
    browser = inside(secret, manager.organisation)
    mark = token(browser, secret)
    send_in(browser, secret)
    for do in ("keep", "save", "send"):
        fields = {"do": do, "token": mark, "q1": "Other words", "name": "Somebody", "sure": "yes"}
        assert browser.post(url(secret), fields).status_code == 422
    row = fresh(ask)
    assert (row.answers, row.answered_by) == ({"1": WORDS}, "Anna Holm")
    assert ActivityEvent.unscoped.filter(record=ask.key, detail__startswith="Answered").count() == 1


def test_a_form_that_lay_open_does_not_undo_what_a_colleague_typed(sent: tuple[VendorAsk, str], manager: Actor) -> None:
    _ask, secret = sent
    one, two = inside(secret, manager.organisation), inside(secret, manager.organisation)
    page = one.get(url(secret)).content.decode()
    stale = dict(re.findall(r'name="(was\d+)" value="(\w+)"', page)) | {f"q{n}": "" for n in range(1, 11)}
    post(two, secret, "save", q2="Typed meanwhile")
    post(one, secret, "save", **stale | {"q1": "Mine"})
    assert link_of(manager.organisation).get().draft == {"1": "Mine", "2": "Typed meanwhile"}
    post(one, secret, "save", **stale | {"q2": "Mine, too"})
    assert link_of(manager.organisation).get().draft["2"] == "Mine, too"


def test_without_a_session_what_was_typed_is_shown_back_and_kept_nowhere(
    sent: tuple[VendorAsk, str], manager: Actor
) -> None:
    ask, secret = sent
    answer = Client().post(url(secret), {"do": "send", "q3": "Long typed <b>", "name": "X", "sure": "yes"})
    page = answer.content.decode()
    assert (answer.status_code, "Long typed &lt;b&gt;" in page) == (422, True)
    assert ask.review.vendor.name not in page and "subprocessors" not in page
    assert link_of(manager.organisation).get().draft == {}
    kept = Client().post(url(secret), {"do": "keep", "q3": "Typed"})
    assert (kept.status_code, "the session is over" in kept.content.decode()) == (422, True)


@pytest.mark.parametrize("do", ["", "answer", "keep\x00", "__class__", "get"])
def test_other_deeds_are_none(sent: tuple[VendorAsk, str], manager: Actor, do: str) -> None:
    _ask, secret = sent
    assert Client().post(url(secret), {"do": do}).status_code in {403, 422}
    assert post(inside(secret, manager.organisation), secret, do).status_code == 400


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
def test_other_methods_are_none(sent: tuple[VendorAsk, str], method: str) -> None:
    assert getattr(Client(), method)(url(sent[1])).status_code == 405


@pytest.mark.parametrize("secret", ["x", "x" * 3000, "%00", "%ED%A0%80", "..%2Fo", "é", "%F0%9F%92%A9", "' OR 1=1 --"])
def test_addresses_that_nobody_was_sent_do_not_exist(sent: tuple[VendorAsk, str], secret: str) -> None:
    for answer in (Client().get(f"/ask/{secret}"), Client().post(f"/ask/{secret}", {"do": "code"})):
        assert answer.status_code == 404


def test_who_has_signed_in_is_an_outsider_here_too(
    sent: tuple[VendorAsk, str], manager: Actor, client_of: Callable[..., Client]
) -> None:
    _ask, secret = sent
    member = client_of("administrator")
    assert member.get(url(secret)).content == Client().get(url(secret)).content
    assert "<textarea" not in member.get(url(secret)).content.decode()
    browser = inside(secret, manager.organisation)
    before = browser.get(url(secret)).content
    browser.force_login(manager.person)  # type: ignore[arg-type]
    assert browser.get(url(secret)).content == before
    assert Client(HTTP_COOKIE=f"ask={browser.cookies['ask'].value}").get("/o/nordhaven/").status_code == 302


def every_page(secret: str, organisation: Organisation) -> dict[str, tuple[int, bytes]]:
    """Each page that an outsider can be shown, by name, without what is random in it."""
    browser, stranger = inside(secret, organisation), Client()
    link_of(organisation).update(code_sent_at=None)
    answers: dict[str, Any] = {
        "link": stranger.get(url(secret)),
        "code": stranger.post(url(secret), {"do": "code"}),
        "wrong code": stranger.post(url(secret), {"do": "enter", "code": "1"}),
        "no session": stranger.post(url(secret), {"do": "save", "q1": "x"}),
        "form": browser.get(url(secret)),
        "saved": browser.get(f"{url(secret)}?saved=1"),
        "kept": post(browser, secret, "keep", q1="x"),
        "refused": post(browser, secret, "send", q1="x"),
        "foreign form": browser.post(url(secret), {"do": "save"}),
        "unknown": stranger.get(url("unknown")),
        "answered": send_in(browser, secret),
        "thanks": browser.get(url(secret)),
    }
    random = re.compile(rb'name="token" value="\w+"|\d{4}-\d\d-\d\d, \d\d:\d\d|' + re.escape(secret).encode())
    return {name: (answer.status_code, random.sub(b"", answer.content)) for name, answer in answers.items()}


def plant_all(by: Actor) -> None:
    """A canary in every text of every register of this organisation, its other questionnaires and its people."""
    with by.working():
        records: dict[str, Record] = plant_registers(by, CANARY)
        ask: Any = records["vendor-asks"]
        VendorAsk.objects.within(by.organisation).filter(pk=ask.pk).update(answers={"1": CANARY}, answered_by=CANARY)
    person = Person.objects.create_user(f"own-{CANARY}@{CANARY}.example", PASSWORD, name=CANARY)
    Membership.objects.create(organisation=by.organisation, person=person, role="administrator")


def test_no_page_shows_anything_but_the_questionnaire(system: Actor, organisation: Organisation) -> None:
    """Canaries stand in whatever is not meant to be seen: the review's own words, verdicts, facts, agreements, other
    questionnaires, people, comments, and in the ask itself whatever is not written to the vendor."""
    plant_all(system)
    vendor = make("vendors", system, name="Vectorhaus", legal_name=CANARY, contact_name=CANARY, purpose=CANARY)
    review = make("vendor-reviews", system, vendor=vendor, conclusion=CANARY, conditions=CANARY)
    ask, secret = asked(system, review=review, name=CANARY, email=f"anna@{CANARY}.example", tags=[CANARY])
    pages = every_page(secret, organisation)
    assert [name for name, (_status, body) in pages.items() if holds_canary(body)] == []
    references = {key.reference for key in ask.key.__class__.unscoped.all()}
    leaked = [(name, ref) for name, (_s, body) in pages.items() for ref in references if ref.encode() in body]
    assert leaked == []
    for name, (_status, body) in pages.items():
        links = {link for link in LINKS.findall(body.decode()) if not link.startswith(("/static/", "/ask/"))}
        assert links <= {""}, name


def test_pages_are_the_same_whatever_else_there_is(system: Actor, organisation: Organisation) -> None:
    vendor = make("vendors", system, name="Vectorhaus")

    def look() -> dict[str, tuple[int, bytes]]:
        _ask, secret = asked(system, review=make("vendor-reviews", system, vendor=vendor), name="Anna Holm")
        return every_page(secret, organisation)

    before = look()
    plant_all(system)
    stranger = plant_organisation()
    with connection.cursor() as cursor:
        cursor.execute("SELECT evidence_decision_month(now())")
    plant_rest(stranger.organisation)
    after = look()
    assert {name: page for name, page in before.items() if after[name] != page} == {}


def test_mails_hold_what_is_written_to_the_vendor_and_no_more(sent: tuple[VendorAsk, str], manager: Actor) -> None:
    ask, secret = sent
    inside(secret, manager.organisation)
    for mail in mails(manager.organisation):
        assert mail["to"] == "anna@vectorhaus.example"
        assert ask.reference not in mail["text"] and ask.review.reference not in mail["text"]
        assert "/o/" not in mail["text"]
    kept = OutboxMessage.unscoped.filter(organisation=manager.organisation)
    assert all("text" not in message.payload and secret not in str(message.payload) for message in kept)


def test_names_with_line_breaks_write_no_header_and_no_line(manager: Actor) -> None:
    vendor = make("vendors", manager, name="Evil\r\nBcc: all@example.org")
    asked(manager, review=make("vendor-reviews", manager, vendor=vendor), name="A\nB", expires_on=day(3))
    (mail,) = mails(manager.organisation)
    assert "\n" not in mail["subject"] and "\r" not in mail["subject"]
    assert "Hello A B," in mail["text"]
