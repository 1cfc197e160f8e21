"""How the treatment plan stands beside a statement: 6.1.3 has designated management approve it, and what remains."""

from dataclasses import dataclass

from aims.models import TreatmentPlan
from grc.access.actor import Actor
from grc.approvals.standing import reviews_seen_by, whole
from grc.models.approval import Review
from grc.registers.register import registers


@dataclass(frozen=True)
class PlanState:
    """``review``: of the treatment plan that is in force, the latest of them; None where none is."""

    review: Review | None

    @property
    def approvers(self) -> str:
        return ", ".join(str(part.approver) for part in self.review.approvals.all()) if self.review else ""


def treatment_plan(actor: Actor) -> PlanState | None:
    """None for who may not see treatment plans."""
    register = registers.of(TreatmentPlan)
    if not actor.can(register.view):
        return None
    rows = reviews_seen_by(actor).filter(key__register=register.slug, state=Review.State.APPROVED)
    return PlanState(whole(rows).order_by("-ended_at", "-pk").first())
