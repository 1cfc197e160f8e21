"""An invitation opens once, for a week, for one address, and its secret stands nowhere."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.people import NotPossible, roles_of
from grc.context import Context, working_in
from grc.identity.invitations import (
    NotOpen,
    accept_invitation,
    invite,
    invite_again,
    revoke_invitation,
    state_of,
)
from grc.models import ActivityEvent, Invitation, Organisation, OutboxMessage, Person
from tests.conftest import PASSWORD, make_person
from tests.identity.links import mails, secret_in

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/people"
NEW: dict[str, Any] = {"email": "Nina@Nordhaven.example", "name": "Nina New", "roles": ["reader", "approver"]}
JOINS = {"name": "Nina New", "password": "a quite long phrase"}


@pytest.fixture
def by(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("administrator")


@pytest.fixture
def secret(by: Actor) -> str:
    with by.working():
        invite(email=NEW["email"], roles=NEW["roles"], by=by)
    return secret_in(mails(by.organisation)[-1])


def row(by: Actor) -> Invitation:
    with by.working():
        return Invitation.objects.within(by.organisation).get()


def test_invited_person_makes_an_account_and_is_in(client_of: Callable[..., Client], by: Actor) -> None:
    assert client_of("administrator").post(PAGE, NEW).status_code == 302
    (mail,) = mails(by.organisation)
    assert mail["to"] == "nina@nordhaven.example"
    browser, secret = Client(), secret_in(mail)
    page = browser.get(f"/join/{secret}")
    assert page.status_code == 200
    assert "Approver" in page.content.decode()
    answer = browser.post(f"/join/{secret}", JOINS)
    assert answer.status_code == 302, answer.content.decode()
    assert answer["Location"] == "/o/nordhaven/"
    assert browser.get("/o/nordhaven/").status_code == 200
    person = Person.objects.get(email="nina@nordhaven.example")
    assert person.check_password(JOINS["password"])
    with by.working():
        assert roles_of(person, by.organisation) == {"reader", "approver"}
        verbs = set(ActivityEvent.objects.within(by.organisation).values_list("verb", flat=True))
    assert {"invited", "joined", "logged-in"} <= verbs
    assert state_of(row(by)) == "accepted"
    assert "opens nothing" in Client().get(f"/join/{secret}").content.decode()


def test_secret_stands_nowhere_in_the_clear(by: Actor, secret: str) -> None:
    invitation = row(by)
    assert secret not in str(vars(invitation))
    with by.working():
        message = OutboxMessage.objects.within(by.organisation).get()
        assert secret not in str(message.payload)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "a\x00b"),
        ("password", "short"),
        ("password", "password1234"),
        ("password", "nina@nordhaven"),
    ],
)
def test_bad_input_of_the_invited_is_named_and_makes_nobody(secret: str, field: str, value: str) -> None:
    answer = Client().post(f"/join/{secret}", JOINS | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Person.objects.filter(email="nina@nordhaven.example").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "nonsense"), ("email", ""), ("roles", ["king"]), ("roles", []), ("name", "a\x00b")],
)
def test_bad_input_of_the_inviting_is_named(
    client_of: Callable[..., Client], by: Actor, field: str, value: str
) -> None:
    answer = client_of("administrator").post(PAGE, NEW | {field: value})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert mails(by.organisation) == []


def test_somebody_with_an_account_signs_in_and_joins(by: Actor, secret: str, other_organisation: Organisation) -> None:
    person = make_person("nina@nordhaven.example", other_organisation, "reader")
    browser = Client()
    page = browser.get(f"/join/{secret}").content.decode()
    assert "sign in with it" in page
    assert browser.post(f"/join/{secret}", JOINS).status_code == 422
    assert person.check_password(PASSWORD)
    browser.force_login(person)
    assert browser.get("/o/nordhaven/").status_code == 404
    assert browser.post(f"/join/{secret}").status_code == 302
    assert browser.get("/o/nordhaven/").status_code == 200
    switcher = browser.get("/o/nordhaven/").content.decode()
    assert "Elsewhere" in switcher


def test_somebody_else_cannot_use_it(by: Actor, secret: str, client_of: Callable[..., Client]) -> None:
    browser = client_of("reader")
    assert "signed in as" in browser.get(f"/join/{secret}").content.decode()
    assert browser.post(f"/join/{secret}").status_code == 409
    assert state_of(row(by)) == "open"


def test_session_of_another_organisations_provider_cannot_use_it(
    by: Actor, secret: str, other_organisation: Organisation
) -> None:
    person = make_person("nina@nordhaven.example", other_organisation, "reader")
    browser = Client()
    browser.force_login(person)
    session = browser.session
    session["assay_vouched"] = {
        "person": person.pk, "organisation": other_organisation.pk, "provider": "x", "second_factor": True,
    }  # fmt: skip
    session.save()
    assert browser.post(f"/join/{secret}").status_code == 409
    assert state_of(row(by)) == "open"


def test_expired_and_revoked_open_nothing(by: Actor, secret: str) -> None:
    invitation = row(by)
    with by.working():
        Invitation.objects.within(by.organisation).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert Client().post(f"/join/{secret}", JOINS).status_code == 409
    with by.working():
        Invitation.objects.within(by.organisation).update(expires_at=timezone.now() + dt.timedelta(days=1))
        revoke_invitation(invitation=invitation, by=by)
    assert Client().post(f"/join/{secret}", JOINS).status_code == 409
    with by.working(), pytest.raises(NotOpen):
        invite_again(invitation=invitation, by=by)
    assert not Person.objects.filter(email="nina@nordhaven.example").exists()


def test_sent_again_the_earlier_link_opens_nothing(by: Actor, secret: str) -> None:
    with by.working():
        invite_again(invitation=row(by), by=by)
    newer = secret_in(mails(by.organisation)[-1])
    assert newer != secret
    assert Client().post(f"/join/{secret}", JOINS).status_code == 409
    assert Client().post(f"/join/{newer}", JOINS).status_code == 302


def test_one_open_invitation_an_address(by: Actor, secret: str) -> None:
    with by.working():
        with pytest.raises(NotPossible, match="already"):
            invite(email="NINA@nordhaven.example", roles=["reader"], by=by)
        revoke_invitation(invitation=row(by), by=by)
        invite(email="nina@nordhaven.example", roles=["reader"], by=by)


def test_member_is_not_invited(by: Actor, actor_of: Callable[..., Actor]) -> None:
    reader = actor_of("reader").person
    assert reader is not None
    with by.working(), pytest.raises(NotPossible, match="works here already"):
        invite(email=reader.email, roles=["approver"], by=by)


def test_closed_account_is_not_let_in(by: Actor, secret: str) -> None:
    person = make_person("nina@nordhaven.example")
    Person.objects.filter(pk=person.pk).update(is_active=False)
    person.refresh_from_db()
    with pytest.raises(NotPossible):
        accept_invitation(secret=secret, person=person)
    assert state_of(row(by)) == "open"


def test_guessed_secret_opens_nothing(db: None) -> None:
    for guess in ("x", "a" * 43, "%00", "..%2f"):
        assert Client().get(f"/join/{guess}").status_code in (200, 404)
        assert Client().post(f"/join/{guess}", JOINS).status_code in (404, 409)


def test_by_api_the_same_and_no_link_in_the_answer(client_of: Callable[..., Client], by: Actor) -> None:
    api = "/api/v1/o/nordhaven/invitations"
    browser = client_of("administrator")
    made = browser.post(api, NEW | {"accepted_by": 1, "digest": "x"}, "application/json")
    assert made.status_code == 201, made.content
    assert made.json()["state"] == "open"
    secret = secret_in(mails(by.organisation)[-1])
    assert secret not in made.content.decode()
    assert row(by).digest != "x"
    key = made.json()["id"]
    assert browser.post(api, NEW, "application/json").status_code == 400
    assert client_of("compliance-officer").get(api).status_code == 403
    assert client_of("reader").get(api).status_code == 404
    assert browser.post(f"{api}/{key}/send", {}, "application/json").status_code == 200
    assert browser.post(f"{api}/{key}/revoke", {}, "application/json").json()["state"] == "revoked"
    assert browser.post(f"{api}/{key}/send", {}, "application/json").status_code == 409


def test_of_another_organisation_it_does_not_exist(
    by: Actor, secret: str, client_of: Callable[..., Client], other_organisation: Organisation
) -> None:
    stranger, key = client_of("administrator", other_organisation), row(by).public_id
    assert stranger.post(f"/o/elsewhere/invitations/{key}/revoke").status_code == 404
    assert stranger.post(f"/api/v1/o/elsewhere/invitations/{key}/revoke").status_code == 404
    assert NEW["email"].lower() not in stranger.get("/o/elsewhere/people").content.decode()
    with working_in(Context(other_organisation.pk, None, "task")):
        assert not Invitation.unscoped.exists()
