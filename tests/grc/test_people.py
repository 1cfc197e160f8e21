"""Joining and leaving: by an administrator, told by mail, at once; never without an administrator left."""

from collections.abc import Callable

import pytest
from django.test import Client

from audits.actions.engagements import open_engagement
from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.people import NotPossible, end_role, give_role
from grc.models import ActivityEvent, Membership, Organisation, OutboxMessage, Person
from tests.conftest import make_person
from tests.factories import make

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/people"
NEW = {"name": "Nina New", "email": "Nina@nordhaven.example", "role": "reader"}


def end_url(person: Person, role: str) -> str:
    return f"{PAGE}/{person.public_id}/{role}/end"


def test_given_role_opens_the_organisation_and_is_told_by_mail(client_of: Callable[..., Client]) -> None:
    assert client_of("administrator").post(PAGE, NEW).status_code == 302
    person = Person.objects.get(email="nina@nordhaven.example")
    assert not person.has_usable_password()
    client = Client()
    client.force_login(person)
    assert client.get("/o/nordhaven/evidence/").status_code == 200
    mail = OutboxMessage.unscoped.get()
    assert mail.payload["to"] == "nina@nordhaven.example"
    assert "/account/login/" in mail.payload["text"]
    assert ActivityEvent.unscoped.filter(verb="granted", detail="nina@nordhaven.example: Reader").exists()


def test_ended_role_closes_it_at_the_next_request(
    client_of: Callable[..., Client], actor_of: Callable[..., Actor]
) -> None:
    reader, person = client_of("reader"), actor_of("reader").person
    assert person is not None
    assert client_of("administrator").post(end_url(person, "reader")).status_code == 302
    assert reader.get("/o/nordhaven/evidence/").status_code == 404


def test_last_administrator_stays(client_of: Callable[..., Client], actor_of: Callable[..., Actor]) -> None:
    person = actor_of("administrator").person
    assert person is not None
    page = client_of("administrator").post(end_url(person, "administrator"), follow=True)
    assert "last administrator" in page.content.decode()
    assert Membership.objects.get(person=person).ended_at is None


@pytest.mark.parametrize(
    ("field", "value"), [("email", "nonsense"), ("email", ""), ("role", "king"), ("name", ""), ("name", "a\x00b")]
)
def test_bad_input_is_named_at_its_field(client_of: Callable[..., Client], field: str, value: str) -> None:
    response = client_of("administrator").post(PAGE, NEW | {field: value})
    assert response.status_code == 422
    assert response.context["form"].errors[field]
    assert not OutboxMessage.unscoped.exists()


def test_role_twice_is_refused(actor_of: Callable[..., Actor]) -> None:
    by, reader = actor_of("administrator"), actor_of("reader").person
    assert reader is not None
    with pytest.raises(NotPossible, match="already"):
        give_role(email=reader.email, name="x", role="reader", by=by, address="")
    give_role(email=reader.email, name="x", role="contributor", by=by, address="")
    assert Membership.objects.filter(person=reader, ended_at=None).count() == 2


def test_running_auditor_cannot_become_an_insider(system: Actor, actor_of: Callable[..., Actor]) -> None:
    engagement = make("engagements", system)
    open_engagement(engagement=engagement, by=system)
    with pytest.raises(NotPossible, match="outside"):
        give_role(email=engagement.auditor_email, name="x", role="reader", by=actor_of("administrator"), address="")


def test_only_who_keeps_people_may_give_and_end(
    actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    officer, reader = actor_of("compliance-officer"), actor_of("reader").person
    assert reader is not None
    with pytest.raises(Denied):
        give_role(email="a@b.example", name="x", role="administrator", by=officer, address="")
    with pytest.raises(Denied):
        end_role(person=reader, role="reader", by=officer)
    assert "Give the role" not in client_of("compliance-officer").get(PAGE).content.decode()


def test_people_of_another_organisation_do_not_exist(
    client_of: Callable[..., Client], other_organisation: Organisation
) -> None:
    stranger = make_person("x@elsewhere.example", other_organisation, "reader")
    assert client_of("administrator").post(end_url(stranger, "reader")).status_code == 404
    assert Membership.objects.get(person=stranger).ended_at is None
