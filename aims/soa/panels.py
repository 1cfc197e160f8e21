"""What a statement shows on its record's page: how far it is, what contradicts it, how it and the plan are approved."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aims.models import SoA, SoADecision
from aims.soa.actions import missing_of
from aims.soa.plan import treatment_plan
from aims.soa.proposals import proposals_of
from aims.soa.reading import read_statement
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import Action, Register
from grc.registries import list_actions


def statement_actions(soa: SoA, actor: Actor) -> list[Action]:
    """Deciding comes first as long as something is to be decided."""
    args = [actor.organisation.slug, soa.reference]
    may_edit = soa.archived_at is None and allows(actor, Permission.CONTROLS_EDIT, soa)
    _count, missing, undecided = missing_of(soa)
    is_next = may_edit and bool(missing or undecided)
    label = _("Decide") if may_edit else _("Decisions")
    return [
        Action(label, reverse("soa-work", args=args), "list-check", primary=is_next),
        Action(_("Compare versions"), reverse("soa-differences", args=args), "git-compare"),
    ]


def statement_panel(soa: SoA, actor: Actor) -> dict[str, Any]:
    statement = read_statement(soa, actor)
    return {
        "soa": soa,
        "statement": statement,
        "proposals": proposals_of(statement),
        "plan": treatment_plan(actor),
        "sees_plan": actor.can(Permission.RISKS_VIEW),
        "is_iso_27001": soa.framework.catalogue == "iso27001",
        "can_edit": soa.archived_at is None and allows(actor, Permission.CONTROLS_EDIT, soa),
    }


@list_actions.add(order=20)
def begin_link(register: Register, actor: Actor) -> Iterable[Action]:
    if register.model is SoA and actor.can(Permission.CONTROLS_EDIT):
        yield Action(_("Begin"), reverse("soa-begin", args=[actor.organisation.slug]), "plus")
    if register.model is SoADecision:
        yield Action(_("Statements"), reverse("soa-list", args=[actor.organisation.slug]), "checklist")
