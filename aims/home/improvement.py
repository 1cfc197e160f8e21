"""Nonconformities on the home page: what is late, what waits for this person's look, which actions are due."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.improvement.case import late
from aims.models import CorrectiveAction, Nonconformity
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Figure, Todo, figures, todos

P = Permission
SOON = dt.timedelta(days=14)
MOST = 10


@todos.add(order=30)
def nonconformities_to_look_at(actor: Actor) -> Iterator[Todo]:
    """Those that this person keeps and that should be closed by now, and the corrective actions that are due."""
    if not actor.can(P.IMPROVEMENT_EDIT):
        return
    today = timezone.localdate()
    rows = _open(Nonconformity.objects.permitted(actor, P.IMPROVEMENT_EDIT)).filter(late(today))
    for row in rows.select_related("organisation").order_by("due_on", "pk")[:MOST]:
        why = _("It should be closed by now.")
        yield Todo(_("Finish %s") % row, why, row.get_absolute_url(), "alert-octagon", "red", row.due_on)
    actions = CorrectiveAction.objects.permitted(actor, P.IMPROVEMENT_EDIT).filter(
        archived_at=None, done_on=None, due_on__lte=today + SOON
    )
    actions = actions.filter(nonconformity__state=Nonconformity.State.OPEN, nonconformity__archived_at=None)
    for action in actions.select_related("organisation", "nonconformity").order_by("due_on", "pk")[:MOST]:
        why = _("It takes away the cause of %s.") % action.nonconformity
        tone = "red" if action.due_on < today else "yellow"
        yield Todo(action.name, why, action.get_absolute_url(), "tools", tone, action.due_on)


@todos.add(order=32)
def effectiveness_to_check(actor: Actor) -> Iterator[Todo]:
    """Those whose actions are all done and that this person may judge, because they keep no part of it."""
    if actor.person is None or not actor.can(P.IMPROVEMENT_CHECK):
        return
    actions = CorrectiveAction.objects.within(actor.organisation).filter(nonconformity=OuterRef("pk"), archived_at=None)
    rows = _open(Nonconformity.objects.permitted(actor, P.IMPROVEMENT_CHECK)).filter(
        Exists(actions), ~Exists(actions.filter(done_on=None)), ~Exists(actions.filter(owner=actor.person)), verdict=""
    )
    for row in rows.exclude(owner=actor.person).select_related("organisation").order_by("due_on", "pk")[:MOST]:
        why = _("All its actions are done. Another person than those who did them looks whether it is gone.")
        url = registers.of(Nonconformity).url("check", row)
        yield Todo(_("Check %s") % row, why, url, "zoom-question", "yellow", row.due_on)


@figures.add(order=35)
def nonconformities(actor: Actor) -> Iterable[Figure]:
    if not actor.can(P.IMPROVEMENT_VIEW):
        return
    rows = _open(Nonconformity.objects.permitted(actor, P.IMPROVEMENT_VIEW))
    count = rows.aggregate(
        all=Count("pk"), major=Count("pk", filter=Q(grade="major")), late=Count("pk", filter=late(timezone.localdate()))
    )
    url = f"{registers.of(Nonconformity).list_url(actor.organisation.slug)}?state=open"
    tone = "red" if count["late"] else "orange" if count["major"] else ""
    note = _("%(major)d major, %(late)d late") % count
    yield Figure(_("Open nonconformities"), str(count["all"]), note, url, "alert-octagon", tone)


def _open(rows: "QuerySet[Any]") -> "QuerySet[Any]":
    return rows.filter(archived_at=None, state=Nonconformity.State.OPEN)
