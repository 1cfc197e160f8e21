"""The calendar counted by the database says what the calendar read as a whole says; what is outlived is left out."""

import datetime as dt
from collections import Counter
from collections.abc import Callable

import pytest
from django.utils import timezone

from grc.access.actor import Actor
from tests.factories import make
from tests.vendors.test_overview_calendar import in_days, kinds, of_customers, of_everything
from vendors.agreements.terms import months_after
from vendors.overview.calendar import FIRST, Narrowed, Outline, calendar_of, timeline_of
from vendors.overview.dates import Cell, Kind, foremost

pytestmark = pytest.mark.django_db
Actors = Callable[..., Actor]


def crowd(by: Actor) -> None:
    """Many of the same day, some of which share their dates and some of which only end on the same one."""
    vendor = make("vendors", by, name="Labelworks")
    for at in range(FIRST + 3):
        make("vendor-findings", by, vendor=vendor, due_on=in_days(-2 - at % 2))
    for months, notice in ((12, 30), (12, 30), (24, 30), (12, 60)):
        make(
            "agreements", by, vendor=vendor, kind="msa", renewal="automatic", ends_on=in_days(-40),
            renewal_months=months, notice_days=notice,
        )  # fmt: skip
    make("agreements", by, vendor=vendor, renewal="fixed", ends_on=in_days(-40), kind="nda")
    make("agreements", by, vendor=vendor, renewal="open", ends_on=None, ended_on=in_days(4), kind="order")


@pytest.mark.parametrize(
    "narrowed",
    [
        Narrowed(),
        Narrowed(kinds=(Kind.NOTICE, Kind.FINDING, Kind.EVIDENCE)),
        Narrowed(vendor="LABELW"),
        Narrowed(kinds=(Kind.REVIEW,), vendor="cloud"),
        Narrowed(vendor="100%_"),
    ],
)
def test_counted_and_read_calendar_agree(system: Actor, actor_of: Actors, narrowed: Narrowed) -> None:
    of_everything(system)
    of_customers(system)
    crowd(system)
    for role in ("vendor-manager", "contributor", "reader"):
        actor = actor_of(role)
        whole, outline = calendar_of(actor, narrowed), Outline(actor, narrowed)
        for wanted, counted in zip(whole.blocks, outline.blocks, strict=True):
            days = Counter((entry.kind, entry.on) for entry in wanted.entries)
            assert {(cell.kind, cell.on): cell.count for cell in counted.entries} == dict(days)
        for most in (1, 5, FIRST, 1000):
            found = outline.entries([(block.entries, most) for block in outline.blocks])
            assert found == [block.entries[:most] for block in whole.blocks]


def test_kinds_are_counted_before_they_are_narrowed(system: Actor, actor_of: Actors) -> None:
    of_everything(system)
    manager = actor_of("vendor-manager")
    assert Outline(manager, Narrowed(kinds=(Kind.FACT,))).kinds == Outline(manager).kinds


def test_timeline_draws_the_latest_of_what_is_late_first(system: Actor, actor_of: Actors) -> None:
    vendor = make("vendors", system)
    for days in (-30, -20, -10, -9, -8, -7, 5):
        make("vendor-findings", system, vendor=vendor, due_on=in_days(days))
    (lane,) = timeline_of(Outline(actor_of("vendor-manager"))).lanes
    assert [span.start for span in lane.spans] == [in_days(days) for days in (-20, -10, -9, -8, -7)]


def test_agreement_that_another_of_the_same_outlives_is_history(system: Actor, actor_of: Actors) -> None:
    manager = actor_of("vendor-manager")
    offering = make("offerings", system)
    old = make(
        "agreements", system, vendor=offering.vendor, renewal="fixed", ends_on=in_days(-20), review_on=in_days(9)
    )
    both = {("agreement", old.reference), ("review", old.reference)}
    assert kinds(manager) == both
    for other in (
        {"vendor": make("vendors", system)},
        {"kind": "nda"},
        {"offering": offering},
        {"ends_on": in_days(-20)},
    ):
        given = {"vendor": offering.vendor, "renewal": "fixed", "ends_on": in_days(300), **other}
        make("agreements", system, **given)
        assert both <= kinds(manager), other
    make("agreements", system, vendor=offering.vendor, renewal="open", ends_on=None)
    assert not both & kinds(manager)


def test_certificate_of_another_standard_replaces_none(system: Actor, actor_of: Actors) -> None:
    old = make("assurances", system, expires_on=in_days(-20))
    later = make("assurances", system, vendor=old.vendor, standard="iso42001", expires_on=in_days(200))
    assert old.standard != later.standard
    assert ("certificate", old.reference) in kinds(actor_of("vendor-manager"))


def test_report_is_too_old_after_twelve_months_and_a_newer_one_replaces_it(system: Actor, actor_of: Actors) -> None:
    manager, today = actor_of("vendor-manager"), timezone.localdate()
    usual = {"standard": "soc2", "status": "report", "soc_type": 2, "opinion": "unqualified"}
    period = months_after(today, -13)
    old = make("assurances", system, **usual, period_from=period - dt.timedelta(days=90), period_to=period)
    (late,) = calendar_of(manager).late
    assert (late.reference, late.kind, late.on) == (old.reference, Kind.REPORT, months_after(period, 12))
    new = months_after(today, -3)
    make("assurances", system, vendor=old.vendor, **usual, period_from=period, period_to=new)
    assert [(entry.on, entry.kind) for entry in calendar_of(manager).coming] == [(months_after(new, 12), Kind.REPORT)]
    assert not calendar_of(manager).late


def test_vendor_text_that_no_database_can_hold_finds_what_is_left_of_it(system: Actor, client_of: Actors) -> None:
    make("exit-plans", system, vendor=make("vendors", system, name="Cloudworks"), review_on=in_days(3))
    page = client_of("vendor-manager").get("/o/nordhaven/vendors/calendar?vendor=cloud%00w")  # type: ignore[attr-defined]
    assert (page.status_code, b"Cloudworks" in page.content) == (200, True)


def test_foremost_cells_hold_as_many_as_are_wanted() -> None:
    cells = [Cell(Kind.FACT, dt.date(2028, 1, day), 2) for day in (1, 2, 3)]
    assert [foremost(cells, most) for most in (0, 1, 2, 3, 9)] == [[], cells[:1], cells[:1], cells[:2], cells]
