"""The AI systems beside a scope statement: which are in, which are out and why, and which nobody decided."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models import AISystem
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.models.organisation import Organisation
from grc.registers.register import registers

ORDER = (AISystem.InScope.UNDECIDED, AISystem.InScope.IN, AISystem.InScope.OUT)
NAMED = 3


@dataclass(frozen=True)
class Decided:
    """``url``: where one decides; empty for who may not."""

    system: AISystem
    tone: str
    url: str


def scope_panel(actor: Actor) -> dict[str, Any]:
    """Every system that is not retired, the undecided first."""
    register = registers.of(AISystem)
    rows = AISystem.objects.permitted(actor, register.view).filter(archived_at=None)
    systems = sorted(
        rows.exclude(stage=AISystem.Stage.RETIRED).order_by("reference"),
        key=lambda row: ORDER.index(AISystem.InScope(row.in_scope)),
    )
    return {
        "rows": [
            Decided(
                row,
                register.tone("in_scope", row.in_scope),
                f"{register.url('edit', row)}#id_in_scope" if allows(actor, register.edit, row) else "",
            )
            for row in systems
        ],
        "undecided": sum(row.in_scope == AISystem.InScope.UNDECIDED for row in systems),
    }


def scope_gap(organisation: Organisation) -> str:
    """Why a scope cannot be approved: systems that nobody decided on. Empty where each is in or out."""
    rows = AISystem.objects.within(organisation).filter(archived_at=None, in_scope=AISystem.InScope.UNDECIDED)
    names = list(rows.exclude(stage=AISystem.Stage.RETIRED).order_by("reference").values_list("name", flat=True))
    if not names:
        return ""
    text = ngettext(
        "Decide first whether this AI system is in scope: %(names)s.",
        "Decide first whether these %(n)d AI systems are in scope: %(names)s.",
        len(names),
    )
    shown = ", ".join(names[:NAMED]) + (_(" and others") if len(names) > NAMED else "")
    return text % {"n": len(names), "names": shown}
