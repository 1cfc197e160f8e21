"""Ending sessions, tokens that die with the password, and the account for emergencies."""

import re
import time
from collections.abc import Callable
from io import StringIO

import pytest
from allauth.usersessions.models import UserSession
from django.core.management import CommandError, call_command
from django.test import Client

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.actions.people import NotPossible, give_role, remove_person
from grc.actions.tokens import make_token
from grc.context import Context, working_in
from grc.identity.emergency import emergency_account, renew_emergency_account
from grc.identity.sessions import end_sessions, sessions_here
from grc.models import ActivityEvent, Membership, Notice, Organisation, Person
from tests.conftest import PASSWORD, make_person
from tests.identity.links import mails

pytestmark = pytest.mark.django_db


def sign_in(person: Person, password: str = PASSWORD) -> Client:
    browser = Client(headers={"User-Agent": "Firefox on the moon"})
    assert browser.post("/account/login/", {"login": person.email, "password": password}).status_code == 302
    return browser


def is_in(browser: Client) -> bool:
    return browser.get("/me/").status_code == 200


@pytest.fixture
def by(actor_of: Callable[..., Actor]) -> Actor:
    return actor_of("administrator")


@pytest.fixture
def person(organisation: Organisation) -> Person:
    return make_person("ada@nordhaven.example", organisation, "reader")


# Sessions


def test_own_sessions_are_listed_and_the_others_ended(person: Person) -> None:
    one, other = sign_in(person), sign_in(person)
    page = one.get("/account/sessions/").content.decode()
    assert page.count('title="Firefox on the moon"') == 2
    assert page.count("This one") == 1
    assert one.post("/account/sessions/").status_code == 302
    assert is_in(one)
    assert not is_in(other)


def test_administrator_ends_every_session_of_who_belongs_here_alone(person: Person, by: Actor) -> None:
    browsers = [sign_in(person), sign_in(person)]
    with by.working():
        assert len(sessions_here(person, by.organisation)) == 2
        assert end_sessions(person=person, by=by) == 2
    assert not any(is_in(browser) for browser in browsers)
    assert not UserSession.objects.filter(user=person).exists()


def test_administrator_ends_what_matters_here_and_nothing_else(
    person: Person, by: Actor, other_organisation: Organisation
) -> None:
    with Actor.system(other_organisation).working():
        Membership.objects.create(organisation=other_organisation, person=person, role="reader")
    here, there = sign_in(person), sign_in(person)
    here.get("/o/nordhaven/")
    there.get("/o/elsewhere/")
    with by.working():
        assert end_sessions(person=person, by=by) == 1
    assert not is_in(here)
    assert is_in(there)


def test_sessions_are_ended_by_who_keeps_people_and_of_members_only(
    person: Person, by: Actor, actor_of: Callable[..., Actor], other_organisation: Organisation
) -> None:
    stranger = make_person("x@elsewhere.example", other_organisation, "reader")
    officer = actor_of("compliance-officer")
    with officer.working(), pytest.raises(Denied):
        end_sessions(person=person, by=officer)
    with by.working(), pytest.raises(NotVisible):
        end_sessions(person=stranger, by=by)


@pytest.mark.parametrize("way", ["change", "reset"])
def test_new_password_ends_tokens_and_other_sessions(person: Person, way: str) -> None:
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    _token, secret = make_token(person=person, name="script", days=7)
    bearer = {"Authorization": f"Bearer {secret}"}
    assert Client().get("/api/v1/rooms", headers=bearer).status_code == 200
    one, other, new = sign_in(person), sign_in(person), "a fresh long password"
    if way == "change":
        body = {"oldpassword": PASSWORD, "password1": new, "password2": new}
        assert one.post("/account/password/change/", body).status_code == 302
        assert is_in(one)
    else:
        person.refresh_from_db()
        browser = Client()
        key = f"{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}"
        form = browser.get(f"/account/password/reset/key/{key}/")["Location"]
        assert browser.post(form, {"password1": new, "password2": new}).status_code == 302
        assert not is_in(one)
    assert not is_in(other)
    assert Client().get("/api/v1/rooms", headers=bearer).status_code == 401


# The emergency account


def made(organisation: Organisation) -> tuple[Person, str]:
    out = StringIO()
    call_command("break_glass", organisation=organisation.slug, stdout=out)
    password = re.search(r"Password: (\S+)", out.getvalue())
    account = emergency_account(organisation)
    assert password is not None
    assert account is not None
    return account, password[1]


def test_emergency_account_opens_without_second_step_for_an_hour(organisation: Organisation) -> None:
    organisation.mfa_roles = ["administrator"]
    organisation.save()
    account, password = made(organisation)
    browser = sign_in(account, password)
    assert browser.get("/o/nordhaven/people").status_code == 200
    session = browser.session
    assert 3590 < session["assay_ends"] - time.time() <= 3600
    session["assay_ends"] = time.time() + 5
    session.save()
    assert browser.get("/o/nordhaven/people").status_code == 200
    session = browser.session
    session["assay_ends"] = time.time()
    session.save()
    assert browser.get("/o/nordhaven/people").status_code == 302
    assert not is_in(browser)


def test_everybody_hears_of_it_until_it_is_renewed(
    organisation: Organisation, by: Actor, client_of: Callable[..., Client]
) -> None:
    reader, boss = client_of("reader"), client_of("administrator")
    account, password = made(organisation)
    assert "emergency account was used" not in boss.get("/o/nordhaven/").content.decode()
    browser = sign_in(account, password)
    assert by.person is not None
    assert [mail["to"] for mail in mails(organisation) if "Emergency" in mail["subject"]] == [by.person.email]
    with by.working():
        assert Notice.objects.within(organisation).filter(person=by.person, kind="people").count() == 1
        assert ActivityEvent.objects.within(organisation).filter(verb="broke-glass").count() == 1
    assert "emergency account was used" in boss.get("/o/nordhaven/").content.decode()
    assert "emergency account was used" not in reader.get("/o/nordhaven/").content.decode()
    assert browser.post("/o/nordhaven/security/emergency").status_code == 403  # it does not acknowledge itself
    answer = boss.post("/o/nordhaven/security/emergency")
    assert answer.status_code == 201
    assert not is_in(browser)
    assert "emergency account was used" not in boss.get("/o/nordhaven/").content.decode()
    with pytest.raises(AssertionError):
        sign_in(account, password)
    shown = re.search(r"<code>([a-z2-7]{6}(?:-[a-z2-7]{6}){3})</code>", answer.content.decode())
    assert shown is not None
    assert is_in(sign_in(account, shown[1]))
    assert shown[1] not in boss.get("/o/nordhaven/security").content.decode()


def test_emergency_account_is_no_administrator_left(organisation: Organisation, by: Actor) -> None:
    account, _password = made(organisation)
    assert by.person is not None
    with by.working():
        with pytest.raises(NotPossible, match="last administrator"):
            remove_person(person=by.person, by=by)
        with pytest.raises(NotPossible):
            remove_person(person=account, by=by)
        with pytest.raises(NotPossible):
            give_role(person=account, role="reader", by=by)


def test_emergency_session_makes_nothing_that_outlives_it(organisation: Organisation) -> None:
    browser = sign_in(*made(organisation))
    for path in (
        "/me/tokens",
        "/account/password/change/",
        "/account/2fa/totp/activate/",
        "/account/2fa/webauthn/add/",
    ):
        assert browser.post(path, {"name": "x", "days": 7}).status_code == 403, path
    assert browser.post("/o/nordhaven/membership", {"sure": "leave"}, follow=True).status_code == 200
    assert is_in(browser)


def test_making_it_needs_settings_and_an_organisation(
    organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    officer = actor_of("compliance-officer")
    with officer.working(), pytest.raises(Denied):
        renew_emergency_account(by=officer)
    with pytest.raises(CommandError):
        call_command("break_glass", organisation="nowhere")
    assert emergency_account(organisation) is None


def test_renewed_by_command_it_stays_one_account(organisation: Organisation) -> None:
    first, old = made(organisation)
    again, new = made(organisation)
    assert first == again
    assert old != new
    with working_in(Context(organisation.pk, None, "task")):
        assert Membership.objects.filter(organisation=organisation, person=again, ended_at=None).count() == 1
