"""A statement with everything that its working page shows: the same number of queries for any number of controls."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from aims.models import Risk, SoA, SoADecision
from aims.soa.checks import CONTRADICTION, NOTE, WARNING, Finding, findings_of
from aims.soa.facts import facts_for, merged, risks_by_control, seen
from controls.models import Control, Requirement
from controls.models.framework import requirements_of
from controls.outline import groups_of
from controls.serving import Served, Serving, served_by, with_evidence
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.organisation import Organisation

Applies = SoADecision.Applies


@dataclass
class Row:
    """One decision: on a control of the framework (``requirement``), or on one that was added (``decision.control``).

    ``risks`` are those whose treatment uses a control that serves it; ``treating``: the keys of these controls.
    """

    decision: SoADecision
    requirement: Requirement | None
    controls: list[Serving]
    risks: list[Risk]
    treating: frozenset[int] = frozenset()
    findings: list[Finding] = field(default_factory=list)

    @property
    def number(self) -> str:
        if self.requirement is not None:
            return self.requirement.code
        return self.decision.control.reference if self.decision.control is not None else ""

    @property
    def name(self) -> str:
        if self.requirement is not None:
            return self.requirement.name
        return self.decision.control.name if self.decision.control is not None else ""

    @property
    def decided(self) -> bool:
        return self.decision.applies != Applies.UNDECIDED

    @property
    def operating(self) -> bool:
        return any(one.control.state == Control.State.OPERATING for one in self.controls)

    def of_kind(self, kind: str) -> list[Finding]:
        return [one for one in self.findings if one.kind == kind]


@dataclass(frozen=True)
class Area:
    """Rows of one area of the framework; ``head`` is None for what stands on its own."""

    head: Requirement | None
    rows: list[Row]


@dataclass
class Statement:
    """``missing``: controls of the framework on which there is no decision; ``unlinked``: controls of ours that treat
    risks and belong to no statement, with these risks."""

    soa: SoA
    areas: list[Area]
    added: list[Row]
    missing: list[Requirement]
    unlinked: list[tuple[Control, list[Risk]]]

    @cached_property
    def rows(self) -> list[Row]:
        return [*(row for area in self.areas for row in area.rows), *self.added]

    @cached_property
    def own(self) -> list[Row]:
        """Those on controls of the framework."""
        return [row for row in self.rows if row.requirement is not None]

    @property
    def all(self) -> int:
        return len(self.own) + len(self.missing)

    @property
    def decided(self) -> int:
        return sum(row.decided for row in self.own)

    @property
    def undecided(self) -> int:
        return self.all - self.decided

    def count(self, applies: str) -> int:
        return sum(row.decision.applies == applies for row in self.own)

    @property
    def included(self) -> int:
        return self.count(Applies.IN)

    @property
    def excluded(self) -> int:
        return self.count(Applies.OUT)

    def found(self, kind: str) -> list[tuple[Row, Finding]]:
        return [(row, one) for row in self.rows for one in row.of_kind(kind)]

    @property
    def contradictions(self) -> list[tuple[Row, Finding]]:
        return self.found(CONTRADICTION)

    @property
    def warnings(self) -> list[tuple[Row, Finding]]:
        return self.found(WARNING)

    @property
    def notes(self) -> list[tuple[Row, Finding]]:
        return self.found(NOTE)


def controls_of(organisation: Organisation, soa: SoA) -> tuple[list[Requirement], list[Requirement]]:
    """The requirements in use of the statement's framework, and those of them that are controls, in its order."""
    lines = list(requirements_of(organisation, soa.framework))
    return lines, [line for line in lines if line.kind == Requirement.Kind.CONTROL]


def decisions_of(soa: SoA) -> list[SoADecision]:
    """The statement's decisions that are in use: those on controls of the framework and those on added ones."""
    rows = SoADecision.objects.within(soa.organisation).filter(soa=soa, archived_at=None)
    rows = rows.select_related("key", "organisation", "owner", "requirement", "control__organisation")
    return list(rows.order_by("pk"))


def read_statement(soa: SoA, actor: Actor) -> Statement:
    """``soa`` as ``actor`` may see it."""
    lines, controls = controls_of(actor.organisation, soa)
    decisions = decisions_of(soa)
    by_requirement = {one.requirement_id: one for one in decisions if one.requirement_id is not None}
    added = [one for one in decisions if one.requirement_id is None and one.control is not None]
    served = served_by(actor, [line.pk for line in controls])
    ours = {**served.controls, **{one.control.pk: one.control for one in added if one.control is not None}}
    full = with_evidence(ours.values(), actor)
    risks = risks_by_control(actor)
    known = [line for line in controls if line.pk in by_requirement]
    rows = {line.pk: _row(by_requirement[line.pk], line, served, full, risks) for line in known}
    own = [
        Row(one, None, [full[one.control_id]], risks.get(one.control_id, []))
        for one in added if one.control_id is not None
    ]  # fmt: skip
    _hold_against_data(soa, [*rows.values(), *own], actor)
    areas = [Area(group.head, [rows[one.pk] for one in group.requirements]) for group in groups_of(lines, known)]
    missing = [line for line in controls if line.pk not in by_requirement]
    return Statement(soa, areas, own, missing, _unlinked(risks, actor))


def _row(
    decision: SoADecision,
    requirement: Requirement,
    served: Served,
    full: dict[int, Serving],
    risks: dict[int, list[Risk]],
) -> Row:
    controls = served.of(requirement.pk)
    asking = merged([risks.get(control.pk, []) for control in controls])
    treating = frozenset(control.pk for control in controls if control.pk in risks)
    return Row(decision, requirement, [full[control.pk] for control in controls], asking, treating)


def _hold_against_data(soa: SoA, rows: Sequence[Row], actor: Actor) -> None:
    facts = facts_for(actor)
    for row in rows:
        row.findings = list(
            findings_of(
                catalogue=soa.framework.catalogue,
                code=row.number if row.requirement is not None else "",
                applies=row.decision.applies,
                facts=facts,
                risks=[seen(risk) for risk in row.risks],
                controls=[(seen(one.control), one.facts) for one in row.controls],
            )
        )


def _unlinked(risks: dict[int, list[Risk]], actor: Actor) -> list[tuple[Control, list[Risk]]]:
    """What serves a control of some framework, or was added to some statement, has its place already."""
    served = served_by(actor)
    controls = Requirement.objects.permitted(actor, Permission.FRAMEWORKS_VIEW).filter(
        pk__in=served.by_requirement, kind=Requirement.Kind.CONTROL, archived_at=None
    )
    placed = {control.pk for line in controls.values_list("pk", flat=True) for control in served.of(line)}
    added = SoADecision.objects.within(actor.organisation).filter(requirement=None, archived_at=None)
    placed.update(added.values_list("control", flat=True))
    rows = Control.objects.permitted(actor, Permission.CONTROLS_VIEW).filter(pk__in=set(risks) - placed)
    rows = rows.filter(archived_at=None).exclude(state=Control.State.RETIRED)
    return [(one, risks[one.pk]) for one in rows.select_related("organisation").order_by("reference")]
