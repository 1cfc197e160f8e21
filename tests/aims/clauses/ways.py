"""How each clause comes from missing to answered: what is added, one thing after the other, and how it then stands."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from aims.models import SoADecision
from controls.actions.frameworks import adopt_framework
from controls.models import Requirement
from grc.access.actor import Actor
from grc.actions.links import link_records
from grc.actions.records import change_record
from grc.models.record import Record
from tests.approvals.making import approved, sent, somebody
from tests.factories import make


@dataclass
class World:
    """An organisation in which things are added."""

    by: Actor
    other: Actor
    approver: Actor

    @classmethod
    def of(cls, system: Actor) -> "World":
        return cls(system, somebody(system, "compliance-officer"), somebody(system, "approver"))

    def add(self, slug: str, **fields: Any) -> Any:
        return make(slug, self.by, **fields)

    def change(self, record: Any, **values: Any) -> None:
        record.refresh_from_db()
        for name, value in values.items():
            setattr(record, name, value)
        change_record(record=record, by=self.by, lock=record.lock)

    def approve(self, record: Record) -> None:
        approved(sent(record, self.other, self.approver), self.approver)

    def last(self, model: Any) -> Any:
        return model.objects.within(self.by.organisation).order_by("-pk").first()

    def adopt(self) -> None:
        if not Requirement.objects.within(self.by.organisation).exists():
            adopt_framework(key="iso42001", by=self.by)

    def link(self, record: Record, code: str, back: bool = False) -> None:
        self.adopt()
        requirement = Requirement.objects.within(self.by.organisation).get(code=code)
        one, two = (requirement, record) if back else (record, requirement)
        link_records(source=one, reference=two.reference, by=self.by)


Way = list[tuple[str, Callable[[World], Any]]]
TODAY = timezone.localdate()
PAST, SOON = TODAY - dt.timedelta(days=3), TODAY + dt.timedelta(days=60)


def system(world: World, **fields: Any) -> Any:
    return world.add("ai-systems", in_scope="in", owner=world.other.person, human_oversight="A person.", **fields)


def document(world: World, name: str, kind: str, **fields: Any) -> Any:
    return world.add("documents", **{"name": name, "kind": kind, "text": "So it is done."} | fields)


def named(world: World, slug: str, **values: Any) -> Any:
    """The newest record of that register, changed."""
    from grc.registers.register import registers

    record = world.last(registers.by_slug(slug).model)
    world.change(record, **values)
    return record


def approve(slug: str) -> Callable[[World], None]:
    from grc.registers.register import registers

    return lambda world: world.approve(world.last(registers.by_slug(slug).model))


def concluded(world: World, **fields: Any) -> Any:
    values = {"outcome": "go", "conclusion": "No harm is left.", "keep_until": SOON} | fields
    return world.add("impact-assessments", system=system(world), **values)


def whole_statement(world: World) -> None:
    world.adopt()
    framework = Requirement.objects.within(world.by.organisation).first().framework  # type: ignore[union-attr]
    statement = world.add("soa", framework=framework)
    for row in SoADecision.objects.within(world.by.organisation).filter(soa=statement, applies="undecided"):
        world.change(row, applies="in", reason="RSK-0001")


def by_document(code: str) -> Way:
    """A clause that a linked document answers alone."""
    return [
        ("begun", lambda w: w.link(w.add("documents", name=f"For {code}", kind="record", text=""), code)),
        ("documented", lambda w: named(w, "documents", text="What was found.")),
        ("approved", approve("documents")),
    ]


WAYS: dict[str, Way] = {
    "4.1": [
        ("begun", lambda w: w.add("issues", kind="external")),
        ("begun", lambda w: w.add("issues", kind="internal", topic="people")),
        ("begun", lambda w: w.add("issues", topic="climate", relevant=False)),
        ("documented", lambda w: w.add("ai-roles")),
        ("begun", system),
        ("documented", lambda w: w.add("ai-roles", system=None)),
    ],
    "4.2": [
        ("begun", lambda w: w.add("parties")),
        ("documented", lambda w: named(w, "parties", met_by="All of it.")),
    ],
    "4.3": [
        ("missing", system),
        ("documented", lambda w: w.add("scope")),
        ("approved", approve("scope")),
        ("begun", lambda w: w.add("ai-systems", name="A new one")),
        ("approved", lambda w: named(w, "ai-systems", in_scope="out", scope_reason="Not used.")),
    ],
    "4.4": [
        ("begun", lambda w: w.add("processes", name="One")),
        ("begun", lambda w: w.add("processes", name="Two")),
        (
            "documented",
            lambda w: (
                link_records(source=w.add("processes"), reference="PRC-0001", by=w.by)
                and link_records(source=w.last(_model("processes")), reference="PRC-0002", by=w.by)
            ),
        ),
    ],
    "5.1": [
        ("begun", lambda w: w.add("commitments", valid_until=max(PAST, dt.date(2026, 3, 2)))),
        ("documented", lambda w: w.add("commitments")),
    ],
    "5.2": [
        ("missing", lambda w: document(w, "Travel policy", "policy")),
        ("begun", lambda w: w.add("documents", name="AI policy", kind="policy", text="")),
        ("documented", lambda w: named(w, "documents", text="We decide.")),
        ("approved", approve("documents")),
        ("begun", lambda w: named(w, "documents", review_on=PAST)),
    ],
    "5.3": [
        ("begun", lambda w: w.add("responsibilities", duty="both")),
        ("begun", lambda w: named(w, "responsibilities", holder=w.other.person)),
        ("documented", lambda w: named(w, "responsibilities", told_on=PAST)),
        ("begun", lambda w: w.add("responsibilities", duty="other")),
        ("documented", lambda w: named(w, "responsibilities", holder=w.other.person, told_on=PAST)),
    ],
    "6.1.1": [
        ("begun", lambda w: w.add("risk-criteria")),
        ("begun", lambda w: w.add("opportunities")),
        ("documented", lambda w: document(w, "Procedure for risks", "procedure")),
    ],
    "6.1.2": [
        ("begun", lambda w: w.add("risk-criteria")),
        ("begun", lambda w: w.add("risks", likelihood=None, impact=None)),
        ("documented", lambda w: named(w, "risks", likelihood=2, impact=2)),
        ("approved", approve("risk-criteria")),
        ("begun", system),
        ("approved", lambda w: w.add("risks", system=w.last(_model("ai-systems")))),
    ],
    "6.1.3": [
        ("missing", lambda w: w.add("risks", treatment="reduce", treatment_plan="Measure.")),
        ("begun", lambda w: w.add("treatments", risk=w.last(_model("risks")))),
        ("begun", lambda w: w.add("treatment-plans")),
        ("documented", whole_statement),
        ("documented", approve("treatment-plans")),
        ("approved", approve("soa")),
        ("begun", lambda w: named(w, "soa-decisions", applies="undecided")),
    ],
    "6.1.4": [
        ("begun", lambda w: w.add("impact-assessments", system=system(w))),
        (
            "documented",
            lambda w: named(w, "impact-assessments", outcome="go", conclusion="Fine.", keep_until=SOON),
        ),
        ("begun", system),
    ],
    "6.2": [
        ("begun", lambda w: w.add("objectives")),
        ("begun", lambda w: named(w, "objectives", owner=w.other.person)),
        ("documented", lambda w: named(w, "objectives", plan="Measure it weekly.")),
    ],
    "6.3": [
        ("begun", lambda w: w.add("planned-changes", planned_on=SOON)),
        ("documented", lambda w: named(w, "planned-changes", consequences="More work.", integrity="The audit.")),
        ("begun", lambda w: named(w, "planned-changes", planned_on=PAST)),
    ],
    "7.1": [
        ("documented", lambda w: w.add("resources", system=system(w))),
        ("begun", lambda w: named(w, "resources", enough=False, gap="Half of it.")),
        ("begun", lambda w: (named(w, "resources", enough=True), system(w))),
        ("documented", lambda w: w.add("resources", system=None)),
    ],
    "7.2": [
        ("documented", lambda w: w.add("competence-needs", level=2)),
        ("begun", lambda w: named(w, "responsibilities", holder=w.other.person)),
        (
            "begun",
            lambda w: w.add("competences", need=w.last(_model("competence-needs")), person=w.other.person, level=1),
        ),
        ("documented", lambda w: named(w, "competences", level=2)),
        ("begun", lambda w: named(w, "competences", valid_until=max(PAST, dt.date(2026, 3, 2)))),
    ],
    "7.3": [("documented", lambda w: w.add("campaigns"))],
    "7.4": [
        ("begun", lambda w: w.add("communications")),
        ("documented", lambda w: w.add("communications", direction="internal")),
        ("begun", lambda w: named(w, "communications", next_on=PAST)),
    ],
    "7.5.1": [
        ("begun", lambda w: w.add("documents", text="")),
        ("documented", lambda w: named(w, "documents", text="So.")),
    ],
    "7.5.2": [
        ("begun", lambda w: document(w, "Plan", "plan", owner=None)),
        ("documented", lambda w: named(w, "documents", owner=w.other.person)),
        ("approved", approve("documents")),
        ("begun", lambda w: named(w, "documents", review_on=PAST)),
        ("approved", lambda w: named(w, "documents", review_on=SOON)),
        ("approved", lambda w: document(w, "Old plan", "plan", owner=w.other.person, approved_on=PAST)),
    ],
    "7.5.3": [
        ("begun", lambda w: document(w, "Circular", "external", every="")),
        ("documented", lambda w: named(w, "documents", review_on=SOON)),
    ],
    "8.1": [
        ("begun", lambda w: w.add("ai-systems", in_scope="in")),
        ("begun", lambda w: named(w, "ai-systems", owner=w.other.person, human_oversight="A person.")),
        ("documented", lambda w: w.add("controls", state="operating", how="So.", operating_since="2026-01-01")),
    ],
    "8.2": [
        ("documented", lambda w: w.add("risks")),
        ("begun", lambda w: named(w, "risks", review_on=PAST)),
        ("documented", lambda w: named(w, "risks", state="closed")),
    ],
    "8.3": [
        ("begun", lambda w: w.add("treatments", due_on=SOON)),
        ("documented", lambda w: named(w, "treatments", done_on=PAST)),
        ("begun", lambda w: w.add("treatments", due_on=PAST)),
    ],
    "8.4": [
        ("documented", concluded),
        ("begun", lambda w: named(w, "impact-assessments", repeat_on=PAST)),
    ],
    "9.1": [
        ("missing", lambda w: w.add("objectives")),
        ("documented", lambda w: w.add("measurements", objective=w.last(_model("objectives")))),
        ("begun", lambda w: w.add("objectives")),
    ],
    **{code: by_document(code) for code in ("9.2.1", "9.2.2", "9.3.1", "9.3.2", "9.3.3")},
    "10.1": [
        ("documented", lambda w: w.add("improvements")),
        ("begun", lambda w: named(w, "improvements", due_on=PAST)),
    ],
    "10.2": [
        ("begun", lambda w: w.add("nonconformities")),
        ("documented", lambda w: document(w, "Nonconformities", "procedure")),
        ("begun", lambda w: named(w, "nonconformities", due_on=PAST)),
    ],
    "A.2.2": [
        ("begun", lambda w: w.add("documents", name="AI policy", kind="policy", text="")),
        ("documented", lambda w: named(w, "documents", text="We decide.")),
        ("approved", approve("documents")),
    ],
    "A.4.3": [("missing", lambda w: w.add("resources", kind="tooling")), ("documented", lambda w: w.add("resources"))],
    "A.5.5": [
        ("begun", concluded),
        ("documented", lambda w: named(w, "impact-assessments", harms_society="Trust.")),
    ],
    "A.6.2.4": [
        ("begun", lambda w: w.link(w.add("controls"), "A.6.2.4", back=True)),
        ("documented", lambda w: named(w, "controls", how="Each release is measured.")),
        ("approved", approve("controls")),
    ],
    "A.9.2": [
        ("missing", lambda w: w.adopt()),
        ("documented", lambda w: w.link(document(w, "Use of AI", "procedure"), "A.9.2")),
    ],
}


def _model(slug: str) -> Any:
    from grc.registers.register import registers

    return registers.by_slug(slug).model
