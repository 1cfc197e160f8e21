"""The tasks of one person."""

from typing import Any

from django.db.models import F, QuerySet

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.teamwork import Task


def open_tasks_of(actor: Actor) -> "QuerySet[Any]":
    """What the actor is to do, soonest first; what has no date comes last."""
    rows = Task.objects.permitted(actor, Permission.TASKS_VIEW).filter(owner=actor.person, archived_at=None)
    rows = rows.filter(state__in=(Task.State.OPEN, Task.State.DOING))
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")
