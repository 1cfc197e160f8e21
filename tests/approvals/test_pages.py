"""The pages: sending, the queue, what is signed, and the record's own part."""

import datetime as dt
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc.access.actor import Actor
from grc.approvals.standing import standings_of
from grc.models import Organisation, Review
from tests.approvals.making import approved, edited, end_role, sent, somebody
from tests.conftest import PASSWORD
from tests.factories import make

pytestmark = pytest.mark.django_db
QUEUE = "/o/nordhaven/approvals"
MEANING = "I approve this document and put it in force"


def client(actor: Actor) -> Client:
    found = Client()
    found.force_login(actor.person)  # type: ignore[arg-type]
    return found


def page(review: Review) -> str:
    return f"{QUEUE}/{review.public_id}"


def body(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def author(system: Actor) -> Actor:
    return somebody(system, "compliance-officer", name="Carla")


@pytest.fixture
def approver(system: Actor) -> Actor:
    return somebody(system, "approver", name="Margit")


def signature(**more: str) -> dict[str, str]:
    return {"decision": "approved", "meaning": MEANING, "comment": "", "password": PASSWORD} | more


# Sending


def test_send_by_page_shows_the_review_on_the_record(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, name="AI policy")
    browser, url = client(author), f"{record.get_absolute_url()}/send"
    assert "Send for approval" in body(browser.get(record.get_absolute_url()))
    form = body(browser.get(url))
    assert "Margit" in form
    assert "What keeps it honest?" not in form
    data = {"approvers": [str(approver.person.public_id)], "note": "First edition", "lock": record.lock}  # type: ignore[union-attr]
    response = browser.post(url, data | {"due_on": ""})
    assert response.status_code == 302
    shown = body(browser.get(record.get_absolute_url()))
    assert "Version 1 is in review" in shown
    assert "No version is in force yet." in shown
    assert f'href="{record.get_absolute_url().rstrip("/")}/send"' not in shown
    again = browser.post(url, data)
    assert again.status_code == 409
    assert "in review already, sent by Carla" in body(again)


def test_send_keeps_what_was_typed_and_names_the_field(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    url = f"{record.get_absolute_url()}/send"
    for values, words in (
        ({"note": ""}, "This field is required"),
        ({"approvers": []}, "This field is required"),
        ({"due_on": "2020-01-01"}, "lies in the past"),
        ({"approvers": ["00000000-0000-0000-0000-000000000000"]}, "Select a valid choice"),
        ({"approvers": ["nonsense"]}, "is not a valid UUID"),
        ({"note": "a\x00b"}, "NUL"),
    ):
        data = {"approvers": [str(approver.person.public_id)], "note": "Kept words", "lock": record.lock} | values  # type: ignore[union-attr]
        response = client(author).post(url, data)
        assert response.status_code == 422, values
        assert words in body(response), values
        assert "note" in values or "Kept words" in body(response)
    assert not Review.unscoped.exists()


def test_send_after_somebody_saved_is_a_conflict_and_then_goes(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, text="one")
    edited(record, system, text="two")
    data = {"approvers": [str(approver.person.public_id)], "note": "Kept words", "lock": 1}  # type: ignore[union-attr]
    response = client(author).post(f"{record.get_absolute_url()}/send", data)
    assert response.status_code == 409
    assert "Kept words" in body(response)
    assert 'name="lock" value="2"' in body(response)


def test_send_offers_authors_with_a_safeguard_only_where_nobody_else_is(system: Actor) -> None:
    admin = somebody(system, "administrator", name="Ada")
    record = make("documents", system)
    url = f"{record.get_absolute_url()}/send"
    assert "What keeps it honest?" in body(client(admin).get(url))
    somebody(system, "approver", name="Margit")
    form = body(client(admin).get(url))
    assert "What keeps it honest?" not in form
    assert "wrote a part of this, and so may not approve it" in form
    data = {"approvers": [str(admin.person.public_id)], "note": "x", "lock": record.lock, "safeguard": "me"}  # type: ignore[union-attr]
    refused = client(admin).post(url, data)
    assert refused.status_code == 422
    assert "Ada sends this, and so may not approve it." in body(refused)


def test_safeguard_stands_wherever_the_approval_does(system: Actor) -> None:
    admin = somebody(system, "administrator", name="Ada")
    record = make("documents", system)
    review = sent(record, admin, admin, safeguard="The auditor reads it in May")
    browser = client(admin)
    assert body(browser.get(page(review))).count("The auditor reads it in May") == 2
    approved(review, admin)
    for url in (page(review), record.get_absolute_url()):
        assert "The auditor reads it in May" in body(browser.get(url)), url
    api = browser.get(f"/api/v1{page(review)}").json()
    assert api["approvals"][0]["safeguard"] == "The auditor reads it in May"


# The queue


def test_queue_shows_first_what_waits_for_me_the_most_urgent_on_top(
    system: Actor, author: Actor, approver: Actor
) -> None:
    today = timezone.localdate()
    for name, due in (("Later", 9), ("Sooner", 2), ("Whenever", None)):
        record = make("documents", system, name=name)
        sent(record, author, approver, due_on=due and today + dt.timedelta(days=due))
    shown = body(client(approver).get(QUEUE))
    assert shown.index("Sooner") < shown.index("Later") < shown.index("Whenever")
    assert "Sooner" not in body(client(somebody(system, "approver")).get(QUEUE))
    assert "Sooner" in body(client(author).get(QUEUE))  # authors begin with what they sent
    assert "Sooner" in body(client(somebody(system, "reader")).get(f"{QUEUE}?show=all"))
    assert client(author).get(f"{QUEUE}?show=nonsense&page=x").status_code == 200


def test_queue_hides_what_one_may_not_see(system: Actor, author: Actor, approver: Actor) -> None:
    sent(make("risks", system, name="Secret risk"), author, approver)
    sent(make("documents", system, name="Open policy"), author, approver)
    shown = body(client(somebody(system, "reader")).get(f"{QUEUE}?show=all"))
    assert "Open policy" in shown
    assert "Secret risk" not in shown


def test_home_says_what_waits_and_what_came_back(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, name="AI policy")
    review = sent(record, author, approver, note="New edition")
    home = body(client(approver).get("/o/nordhaven/"))
    assert f"Read {record}, and approve it or send it back" in home
    assert page(review) in home
    approved(review, approver, decision="rejected", comment="Too short")
    assert "Too short" in body(client(author).get("/o/nordhaven/"))
    assert "and approve it or send it back" not in body(client(approver).get("/o/nordhaven/"))
    edited(record, author, text="longer")
    sent(record, author, approver)
    assert "Too short" not in body(client(author).get("/o/nordhaven/"))


# What is signed


def test_review_shows_the_version_not_the_draft(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, text="What is signed")
    review = sent(record, author, approver, note="Because")
    edited(record, author, text="A later draft")
    shown = body(client(approver).get(page(review)))
    assert "What is signed" in shown
    assert "A later draft" not in shown
    assert review.version.sha256 in shown
    assert "Because" in shown


def test_review_marks_the_words_that_changed(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system, text="A handler reviews claims above 500 euros.")
    approved(sent(record, author, approver), approver)
    edited(record, author, text="A handler reviews claims above 300 euros.")
    second = sent(record, author, approver)
    shown = body(client(approver).get(page(second)))
    assert "Changes against version 1" in shown
    assert '<del><span class="visually-hidden">removed:</span>500</del>' in shown
    assert '<ins><span class="visually-hidden">added:</span>300</ins>' in shown
    approved(second, approver)
    assert "Changes against version 1" in body(client(approver).get(page(second)))  # also when it is history


def test_review_escapes_what_people_wrote(system: Actor, author: Actor, approver: Actor) -> None:
    evil = "<script>alert(1)</script>"
    record = make("documents", system, name=evil, text=evil)
    review = sent(record, author, approver, note=evil)
    assert evil not in body(client(approver).get(page(review)))


def test_version_is_downloaded_as_the_bytes_whose_hash_is_signed(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    for url in (f"{page(review)}/version.json", f"/api/v1{page(review)}/version.json"):
        response = client(approver).get(url)
        assert hashlib.sha256(response.content).hexdigest() == review.version.sha256
        assert response["Content-Disposition"] == 'attachment; filename="DOC-0001-v1.json"'


def test_review_of_a_hidden_register_does_not_exist(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("risks", system), author, approver)
    reader = client(somebody(system, "reader"))
    for tail in ("", "/version.json", "/signed.pdf"):
        assert reader.get(page(review) + tail).status_code == 404
        assert reader.get(f"/api/v1{page(review)}{tail}").status_code == 404
    for tail in ("/decide", "/prove", "/withdraw"):
        assert reader.post(page(review) + tail).status_code == 404


def test_review_of_another_organisation_does_not_exist(
    system: Actor, author: Actor, approver: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    review = sent(make("documents", system), author, approver)
    stranger = client(actor_of("administrator", other_organisation))
    for url in (page(review), page(review).replace("nordhaven", "elsewhere")):
        assert stranger.get(url).status_code == 404
        assert stranger.get(f"/api/v1{url}").status_code == 404
        assert stranger.post(f"{url}/decide", signature()).status_code == 404


def test_review_says_who_can_no_longer_decide(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    end_role(approver, "approver")
    assert "May no longer approve" in body(client(author).get(page(review)))


def test_pages_take_as_many_queries_at_many_reviews(
    system: Actor, author: Actor, approver: Actor, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _ in range(12):
        sent(make("documents", system), author, approver)
    browser = client(approver)
    browser.get(QUEUE)
    with django_assert_max_num_queries(25):
        assert browser.get(QUEUE).status_code == 200


def test_approver_reads_what_is_signed_in_words(system: Actor, author: Actor, approver: Actor) -> None:
    """The systems that a scope froze, and a formatted text: as on paper, not as they are stored."""
    make("ai-systems", system, name="Claims triage", in_scope="out", scope_reason="It is <b>retired</b> in May.")
    shown = body(client(approver).get(page(sent(make("scope", system), author, approver))))
    assert "AI systems out of scope" in shown
    assert "It is &lt;b&gt;retired&lt;/b&gt; in May." in shown
    assert "Systems</h3>" not in shown
    policy = make("documents", system, text="## What we promise\n\n- A person decides.")
    shown = body(client(approver).get(page(sent(policy, author, approver))))
    assert "<li>A person decides.</li>" in shown
    assert "## What" not in shown


def test_the_list_says_what_is_in_force_and_asks_once(system: Actor) -> None:
    officer, head = somebody(system, "compliance-officer"), somebody(system, "approver")
    drafted, waiting, signed, anew = (make("scope", system) for _ in range(4))
    sent(waiting, officer, head)
    for record in (signed, anew):
        approved(sent(record, officer, head), head)
    sent(edited(anew, officer, name="Wider"), officer, head)
    with system.working(), CaptureQueriesContext(connection) as queries:
        found = standings_of([drafted, waiting, signed, anew])
    assert [words for words, _tone in found.values()] == [
        "Draft", "In review", "In force", "In force, the next in review",
    ]  # fmt: skip
    assert len(queries) == 1
    shown = body(client(officer).get("/o/nordhaven/scope/"))
    assert all(words in shown for words in ("Draft", "In force, the next in review", ">Approval</th>"))
