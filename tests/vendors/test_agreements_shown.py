"""Where agreements are shown: their own page and form, vendors, offerings, lists, and people's work."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from grc.access.actor import Actor
from tests.factories import make
from tests.vendors.complete import TERMS, complete_dpa
from vendors.home.agreements import (
    agreements_ending,
    covered,
    framework_to_check,
    notice_to_give,
    offerings_without_dpa,
)
from vendors.models import Agreement, Offering

pytestmark = pytest.mark.django_db
LIST = "/o/nordhaven/agreements"


def day(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def renewing(by: Actor, notice_in: int, **fields: Any) -> Any:
    values = {"kind": "msa", "renewal": "automatic", "renewal_months": 12, "notice_days": 30}
    return make("agreements", by, ends_on=day(notice_in + 30), signed_on=day(-300), **values | fields)


def offering_with_personal_data(by: Actor, **fields: Any) -> Any:
    offering = make("offerings", by, **fields)
    plan = make("vendor-plans", by, offering=offering)
    make("routes", by, plan=plan, data=["personal"])
    return offering


def titles(todos: Any) -> list[tuple[str, str, Any]]:
    return [(str(todo.text), todo.tone, todo.due_on) for todo in todos]


def test_work_tells_of_notice_ninety_days_ahead(system: Actor, actor_of: Callable[..., Actor]) -> None:
    near, soon = renewing(system, 5, name="near"), renewing(system, 90, name="soon")
    renewing(system, 91, name="far")
    renewing(system, 5, name="ended", ended_on=day(35))
    renewing(system, 5, name="no notice", notice_days=None)
    assert titles(notice_to_give(actor_of("vendor-manager"))) == [
        (f"Decide whether {near} goes on", "yellow", day(5)),
        (f"Decide whether {soon} goes on", "blue", day(90)),
    ]
    assert list(notice_to_give(actor_of("approver"))) == []
    assert list(notice_to_give(actor_of("contributor"))) == []
    mine = renewing(system, 8, owner=actor_of("contributor").person)
    assert titles(notice_to_give(actor_of("contributor"))) == [(f"Decide whether {mine} goes on", "blue", day(8))]


def test_work_tells_of_ends(system: Actor, actor_of: Callable[..., Actor]) -> None:
    over = make("agreements", system, renewal="fixed", ends_on=day(-1))
    last = make("agreements", system, renewal="fixed", ends_on=day(0))
    early = make("agreements", system, ended_on=day(60))
    make("agreements", system, renewal="fixed", ends_on=day(91))
    renewing(system, -20)
    assert titles(agreements_ending(actor_of("vendor-manager"))) == [
        (f"Renew or archive {over}", "red", day(-1)),
        (f"See to what follows {last}", "yellow", day(0)),
        (f"See to what follows {early}", "blue", day(60)),
    ]
    assert list(agreements_ending(actor_of("approver"))) == []


def test_work_tells_where_personal_data_goes_without_a_dpa(
    system: Actor, actor_of: Callable[..., Actor], client_of: Callable[..., Client]
) -> None:
    bare, fine = offering_with_personal_data(system), offering_with_personal_data(system)
    make("routes", system, data=["internal"])
    make("vendor-plans", system, offering=make("offerings", system, gdpr_role="processor"), allowed=False)
    role = make("vendor-plans", system, offering=make("offerings", system, gdpr_role="processor")).offering
    complete_dpa(system, vendor=fine.vendor)
    manager = actor_of("vendor-manager")
    assert titles(offerings_without_dpa(manager)) == [
        (f"See to a DPA for {bare}", "yellow", None), (f"See to a DPA for {role}", "yellow", None),
    ]  # fmt: skip
    (figure,) = covered(manager)
    assert (figure.value, figure.tone) == ("1 / 3", "red")
    client = client_of("vendor-manager")
    assert figure.url == "/o/nordhaven/offerings/?dpa=wanted" and client.get(figure.url).status_code == 200
    for wanted, there in (("wanted", [bare, role]), ("covered", [fine])):
        rows = client.get(f"/api/v1/o/nordhaven/offerings?dpa={wanted}").json()["results"]
        assert {row["reference"] for row in rows} == {one.reference for one in there}
    assert client.get("/o/nordhaven/offerings/?dpa=no").status_code == 400
    assert list(offerings_without_dpa(actor_of("approver"))) == []
    assert list(covered(actor_of("reader"))) == []


def test_work_tells_of_old_looks_at_the_framework(system: Actor, actor_of: Callable[..., Actor]) -> None:
    for checked in (None, day(-400), day(-310), day(-100)):
        make("agreements", system, kind="dpa", transfer="dpf", dpf_checked_on=checked)
    make("agreements", system, kind="dpa", transfer="scc")
    found = list(framework_to_check(actor_of("vendor-manager")))
    assert sorted(todo.tone for todo in found) == ["blue", "red", "red"]
    assert list(framework_to_check(actor_of("approver"))) == []


def test_page_says_on_top_how_it_stands(system: Actor, client_of: Callable[..., Client]) -> None:
    agreement = complete_dpa(system, renewal="automatic", renewal_months=12, notice_days=30, ends_on=day(50))
    page = client_of("vendor-manager").get(agreement.get_absolute_url()).content.decode()
    assert "Counts as a DPA" in page and "Notice is due by" in page and "End it early" in page
    assert page.index("agreement-standing") < page.index("facts-section")
    Agreement.unscoped.filter(pk=agreement.pk).update(training="may")
    page = client_of("approver").get(agreement.get_absolute_url()).content.decode()
    assert "Does not count as a DPA" in page and "28(10)" in page
    assert "End it early" not in page and "Tick its points" not in page


def test_form_asks_what_fits_the_kind_and_loses_nothing(system: Actor, client_of: Callable[..., Client]) -> None:
    client = client_of("vendor-manager")
    nda = make("agreements", system, kind="nda")
    page, form = (client.get(nda.get_absolute_url() + tail).content.decode() for tail in ("", "/edit"))
    for name in ("transfer", "training", "flow_down"):
        assert f'name="{name}"' not in form
    assert "Transfers" not in page
    assert 'name="transfer"' in client.get(f"{LIST}/new").content.decode()
    held = make("agreements", system, kind="nda", adequacy="Japan")
    assert 'name="adequacy"' in client.get(f"{held.get_absolute_url()}/edit").content.decode()
    sent = {"vendor": nda.vendor.reference, "kind": "nda", "name": "New name", "we_are": "controller"}
    sent |= {"they_are": "processor", "renewal": "open", "lock": str(nda.lock), "tags": ""}
    assert client.post(f"{nda.get_absolute_url()}/edit", sent).status_code == 302
    nda.refresh_from_db()
    assert (nda.name, nda.transfer, nda.training) == ("New name", "undecided", "unknown")
    client.post(f"{nda.get_absolute_url()}/edit", sent | {"lock": str(nda.lock), "adequacy": "Japan"})
    nda.refresh_from_db()
    assert (nda.adequacy, nda.transfer) == ("Japan", "undecided")


def test_vendor_and_offering_say_what_binds_and_what_covers(system: Actor, client_of: Callable[..., Client]) -> None:
    offering = offering_with_personal_data(system)
    client, vendor = client_of("vendor-manager"), offering.vendor
    for record in (vendor, offering):
        page = client.get(record.get_absolute_url()).content.decode()
        assert "No DPA counts" in page and "There is no DPA for it." in page and "Add an agreement" in page
    dpa = complete_dpa(system, vendor=vendor)
    for record in (vendor, offering):
        page = client.get(record.get_absolute_url()).content.decode()
        assert "Covered by a DPA" in page and dpa.reference in page
    public = make("offerings", system)
    for role, said in (
        ("none", "it needs no DPA."),
        ("undecided", "is not decided"),
        ("controller", "no DPA under Art. 28"),
    ):
        Offering.unscoped.filter(pk=public.pk).update(gdpr_role=role)
        assert said in client.get(public.get_absolute_url()).content.decode()
    assert "Add an agreement" not in client_of("approver").get(vendor.get_absolute_url()).content.decode()


def test_vendor_page_takes_the_same_queries_for_many(
    system: Actor, client_of: Callable[..., Client], django_assert_num_queries: Any
) -> None:
    vendor = make("vendors", system)
    client, counts = client_of("vendor-manager"), []
    for _round in range(2):
        for _n in range(3):
            offering_with_personal_data(system, vendor=vendor)
            make("agreements", system, vendor=vendor, **TERMS)
        client.get(vendor.get_absolute_url())
        with django_assert_num_queries(counts[0]) if counts else _counted(counts):
            client.get(vendor.get_absolute_url())


def _counted(counts: list[int]) -> Any:
    from contextlib import contextmanager

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def counting() -> Any:
        with CaptureQueriesContext(connection) as found:
            yield
        counts.append(len(found))

    return counting()


def test_list_is_narrowed_by_what_counts_and_what_is_due(system: Actor, client_of: Callable[..., Client]) -> None:
    counts, lacks = complete_dpa(system), make("agreements", system, kind="dpa")
    due, over = renewing(system, 20), make("agreements", system, renewal="fixed", ends_on=day(-3))
    check = make("agreements", system, kind="dpa", transfer="dpf")
    client = client_of("vendor-manager")

    def found(query: str) -> set[str]:
        rows = client.get(f"/api/v1/o/nordhaven/agreements?{query}").json()["results"]
        return {row["reference"] for row in rows}

    assert found("dpa=counts") == {counts.reference}
    assert found("dpa=lacking") == {lacks.reference, check.reference}
    assert found("dpa=counts&dpa=lacking") == {counts.reference, lacks.reference, check.reference}
    assert found("due=notice") == {due.reference}
    assert found("due=ending") == {over.reference}
    assert found("due=check&due=notice") == {check.reference, due.reference}
    assert client.get(f"{LIST}/?dpa=perhaps").status_code == 400
    assert client.get(f"{LIST}/?due=never").status_code == 400
    assert client.get(f"{LIST}/?dpa=counts&due=ending").status_code == 200
