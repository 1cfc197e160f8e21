"""Five wrong passwords in a row close the password, for everybody alike, and for nobody for good."""

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from grc.context import Context, working_in
from grc.identity.lockout import FIRST, LONGEST, TRIES, duration, judge_password
from grc.models import ActivityEvent, Organisation, Person
from tests.conftest import PASSWORD, make_person
from tests.identity.links import mails

pytestmark = pytest.mark.django_db
LOGIN = "/account/login/"


@pytest.fixture
def person(organisation: Organisation) -> Person:
    return make_person("ada@nordhaven.example", organisation, "reader")


@pytest.fixture(autouse=True)
def nothing_else_limits(settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1000/m/ip,1000/m/key"}


def try_in(email: str, password: str) -> Any:
    return Client().post(LOGIN, {"login": email, "password": password})


def lock(person: Person) -> None:
    for number in range(TRIES):
        assert try_in(person.email, f"wrong {number}").status_code == 200
    person.refresh_from_db()


def test_after_five_wrong_ones_the_right_one_opens_nothing(person: Person, organisation: Organisation) -> None:
    lock(person)
    assert person.locked_until is not None
    assert dt.timedelta(minutes=14) < person.locked_until - timezone.now() <= FIRST
    assert try_in(person.email, PASSWORD).status_code == 200
    Person.objects.filter(pk=person.pk).update(locked_until=timezone.now())
    assert try_in(person.email, PASSWORD).status_code == 302
    person.refresh_from_db()
    assert (person.failed_logins, person.locked_until) == (0, None)
    with working_in(Context(organisation.pk, None, "task")):
        assert ActivityEvent.objects.within(organisation).filter(verb="locked-out").count() == 1


def test_the_right_one_in_between_begins_anew(person: Person) -> None:
    for _round in range(2):
        for number in range(TRIES - 1):
            try_in(person.email, f"wrong {number}")
        assert try_in(person.email, PASSWORD).status_code == 302


def test_it_grows_and_ends(person: Person) -> None:
    assert [duration(n * TRIES) for n in (1, 2, 3)] == [FIRST, FIRST * 2, FIRST * 4]
    assert duration(500) == LONGEST


def test_guesses_at_a_closed_account_do_not_prolong_it(person: Person) -> None:
    lock(person)
    until = person.locked_until
    for number in range(10):
        try_in(person.email, f"more {number}")
    person.refresh_from_db()
    assert person.locked_until == until
    assert person.failed_logins == TRIES


def test_the_person_is_told_by_mail_and_only_once(person: Person) -> None:
    lock(person)
    try_in(person.email, "wrong again")
    (mail,) = mails(None)
    assert mail["to"] == person.email
    assert "/account/password/reset/" in mail["text"]


def test_closed_unknown_and_wrong_get_the_same_answer(person: Person, organisation: Organisation) -> None:
    other = make_person("eve@nordhaven.example", organisation, "reader")
    lock(person)
    pages = set()
    for email, password in (
        (person.email, PASSWORD), (person.email, "wrong"), (other.email, "wrong"), ("nobody@x.example", "wrong")
    ):  # fmt: skip
        answer = try_in(email, password)
        shown = answer.content.decode().replace(email, "EMAIL")
        pages.add((answer.status_code, shown.partition("<form")[0], "locked" in shown))
    assert len(pages) == 1


def test_a_new_password_opens_the_account(person: Person) -> None:
    lock(person)
    from allauth.account.forms import default_token_generator
    from allauth.account.utils import user_pk_to_url_str

    browser = Client()
    path = f"/account/password/reset/key/{user_pk_to_url_str(person)}-{default_token_generator.make_token(person)}/"
    form = browser.get(path)["Location"]
    new = "a fresh long password"
    assert browser.post(form, {"password1": new, "password2": new}).status_code == 302
    assert try_in(person.email, new).status_code == 302


def test_the_emergency_account_is_never_closed(organisation: Organisation) -> None:
    person = make_person("emergency-1@nordhaven.invalid", organisation, "administrator")
    Person.objects.filter(pk=person.pk).update(break_glass_for=organisation)
    person.refresh_from_db()
    assert not any(judge_password(person=person, right=False) for _ in range(50))
    assert judge_password(person=person, right=True)
    person.refresh_from_db()
    assert person.failed_logins == 0


def test_a_passkey_goes_on_working(person: Person) -> None:
    """The lock closes the password: nothing else that signs somebody in asks it."""
    from grc.accounts import AccountAdapter

    lock(person)
    Authenticator.objects.create(user=person, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}})
    assert person.is_active
    answer = AccountAdapter().pre_login(
        None, person, email_verification="none", signal_kwargs=None, email=None, signup=False, redirect_url=None
    )  # fmt: skip
    assert answer is None
