"""Whether an agreement counts as a DPA: everything that it needs, and each thing alone that keeps it from it.

Each case is put to the condition of the database as well, which lists use.
"""

import datetime as dt
from typing import Any

import pytest

from grc.access.actor import Actor
from grc.actions.records import archive_record
from grc.models import Organisation
from tests.factories import make
from tests.vendors.complete import TODAY, complete_dpa, text_item
from vendors.agreements.counting import counting
from vendors.agreements.standing import Standing, covers_of, dpa_gaps, dpa_of, readable, standing_of, standings_of
from vendors.models import Agreement, AgreementPoint

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def stands(agreement: Agreement, today: dt.date = TODAY) -> Standing:
    """How it stands, in Python and in SQL alike."""
    fresh = readable(Agreement.unscoped.filter(pk=agreement.pk)).get()
    found = standing_of(fresh, fresh.points.all(), today)
    rows = Agreement.unscoped.filter(counting(fresh.organisation, today), pk=agreement.pk)
    assert rows.exists() == found.counts_as_dpa
    return found


def change(agreement: Agreement, **values: Any) -> Standing:
    Agreement.unscoped.filter(pk=agreement.pk).update(**values)
    return stands(agreement)


def test_standing_complete_counts(system: Actor) -> None:
    found = stands(complete_dpa(system))
    assert found.missing == [] and found.warnings == []
    assert found.in_force and found.counts_as_dpa and found.ends_on is None and found.notice_by is None


def test_standing_of_a_new_dpa_says_all_that_is_missing(system: Actor) -> None:
    found = stands(make("agreements", system, kind="dpa"))
    assert not found.counts_as_dpa and not found.in_force
    said = " ".join(found.missing)
    for words in ("signed", "evidence library", "Not looked at yet: Subject matter", "28(2)", "28(4)", "EEA", "UK"):
        assert words in said


@pytest.mark.parametrize("point", list(AgreementPoint.Point))
@pytest.mark.parametrize("finding", ["open", "missing", "archived"])
def test_standing_each_point_is_needed(point: str, finding: str, system: Actor) -> None:
    agreement = complete_dpa(system)
    rows = AgreementPoint.unscoped.filter(agreement=agreement, point=point)
    if finding == "archived":
        archive_record(record=rows.select_related("key", "organisation").get(), by=system)
    else:
        rows.update(finding=finding)
    found = stands(agreement)
    assert not found.counts_as_dpa
    says = "It does not say: " if finding == "missing" else "Not looked at yet: "
    assert found.missing == [f"{says}{AgreementPoint.Point(point).label}."]


def test_standing_point_with_a_blank_clause_is_not_met(system: Actor) -> None:
    agreement = complete_dpa(system)
    AgreementPoint.unscoped.filter(agreement=agreement, point="g").update(clause="  ")
    assert stands(agreement).missing == ["No clause is named for: (g) Deletes or returns the data at the end."]


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"file": None}, "not in the evidence library"),
        ({"signed_on": None}, "when it was signed"),
        ({"signed_on": TODAY + DAY}, "to be signed on"),
        ({"effective_on": TODAY + DAY}, "in force from"),
        ({"ends_on": TODAY - DAY}, "ended on"),
        ({"ended_on": TODAY - DAY}, "ended on"),
        ({"authorisation": "unknown"}, "28(2)"),
        ({"flow_down": "unknown"}, "28(4)"),
        ({"flow_down": "no"}, "28(4)"),
        ({"they_are": "controller"}, "binds a vendor that processes"),
        ({"they_are": "none"}, "binds a vendor that processes"),
        ({"we_are": "none"}, "binds a vendor that processes"),
        ({"transfer": "undecided"}, "leaves the EEA"),
        ({"transfer": "open"}, "nothing covers it"),
        ({"transfer": "adequacy"}, "does not say on which"),
        ({"transfer": "dpf"}, "Nobody has checked"),
        ({"transfer": "dpf", "dpf_checked_on": TODAY + DAY}, "is to be checked on"),
        ({"transfer": "dpf", "dpf_checked_on": dt.date(2025, 11, 20)}, "more than a year ago"),
        ({"transfer": "dpf", "dpf_checked_on": dt.date(9999, 3, 1)}, "is to be checked on"),
        ({"transfer": "bcr"}, "transfer impact assessment"),
        ({"uk_data": "unknown"}, "comes from the UK"),
        ({"uk_data": "yes"}, "UK addendum"),
        ({"uk_data": "yes", "uk_addendum_on": TODAY + DAY}, "UK addendum"),
        ({"training": "unknown"}, "may train"),
        ({"training": "may"}, "28(10)"),
        ({"training": "opt-out"}, "28(10)"),
    ],
)
def test_standing_each_lack_alone_keeps_it_from_counting(values: dict[str, Any], word: str, system: Actor) -> None:
    found = change(complete_dpa(system), **values)
    assert not found.counts_as_dpa
    assert len(found.missing) == 1 and word in found.missing[0]


@pytest.mark.parametrize(
    "values",
    [
        {"ends_on": TODAY},
        {"ended_on": TODAY},
        {"signed_on": TODAY, "effective_on": None},
        {"renewal": "automatic", "renewal_months": 12, "ends_on": dt.date(2026, 3, 31)},
        {"authorisation": "none", "flow_down": "unknown"},
        {"transfer": "adequacy", "adequacy": "Japan, (EU) 2019/419"},
        {"transfer": "dpf", "dpf_checked_on": dt.date(2025, 11, 21)},
        {"uk_data": "yes", "uk_addendum_on": TODAY},
        {"uk_data": "yes", "adequacy": "UK adequacy regulations for the EEA"},
        {"training": "asked"},
        {"training": "may", "training_decider": "vendor", "training_reason": "§ 7: it is a controller for it."},
        {"training": "opt-out", "training_decider": "us", "training_reason": "§ 7, opted out on 3 March."},
        {"we_are": "processor", "they_are": "subprocessor"},
    ],
)
def test_standing_counts_all_the_same(values: dict[str, Any], system: Actor) -> None:
    assert change(complete_dpa(system), **values).missing == []


@pytest.mark.parametrize(
    ("we_are", "modules", "counts"),
    [
        ("controller", ["2"], True),
        ("controller", ["2", "3"], True),
        ("controller", ["3"], False),
        ("controller", ["1", "4"], False),
        ("controller", [], False),
        ("processor", ["3"], True),
        ("processor", ["2"], False),
        ("subprocessor", ["3"], True),
    ],
)
def test_standing_clauses_fit_what_we_are(we_are: str, modules: list[str], counts: bool, system: Actor) -> None:
    agreement = complete_dpa(system, transfer="scc", we_are=we_are, scc_modules=modules, assessment=text_item(system))
    assert stands(agreement).counts_as_dpa is counts


def test_standing_clauses_need_an_assessment_that_holds(system: Actor) -> None:
    assessment = text_item(system, expires_on=TODAY + DAY)
    agreement = complete_dpa(system, transfer="scc", scc_modules=["2"], transfer_to="US", assessment=assessment)
    found = stands(agreement)
    assert found.counts_as_dpa and "assessment expires on" in found.warnings[0]
    assert "does not hold" in stands(agreement, TODAY + DAY).missing[0]
    assert change(agreement, assessment=None).missing == ["There is no transfer impact assessment."]


def test_standing_text_needs_a_file_and_holds_until_it_expires(system: Actor) -> None:
    bare = make("evidence", system, name="A claim")
    assert "has no file" in stands(complete_dpa(system, file=bare)).missing[0]
    agreement = complete_dpa(system, file=text_item(system, expires_on=TODAY + DAY))
    assert stands(agreement).counts_as_dpa
    assert "It expired on" in stands(agreement, TODAY + DAY).missing[0]
    archive_record(record=agreement.file, by=system)
    assert "is archived" in stands(agreement).missing[0]


def test_standing_archived_or_of_another_kind_does_not_count(system: Actor) -> None:
    agreement = complete_dpa(system)
    assert change(agreement, kind="msa").missing == []
    assert not stands(agreement).counts_as_dpa and stands(agreement).in_force
    change(agreement, kind="dpa")
    archive_record(record=Agreement.unscoped.select_related("key", "organisation").get(pk=agreement.pk), by=system)
    assert not stands(agreement).counts_as_dpa and not stands(agreement).in_force


def test_standing_training_by_the_vendor_is_said(system: Actor) -> None:
    values = {"training": "may", "training_reason": "§ 7"}
    found = change(complete_dpa(system), training_decider="vendor", **values)
    assert found.counts_as_dpa and "the vendor is a controller" in found.warnings[0]
    assert "Art. 26" in change(complete_dpa(system), training_decider="joint", **values).warnings[0]


def test_cover_prefers_what_is_for_the_offering_alone(system: Actor) -> None:
    vendor = make("vendors", system)
    first, second = make("offerings", system, vendor=vendor), make("offerings", system, vendor=vendor)
    assert dpa_gaps(first, TODAY) == ["There is no DPA for it."] and dpa_of(first, TODAY) is None
    general = complete_dpa(system, vendor=vendor)
    own = complete_dpa(system, vendor=vendor, offering=first)
    complete_dpa(system)  # of another vendor
    assert dpa_of(first, TODAY) == own and dpa_of(second, TODAY) == general
    assert dpa_gaps(second, TODAY) == []
    change(general, flow_down="no")
    assert dpa_of(second, TODAY) is None
    gaps = dpa_gaps(second, TODAY)
    assert gaps[0].startswith(general.reference) and "28(4)" in gaps[1]


def test_cover_takes_the_same_queries_for_many(
    system: Actor, other_organisation: Organisation, django_assert_num_queries: Any
) -> None:
    stranger = Actor.system(other_organisation)
    foreign = make("offerings", stranger)
    complete_dpa(stranger, vendor=foreign.vendor)
    offerings = [make("offerings", system) for _n in range(3)]
    for offering in offerings[:2]:
        complete_dpa(system, vendor=offering.vendor, assessment=text_item(system))
    with django_assert_num_queries(4):
        covers = covers_of(offerings, TODAY)
    assert [covers[one.pk].dpa is not None for one in offerings] == [True, True, False]
    assert covers_of([], TODAY) == {}
    assert len(standings_of(Agreement.objects.within(system.organisation), TODAY)) == 2
