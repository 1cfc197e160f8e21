"""The personal address of the vendor calendar: whoever holds it reads what its person may see now, and no more."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.actions.tokens import revoke_tokens
from grc.models import ActivityEvent, Membership, Organisation, Person
from tests.factories import make
from tests.vendors.test_overview_calendar import in_days, of_customers, of_everything
from tests.vendors.test_overview_ics import parsed
from vendors.models import CalendarFeed
from vendors.overview import feeds
from vendors.overview.feeds import make_feed, revoke_feed

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]
Clients = Callable[..., Client]
PAGE = "/o/nordhaven/vendors/calendar/address"


def made(actor: Actor) -> str:
    with actor.working():
        return make_feed(by=actor)


def uids(address: str) -> set[str]:
    answer = Client().get(address)
    assert answer.status_code == 200
    return {event["UID"].partition(".")[0] for event in parsed(answer.content.decode())}


def test_program_without_login_reads_the_calendar(system: Actor, client_of: Clients) -> None:
    of_everything(system)
    client = client_of("vendor-manager")
    page = client.post(PAGE, {"do": "make"})
    assert (page.status_code, page.context["made"].startswith("http")) == (201, True)
    address = "/calendars/" + page.context["made"].rpartition("/")[2]
    assert address not in client.get(PAGE).content.decode()  # shown once
    answer = Client().get(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("private, no-store", "no-referrer")
    whole = {event["UID"].partition(".")[0] for event in parsed(client.get(f"{PAGE[:-8]}.ics").content.decode())}
    assert uids(address) == whole
    feed = CalendarFeed.unscoped.get()
    assert feed.last_used_at is not None
    assert feed.digest not in address
    assert Client().post(address).status_code == 405


def test_what_it_shows_is_judged_at_each_fetch(system: Actor, actor_of: Actors) -> None:
    of_everything(system)
    change, _promised = of_customers(system)
    actor = actor_of("vendor-manager")
    address, role = made(actor), Membership.objects.filter(person=actor.person)
    assert f"{change.reference}-change" in uids(address)
    for name, status in (("reader", 404), ("approver", 200), ("platform-engineer", 404), ("internal-auditor", 200)):
        role.update(role=name)
        assert Client().get(address).status_code == status, name


def test_who_is_disabled_or_has_left_has_no_calendar(system: Actor, actor_of: Actors) -> None:
    actor = actor_of("vendor-manager")
    address, person = made(actor), Person.objects.filter(pk=actor.person.pk)  # type: ignore[union-attr]
    assert Client().get(address).status_code == 200
    person.update(is_active=False)
    assert Client().get(address).status_code == 404
    person.update(is_active=True)
    Membership.objects.filter(person=actor.person).update(ended_at=timezone.now())
    assert Client().get(address).status_code == 404


def test_revoked_replaced_and_unknown_addresses_lead_nowhere(system: Actor, actor_of: Actors) -> None:
    actor = actor_of("vendor-manager")
    first = made(actor)
    second = made(actor)
    assert [Client().get(address).status_code for address in (first, second)] == [404, 200]
    with actor.working():
        assert revoke_feed(by=actor)
        assert not revoke_feed(by=actor)
    for address in (second, "/calendars/nothing.ics", "/calendars/%00.ics", f"/calendars/{'x' * 3000}.ics"):
        assert Client().get(address).status_code == 404
    verbs = [event.verb for event in ActivityEvent.unscoped.filter(verb__startswith="token-").order_by("pk")]
    assert verbs == ["token-made", "token-revoked", "token-made", "token-revoked"]


def test_what_revokes_tokens_revokes_it(system: Actor, actor_of: Actors) -> None:
    actor, other = actor_of("vendor-manager"), actor_of("approver")
    address, kept = made(actor), made(other)
    with system.working():
        revoke_tokens(person=actor.person)  # type: ignore[arg-type]
    assert [Client().get(one).status_code for one in (address, kept)] == [404, 200]


def test_address_of_one_organisation_shows_nothing_of_another(
    system: Actor, other_organisation: Organisation, actor_of: Actors
) -> None:
    theirs = Actor.system(other_organisation)
    make("exit-plans", theirs, review_on=in_days(3))
    actor = actor_of("vendor-manager")
    with theirs.working():
        Membership.objects.create(organisation=other_organisation, person=actor.person, role="vendor-manager")
    assert uids(made(actor)) == set()


def test_whoever_sees_no_vendors_gets_none(actor_of: Actors, client_of: Clients) -> None:
    actor = actor_of("platform-engineer")
    with actor.working(), pytest.raises(Denied):
        make_feed(by=actor)
    assert client_of("platform-engineer").post(PAGE, {"do": "make"}).status_code == 404


def test_nobody_asks_all_the_time(actor_of: Actors, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feeds, "MOST_FETCHES", 2)
    monkeypatch.setattr(feeds, "MOST_MISSES", 2)
    address, other = made(actor_of("vendor-manager")), made(actor_of("approver"))
    answers: list[Any] = [Client().get(address) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2]["Retry-After"] == "3600"
    assert Client().get(other).status_code == 200
    assert [Client().get(f"/calendars/{n}.ics").status_code for n in range(3)] == [404, 404, 429]


def test_page_revokes(client_of: Clients) -> None:
    client = client_of("vendor-manager")
    address = "/calendars/" + client.post(PAGE).context["made"].rpartition("/")[2]
    assert client.post(PAGE, {"do": "revoke"}).status_code == 302
    assert Client().get(address).status_code == 404
    assert "You have none." in client.get(PAGE).content.decode()
