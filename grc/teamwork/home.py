"""One's own tasks, and those that one gave to others."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.teamwork import Task
from grc.registries import Todo, Work, todos
from grc.teamwork.mine import open_tasks_of

MOST = 100


@todos.add(order=30)
def tasks_to_do(actor: Actor) -> Iterator[Todo]:
    """The actor's tasks, soonest first."""
    if actor.person is None:
        return
    today = timezone.localdate()
    for task in open_tasks_of(actor).select_related("about", "organisation")[:MOST]:
        why = str(task.about) if task.about else _("A task of yours.")
        url = task.get_absolute_url()
        yield Todo(task.name, why, url, "checkbox", _tone(task.due_on, today), task.due_on, Work.TASK)


@todos.add(order=230)
def tasks_given_away(actor: Actor) -> Iterator[Todo]:
    """What the actor asked others to do, and they have not done."""
    if actor.person is None:
        return
    rows: Any = Task.objects.permitted(actor, Permission.TASKS_VIEW).filter(
        created_by=actor.person, owner__isnull=False, archived_at=None, state__in=(Task.State.OPEN, Task.State.DOING)
    )
    rows = rows.exclude(owner=actor.person).select_related("owner", "organisation")
    for task in rows.order_by(F("due_on").asc(nulls_last=True), "pk")[:MOST]:
        why = _("%(who)s has this task from you.") % {"who": task.owner}
        url = task.get_absolute_url()
        yield Todo(task.name, why, url, "checkbox", "", task.due_on, Work.TASK, waiting=True)


def _tone(due_on: dt.date | None, today: dt.date) -> str:
    if due_on is None:
        return ""
    return "red" if due_on < today else "yellow" if due_on == today else "blue"
