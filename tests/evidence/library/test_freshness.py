"""Whether evidence still supports something: by its file, its expiry, and how often it is wanted."""

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from evidence.actions.items import add_file
from evidence.actions.requests import answer_request
from evidence.library.freshness import Freshness, evidence_for, judge
from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.actions.links import link_records, unlink_records
from grc.actions.records import archive_record
from grc.models import Link, Organisation
from tests.factories import make

TODAY = dt.date(2026, 11, 21)
F = Freshness


def item(**fields: Any) -> EvidenceItem:
    return EvidenceItem(name="Report", kind=EvidenceItem.Kind.REPORT, **fields)


@pytest.mark.parametrize(
    ("fields", "has_file", "every", "state", "words"),
    [
        ({}, True, "", F.FRESH, "holds"),
        ({}, False, "", F.NO_FILE, "claim"),
        ({"expires_on": dt.date(2026, 1, 1)}, False, "yearly", F.NO_FILE, "claim"),
        ({"expires_on": dt.date(2026, 11, 21)}, True, "", F.EXPIRED, "21 Nov 2026"),
        ({"expires_on": dt.date(2026, 11, 22)}, True, "", F.SOON, "22 Nov 2026"),
        ({"expires_on": dt.date(2026, 12, 21)}, True, "", F.SOON, "expires"),
        ({"expires_on": dt.date(2026, 12, 22)}, True, "", F.FRESH, "holds"),
        ({"dated_on": dt.date(2020, 1, 1)}, True, "", F.FRESH, "holds"),
        ({"dated_on": dt.date(2026, 8, 20)}, True, "quarterly", F.FRESH, "holds"),  # 93 days
        ({"dated_on": dt.date(2026, 8, 19)}, True, "quarterly", F.TOO_OLD, "94 days old, and wanted quarterly"),
        ({"dated_on": dt.date(2026, 8, 19)}, True, "yearly", F.FRESH, "holds"),
        ({"dated_on": dt.date(2026, 1, 1), "period_to": dt.date(2026, 11, 1)}, True, "monthly", F.FRESH, "holds"),
        ({"period_to": dt.date(2026, 1, 1)}, True, "monthly", F.TOO_OLD, "wanted monthly"),
        ({}, True, "yearly", F.TOO_OLD, "no date of its own"),
        (
            {"dated_on": dt.date(2025, 1, 1), "expires_on": dt.date(2026, 11, 22)},
            True, "yearly", F.TOO_OLD, "days old",
        ),
    ],
)  # fmt: skip
def test_verdict_says_what_and_why(
    fields: dict[str, Any], has_file: bool, every: str, state: Freshness, words: str
) -> None:
    verdict = judge(item(**fields), has_file=has_file, every=every, today=TODAY)
    assert verdict.state == state
    assert words in verdict.sentence
    assert verdict.supports == (state in (F.FRESH, F.SOON))
    assert verdict.tone
    assert verdict.name


pytest_db = pytest.mark.django_db


def kept(by: Actor, about: Any, **fields: Any) -> EvidenceItem:
    """An item with a file, linked with ``about``."""
    made: EvidenceItem = make("evidence", by, **fields)
    add_file(item=made, upload=io.BytesIO(f"a,b\r\n{made.reference},1\r\n".encode()), name="table.csv", by=by)
    link_records(source=made, reference=about.reference, by=by)
    return made


def states(found: Any, about: Any) -> list[str]:
    return [one.verdict.state.value for one in found[about.pk]]


@pytest_db
def test_evidence_is_found_by_links_of_either_direction(system: Actor) -> None:
    control, other = make("controls", system), make("controls", system)
    kept(system, control)
    back = make("evidence", system)
    link_records(source=control, reference=back.reference, by=system)
    found = evidence_for([control.pk, other.pk], system)
    assert states(found, control) == ["fresh", "no-file"]
    assert states(found, other) == []


@pytest_db
def test_what_is_archived_or_unlinked_supports_nothing(system: Actor) -> None:
    control = make("controls", system)
    archive_record(record=kept(system, control), by=system)
    kept(system, control)
    unlink_records(link=Link.unscoped.order_by("-pk")[0], by=system)
    assert states(evidence_for([control.pk], system), control) == []


@pytest_db
def test_an_answer_is_held_to_its_own_cadence_and_other_evidence_to_the_longest(system: Actor) -> None:
    control = make("controls", system)
    weekly = make("evidence-wanted", system, about=control.key, every="weekly")
    make("evidence-wanted", system, about=control.key, every="yearly")
    ago = timezone.localdate() - dt.timedelta(days=60)
    kept(system, control, dated_on=ago)
    assert states(evidence_for([control.pk], system), control) == ["fresh"]
    request = make("evidence-requests", system, about=control.key)
    type(request).unscoped.filter(pk=request.pk).update(wanted=weekly)
    answer = make("evidence", system, dated_on=ago)
    add_file(item=answer, upload=io.BytesIO(b"a,b\r\n7,7\r\n"), name="week.csv", by=system)
    answer_request(request=request, item=answer, by=system)
    assert states(evidence_for([control.pk], system), control) == ["fresh", "too-old"]


@pytest_db
def test_wanted_evidence_that_is_archived_counts_no_more(system: Actor) -> None:
    control = make("controls", system)
    wanted = make("evidence-wanted", system, about=control.key, every="weekly")
    kept(system, control)
    assert states(evidence_for([control.pk], system), control) == ["too-old"]
    archive_record(record=wanted, by=system)
    assert states(evidence_for([control.pk], system), control) == ["fresh"]


@pytest_db
def test_who_may_see_no_evidence_is_told_nothing(system: Actor, actor_of: Callable[..., Actor]) -> None:
    control = make("controls", system)
    kept(system, control)
    assert evidence_for([control.pk], actor_of("platform-engineer")) is None
    assert states(evidence_for([control.pk], actor_of("internal-auditor")), control) == ["fresh"]


@pytest_db
def test_evidence_of_another_organisation_supports_nothing_here(
    system: Actor, other_organisation: Organisation
) -> None:
    stranger = Actor.system(other_organisation)
    theirs = make("controls", stranger)
    kept(stranger, theirs)
    assert states(evidence_for([theirs.pk], system), theirs) == []


@pytest_db
def test_evidence_of_many_records_takes_as_many_queries_as_of_one(system: Actor) -> None:
    controls = [make("controls", system) for _ in range(6)]
    for control in controls:
        kept(system, control)
        make("evidence-wanted", system, about=control.key)

    def asked(count: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            evidence_for([control.pk for control in controls[:count]], system)
        return len(queries)

    assert asked(1) == asked(6) == 4
