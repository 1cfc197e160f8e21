"""What of one's own tasks stands on the home page."""

import datetime as dt
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.actor import Actor
from grc.registries import Todo, todos
from grc.teamwork.mine import open_tasks_of

NEAR = dt.timedelta(days=14)
MOST = 5


@todos.add(order=30)
def tasks_to_do(actor: Actor) -> Iterator[Todo]:
    """The actor's tasks that are late or near, soonest first; more than a few are counted."""
    if actor.person is None:
        return
    today = timezone.localdate()
    due = list(open_tasks_of(actor).filter(due_on__lte=today + NEAR).select_related("about")[:100])
    for task in due[:MOST]:
        tone = "red" if task.due_on < today else "yellow" if task.due_on == today else "blue"
        why = str(task.about) if task.about else _("A task of yours.")
        yield Todo(task.name, why, task.get_absolute_url(), "checkbox", tone, task.due_on)
    if len(due) > MOST:
        more = len(due) - MOST
        text = ngettext("%(n)d more task", "%(n)d more tasks", more) % {"n": more}
        yield Todo(text, _("Due within two weeks."), reverse("my-tasks", args=[actor.organisation.slug]), "checkbox")
