"""A role that demands a second step opens nothing without one: no page, no API, no room."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.test import Client

from audits.actions.engagements import open_engagement
from grc.access.actor import Actor
from grc.actions.tokens import make_token
from grc.identity.security import NoSuchRole, demand_second_factor_of
from grc.models import Organisation, Person, Scope
from tests.conftest import PASSWORD, make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
STEP = "/me/second-step"


@pytest.fixture
def strict(organisation: Organisation) -> Organisation:
    organisation.mfa_roles = ["administrator", "approver", "external-auditor"]
    organisation.save()
    return organisation


@pytest.fixture
def ada(strict: Organisation) -> Person:
    return make_person("ada@nordhaven.example", strict, "administrator")


def sign_in(person: Person, secret: str = "") -> Client:
    browser = Client()
    answer = browser.post("/account/login/", {"login": person.email, "password": PASSWORD})
    if secret:
        assert "/2fa/authenticate" in answer["Location"]
        code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
        assert browser.post("/account/2fa/authenticate/", {"code": code}).status_code == 302
    return browser


def with_app(person: Person) -> str:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person, secret)
    return str(secret)


def test_without_one_every_page_leads_to_setting_one_up(ada: Person) -> None:
    browser = sign_in(ada)
    for path in ("/o/nordhaven/", "/o/nordhaven/people", "/o/nordhaven/evidence/?q=x"):
        answer = browser.get(path)
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{STEP}?next=%2Fo%2Fnordhaven")
    page = browser.get(STEP).content.decode()
    assert "Add a passkey" in page
    assert "Nordhaven" in page
    assert browser.post("/o/nordhaven/people", {"email": "a@b.example"}).status_code == 302


def test_by_api_it_is_403_with_the_reason(ada: Person) -> None:
    answer = sign_in(ada).get("/api/v1/o/nordhaven/people")
    assert answer.status_code == 403
    assert "second step" in answer.json()["error"]
    _token, secret = make_token(person=ada, name="script", days=7)
    bearer = {"Authorization": f"Bearer {secret}"}
    answer = Client().get("/api/v1/o/nordhaven/people", headers=bearer)
    assert answer.status_code == 403
    with_app(ada)
    assert Client().get("/api/v1/o/nordhaven/people", headers=bearer).status_code == 200


def test_other_roles_and_other_organisations_are_left_alone(
    strict: Organisation, ada: Person, other_organisation: Organisation
) -> None:
    assert sign_in(make_person("r@nordhaven.example", strict, "reader")).get("/o/nordhaven/").status_code == 200
    both = make_person("b@nordhaven.example", strict, "administrator")
    with Actor.system(other_organisation).working():
        from grc.models import Membership

        Membership.objects.create(organisation=other_organisation, person=both, role="administrator")
    browser = sign_in(both)
    assert browser.get("/o/elsewhere/").status_code == 200
    assert browser.get("/o/nordhaven/").status_code == 302


def test_session_that_used_it_goes_on(ada: Person) -> None:
    assert sign_in(ada, with_app(ada)).get("/o/nordhaven/").status_code == 200


def test_session_that_has_not_used_it_is_asked(ada: Person) -> None:
    browser = sign_in(ada)
    with_app(ada)  # set up in another session
    assert browser.get("/o/nordhaven/").status_code == 302
    page = browser.get(f"{STEP}?next=/o/nordhaven/").content.decode()
    assert "/account/2fa/reauthenticate/?next=/o/nordhaven/" in page


def test_recovery_codes_alone_are_no_second_step(ada: Person) -> None:
    RecoveryCodes.activate(ada)
    _token, secret = make_token(person=ada, name="script", days=7)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/o/nordhaven/people", headers=bearer).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_setting_it_up_counts_at_once(ada: Person) -> None:
    browser = sign_in(ada)
    assert browser.get("/account/2fa/totp/activate/").status_code == 302  # asks for the password once more
    assert browser.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    secret = browser.get("/account/2fa/totp/activate/").context["form"].secret
    code = totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))
    assert browser.post("/account/2fa/totp/activate/", {"code": code}).status_code == 302
    assert browser.get("/o/nordhaven/").status_code == 200


def test_step_leads_nowhere_else(ada: Person) -> None:
    browser = sign_in(ada)
    with_app(ada)
    for target in ("https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"):
        assert "evil" not in browser.get(STEP, {"next": target}).content.decode()


def test_room_of_an_external_auditor(strict: Organisation, system: Actor) -> None:
    with system.working():
        engagement = make("engagements", system)
        period = open_engagement(engagement=engagement, by=system)
        room = f"/room/{Scope.unscoped.get(pk=period.scope_id).public_id}/"
    auditor = period.person
    auditor.set_password(PASSWORD)
    auditor.save()
    browser = sign_in(auditor)
    assert browser.get(room)["Location"].startswith(STEP)
    page = browser.get(STEP).content.decode()
    assert "Add a passkey" in page
    assert "Nordhaven" in page
    api = room.replace("/room/", "/api/v1/rooms/") + "records"
    assert browser.get(api).status_code == 403
    assert sign_in(auditor, with_app(auditor)).get(room).status_code == 200


def test_which_roles_is_said_by_whoever_keeps_the_settings(
    organisation: Organisation, client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    browser, page = client_of("administrator"), "/o/nordhaven/security"
    assert "with a password alone" in browser.get(page).content.decode()
    assert browser.post(page, {"mfa_roles": ["king"]}).status_code == 422
    assert client_of("compliance-officer").post(page, {"mfa_roles": []}).status_code == 403
    assert client_of("reader").get(page).status_code == 404
    assert browser.post(page, {"mfa_roles": ["approver", "external-auditor"]}).status_code == 302
    organisation.refresh_from_db()
    assert organisation.mfa_roles == ["approver", "external-auditor"]
    by = actor_of("administrator")
    with by.working(), pytest.raises(NoSuchRole):
        demand_second_factor_of(roles=["king"], by=by)
    api = "/api/v1/o/nordhaven/security"
    answer: Any = browser.patch(api, {"mfa_roles": ["king"]}, "application/json")
    assert answer.status_code == 400
    assert browser.patch(api, {"mfa_roles": []}, "application/json").json() == {"mfa_roles": []}
    assert client_of("compliance-officer").patch(api, {"mfa_roles": []}, "application/json").status_code == 403


def test_organisation_is_strict_unless_it_says_otherwise(db: None) -> None:
    made = Organisation.objects.create(name="New", slug="new")
    assert set(made.mfa_roles) == {"administrator", "approver", "external-auditor"}


def test_list_of_people_shows_who_lacks_one(strict: Organisation, ada: Person) -> None:
    make_person("boss@nordhaven.example", strict, "approver", name="Boss")
    page = sign_in(ada, with_app(ada)).get("/o/nordhaven/people").content.decode()
    assert page.count("Missing") == 1
    assert Authenticator.objects.filter(user=ada).exists()
