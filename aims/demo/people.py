"""What roles take, and what people have shown: one proof has expired, one is missing, one ends soon."""

import datetime as dt
from typing import Any

from django.utils import timezone

from aims.demo.support import dated
from aims.models import Competence, CompetenceNeed, Responsibility
from grc.access.actor import Actor
from grc.demo import HOME, demo_actor, person_of
from grc.registries import seeders

# who holds it (its role is taken as it is there, or made), the role, its deputy, what it answers for, what it takes
ROLES: tuple[tuple[str, str, str, str, tuple[tuple[str, int, str], ...]], ...] = (
    ("carla", "AI officer", "margit", "That the AI management system conforms, and that top management hears of it.",
     (("ISO/IEC 42001", 3, "Certificate of a course with an examination"),
      ("Duties under the AI Act", 2, "Course, renewed every two years"))),
    ("jonas", "Owner of claims triage", "sam", "What the system decides, its risks, and that it can be stopped.",
     (("Duties under the AI Act", 2, "Course, renewed every two years"),
      ("Stopping a system", 2, "Exercise, every year"),
      ("Reading fairness figures", 2, "Assessment by the statistician"))),
    ("sam", "Keeper of the AI proxy", "", "That every decision leaves a record, and the keys are safe.",
     (("Stopping a system", 3, "Exercise, every year"), ("Keys and signatures", 2, "Assessment"))),
    ("tomas", "Internal auditor of the AIMS", "", "Audits that nobody of the audited steers.",
     (("Auditing management systems", 3, "Certificate"), ("ISO/IEC 42001", 2, "Course"))),
)  # fmt: skip

# who, what, level, by what, the proof, shown (days ago), valid for (days from today)
SHOWN = (
    ("carla", "ISO/IEC 42001", 3, "training", "Certificate of the course of last winter", 300, 800),
    ("carla", "Duties under the AI Act", 3, "training", "Course of the insurers’ association", 200, 530),
    ("margit", "ISO/IEC 42001", 3, "training", "Certificate of the course of last winter", 300, 800),
    ("margit", "Duties under the AI Act", 2, "training", "Briefing for boards", 690, 40),
    ("jonas", "Duties under the AI Act", 2, "training", "Course of the insurers’ association", 760, -30),
    ("jonas", "Stopping a system", 2, "assessment", "Exercise of spring", 210, 155),
    ("sam", "Duties under the AI Act", 2, "training", "Course of the insurers’ association", 180, 550),
    ("sam", "Stopping a system", 3, "assessment", "Led the exercise of spring", 210, 155),
    ("sam", "Reading fairness figures", 2, "assessment", "Assessed with the team", 150, None),
    ("sam", "Keys and signatures", 3, "experience", "Built the proxy’s key store", 340, None),
    ("tomas", "Auditing management systems", 3, "education", "Lead auditor certificate", 900, 400),
    ("tomas", "ISO/IEC 42001", 2, "training", "Course for auditors", 260, 470),
)  # fmt: skip


@seeders.add(order=71)
def seed_competence() -> None:
    officer = demo_actor("carla@nordhaven.example", HOME)
    if CompetenceNeed.objects.within(officer.organisation).exists():
        return
    with officer.working():
        needs: dict[str, CompetenceNeed] = {}
        for who, name, deputy, answers_for, taken in ROLES:
            role = _role(officer, _person(who), name, deputy, answers_for)
            for what, level, shown_by in taken:
                need = CompetenceNeed(responsibility=role, name=what, level=level, shown_by=shown_by)
                needs[what] = dated(need, officer, days=320)
        for who, what, level, basis, proof, ago, until in SHOWN:
            _show(officer, person_of(_person(who)), needs[what], level, basis, proof, ago, until)


def _person(name: str) -> str:
    return f"{name}@nordhaven.example"


def _role(officer: Actor, holder: str, name: str, deputy: str, answers_for: str) -> Any:
    roles = Responsibility.objects.within(officer.organisation).filter(archived_at=None)
    known = roles.filter(holder__email=holder).order_by("pk").first()
    if known is not None:
        return known
    made = Responsibility(
        name=name, holder=person_of(holder), deputy=person_of(_person(deputy)) if deputy else None,
        answers_for=answers_for, told_on=timezone.localdate() - dt.timedelta(days=300),
    )  # fmt: skip
    return dated(made, officer, days=330)


def _show(
    officer: Actor, person: Any, need: CompetenceNeed, level: int, basis: str, proof: str, ago: int, until: int | None
) -> None:
    today = timezone.localdate()
    shown = Competence(
        person=person, need=need, level=level, basis=basis, proof=proof, shown_on=today - dt.timedelta(days=ago),
        valid_until=None if until is None else today + dt.timedelta(days=until), owner=person,
    )  # fmt: skip
    dated(shown, officer, days=min(ago, 310))
