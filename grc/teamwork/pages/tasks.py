"""Tasks on a record's page, and one's own in one place."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from grc.access.gate import refuse_archived, require
from grc.access.roles import Permission
from grc.models.teamwork import Task
from grc.registers.pages import RegisterPage
from grc.registers.register import registers
from grc.shell import current_actor
from grc.teamwork.actions.tasks import add_task, may_give_to_others, set_task_state
from grc.teamwork.forms import TaskForm
from grc.teamwork.mine import open_tasks_of

MOST = 300


class RecordTasksPage(RegisterPage):
    """A further task on a record."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        record = self.record(reference)
        require(self.actor, Permission.TASKS_EDIT)
        refuse_archived(record)
        others = may_give_to_others(self.actor, record.key)
        form = TaskForm(request.POST, actor=self.actor, for_others=others)
        if not form.is_valid():
            return self.show("teamwork/task.html", status=422, record=record, form=form)
        try:
            task = add_task(**form.cleaned_data, about=record.key, by=self.actor)
        except ValidationError as error:
            form.add_error(None, error)
            return self.show("teamwork/task.html", status=422, record=record, form=form)
        messages.success(request, _("%(reference)s is noted.") % {"reference": task.reference})
        return redirect(f"{record.get_absolute_url()}#tasks")


class TaskStatePage(RegisterPage):
    """One click: a task is begun, done, dropped or open again. ``from`` says which page to go back to."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        task = self.editable(reference)
        state = request.POST.get("state", "")
        if state not in Task.State.values:
            raise Http404
        saved = set_task_state(task=task, state=Task.State(state), by=self.actor)
        said = {"task": saved.reference, "state": saved.get_state_display().lower()}
        messages.success(request, _("%(task)s: %(state)s.") % said)
        return redirect(self._back(task, request.POST.get("from", "")))

    def _back(self, task: Task, page: str) -> str:
        slug = self.actor.organisation.slug
        if page == "mine":
            return reverse("my-tasks", args=[slug])
        if page == "record" and task.about is not None:
            about = registers.by_slug(task.about.register)
            return f"{about.detail_url(slug, task.about.reference)}#tasks"
        return task.get_absolute_url()


@dataclass
class Group:
    """Tasks that are due in the same stretch of time."""

    title: str | Promise
    tone: str
    tasks: list[Task] = field(default_factory=list)


class MyTasksPage(View):
    """What the reader is to do, by when it is due."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        actor = current_actor(request)
        if not actor.can(Permission.TASKS_VIEW):
            raise Http404
        tasks = list(open_tasks_of(actor).select_related("about__organisation")[:MOST])
        register = registers.of(Task)
        context = {
            "groups": [group for group in _grouped(tasks, timezone.localdate()) if group.tasks],
            "register": register,
            "all_url": register.list_url(actor.organisation.slug),
            "can_add": actor.can(Permission.TASKS_EDIT),
            "count": len(tasks),
        }
        return render(request, "teamwork/my_tasks.html", context)


def _grouped(tasks: list[Task], today: dt.date) -> list[Group]:
    late = Group(gettext_lazy("Late"), "red")
    now = Group(gettext_lazy("Today"), "orange")
    soon = Group(gettext_lazy("In the next seven days"), "")
    later = Group(gettext_lazy("Later"), "")
    never = Group(gettext_lazy("Without a date"), "")
    for task in tasks:
        if task.due_on is None:
            never.tasks.append(task)
        elif task.due_on < today:
            late.tasks.append(task)
        elif task.due_on == today:
            now.tasks.append(task)
        else:
            (soon if task.due_on <= today + dt.timedelta(days=7) else later).tasks.append(task)
    return [late, now, soon, later, never]
