"""Which controls serve which requirements, and what shows it: in the same number of queries for any number of them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q

from controls.models import Control, ControlTest
from controls.models.test import Result
from controls.standing import Facts, Standing, standing_of
from evidence.library.freshness import Supporting, evidence_for
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.link import Link


@dataclass(frozen=True)
class Serving:
    """A control in use with its evidence (None: not for this actor to see) and its tests."""

    control: Control
    evidence: list[Supporting] | None
    tests: int = 0
    failed: int = 0

    @property
    def facts(self) -> Facts:
        seen = None if self.evidence is None else {one.item.pk: one.verdict.supports for one in self.evidence}
        return Facts(self.control.state, seen, self.failed)

    @property
    def standing(self) -> Standing:
        """How a requirement would stand that this control alone serves."""
        return standing_of([self.facts])


@dataclass
class Served:
    """Controls by what they serve, and the other way round; archived and retired ones serve nothing."""

    controls: dict[int, Control] = field(default_factory=dict)
    by_requirement: dict[int, list[int]] = field(default_factory=dict)

    def of(self, requirement: int) -> list[Control]:
        return [self.controls[pk] for pk in self.by_requirement.get(requirement, ())]


def served_by(actor: Actor, requirements: Collection[int] | None = None) -> Served:
    """Which controls serve ``requirements`` (None: any at all), as far as the actor may see both. Two queries."""
    links = Link.objects.permitted(actor, Permission.LINKS_VIEW).filter(archived_at=None)
    forth = Q(source__register="controls", target__register="requirements")
    back = Q(source__register="requirements", target__register="controls")
    if requirements is not None:
        forth, back = forth & Q(target__in=requirements), back & Q(source__in=requirements)
    ends = links.filter(forth | back).values_list("source_id", "target_id", "source__register")
    pairs = {(source, target) if register == "controls" else (target, source) for source, target, register in ends}
    rows = Control.objects.permitted(actor, Permission.CONTROLS_VIEW).filter(archived_at=None)
    rows = rows.filter(pk__in={control for control, _requirement in pairs}).exclude(state=Control.State.RETIRED)
    served = Served({control.pk: control for control in rows.select_related("organisation")})
    for control, requirement in sorted(pairs):
        if control in served.controls:
            served.by_requirement.setdefault(requirement, []).append(control)
    return served


def with_evidence(controls: Iterable[Control], actor: Actor) -> dict[int, Serving]:
    """Each control with its evidence and how its tests came out, by its key. Five queries."""
    rows = {control.pk: control for control in controls}
    evidence = evidence_for(rows, actor)
    tests = ControlTest.objects.permitted(actor, Permission.CONTROLS_VIEW).filter(control__in=rows, archived_at=None)
    counts = tests.values("control").annotate(all=Count("pk"), failed=Count("pk", filter=Q(last_result=Result.FAILED)))
    tested = {row["control"]: (row["all"], row["failed"]) for row in counts}
    return {
        pk: Serving(control, None if evidence is None else evidence[pk], *tested.get(pk, (0, 0)))
        for pk, control in rows.items()
    }


def serving(requirements: Collection[int], actor: Actor) -> dict[int, list[Serving]]:
    """What serves each of ``requirements``, with evidence and tests; an empty list where nothing does."""
    served = served_by(actor, requirements)
    full = with_evidence(served.controls.values(), actor)
    return {pk: [full[control.pk] for control in served.of(pk)] for pk in requirements}
