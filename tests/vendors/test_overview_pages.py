"""The overview of vendors: what needs attention, numbers that lead to the records behind them, who depends on whom."""

import datetime as dt
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission
from grc.models import Organisation
from tests.factories import make
from vendors.models import SubprocessorNotice, VendorFact
from vendors.overview.attention import NO_AGREEMENT, STALE, without_dpa
from vendors.overview.concentration import countries_of, dependences_of, functions_in
from vendors.overview.overview import overview_of

pytestmark = pytest.mark.django_db
PAGE = "/o/nordhaven/vendors/overview"
Clients = Callable[..., Client]
Actors = Callable[..., Actor]


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def trouble(by: Actor) -> None:
    """Something of everything that needs somebody."""
    vendor = make(
        "vendors", by, name="Cloudworks", criticality="critical", criticality_reason="Claims stop.", country="IE",
        functions="Claims handling, Underwriting", review_on=in_days(-3),
    )  # fmt: skip
    offering = make("offerings", by, vendor=vendor)
    plan = make("vendor-plans", by, offering=offering)
    route = make("routes", by, plan=plan, data=["personal"])
    make("uses", by, route=route, system=make("ai-systems", by, name="Claims triage"))
    fact = make("vendor-facts", by, offering=offering)
    VendorFact.unscoped.filter(pk=fact.pk).update(stale_on=in_days(-1))
    make("agreements", by, vendor=make("vendors", by), renewal="fixed", ends_on=in_days(20))
    make("exit-plans", by)
    make("vendor-notices", by)
    make("vendor-incidents", by)
    make("vendor-findings", by, severity="high")
    notice = make("subprocessor-notices", by)
    SubprocessorNotice.unscoped.filter(pk=notice.pk).update(objected_on=in_days(-2), objection="No.")


def test_everything_that_needs_somebody_is_named(system: Actor, actor_of: Actors) -> None:
    trouble(system)
    found = {str(one.sort.text): one for one in overview_of(actor_of("vendor-manager")).attention}
    assert len(found) == 12
    assert all(one.count for one in found.values())
    assert [one.sort.tone for one in found.values()] == sorted(
        (one.sort.tone for one in found.values()), key=["red", "orange", "yellow"].index
    )


def test_every_number_leads_to_as_many_records(system: Actor, client_of: Clients, actor_of: Actors) -> None:
    trouble(system)
    client, overview = client_of("vendor-manager"), overview_of(actor_of("vendor-manager"))
    for one in overview.attention:
        assert client.get(one.url).status_code == 200, one.url
        for _words, url in one.named:
            assert client.get(url).status_code == 200
    for tally in (*overview.criticality, *overview.states):
        page = client.get(tally.url).content.decode()
        shown = set(re.findall(rf'href="{tally.url.partition("?")[0]}([A-Z]+-\d+)"', page))
        assert len(shown) == tally.count, tally
    listed = client.get("/o/nordhaven/vendors/?lacks=exit").content.decode()
    assert ("Cloudworks" in listed, "Vendor " in re.sub("<[^>]+>", "", listed.split("<tbody")[1])) == (True, False)


def test_stale_fact_is_one_that_may_not_be_cited_today(system: Actor, actor_of: Actors) -> None:
    fact = make("vendor-facts", system)
    for days, count in ((1, 0), (0, 1)):
        VendorFact.unscoped.filter(pk=fact.pk).update(verified_on=in_days(days - fact.good_for_days))
        found = [one.count for one in overview_of(actor_of("vendor-manager")).attention if one.sort is STALE]
        assert sum(found) == count


def test_offering_without_personal_data_needs_no_dpa(system: Actor, actor_of: Actors) -> None:
    manager, today = actor_of("vendor-manager"), timezone.localdate()
    offering = make("offerings", system)
    route = make("routes", system, plan=make("vendor-plans", system, offering=offering), data=["public"])
    assert not without_dpa(manager, today).exists()
    type(route).unscoped.filter(pk=route.pk).update(data=["public", "special"])
    assert list(without_dpa(manager, today)) == [offering]
    type(offering).unscoped.filter(pk=offering.pk).update(state="ended", state_reason="Over")
    assert not without_dpa(manager, today).exists()


def test_functions_are_counted_once_each() -> None:
    assert functions_in(" Claims  handling, claims handling;Underwriting\n, ") == ("Claims handling", "Underwriting")


def test_who_depends_on_whom(system: Actor, actor_of: Actors) -> None:
    trouble(system)
    carrier = make("vendors", system, name="Carrier", country="LU")
    route = make("routes", system, through=carrier)
    make("uses", system, route=route, system=make("ai-systems", system, name="Assistant"))
    manager = actor_of("vendor-manager")
    found = {one.vendor: (one.functions, one.systems) for one in dependences_of(manager)}
    assert found["Cloudworks"] == (("Claims handling", "Underwriting"), ("Claims triage",))
    assert found["Carrier"] == ((), ("Assistant",))
    assert {code: count for code, _name, count in countries_of(manager)}["LU"] == 1
    page = client_text(manager)
    assert "Cloudworks" in page


def client_text(actor: Actor) -> str:
    return " ".join(str(row) for row in overview_of(actor).dependence.table()[1])  # type: ignore[union-attr]


def test_page_of_nobody_yet_offers_the_first_step(client_of: Clients) -> None:
    page = client_of("vendor-manager").get(PAGE).content.decode()
    assert "There are no vendors yet" in page
    assert "/o/nordhaven/vendors/import" in page
    assert "/o/nordhaven/vendors/import" not in client_of("approver").get(PAGE).content.decode()


def test_page_is_the_first_of_its_group_and_says_how_it_stands(system: Actor, client_of: Clients) -> None:
    trouble(system)
    page = unescape(client_of("vendor-manager").get(PAGE).content.decode())
    assert page.count('<svg class="drawing') == 2 or page.count('<figure class="picture"') == 2
    assert page.index(f'href="{PAGE}"') < page.index('href="/o/nordhaven/vendors/"')
    assert "Customers’ objections to be settled: 1" in page


def test_objections_are_shown_to_who_may_see_customers_only(system: Actor, actor_of: Actors) -> None:
    trouble(system)
    for role in sorted(ROLES):
        actor = actor_of(role)
        if actor.can(Permission.VENDORS_VIEW):
            texts = {str(one.sort.text) for one in overview_of(actor).attention}
            assert ("Customers’ objections to be settled" in texts) is actor.can(Permission.CUSTOMERS_VIEW)


def test_other_organisations_are_not_counted(system: Actor, other_organisation: Organisation, actor_of: Actors) -> None:
    trouble(Actor.system(other_organisation))
    overview = overview_of(actor_of("vendor-manager"))
    assert (overview.vendors, overview.offerings, overview.attention, overview.next) == (0, 0, [], [])


def test_number_of_queries_does_not_grow(system: Actor, client_of: Clients) -> None:
    client = client_of("vendor-manager")

    def queries() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    trouble(system)
    one = queries()
    for _ in range(3):
        vendor = make("vendors", system, country="DE", functions="Pricing")
        make("agreements", system, vendor=vendor)
        make("routes", system, data=["personal"])
        make("exit-plans", system)
        make("vendor-notices", system)
    assert queries() == one


def test_vendor_of_whom_all_is_refused_lacks_no_agreement(system: Actor, actor_of: Actors) -> None:
    def lacking() -> int:
        return sum(one.count for one in overview_of(actor_of("vendor-manager")).attention if one.sort is NO_AGREEMENT)

    vendor = make("vendors", system)
    assert lacking() == 1  # nothing is listed of it yet
    offering = make("offerings", system, vendor=vendor)
    assert lacking() == 1
    type(offering).unscoped.filter(pk=offering.pk).update(state="refused", state_reason="Not here.")
    assert lacking() == 0
    make("offerings", system, vendor=vendor)
    assert lacking() == 1
