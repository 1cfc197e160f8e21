"""The calendar of what expires: what stands in it, who sees which part, how it is narrowed, what is taken away."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.links import link_records
from grc.actions.records import archive_record
from grc.models import ActivityEvent, Organisation
from tests.factories import make
from tests.vendors.test_overview_ics import parsed
from vendors.models import Offering, SubprocessorChange
from vendors.overview.calendar import Narrowed, calendar_of
from vendors.overview.dates import Kind, shown

pytestmark = pytest.mark.django_db
PAGE, API = "/o/nordhaven/vendors/calendar", "/api/v1/o/nordhaven/vendors/calendar"
Clients = Callable[..., Client]
Actors = Callable[..., Actor]


def in_days(days: int) -> dt.date:
    return timezone.localdate() + dt.timedelta(days=days)


def kinds(actor: Actor, **narrowed: Any) -> set[tuple[str, str]]:
    return {(entry.kind.value, entry.reference) for entry in shown(calendar_of(actor, Narrowed(**narrowed)).blocks)}


def of_everything(by: Actor) -> dict[str, Any]:
    """One record of every kind that has a day, for one vendor; by the kind that it is to stand under."""
    vendor = make("vendors", by, name="Cloudworks", review_on=in_days(20))
    offering = make("offerings", by, vendor=vendor, name="Model API", review_on=in_days(21))
    signed = make("evidence", by, name="Signed DPA", expires_on=in_days(60))
    ending = make("agreements", by, vendor=vendor, name="DPA", renewal="fixed", ends_on=in_days(30), file=signed)
    renewing = make(
        "agreements", by, vendor=vendor, name="Terms", kind="msa", renewal="automatic", ends_on=in_days(100),
        renewal_months=12, notice_days=60,
    )  # fmt: skip
    certificate = make("assurances", by, vendor=vendor, expires_on=in_days(40))
    report = make(
        "assurances", by, vendor=vendor, standard="soc2", status="report", soc_type=2, opinion="unqualified",
        period_from=in_days(-400), period_to=in_days(-300), bridge_until=in_days(10),
    )  # fmt: skip
    fact = make("vendor-facts", by, offering=offering, verified_on=in_days(-10))
    type(fact).unscoped.filter(pk=fact.pk).update(stale_on=in_days(5))
    notice = make("vendor-notices", by, vendor=vendor, received_on=in_days(-3))
    type(notice).unscoped.filter(pk=notice.pk).update(object_until=in_days(7))
    review = make("vendor-reviews", by, vendor=vendor, due_on=in_days(12))
    asked = make("vendor-asks", by, review=review, expires_on=in_days(14))
    type(asked).unscoped.filter(pk=asked.pk).update(state="sent")
    return {
        "vendor": vendor, "offering": offering, "agreement": ending, "notice": renewing, "certificate": certificate,
        "report": report, "fact": fact, "object": notice, "review": review, "questionnaire": asked, "evidence": signed,
        "exit": make("exit-plans", by, vendor=vendor, review_on=in_days(50)),
        "finding": make("vendor-findings", by, vendor=vendor, due_on=in_days(9)),
    }  # fmt: skip


def of_customers(by: Actor) -> tuple[Any, Any]:
    change = make("subprocessor-changes", by, effective_on=in_days(45))
    SubprocessorChange.unscoped.filter(pk=change.pk).update(
        state="announced", announced_at=timezone.now(), object_until=in_days(30)
    )
    return change, make("customer-commitments", by, ends_on=in_days(70), review_on=in_days(35))


def test_every_kind_stands_in_it(system: Actor, actor_of: Actors) -> None:
    made = of_everything(system)
    change, promised = of_customers(system)
    found = kinds(actor_of("vendor-manager"))
    wanted = {(kind, made[kind].reference) for kind in made if kind not in ("vendor", "offering")}
    wanted |= {("renewal", made["notice"].reference), ("bridge", made["report"].reference)}
    wanted |= {("review", made[name].reference) for name in ("vendor", "offering")}
    wanted |= {("customer-objection", change.reference), ("change", change.reference)}
    wanted |= {("commitment", promised.reference), ("review", promised.reference)}
    assert found == wanted
    assert {kind for kind, _reference in found} == set(Kind.values)


def test_who_may_not_see_customers_or_evidence_sees_the_rest(system: Actor, actor_of: Actors) -> None:
    made = of_everything(system)
    change, promised = of_customers(system)
    for role in ("reader", "contributor", "approver", "compliance-officer"):
        actor = actor_of(role)
        found = {reference for _kind, reference in kinds(actor)}
        assert (made["agreement"].reference in found) is actor.can(Permission.VENDORS_VIEW)
        seen = actor.can(Permission.CUSTOMERS_VIEW) and actor.can(Permission.VENDORS_VIEW)
        assert ({change.reference, promised.reference} <= found) is seen
        assert (made["evidence"].reference in found) is (
            actor.can(Permission.EVIDENCE_VIEW) and actor.can(Permission.VENDORS_VIEW)
        )


def test_what_is_over_is_left_out(system: Actor, actor_of: Actors) -> None:
    of_everything(system)
    manager = actor_of("vendor-manager")
    for made in (
        make("agreements", system, ended_on=in_days(-5), ends_on=in_days(30), renewal="fixed"),
        make("vendor-findings", system, due_on=in_days(-5), done_on=in_days(-6), result="Done."),
        make("vendor-reviews", system, due_on=in_days(-5), done_on=in_days(-5), outcome="good", conclusion="Good."),
        make("exit-plans", system, vendor=make("vendors", system, ended_on=in_days(-1)), review_on=in_days(3)),
    ):
        assert made.reference not in {reference for _kind, reference in kinds(manager)}
    gone = make("agreements", system, ends_on=in_days(8), renewal="fixed")
    assert ("agreement", gone.reference) in kinds(manager)
    archive_record(record=gone, by=system)
    assert ("agreement", gone.reference) not in kinds(manager)
    fact = make("vendor-facts", system, verified_on=in_days(-400))
    type(fact).unscoped.filter(pk=fact.pk).update(stale_on=in_days(-1))
    assert ("fact", fact.reference) in kinds(manager)
    Offering.unscoped.filter(pk=fact.offering_id).update(state="refused", state_reason="No")
    assert ("fact", fact.reference) not in kinds(manager)


def test_certificate_that_was_renewed_is_not_late_any_more(system: Actor, actor_of: Actors) -> None:
    old = make("assurances", system, expires_on=in_days(-20))
    late = calendar_of(actor_of("vendor-manager")).late
    assert [entry.reference for entry in late] == [old.reference]
    new = make("assurances", system, vendor=old.vendor, expires_on=in_days(200))
    calendar = calendar_of(actor_of("vendor-manager"))
    assert (calendar.late, [entry.reference for entry in calendar.coming]) == ([], [new.reference])


def test_evidence_that_is_linked_with_a_vendor_stands_in_it(system: Actor, actor_of: Actors) -> None:
    vendor, item = make("vendors", system), make("evidence", system, expires_on=in_days(6))
    other = make("evidence", system, expires_on=in_days(6))
    manager = actor_of("vendor-manager")
    link_records(source=item, reference=vendor.reference, by=actor_of("compliance-officer"))
    found = {reference for kind, reference in kinds(manager) if kind == "evidence"}
    assert (item.reference in found, other.reference in found) == (True, False)


def test_other_organisations_and_outsiders_see_nothing(
    system: Actor, other_organisation: Organisation, actor_of: Actors, client_of: Clients
) -> None:
    of_everything(Actor.system(other_organisation))
    assert not kinds(actor_of("vendor-manager"))
    client = client_of("vendor-manager")
    assert "Nothing expires" in client.get(PAGE).content.decode()
    for url in (PAGE, f"{PAGE}.ics", API, f"{API}.csv"):
        assert Client().get(url).status_code in (302, 401, 403, 404)


def test_page_puts_what_is_late_on_top_and_is_narrowed(system: Actor, client_of: Clients) -> None:
    made = of_everything(system)
    late = make("vendor-reviews", system, vendor=make("vendors", system, name="Labelworks"), due_on=in_days(-4))
    client = client_of("vendor-manager")
    page = client.get(PAGE).content.decode()
    assert page.index('id="block-late"') < page.index(made["exit"].reference)
    assert "<svg" in page
    page = client.get(f"{PAGE}?vendor=labelw").content.decode()
    assert (late.reference in page, made["exit"].reference in page) == (True, False)
    page = client.get(f"{PAGE}?vendor={made['vendor'].reference}&kind=exit&kind=fact").content.decode()
    assert (made["exit"].reference in page, made["fact"].reference in page) == (True, True)
    assert (made["certificate"].reference in page, late.reference in page) == (False, False)
    page = client.get(f"{PAGE}?month=late").content.decode()
    assert (late.reference in page, made["exit"].reference in page) == (True, False)
    assert client.get(f"{PAGE}?kind=nonsense").status_code == 404


def test_long_months_are_cut_and_lead_to_all_of_them(system: Actor, client_of: Clients) -> None:
    vendor = make("vendors", system)
    made = [make("vendor-findings", system, vendor=vendor, due_on=in_days(-2)) for _ in range(27)]
    client = client_of("vendor-manager")
    page = client.get(PAGE).content.decode()
    assert "2 more" in page
    assert f"{PAGE}?month=late" in page
    whole = client.get(f"{PAGE}?month=late").content.decode()
    assert all(one.get_absolute_url() in whole for one in made)


def test_number_of_queries_does_not_grow(system: Actor, client_of: Clients) -> None:
    client = client_of("vendor-manager")

    def queries() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(PAGE).status_code == 200
        return len(captured)

    of_everything(system)
    of_customers(system)
    one = queries()
    for _ in range(3):
        make(
            "agreements",
            system,
            renewal="fixed",
            ends_on=in_days(30),
            file=make("evidence", system, expires_on=in_days(3)),
        )
        make("vendor-facts", system)
        make("assurances", system, expires_on=in_days(9))
    assert queries() == one


def test_calendar_file_is_read_back(system: Actor, client_of: Clients) -> None:
    made = of_everything(system)
    client = client_of("vendor-manager")
    answer = client.get(f"{PAGE}.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"].endswith('.ics"')
    events = {event["UID"]: event for event in parsed(answer.content.decode())}
    uid = next(uid for uid in events if uid.startswith(f"{made['agreement'].reference}-agreement.nordhaven@"))
    assert events[uid]["DTSTART;VALUE=DATE"] == f"{in_days(30):%Y%m%d}"
    assert events[uid]["SUMMARY"] == "Agreement ends: Cloudworks: DPA"
    assert events[uid]["URL"].endswith(made["agreement"].get_absolute_url())
    assert set(parsed_uids(client.get(f"{API}.ics").content.decode())) == set(events)
    assert ActivityEvent.unscoped.filter(verb="exported").count() == 2
    assert client.get(f"{PAGE}.exe").status_code == 404


def parsed_uids(text: str) -> list[str]:
    return [event["UID"] for event in parsed(text)]


def test_table_and_api_say_the_same(system: Actor, client_of: Clients) -> None:
    of_everything(system)
    make("exit-plans", system, name="=HYPERLINK(1)", review_on=in_days(4))
    client = client_of("vendor-manager")
    text = b"".join(client.get(f"{PAGE}.csv")).decode("utf-8-sig")  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(text)))
    days = client.get(API).json()
    assert [(row["Day"], row["Reference"]) for row in rows] == [(day["on"], day["reference"]) for day in days]
    assert "'=HYPERLINK(1)" in {row["Of what"] for row in rows}
    late = client.get(f"{API}?kind=exit").json()
    assert {day["kind"] for day in late} == {"exit"}
    assert client.get(f"{API}?kind=nonsense").status_code == 400
    assert client_of("procurement-responder").get(API).status_code in (200, 404)
