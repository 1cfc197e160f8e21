import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from grc.demo import PEOPLE
from grc.models import GrantPeriod, Membership, Organisation, Person
from tests.conftest import make_organisation

pytestmark = pytest.mark.django_db


def test_found_organisation_gives_a_link_that_sets_the_password() -> None:
    out = StringIO()
    call_command("found_organisation", "Acme", "acme", "Root@acme.example", stdout=out)
    person = Person.objects.get(email="root@acme.example")
    assert Membership.objects.get(person=person).role == "administrator"
    client = Client()
    response = client.get(out.getvalue().split()[-1], follow=True)
    new = "a rather long pass phrase"
    client.post(response.request["PATH_INFO"], {"password1": new, "password2": new})
    person.refresh_from_db()
    assert person.check_password(new)


def test_found_organisation_twice_is_refused() -> None:
    call_command("found_organisation", "Acme", "acme", "root@acme.example", stdout=StringIO())
    with pytest.raises(CommandError, match="already"):
        call_command("found_organisation", "Acme", "acme", "root@acme.example")
    with pytest.raises(CommandError, match="email"):
        call_command("found_organisation", "Other", "other", "nonsense")
    assert Organisation.objects.count() == 1


def test_seed_demo_leaves_a_real_database_alone() -> None:
    make_organisation("Real", "real")
    with pytest.raises(CommandError, match="nothing was added"):
        call_command("seed_demo")
    assert not Person.objects.exists()


def test_demo_is_filled_once_with_an_account_for_each_role_that_can_log_in() -> None:
    call_command("seed_demo")
    before = (Person.objects.count(), GrantPeriod.unscoped.count())
    call_command("seed_demo")
    assert (Person.objects.count(), GrantPeriod.unscoped.count()) == before
    out = StringIO()
    call_command("demo_accounts", stdout=out)
    accounts = json.loads(out.getvalue())
    assert [a["email"] for a in accounts] == [p.email for p in PEOPLE]
    assert {"role", "email", "password"} <= set(accounts[0])
    assert {a["organisation"] for a in accounts} == {"Nordhaven Insurance", "Brightwell Clinics"}
    for account in accounts:
        client = Client()
        answer = client.post("/account/login/", {"login": account["email"], "password": account["password"]})
        assert answer.status_code == 302, account["role"]
        home = client.get("/", follow=True)
        assert home.status_code == 200
        if "ended" in account["role"]:
            assert "Nothing is open for you" in home.content.decode()
        elif "running" in account["role"]:
            assert "/room/" in home.request["PATH_INFO"]


def test_demo_accounts_without_a_demo_is_refused() -> None:
    with pytest.raises(CommandError, match="seed_demo"):
        call_command("demo_accounts")
