"""What a combination of standards leaves open, and whether it is enough for how an offering is used."""

import datetime as dt
import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from grc.access.actor import Actor
from grc.actions.records import archive_record
from tests.factories import make
from vendors.knowledge.combination import CONTRACT, MISSING
from vendors.knowledge.coverage import Coverage, coverage_of, coverages_of

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 26)
CERTIFIED: dict[str, Any] = {
    "status": "certified", "body": "Body", "accreditation": "DAkkS", "number": "1", "scope": "All of it.",
    "expires_on": dt.date(2028, 1, 1), "confirmed_on": dt.date(2026, 6, 1), "confirmed_with": "The body’s register",
}  # fmt: skip
REPORT: dict[str, Any] = {
    "standard": "soc2", "status": "report", "soc_type": 2, "period_from": dt.date(2025, 7, 1),
    "period_to": dt.date(2026, 6, 30), "opinion": "unqualified", "ai_controls": "yes",
    "criteria": ["security", "confidentiality"],
}  # fmt: skip
HOLDING = {
    "iso42001": CERTIFIED | {"standard": "iso42001"},
    "iso27001": CERTIFIED | {"standard": "iso27001"},
    "soc2": REPORT,
}
COMBINATIONS = [held for count in range(4) for held in itertools.combinations(HOLDING, count)]


def covered(offering: Any, system: Actor, *holdings: dict[str, Any], today: dt.date = TODAY) -> Coverage:
    for values in holdings:
        make("assurances", system, vendor=offering.vendor, **values)
    return coverage_of(offering, today)


def whats(coverage: Coverage) -> list[str]:
    return [str(gap.what) for gap in coverage.leaves_open]


def with_data(system: Actor, *data: str, **offering: Any) -> Any:
    made = make("offerings", system, **offering)
    make("routes", system, plan=make("vendor-plans", system, offering=made), data=list(data))
    return made


@pytest.mark.parametrize("held", COMBINATIONS, ids="+".join)
@pytest.mark.parametrize("decisions", ["none", "reviewed", "influences", "decides"])
@pytest.mark.parametrize("data", ["internal", "customer", "personal", "special"])
def test_combination_leaves_open_what_it_lacks_and_is_enough_or_not(
    held: tuple[str, ...], decisions: str, data: str, system: Actor
) -> None:
    offering = with_data(system, data, decisions=decisions)
    coverage = covered(offering, system, *(HOLDING[standard] for standard in held))
    lacking = [str(gap.what) for standard, gap in MISSING.items() if standard not in held]
    assert whats(coverage) == [*lacking, str(CONTRACT.what)]
    assert coverage.live == set(held)
    asks_42001 = decisions in ("influences", "decides")
    asks_security = data != "internal"
    fine = (not asks_42001 or "iso42001" in held) and (not asks_security or {"iso27001", "soc2"} & set(held))
    assert coverage.enough is bool(fine)
    assert coverage.reason


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (["public", "internal"], ""),
        (["internal", "confidential"], "Confidential data may go there"),
        (["confidential", "customer"], "Customers’ content may go there"),
        (["customer", "credentials"], "Source code or credentials may go there"),
        (["credentials", "special"], "Personal data may go there"),
    ],
)
def test_data_that_is_to_be_kept_close_takes_attested_security(data: list[str], said: str, system: Actor) -> None:
    offering = with_data(system, *data)
    coverage = covered(offering, system)
    assert (coverage.enough, said in coverage.reason) == (not said, True)
    assert covered(offering, system, HOLDING["iso27001"]).enough


def test_recorded_reason_stands_for_a_certificate_for_ai_and_for_nothing_else(system: Actor) -> None:
    offering = with_data(system, "personal", decisions="decides", without_42001="A pilot with ten clerks.")
    assert "recorded reason" in covered(offering, system).reason
    assert not covered(offering, system).enough
    assert covered(offering, system, HOLDING["iso27001"]).enough


@pytest.mark.parametrize(
    ("values", "live", "attests", "words"),
    [
        ({}, True, True, ""),
        ({"period_to": dt.date(2025, 11, 26)}, True, True, ""),
        ({"period_to": dt.date(2025, 11, 25)}, False, False, "worked over a period"),
        ({"period_to": dt.date(2025, 9, 25), "bridge_until": dt.date(2026, 11, 26)}, True, True, "The time since"),
        ({"period_to": dt.date(2025, 9, 25), "bridge_until": dt.date(2026, 11, 25)}, False, False, "over a period"),
        ({"soc_type": 1, "period_from": None}, False, False, "Whether its controls work"),
        ({"opinion": "qualified"}, True, False, "opinion"),
        ({"opinion": "adverse"}, False, False, "opinion"),
        ({"opinion": "disclaimer"}, False, False, "opinion"),
        ({"exceptions": "One leaver kept access."}, True, True, "Exceptions"),
        ({"carve_outs": "The cloud."}, True, True, "carves out"),
        ({"our_part": "Revoke keys."}, True, True, "CUECs"),
        ({"our_part": "Revoke keys.", "our_part_done": True}, True, True, ""),
        ({"ai_controls": "no"}, True, True, "controls over AI"),
        ({"ai_controls": "partly"}, True, True, "controls over AI"),
        ({"ai_controls": "unknown"}, True, True, "controls over AI"),
        ({"criteria": ["security"]}, True, True, "Personal data"),
    ],
)
def test_soc2_report_is_weighed(values: dict[str, Any], live: bool, attests: bool, words: str, system: Actor) -> None:
    period = {"period_from": dt.date(2025, 1, 1)} if "period_to" in values else {}
    coverage = covered(with_data(system, "personal"), system, REPORT | period | values)
    (held,) = [one for one in coverage.held if one.standard == "soc2"]
    assert (held.live, held.attests, coverage.enough) == (live, attests, attests)
    usual = {str(MISSING[standard].what) for standard in ("iso42001", "iso27001")} | {str(CONTRACT.what)}
    rest = [what for what in whats(coverage) if what not in usual]
    assert any(words in what for what in rest) if words else rest == []


@pytest.mark.parametrize(
    ("values", "live", "gap"),
    [
        ({"expires_on": TODAY}, True, ""),
        ({"expires_on": TODAY - dt.timedelta(days=1)}, False, ""),
        ({"confirmed_on": None, "confirmed_with": ""}, True, "Nobody has confirmed"),
        ({"confirmed_on": dt.date(2025, 11, 26)}, True, ""),
        ({"confirmed_on": dt.date(2025, 11, 25)}, True, "more than a year ago"),
    ],
)
def test_certificate_counts_to_its_last_day_and_is_confirmed_or_not(
    values: dict[str, Any], live: bool, gap: str, system: Actor
) -> None:
    coverage = covered(make("offerings", system, decisions="decides"), system, HOLDING["iso42001"] | values)
    assert coverage.enough is live
    reasons = " ".join(str(one.reason) for one in coverage.leaves_open if one.standard)
    assert gap in reasons if gap else reasons == ""


def test_confirmed_on_a_leap_day_is_a_year_old_on_the_day_after_28_february(system: Actor) -> None:
    values = HOLDING["iso42001"] | {"confirmed_on": dt.date(2024, 2, 29)}
    offering = make("offerings", system, decisions="decides")
    make("assurances", system, vendor=offering.vendor, **values)
    for day, count in ((dt.date(2025, 2, 28), 0), (dt.date(2025, 3, 1), 1)):
        assert len([gap for gap in coverage_of(offering, day).leaves_open if gap.standard]) == count


@pytest.mark.parametrize("status", ["claimed", "in-progress", "self", "none"])
def test_what_is_only_said_does_not_count(status: str, system: Actor) -> None:
    offering = make("offerings", system, decisions="influences")
    coverage = covered(offering, system, {"standard": "iso42001", "status": status})
    assert (coverage.live, coverage.enough) == (set(), False)


def test_only_what_applies_counts(system: Actor) -> None:
    offering = make("offerings", system, decisions="decides")
    other = make("offerings", system, vendor=offering.vendor)
    make("assurances", system, vendor=offering.vendor, offering=other, **HOLDING["iso42001"])
    archive_record(record=make("assurances", system, vendor=offering.vendor, **HOLDING["iso42001"]), by=system)
    make("assurances", system, **HOLDING["iso42001"])
    assert not coverage_of(offering, TODAY).enough
    make("assurances", system, vendor=offering.vendor, offering=offering, **HOLDING["iso42001"])
    assert coverage_of(offering, TODAY).enough


def test_newer_report_makes_up_for_an_old_one(system: Actor) -> None:
    old = {"period_from": dt.date(2024, 1, 1), "period_to": dt.date(2024, 12, 31), "exceptions": "Many."}
    coverage = covered(with_data(system, "personal"), system, REPORT | old, REPORT)
    reports = [one for one in coverage.held if one.standard == "soc2"]
    assert [one.live for one in reports] == [True, False]
    assert not any("Exceptions" in what for what in whats(coverage))


def test_personal_data_on_a_plan_that_nobody_may_use_asks_for_nothing(system: Actor) -> None:
    offering = make("offerings", system)
    plan = make("vendor-plans", system, offering=offering, allowed=False)
    make("routes", system, plan=plan, data=["personal"])
    assert coverage_of(offering, TODAY).enough


def test_many_offerings_take_as_many_queries_as_one(system: Actor) -> None:
    offerings = [with_data(system, "personal") for _n in range(4)]
    for offering in offerings:
        make("assurances", system, vendor=offering.vendor, **REPORT)
    for some in (offerings[:1], offerings):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = coverages_of(some, TODAY)
        assert (len(queries), all(one.enough for one in found.values())) == (2, True)


@pytest.mark.parametrize(
    ("today", "words"),
    [
        (dt.date(2026, 7, 29), "less than a month ago"),
        (dt.date(2026, 7, 30), "1 month ago"),
        (dt.date(2027, 2, 28), "7 months ago"),
        (dt.date(2027, 6, 30), "12 months ago"),
        (dt.date(2027, 7, 30), "too old: its period ended on 30 Jun 2026, 13 months ago"),
    ],
)
def test_report_says_how_old_it_is(today: dt.date, words: str, system: Actor) -> None:
    coverage = covered(make("offerings", system), system, REPORT, today=today)
    assert words in next(one.state for one in coverage.held if one.standard == "soc2")
