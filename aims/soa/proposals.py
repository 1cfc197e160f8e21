"""What the treatment of risks asks to be included (6.1.3): proposals, which never touch a decision that was made."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from aims.models import Risk
from aims.soa.reading import Row, Statement
from controls.models import Control


@dataclass(frozen=True)
class Proposal:
    """``row``: the undecided control of the framework; None: ``controls`` holds one of ours that is to be added.

    ``key`` is the reference of the decision, or of the control to be added.
    """

    key: str
    number: str
    name: str
    reason: str
    row: Row | None
    controls: list[Control]
    risks: list[Risk]


def proposals_of(statement: Statement) -> list[Proposal]:
    """Undecided controls of the framework first, then our own ones that treat risks and serve none of it."""
    found = [_include(row) for row in statement.own if row.risks and not row.decided]
    return found + [_add(control, risks) for control, risks in statement.unlinked]


def _include(row: Row) -> Proposal:
    treating = _treating(row)
    reason = _reason(row.risks, treating)
    return Proposal(row.decision.reference, row.number, row.name, reason, row, treating, row.risks)


def _add(control: Control, risks: list[Risk]) -> Proposal:
    reason = _reason(risks, [control])
    return Proposal(control.reference, control.reference, control.name, reason, None, [control], risks)


def _treating(row: Row) -> list[Control]:
    return [one.control for one in row.controls if one.control.pk in row.treating]


def _reason(risks: list[Risk], controls: list[Control]) -> str:
    said = {
        "risks": ", ".join(risk.reference for risk in risks),
        "controls": ", ".join(control.reference for control in controls),
    }
    return _("Treats %(risks)s through %(controls)s.") % said
