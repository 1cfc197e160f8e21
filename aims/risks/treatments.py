"""What is done about a risk, as its page shows it: treatments, what they cost, which are late, what they suggest."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils import timezone

from aims.models import Risk, Treatment
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import registers


@dataclass(frozen=True)
class Row:
    """``may_finish``: whether the reader may say that it is done."""

    treatment: Any
    late: bool
    may_finish: bool


@dataclass(frozen=True)
class TreatmentPanel:
    """``suggested``: the state that follows from the treatments, with its words; None where the risk has it already."""

    risk: Risk
    rows: list[Row]
    cost: Decimal
    add_url: str
    suggested: tuple[str, str] | None

    @property
    def late(self) -> int:
        return sum(row.late for row in self.rows)

    @property
    def open(self) -> int:
        return sum(row.treatment.done_on is None for row in self.rows)


def treatments_of(risks: Sequence[Risk]) -> list[Any]:
    """Their treatments that are in use, each with its risk. One query for risks of one organisation."""
    if not risks:
        return []
    by_key = {risk.pk: risk for risk in risks}
    rows = Treatment.objects.within(risks[0].organisation).filter(risk__in=by_key, archived_at=None)
    found = list(rows.select_related("key", "organisation", "owner", "control").order_by("due_on", "pk"))
    for treatment in found:
        treatment.risk = by_key[treatment.risk_id]
    return found


def suggested_state(risk: Risk, treatments: Sequence[Treatment]) -> str:
    """The state that follows from the treatments; empty where nothing follows, or the risk has it already."""
    if not treatments or risk.state == Risk.State.CLOSED:
        return ""
    done = all(treatment.done_on for treatment in treatments)
    state = Risk.State.TREATED if done else Risk.State.TREATING
    return "" if risk.state == state else state


def treatment_panel(risk: Risk, actor: Actor) -> TreatmentPanel:
    register, today = registers.of(Treatment), timezone.localdate()
    rows = Treatment.objects.permitted(actor, register.view).filter(risk=risk.pk, archived_at=None)
    treatments = list(rows.select_related("key", "organisation", "owner", "control").order_by("due_on", "pk"))
    in_use = risk.archived_at is None
    state = suggested_state(risk, treatments) if in_use and allows(actor, Permission.RISKS_EDIT, risk) else ""
    add_url = f"{register.list_url(risk.organisation.slug)}new?risk={risk.reference}"
    return TreatmentPanel(
        risk=risk,
        rows=[
            Row(one, is_late(one, today), one.done_on is None and in_use and allows(actor, register.edit, one))
            for one in treatments
        ],
        cost=sum((one.cost or Decimal(0) for one in treatments), Decimal(0)),
        add_url=add_url if in_use and allows(actor, register.edit) else "",
        suggested=(state, str(Risk.State(state).label)) if state else None,
    )


def is_late(treatment: Treatment, today: dt.date) -> bool:
    return treatment.done_on is None and treatment.due_on is not None and treatment.due_on < today
