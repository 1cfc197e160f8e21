"""Importing rows: what they say, what they may not say, and that all of them are taken or none."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from aims.models import AISystem, Component, Document, Risk
from grc.access.actor import Actor
from grc.actions.records import archive_record, change_record
from grc.imports.actions import ImportRefused, check_rows, import_rows
from grc.imports.outcome import Outcome
from grc.imports.plan import BadPlan, Plan
from grc.models import ActivityEvent, Organisation, RecordKey
from grc.registers.register import registers
from tests.factories import make

pytestmark = pytest.mark.django_db
RISKS, SYSTEMS, DOCUMENTS = (registers.by_slug(slug) for slug in ("risks", "ai-systems", "documents"))


def plan(*columns: str, **dates: str) -> Plan:
    return Plan(dict(enumerate(columns)), dates=dates)


def rows(*cells: Any) -> list[tuple[int, list[Any]]]:
    return [(number, list(row)) for number, row in enumerate(cells, start=2)]


def imported(by: Actor, register: Any, columns: Plan, *cells: Any, **more: Any) -> Outcome:
    with by.working():
        return import_rows(register=register, rows=rows(*cells), plan=columns, by=by, name="list.xlsx", **more)


def refused(by: Actor, register: Any, columns: Plan, *cells: Any, **more: Any) -> list[tuple[int, str, str, str]]:
    """The problems for which an import is refused; nothing may have been written."""
    before = RecordKey.unscoped.count()
    with pytest.raises(ImportRefused) as caught:
        imported(by, register, columns, *cells, **more)
    assert RecordKey.unscoped.count() == before
    return [tuple(problem.as_list()) for problem in caught.value.outcome.problems]  # type: ignore[misc]


def test_import_creates_with_history_key_and_event(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    outcome = imported(by, RISKS, plan("name", "event", "likelihood", "impact"), ("A", "It fails", 3, "4"), ("B", "x"))
    assert [verdict.kind for verdict in outcome.verdicts] == ["create", "create"]
    first, second = Risk.unscoped.order_by("pk")
    assert (first.reference, second.reference) == ("RSK-0001", "RSK-0002")
    assert (first.name, first.likelihood, first.impact, first.score, first.owner) == ("A", 3, 4, 12, by.person)
    assert first.key.title == "A"
    entry = first.history.get()
    assert (entry.history_user, entry.history_change_reason) == (by.person, "Imported from list.xlsx")
    assert (first.created_by, first.lock) == (by.person, 1)
    verbs = list(ActivityEvent.unscoped.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["created", "created", "imported"]
    assert make("risks", by).reference == "RSK-0003"


def test_import_changes_by_reference_only_what_differs(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    one, two = make("risks", by, name="One", event="x"), make("risks", by, name="Two", event="y")
    outcome = imported(
        by, RISKS, plan("reference", "name", "event"), (one.reference, "One", "x"), (two.reference.lower(), "Zwei", "y")
    )
    assert [verdict.kind for verdict in outcome.verdicts] == ["same", "change"]
    assert [(d.heading, d.before, d.after) for d in outcome.verdicts[1].differences] == [("Risk", "Two", "Zwei")]
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.lock, two.lock, two.name) == (1, 2, "Zwei")
    assert two.history.first().history_change_reason == "Imported from list.xlsx"


def test_import_of_the_same_rows_again_changes_nothing(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    columns, cells = plan("name", "event"), (("A", "x"), ("B", "y"))
    made = imported(by, RISKS, columns, *cells).as_result()["made"]
    Risk.unscoped.filter(name="A").update(event="edited since")
    again = imported(by, RISKS, columns, *cells, made=made)
    assert [verdict.kind for verdict in again.verdicts] == ["same", "same"]
    assert Risk.unscoped.count() == 2
    assert again.as_result()["made"] == made


def test_import_without_reference_means_the_record_with_the_same_unique_values(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    document = make("documents", by, name="AI policy", edition="2")
    columns = plan("name", "edition", "kind", "review_on")
    outcome = imported(by, DOCUMENTS, columns, ("AI policy", 2, "Policy", "2027-01-31"))
    assert [verdict.kind for verdict in outcome.verdicts] == ["change"]
    document.refresh_from_db()
    assert document.review_on == dt.date(2027, 1, 31)
    assert Document.unscoped.count() == 1


def test_import_one_bad_row_stops_all(actor_of: Callable[..., Actor]) -> None:
    problems = refused(
        actor_of("administrator"),
        RISKS,
        plan("name", "event", "likelihood", "treatment", "review_on"),
        ("Good", "x"),
        ("", "x", "many", "perhaps", "31.02.2026"),
    )
    assert [(row, column, value) for row, column, value, _reason in problems] == [
        (3, "Likelihood", "many"),
        (3, "Treatment", "perhaps"),
        (3, "Next review", "31.02.2026"),
    ]
    assert "Undecided" in problems[1][3] or "not one of the choices" in problems[1][3]


def test_import_names_what_a_record_needs(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    assert refused(by, RISKS, plan("name", "event"), ("A", "x"), ("", "y"))[0][:2] == (3, "Risk")
    with pytest.raises(BadPlan, match="What may happen"):
        imported(by, RISKS, plan("name"), ("A",))


def test_import_keeps_the_models_constraints(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    problems = refused(
        by,
        SYSTEMS,
        plan("name", "purpose", "role", "stage", "risk_class", "in_use_since", "retired_on"),
        ("A", "p", "Deployer: we use it", "retired"),
        ("B", "p", "deployer", "operation", "High-risk (Art. 6)"),
        ("C", "p", "both", "operation", "", "2026-05-01", "2026-04-01"),
    )
    assert [problem[0] for problem in problems] == [2, 3, 4]
    assert "retired" in problems[0][3]
    assert "reason" in problems[1][3]
    assert "before it came into use" in problems[2][3]


def test_import_keeps_uniqueness_within_the_file_and_beside_it(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    taken, other = make("ai-systems", by, runtime_id="claims"), make("ai-systems", by, runtime_id="other")
    columns = plan("reference", "name", "purpose", "role", "runtime_id")
    problems = refused(by, SYSTEMS, columns, (other.reference, "Other", "p", "both", taken.runtime_id))
    assert "Another AI system has this id" in problems[0][3]
    problems = refused(by, SYSTEMS, columns, ("", "A", "p", "both", "new"), ("", "B", "p", "both", "new"))
    assert problems[0][0] == 3
    assert "Row 2" in problems[0][3]
    problems = refused(by, RISKS, plan("name", "event"), ("A", "x"), ("A", "x"))
    assert problems == [(3, "", "", "This row says the same as row 2.")]


def test_import_finds_people_and_records_by_what_they_are_called(actor_of: Callable[..., Actor]) -> None:
    by, colleague = actor_of("administrator"), actor_of("contributor").person
    assert colleague is not None
    system = make("ai-systems", by, name="Claims triage")
    columns = plan("name", "event", "system", "owner", "tags")
    imported(
        by,
        RISKS,
        columns,
        ("A", "x", system.reference.lower(), colleague.email.upper(), "harm; bias, law"),
        ("B", "x", "claims  Triage", colleague.name),
        ("C", "x", f"{system.reference} Claims triage"),
    )
    risks = Risk.unscoped.order_by("pk")
    assert {risk.system for risk in risks} == {system}
    assert [risk.owner for risk in risks] == [colleague, colleague, by.person]
    assert risks[0].tags == ["harm", "bias", "law"]


def test_import_does_not_find_what_another_organisation_has(
    other_organisation: Organisation, actor_of: Callable[..., Actor]
) -> None:
    by, stranger = actor_of("administrator"), actor_of("administrator", other_organisation)
    theirs, system = make("risks", stranger), make("ai-systems", stranger, name="Their system")
    assert stranger.person is not None
    problems = refused(by, RISKS, plan("reference", "name", "event"), (theirs.reference, "Taken over", "x"))
    assert "no record" in problems[0][3]
    columns = plan("name", "event", "system", "owner")
    for cells in (("A", "x", system.reference), ("A", "x", "Their system"), ("A", "x", "", stranger.person.email)):
        assert len(refused(by, RISKS, columns, cells)) == 1
    theirs.refresh_from_db()
    assert theirs.lock == 1


def test_import_asks_about_dates_that_can_be_read_in_two_ways(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    cells = (("A", "x", "05/06/2027"), ("B", "x", "07/08/2027"))
    columns = plan("name", "event", "review_on")
    outcome = check_rows(register=RISKS, rows=rows(*cells), plan=columns, by=by)
    assert outcome.ask == ["review_on"]
    assert not outcome.verdicts
    imported(by, RISKS, plan("name", "event", "review_on", review_on="mdy"), *cells)
    assert Risk.unscoped.get(name="A").review_on == dt.date(2027, 5, 6)
    outcome = check_rows(register=RISKS, rows=rows(*cells, ("C", "x", "25/06/2027")), plan=columns, by=by, made={})
    assert not outcome.ask
    assert outcome.verdicts[0].record.review_on == dt.date(2027, 6, 5)


@pytest.mark.parametrize(
    "name", ["organisation", "id", "key", "lock", "created_by", "archived_at", "score", "nonsense"]
)
def test_import_into_a_field_that_is_not_offered_is_refused(name: str, actor_of: Callable[..., Actor]) -> None:
    with pytest.raises(BadPlan):
        imported(actor_of("administrator"), RISKS, plan("name", "event", name), ("A", "x", "1"))


def test_import_by_an_owner_reaches_own_records_only(actor_of: Callable[..., Actor]) -> None:
    admin, by = actor_of("administrator"), actor_of("contributor")
    mine, other = make("risks", admin, owner=by.person), make("risks", admin)
    columns = plan("reference", "name", "event")
    imported(by, RISKS, columns, (mine.reference, "Mine", "x"), ("", "Fresh", "x"))
    problems = refused(by, RISKS, columns, (mine.reference, "Again", "x"), (other.reference, "Taken", "x"))
    assert [(row, value) for row, _column, value, _reason in problems] == [(3, other.reference)]
    problems = refused(by, RISKS, plan("name", "event", "owner"), ("Given away", "x", admin.person.email))  # type: ignore[union-attr]
    assert "owner" in problems[0][3]


def test_import_without_the_permission_is_denied(actor_of: Callable[..., Actor]) -> None:
    from grc.access.gate import Denied

    with pytest.raises(Denied):
        imported(actor_of("internal-auditor"), RISKS, plan("name", "event"), ("A", "x"))


def test_import_of_an_archived_record_or_twice_the_same_is_refused(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    gone, here = make("risks", by), make("risks", by)
    archive_record(record=gone, by=by)
    columns = plan("reference", "name", "event")
    problems = refused(
        by, RISKS, columns, (gone.reference, "A", "x"), (here.reference, "B", "x"), (here.reference, "C", "x")
    )
    assert [row for row, *_rest in problems] == [2, 4]
    assert "archived" in problems[0][3]
    assert "Row 3" in problems[1][3]


def test_import_after_somebody_else_changed_a_record_is_refused_by_name(actor_of: Callable[..., Actor]) -> None:
    by, other = actor_of("administrator"), actor_of("compliance-officer")
    risk = make("risks", by, name="Old", event="x")
    columns, cells = plan("reference", "name", "event"), ((risk.reference, "New", "x"),)
    locks = check_rows(register=RISKS, rows=rows(*cells), plan=columns, by=by).as_result()["locks"]
    assert locks == {risk.reference: 1}
    risk.event = "edited meanwhile"
    change_record(record=risk, by=other, lock=1)
    problems = refused(by, RISKS, columns, *cells, locks=locks)
    assert problems[0][2] == risk.reference
    assert str(other.person) in problems[0][3]


def test_import_leaves_unmatched_fields_alone(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    system = make("ai-systems", by, users="claims handlers", tags=["eu"])
    imported(by, SYSTEMS, plan("reference", "name"), (system.reference, "Renamed"))
    system.refresh_from_db()
    assert (system.name, system.users, system.tags, system.purpose) == (
        "Renamed",
        "claims handlers",
        ["eu"],
        "Sorts claims",
    )


def test_import_of_a_components_column_that_needs_a_record(actor_of: Callable[..., Actor]) -> None:
    by, register = actor_of("administrator"), registers.by_slug("components")
    columns = plan("system", "kind", "name", "pinned_version")
    assert refused(by, register, columns, ("", "Model", "gpt", "1"))[0][1] == "AI system"
    make("ai-systems", by, name="Claims")
    make("ai-systems", by, name="Twice")
    make("ai-systems", by, name="twice")
    assert "More than one" in refused(by, register, columns, ("Twice", "Model", "gpt", "1"))[0][3]
    imported(by, register, columns, ("Claims", "model", "gpt", "1"))
    assert Component.unscoped.get().system == AISystem.unscoped.get(name="Claims")


@pytest.mark.parametrize(
    "hostile", ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "<script>alert(1)</script>", "\u202eevil"]
)
def test_import_keeps_hostile_text_as_text(hostile: str, actor_of: Callable[..., Actor]) -> None:
    imported(actor_of("administrator"), RISKS, plan("name", "event"), (hostile, "x"))
    assert Risk.unscoped.get().name == hostile


def test_import_of_nul_and_of_texts_too_long_is_refused(actor_of: Callable[..., Actor]) -> None:
    by = actor_of("administrator")
    problems = refused(by, RISKS, plan("name", "event"), ("a\x00b", "x"), ("n" * 500, "x"), ("#REF!", "x"))
    assert [(row, column) for row, column, *_rest in problems] == [(2, "Risk"), (3, "Risk"), (4, "Risk")]
