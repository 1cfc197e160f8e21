"""Statements of applicability on the home page: what is not decided, and what the data say against a decision."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models import SoA
from aims.soa.reading import Statement, read_statement
from controls.models import Framework
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registries import Todo, todos

MOST = 4


@todos.add(order=45)
def statements_to_look_at(actor: Actor) -> Iterable[Todo]:
    """For who may decide: the statements in use."""
    if not actor.can(Permission.CONTROLS_EDIT):
        return
    rows = SoA.objects.permitted(actor, Permission.CONTROLS_EDIT).filter(archived_at=None)
    for soa in rows.select_related("key", "organisation", "framework", "owner").order_by("pk")[:MOST]:
        yield from _todos(read_statement(soa, actor))


def _todos(statement: Statement) -> Iterable[Todo]:
    soa = statement.soa
    url = reverse("soa-work", args=[soa.organisation.slug, soa.reference])
    for row, finding in statement.contradictions[:MOST]:
        records = ", ".join(one.reference for one in finding.records[:3])
        text = _("Look at %(number)s in %(reference)s") % {"number": row.number, "reference": soa.reference}
        yield Todo(text, f"{finding.text} {records}", f"{url}#{row.decision.reference}", "list-check", "red")
    if statement.undecided:
        count = statement.undecided
        said = {"n": count, "reference": soa.reference}
        text = ngettext("Decide %(n)d control in %(reference)s", "Decide %(n)d controls in %(reference)s", count)
        why = _("It cannot be approved while a control is not decided.")
        yield Todo(text % said, why, f"{url}?show=undecided", "list-check", "yellow")


@todos.add(order=92)
def first_statement(actor: Actor) -> Iterable[Todo]:
    """ISO/IEC 42001 is in use here, and nobody began its statement."""
    if not actor.reach(Permission.CONTROLS_EDIT):
        return
    rows = Framework.objects.within(actor.organisation).filter(catalogue="iso42001", archived_at=None)
    if rows.exists() and not SoA.objects.within(actor.organisation).filter(archived_at=None).exists():
        why = _("Clause 6.1.3 asks for it: each control in or out, with the reason.")
        url = reverse("soa-begin", args=[actor.organisation.slug])
        yield Todo(_("Begin the statement of applicability"), why, url, "checklist", "blue")
