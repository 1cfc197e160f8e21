"""Approvals through the API: what pages do, by the same gate; a token alone signs nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from grc.access.actor import Actor
from grc.actions.tokens import make_token
from grc.approvals.proofs import METHODS
from grc.models import Approval, IdempotencyKey, Organisation, Person, Review
from tests.approvals.making import approved, end_role, sent, somebody
from tests.conftest import PASSWORD
from tests.factories import make

pytestmark = pytest.mark.django_db
API = "/api/v1/o/nordhaven"
MEANING = "I approve this document and put it in force"


class Caller:
    """Somebody with a personal token."""

    def __init__(self, actor: Actor) -> None:
        assert actor.person is not None
        _token, secret = make_token(person=actor.person, name="script", days=7)
        self.headers: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}

    def get(self, url: str, **params: str) -> Any:
        return Client().get(API + url, params, **self.headers)

    def post(self, url: str, body: dict[str, Any], **more: Any) -> Any:
        return Client().post(API + url, body, "application/json", **self.headers, **more)


@pytest.fixture
def author(system: Actor) -> Actor:
    return somebody(system, "compliance-officer", name="Carla")


@pytest.fixture
def approver(system: Actor) -> Actor:
    return somebody(system, "approver", name="Margit")


def signature(**more: Any) -> dict[str, Any]:
    return {"decision": "approved", "meaning": MEANING, "password": PASSWORD} | more


def test_whole_way_by_api(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    ask = {"lock": record.lock, "approvers": [approver.person.email], "note": "First", "due_on": None}  # type: ignore[union-attr]
    made = Caller(author).post(f"/documents/{record.reference}/approvals", ask)
    assert made.status_code == 201
    assert made.json()["state"] == "in-review"
    waiting = Caller(approver).get("/approvals").json()
    assert [item["id"] for item in waiting["results"]] == [made.json()["id"]]
    url = f"/approvals/{made.json()['id']}"
    done = Caller(approver).post(f"{url}/decide", signature(comment="Good"))
    assert done.status_code == 200
    assert done.json()["state"] == "approved"
    (part,) = done.json()["approvals"]
    assert (part["decision"], part["meaning"], part["method"]) == ("approved", MEANING, "password")
    assert part["method"] in METHODS
    assert Caller(approver).get("/approvals").json()["count"] == 0
    assert Caller(approver).get("/approvals", show="decided").json()["count"] == 1
    assert Caller(author).get(f"/documents/{record.reference}/approvals").json()["count"] == 1
    assert Caller(author).get(url).json() == done.json()


@pytest.mark.parametrize("password", [None, "", "wrong", 7, ["x"]])
def test_token_alone_never_approves(password: Any, system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    body = signature(password=password)
    if password is None:
        del body["password"]
    response = Caller(approver).post(f"/approvals/{review.public_id}/decide", body)
    assert response.status_code in (400, 403)
    assert "password" in response.json()["fields"]
    assert Approval.unscoped.get(review=review).decision == ""


def test_password_of_somebody_else_does_not_approve(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    person = Person.objects.get(pk=approver.person.pk)  # type: ignore[union-attr]
    person.set_password("another horse battery staple")
    person.save()
    response = Caller(approver).post(f"/approvals/{review.public_id}/decide", signature())
    assert response.status_code == 403
    assert Approval.unscoped.get(review=review).decision == ""


def test_person_without_a_password_cannot_approve_by_api(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    person = Person.objects.get(pk=approver.person.pk)  # type: ignore[union-attr]
    person.set_unusable_password()
    person.save()
    response = Caller(approver).post(f"/approvals/{review.public_id}/decide", signature())
    assert response.status_code == 403
    assert "no password here" in response.json()["error"]


def test_wrong_passwords_are_limited(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    caller, url = Caller(approver), f"/approvals/{review.public_id}/decide"
    statuses = [caller.post(url, signature(password="wrong")).status_code for _ in range(7)]
    assert set(statuses) == {403, 429}
    assert caller.post(url, signature()).status_code == 429
    person = Person.objects.get(pk=approver.person.pk)  # type: ignore[union-attr]
    assert person.failed_logins >= 1  # kept, although the answer was a refusal


def test_decision_keeps_no_trace_of_the_password(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    url = f"/approvals/{review.public_id}/decide"
    Caller(approver).post(url, signature(), HTTP_IDEMPOTENCY_KEY="once")
    assert not IdempotencyKey.objects.exists()  # its hash would be one of the password
    assert Caller(approver).post(url, signature(), HTTP_IDEMPOTENCY_KEY="once").status_code == 409


def test_decision_refusals_name_the_field(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    caller, url = Caller(approver), f"/approvals/{review.public_id}/decide"
    for body, field in (
        (signature(meaning=""), "meaning"),
        (signature(meaning="I have seen it"), "meaning"),
        (signature(decision="rejected"), "comment"),
        (signature(decision="superseded"), "decision"),
        (signature(comment="a\x00b"), "comment"),
        (signature(approver="x"), "approver"),
        (signature(method="passkey"), "method"),
        (signature(decided_at="2020-01-01"), "decided_at"),
    ):
        response = caller.post(url, body)
        assert response.status_code == 400, body
        assert field in response.json().get("fields", {field: 1}), body
    assert Approval.unscoped.get(review=review).decision == ""


def test_decision_of_others_is_refused(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    url = f"/approvals/{review.public_id}/decide"
    assert Caller(author).post(url, signature()).status_code == 403
    assert Caller(somebody(system, "approver")).post(url, signature()).status_code == 403
    assert Caller(somebody(system, "platform-engineer")).post(url, signature()).status_code == 404
    caller = Caller(approver)
    end_role(approver, "approver")
    assert caller.post(url, signature()).status_code == 404
    assert Approval.unscoped.get(review=review).decision == ""


def test_send_refusals_name_the_field(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    email = approver.person.email  # type: ignore[union-attr]
    good = {"lock": record.lock, "approvers": [email], "note": "x"}
    caller, url = Caller(author), f"/documents/{record.reference}/approvals"
    reader = somebody(system, "reader").person
    assert reader is not None
    for more, field in (
        ({"lock": None}, "lock"),
        ({"note": ""}, "note"),
        ({"approvers": []}, "approvers"),
        ({"approvers": ["nobody@example.org"]}, "approvers"),
        ({"approvers": [reader.email]}, "approvers"),
        ({"approvers": email}, "approvers"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"due_on": "10000-01-01"}, "due_on"),
        ({"author": email}, "author"),
        ({"state": "approved"}, "state"),
    ):
        response = caller.post(url, good | more)
        assert response.status_code == 400, more
        assert field in response.json()["fields"], more
    assert caller.post(url, good | {"lock": 7}).status_code == 409
    assert Caller(somebody(system, "reader")).post(url, good).status_code == 403
    assert not Review.unscoped.exists()


def test_send_with_the_same_key_is_done_once(system: Actor, author: Actor, approver: Actor) -> None:
    record = make("documents", system)
    body = {"lock": record.lock, "approvers": [approver.person.email], "note": "x"}  # type: ignore[union-attr]
    url = f"/documents/{record.reference}/approvals"
    first = Caller(author).post(url, body, HTTP_IDEMPOTENCY_KEY="once")
    again = Caller(author).post(url, body, HTTP_IDEMPOTENCY_KEY="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert Caller(author).post(url, body).status_code == 409
    assert Review.unscoped.count() == 1


def test_safeguard_by_api(system: Actor) -> None:
    admin = somebody(system, "administrator", name="Ada")
    record = make("documents", system)
    body = {"lock": record.lock, "approvers": [admin.person.email], "note": "x"}  # type: ignore[union-attr]
    url = f"/documents/{record.reference}/approvals"
    refused = Caller(admin).post(url, body)
    assert refused.status_code == 400
    assert "safeguard" in refused.json()["fields"]
    assert Caller(admin).post(url, body | {"safeguard": "An auditor reads it"}).status_code == 201


def test_withdraw_by_api(system: Actor, author: Actor, approver: Actor) -> None:
    review = sent(make("documents", system), author, approver)
    url = f"/approvals/{review.public_id}/withdraw"
    assert Caller(approver).post(url, {}).status_code == 403
    assert Caller(author).post(url, {"reason": "x", "state": "y"}).status_code == 400
    assert Caller(author).post(url, {"reason": "Wrong"}).json()["state"] == "withdrawn"
    assert Caller(author).post(url, {}).status_code == 409


def test_lists_refuse_what_they_do_not_know(system: Actor, author: Actor) -> None:
    assert Caller(author).get("/approvals", show="nonsense").status_code == 400


def test_other_organisation_sees_nothing(
    system: Actor, author: Actor, approver: Actor, other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    review = approved(sent(make("documents", system), author, approver), approver)
    stranger = Caller(actor_of("administrator", other_organisation))
    assert stranger.get(f"/approvals/{review.public_id}").status_code == 404
    client = Client()
    elsewhere = client.get("/api/v1/o/elsewhere/approvals", {"show": "all"}, **stranger.headers)
    assert elsewhere.json()["count"] == 0
