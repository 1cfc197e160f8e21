"""What of one's tasks is due soon, today or over: told once a day, in the morning of whoever has to do them."""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.actor import Actor
from grc.models.notice import Notice
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.models.teamwork import Task
from grc.notices.actions import notify
from grc.notices.digests import zone_of
from grc.teamwork.mine import open_tasks_of

FROM_HOUR = 6
"""An hour before the daily mail, so that it is in there."""
SOON = 3
"""Days before a date from which on it is near."""


def remind_of_due(*, organisation: Organisation, now: dt.datetime) -> None:
    """Tell everybody whose morning has begun what of theirs is due. Called often: each day is told once."""
    with Actor.system(organisation).working():
        with transaction.atomic():
            horizon = now.date() + dt.timedelta(days=SOON + 1)  # the latest day that is near anywhere
            rows = Task.objects.within(organisation).filter(archived_at=None, due_on__lte=horizon)
            owners = rows.filter(state__in=(Task.State.OPEN, Task.State.DOING)).values("owner")
            people = list(Person.objects.filter(pk__in=owners, is_active=True).order_by("pk"))
        for person in people:
            _remind(person, organisation, now)


@transaction.atomic
def _remind(person: Person, organisation: Organisation, now: dt.datetime) -> None:
    local = now.astimezone(zone_of(person))
    today, once = local.date(), f"tasks-due:{local.date()}"
    told = Notice.objects.within(organisation).filter(person=person, once=once)
    if local.hour < FROM_HOUR or told.exists():
        return
    actor = Actor.of(person, organisation)
    if actor is None:
        return
    due = list(open_tasks_of(actor).filter(due_on__lte=today + dt.timedelta(days=SOON)).select_related("key")[:200])
    if not due:
        return
    notify(
        person=person,
        organisation=organisation,
        kind=Notice.Kind.DUE,
        text=due_text(due, today),
        url=due[0].get_absolute_url() if len(due) == 1 else reverse("my-tasks", args=[organisation.slug]),
        about=due[0].key if len(due) == 1 else None,
        once=once,
    )


def due_text(due: list[Task], today: dt.date) -> str:
    """What is said of tasks that are late, due today or due soon; one is named, several are counted."""
    late = sum(task.due_on is not None and task.due_on < today for task in due)
    now = sum(task.due_on == today for task in due)
    if len(due) == 1:
        words = _("Late: %s") if late else _("Due today: %s") if now else _("Due soon: %s")
        return words % due[0]
    parts = [
        ngettext("%(n)d of your tasks is late", "%(n)d of your tasks are late", late) % {"n": late} if late else "",
        ngettext("%(n)d is due today", "%(n)d are due today", now) % {"n": now} if now else "",
    ]
    soon = len(due) - late - now
    parts.append(ngettext("%(n)d is due soon", "%(n)d are due soon", soon) % {"n": soon} if soon else "")
    said = ", ".join(part for part in parts if part)
    return said if late else _("Of your tasks, %s") % said
