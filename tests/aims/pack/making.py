"""A filled organisation, as one stands before Stage 1: made by the kernel, its main papers approved by signature.

Used by the tests, to look at the pack, and by the benchmark, in other sizes.
"""

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from aims import models
from controls.actions.frameworks import adopt_framework
from controls.models import Control, ControlTest, Requirement
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.many import create_records
from grc.actions.records import change_record, create_record
from grc.models import Organisation, Person
from grc.models.record import Record
from tests.aims.pack.texts import TEXTS, rows
from tests.approvals.making import approved, sent
from tests.conftest import make_organisation, make_person

DAY = dt.date(2026, 3, 2)


@dataclass(frozen=True)
class Size:
    """How many records of each kind."""

    systems: int = 4
    risks: int = 14
    controls: int = 12
    documents: int = 6
    nonconformities: int = 4
    issues: int = 7
    parties: int = 6
    with_iso27001: bool = False


@dataclass
class Filled:
    """``officer`` writes, ``head`` approves; ``of`` are the records by register, in order."""

    organisation: Organisation
    officer: Actor
    head: Actor
    of: dict[str, list[Any]] = field(default_factory=dict)

    def one(self, slug: str, at: int = 0) -> Any:
        return self.of[slug][at]

    def add(self, slug: str, model: type[Record], rows: list[dict[str, Any]]) -> list[Any]:
        records = [model(organisation=self.organisation, **row) for row in rows]
        create_records(records=records, by=self.officer)
        self.of[slug] = records
        return records

    def approve(self, record: Any) -> None:
        with self.officer.working():
            record = type(record).objects.within(self.organisation).get(pk=record.pk)
        approved(sent(record, self.officer, self.head), self.head)


@transaction.atomic
def full_organisation(
    size: Size | None = None, *, slug: str = "nordhaven", name: str = "Nordhaven Insurance"
) -> Filled:
    """An organisation with all that the pack shows: most of it approved, some of it honestly not."""
    size = size or Size()
    organisation = make_organisation(name, slug)
    with Actor.system(organisation, way="command").working():
        people = [
            make_person(f"{first}@{slug}.example", organisation, role, name=said)
            for first, role, said in (
                ("carla", "compliance-officer", "Carla Brandt"),
                ("margit", "approver", "Margit Olsen"),
                ("jonas", "contributor", "Jonas Weber"),
            )
        ]
    officer, head = (Actor.of(person, organisation) for person in people[:2])
    assert officer is not None
    assert head is not None
    made = Filled(organisation, officer, head)
    with officer.working():
        framework = adopt_framework(key="iso42001", by=officer)
        _systems(made, size)
        _context(made, size, people)
        _controls(made, size)
        _planning(made, size)
        _statement(made, framework)
        if size.with_iso27001:
            _statement(made, adopt_framework(key="iso27001", by=officer), slug="soa-27001")
        _support(made, size, people)
        _improvement(made, size)
    for slug_of in ("scope", "risk-criteria", "treatment-plans", "soa", "objectives", "responsibilities"):
        made.approve(made.one(slug_of))
    for document in made.of["documents"][: max(size.documents - 2, 1)]:
        if document.text:  # what says nothing is not approved
            made.approve(document)
    for assessment in made.of["impact-assessments"][:-1]:
        made.approve(assessment)
    made.approve(made.one("risks"))
    return made


def _systems(made: Filled, size: Size) -> None:
    made.add("ai-systems", models.AISystem, rows("systems", size.systems))
    made.add(
        "components",
        models.Component,
        [
            {
                "system": system,
                "name": name,
                "kind": kind,
                "pinned_version": version,
                "supplier": supplier,
                "region": "EU",
            }
            for system in made.of["ai-systems"]
            for name, kind, version, supplier in TEXTS["components"]
        ],
    )


def _context(made: Filled, size: Size, people: list[Person]) -> None:
    for slug, model, count in (
        ("issues", models.Issue, size.issues),
        ("parties", models.InterestedParty, size.parties),
    ):
        made.add(slug, model, rows(slug, count))
    made.add(
        "ai-roles",
        models.AIRole,
        [
            {
                "system": system,
                "role": "customer",
                "act_role": "deployer",
                "reason": "We use it under our own authority.",
            }
            for system in made.of["ai-systems"]
        ],
    )
    made.add("scope", models.ScopeStatement, [TEXTS["scope"]])
    processes = made.add("processes", models.Process, TEXTS["processes"])
    for one, other in itertools.pairwise(processes):
        link_records(source=one, reference=other.reference, by=made.officer)
    made.add(
        "commitments",
        models.Commitment,
        [{**row, "given_by": people[1], "given_on": DAY} for row in TEXTS["commitments"]],
    )
    holders = [*people, None]
    made.add(
        "responsibilities",
        models.Responsibility,
        [{**row, "holder": holders[at % len(holders)]} for at, row in enumerate(TEXTS["responsibilities"])],
    )


def _controls(made: Filled, size: Size) -> None:
    controls = rows("controls", size.controls)
    for at, row in enumerate(controls):
        row |= {"state": "planned"} if at % 5 == 4 else {"state": "operating", "operating_since": DAY}
    made.add("controls", Control, controls)
    made.add(
        "control-tests",
        ControlTest,
        [
            {
                "control": control,
                "name": f"Sample of {control.name.lower()}",
                "method": TEXTS["method"],
                "last_result": result,
            }
            for control, result in zip(made.of["controls"][::3], ["passed", "failed", "passed", ""] * 99, strict=False)
        ],
    )


def _planning(made: Filled, size: Size) -> None:
    systems, controls = made.of["ai-systems"], made.of["controls"]
    made.add("risk-criteria", models.RiskCriteria, [TEXTS["criteria"]])
    said = [
        {**row, "system": systems[n % len(systems)], "treat_by": DAY + dt.timedelta(days=60 + n)}
        for n, row in enumerate(rows("risks", size.risks))
    ]
    risks = made.add("risks", models.Risk, said)
    made.add(
        "treatments",
        models.Treatment,
        [
            {
                "risk": risk, "name": f"Step {at + 1} for {risk.name.lower()}"[:200],
                "control": controls[at % len(controls)],
                "due_on": DAY + dt.timedelta(days=30 + at), "done_on": DAY + dt.timedelta(days=20) if at % 2 else None,
            }
            for at, risk in enumerate(risks)
        ],
    )  # fmt: skip
    made.add("treatment-plans", models.TreatmentPlan, [TEXTS["plan"]])
    made.add("opportunities", models.Opportunity, [{**row, "system": systems[0]} for row in TEXTS["opportunities"]])
    made.add(
        "impact-assessments",
        models.ImpactAssessment,
        [{**TEXTS["assessment"], "system": system, "name": f"Impact of {system.name.lower()}"} for system in systems],
    )
    objectives = made.add("objectives", models.Objective, TEXTS["objectives"])
    made.add(
        "measurements",
        models.Measurement,
        [
            {
                "objective": one,
                "measured_on": DAY + dt.timedelta(days=30 * month),
                "value": 12 - month,
                "note": "Report",
            }
            for one in objectives[:-1]
            for month in range(3)
        ],
    )
    made.add("planned-changes", models.PlannedChange, TEXTS["changes"])


def _statement(made: Filled, framework: Any, slug: str = "soa") -> None:
    soa = made.add(slug, models.SoA, [{**TEXTS["statement"], "framework": framework}])[0]
    asked = Requirement.objects.within(made.organisation).filter(framework=framework.pk, kind="control")
    rows = {row.requirement_id: row for row in models.SoADecision.objects.within(made.organisation).filter(soa=soa)}
    for at, requirement in enumerate(asked.order_by("position")):
        row, out = rows[requirement.pk], at % 9 == 8
        row.applies, row.status = ("out", "") if out else ("in", "partly")
        row.reason = "Nothing of the kind is built here." if out else TEXTS["reasons"][at % len(TEXTS["reasons"])]
        row.how = "" if out else TEXTS["how"][at % len(TEXTS["how"])]
        change_record(record=row, by=made.officer, lock=row.lock)
    made.of[f"{slug}-decisions"] = list(rows.values())


def _support(made: Filled, size: Size, people: list[Person]) -> None:
    systems = made.of["ai-systems"]
    made.add(
        "resources",
        models.Resource,
        [{**row, "system": system} for system in systems for row in TEXTS["resources"]],
    )
    needs = made.add(
        "competence-needs",
        models.CompetenceNeed,
        [
            {"responsibility": role, "name": name, "level": 2}
            for role in made.of["responsibilities"]
            for name in TEXTS["skills"]
        ],
    )
    made.add(
        "competences",
        models.Competence,
        [
            {"person": people[at % 3], "need": need, "level": 1 + at % 3, "basis": "training", "proof": "Certificate",
             "shown_on": DAY, "valid_until": DAY + dt.timedelta(days=730)}
            for at, need in enumerate(needs[:-1])
        ],
    )  # fmt: skip
    made.add(
        "documents",
        models.Document,
        [{**row, "review_on": DAY + dt.timedelta(days=400)} for row in rows("documents", size.documents)],
    )
    made.add(
        "campaigns",
        models.Campaign,
        [
            {
                **TEXTS["campaign"],
                "document": made.one("documents"),
                "starts_on": DAY,
                "due_on": DAY + dt.timedelta(days=30),
            }
        ],
    )
    made.add("communications", models.Communication, TEXTS["communications"])


def _improvement(made: Filled, size: Size) -> None:
    said = rows("faults", size.nonconformities)
    faults = made.add("nonconformities", models.Nonconformity, [{**row, "found_on": DAY} for row in said])
    made.add(
        "corrective-actions",
        models.CorrectiveAction,
        [
            {
                "nonconformity": fault,
                "name": "Write the step into the release checklist",
                "due_on": DAY + dt.timedelta(days=90),
            }
            for fault in faults
        ],
    )
    made.add("improvements", models.Improvement, TEXTS["improvements"])


def lone(made: Filled, record: Record) -> Any:
    """One more record, by the officer."""
    with made.officer.working():
        return create_record(record=record, by=made.officer)
