"""Deciding by page: who one is, proven in every way and for this one decision; refusals that keep what was typed."""

import time
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.approvals.signing import sign_review
from grc.models import ActivityEvent, Approval, Review
from tests.approvals.making import edited, end_role, sent, somebody
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


# Deciding


def test_approve_by_page_with_ones_password(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    review = sent(record, author, approver)
    response = client(approver).post(f"{page(review)}/decide", signature(comment="Good"))
    assert (response.status_code, response["Location"]) == (302, QUEUE)
    review.refresh_from_db()
    part = Approval.unscoped.get(review=review)
    assert (review.state, part.method, part.comment) == ("approved", "password", "Good")
    sign_review(review_id=review.pk, organisation=system.organisation)
    shown = body(client(author).get(record.get_absolute_url()))
    assert "Version 1" in shown
    assert "Signed PDF" in shown
    assert "This draft differs" not in shown
    assert "identity proven by password" in body(client(author).get(page(review)))
    edited(record, author, text="next")
    assert "This draft differs from version 1" in body(client(author).get(record.get_absolute_url()))


@pytest.mark.parametrize("password", ["", "wrong", "x" * 400])
def test_approve_without_the_right_password_is_refused(
    password: str, system: Actor, author: Actor, approver: Actor
) -> None:
    review = sent(make("documents", system), author, approver)
    response = client(approver).post(f"{page(review)}/decide", signature(password=password, comment="Kept"))
    assert response.status_code == 422
    assert "That is not your password." in body(response)
    assert "Kept" in body(response)
    assert password == "" or f'value="{password}"' not in body(response)
    assert Approval.unscoped.get(review=review).decision == ""


def test_wrong_passwords_are_logged_and_limited(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    browser = client(approver)
    statuses = [browser.post(f"{page(review)}/decide", signature(password="wrong")).status_code for _ in range(7)]
    assert statuses[0] == 422
    assert 429 in statuses
    assert ActivityEvent.unscoped.filter(verb="login-failed").exists()
    # and from now on not even the right one, by page or API, until the limit has passed
    assert browser.post(f"{page(review)}/decide", signature()).status_code == 429
    api = browser.post(f"/api/v1{page(review)}/decide", signature(), "application/json")
    assert api.status_code == 429
    assert Approval.unscoped.get(review=review).decision == ""


def test_login_alone_is_no_proof(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    browser = Client()
    browser.post("/account/login/", {"login": approver.person.email, "password": PASSWORD})  # type: ignore[union-attr]
    assert browser.get(page(review)).status_code == 200
    assert browser.post(f"{page(review)}/decide", signature(password="")).status_code == 422


def prove(browser: Client, actor: Actor, *, at: float | None = None, **more: Any) -> None:
    """What allauth leaves in the session after a code was entered on its page."""
    session = browser.session
    session["account_authentication_methods_user"] = str(actor.person.pk)  # type: ignore[union-attr]
    record = {"method": "mfa", "id": 1, "type": "totp", "reauthenticated": True, "at": at or time.time()} | more
    session["account_authentication_methods"] = [*session.get("account_authentication_methods", []), record]
    session.save()


def with_totp(actor: Actor) -> Any:
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    return TOTP.activate(actor.person, generate_totp_secret())


def test_authenticator_code_proves_for_one_review_and_one_decision(
    system: Actor, author: Actor, approver: Actor
) -> None:
    with_totp(approver)
    review, other = (sent(make("documents", system), author, approver) for _ in range(2))
    browser = client(approver)
    begun = browser.post(f"{page(review)}/prove", {"way": "mfa_reauthenticate"})
    assert begun.status_code == 302
    assert begun["Location"].startswith("/account/2fa/reauthenticate/?next=")
    prove(browser, approver)
    assert "You confirmed at" in body(browser.get(page(review)))
    assert browser.post(f"{page(other)}/decide", signature(password="")).status_code == 422
    assert browser.post(f"{page(review)}/decide", signature(password="")).status_code == 302
    assert Approval.unscoped.get(review=review).method == "totp"
    browser.post(f"{page(other)}/prove", {"way": "mfa_reauthenticate"})
    assert browser.post(f"{page(other)}/decide", signature(password="")).status_code == 422  # spent


@pytest.mark.parametrize(
    ("record", "method"),
    [
        ({"method": "mfa", "type": "webauthn"}, "webauthn"),
        ({"method": "mfa", "type": "recovery_codes"}, "recovery_codes"),
        ({"method": "socialaccount", "provider": "p", "uid": "u"}, "identity-provider"),
        ({"method": "password"}, "password"),
        ({"method": "socialaccount", "reauthenticated": False}, ""),
        ({"method": "mfa", "type": "invented"}, ""),
        ({"method": "code"}, ""),
    ],
)
def test_method_is_kept_and_only_known_ones_count(
    record: dict[str, Any], method: str, system: Actor, author: Actor, approver: Actor
) -> None:
    with_totp(approver)
    review = sent(make("documents", system), author, approver)
    browser = client(approver)
    browser.post(f"{page(review)}/prove", {"way": "mfa_reauthenticate"})
    prove(browser, approver, **record)
    status = browser.post(f"{page(review)}/decide", signature(password="")).status_code
    assert status == (302 if method else 422)
    assert Approval.unscoped.get(review=review).method == method


def test_whole_way_through_the_authenticator(system: Actor, author: Actor, approver: Actor) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    authenticator = with_totp(approver)
    review = sent(make("documents", system), author, approver)
    browser = client(approver)
    where = browser.post(f"{page(review)}/prove", {"way": "mfa_reauthenticate"})["Location"]
    secret = authenticator.instance.data["secret"]
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    back = browser.post(where, {"code": code, "next": page(review)})
    assert (back.status_code, back["Location"]) == (302, page(review))
    assert browser.post(f"{page(review)}/decide", signature(password="")).status_code == 302
    assert Approval.unscoped.get(review=review).method == "totp"


def test_proof_that_is_older_than_the_decision_counts_for_nothing(
    system: Actor, author: Actor, approver: Actor
) -> None:
    with_totp(approver)
    review = sent(make("documents", system), author, approver)
    browser = client(approver)
    prove(browser, approver)  # before this review was begun
    browser.post(f"{page(review)}/prove", {"way": "mfa_reauthenticate"})
    assert browser.post(f"{page(review)}/decide", signature(password="")).status_code == 422
    session = browser.session
    session["approval_proof"] = session["approval_proof"] | {"at": time.time() - 900}
    session["account_authentication_methods"] = []
    session.save()
    prove(browser, approver, at=time.time() - 301)  # begun long ago, proven five minutes ago
    assert browser.post(f"{page(review)}/decide", signature(password="")).status_code == 422
    assert Approval.unscoped.get(review=review).decision == ""


def test_proof_of_an_unknown_way_is_not_begun(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    response = client(approver).post(f"{page(review)}/prove", {"way": "mfa_reauthenticate"})
    assert response.status_code == 422
    assert "not set up this way" in body(response)


def test_who_was_not_asked_reads_and_may_not_decide(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    other = client(somebody(system, "approver"))
    assert "Sign the decision" not in body(other.get(page(review)))
    assert other.post(f"{page(review)}/decide", signature()).status_code == 403
    assert client(author).post(f"{page(review)}/decide", signature()).status_code == 403


def test_role_ended_between_reading_and_deciding(system: Actor, author: Actor) -> None:
    approver = somebody(system, "approver", "reader")
    review = sent(make("documents", system), author, approver)
    browser = client(approver)
    assert "Sign the decision" in body(browser.get(page(review)))
    end_role(approver, "approver")
    assert browser.post(f"{page(review)}/decide", signature()).status_code == 403
    assert "Sign the decision" not in body(browser.get(page(review)))
    end_role(approver, "reader")
    assert browser.post(f"{page(review)}/decide", signature()).status_code == 404


def test_deciding_twice_by_page_says_so(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    browser = client(approver)
    browser.post(f"{page(review)}/decide", signature())
    again = browser.post(f"{page(review)}/decide", signature(decision="rejected", comment="No"))
    assert again.status_code == 409
    assert "decided already" in body(again)


def test_send_back_by_page_needs_a_comment(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    review = sent(record, author, approver)
    browser = client(approver)
    bare = browser.post(f"{page(review)}/decide", signature(decision="rejected", meaning=""))
    assert bare.status_code == 422
    assert "Say what must change" in body(bare)
    browser.post(f"{page(review)}/decide", signature(decision="rejected", meaning="", comment="Name the owner"))
    shown = body(client(author).get(record.get_absolute_url()))
    assert "Version 1 was sent back" in shown
    assert "Name the owner" in shown
    assert "Send for approval" in shown


def test_withdraw_by_page(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    assert client(approver).post(f"{page(review)}/withdraw").status_code == 403
    assert client(author).post(f"{page(review)}/withdraw", {"reason": "a\x00b"}).status_code == 302
    review.refresh_from_db()
    assert review.state == "withdrawn"
    assert client(author).post(f"{page(review)}/withdraw").status_code == 302
    assert "Sign the decision" not in body(client(approver).get(page(review)))
