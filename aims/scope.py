"""Which AI systems the management system covers."""

from typing import Any

from django.utils.translation import gettext as _

from aims.models import AISystem
from grc.models.organisation import Organisation
from grc.reports.document import Block, Paragraph, Table


def scoped_systems(organisation: Organisation) -> list[dict[str, Any]]:
    """Every AI system that is not archived, with the decision on it and its reason; plain values, for a version."""
    rows = AISystem.objects.within(organisation).filter(archived_at=None).order_by("reference")
    return [
        {
            "reference": system.reference,
            "name": system.name,
            "purpose": system.purpose,
            "scope": system.in_scope,
            "reason": system.scope_reason,
        }
        for system in rows
    ]


def scope_tables(systems: list[dict[str, Any]]) -> list[tuple[str, list[Block]]]:
    """What ``scoped_systems`` kept, a titled table for each decision that was made."""
    titles = {
        AISystem.InScope.IN: _("AI systems in scope"),
        AISystem.InScope.OUT: _("AI systems out of scope"),
        AISystem.InScope.UNDECIDED: _("AI systems not decided on"),
    }
    headings = [_("Reference"), _("AI system"), _("What it is for"), _("Reason")]
    names = ("reference", "name", "purpose", "reason")
    found: list[tuple[str, list[Block]]] = []
    for decision, title in titles.items():
        rows = [[row.get(name, "") for name in names] for row in systems if row.get("scope") == decision]
        if rows or decision == AISystem.InScope.IN:
            found.append((title, [Table(headings, rows) if rows else Paragraph(_("None."))]))
    return found
