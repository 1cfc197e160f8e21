from typing import Any

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.link import Link
from grc.models.teamwork import Task
from grc.registers.register import Register, Section, registers
from grc.registries import Part, record_parts


@registers.add
class TaskRegister(Register):
    model = Task
    slug, prefix, group, icon = "tasks", "TSK", "work", "checkbox"
    about = _("Everybody’s tasks: what is to be done, by whom, and by when, on any record or by itself.")
    first_step = _("Add a task here, or on the page of the record that it is about.")
    view, edit = Permission.TASKS_VIEW, Permission.TASKS_EDIT
    over = {"state": (Task.State.DONE.value, Task.State.DROPPED.value)}
    columns = ("reference", "name", "about", "owner", "due_on", "state")
    filters = ("state", "owner", "due_on")
    search = ("reference", "name", "details")
    sections = (Section(_("What is to be done"), ("name", "about", "owner", "due_on", "state", "done_on", "details")),)
    more_columns = ("done_on", "tags", "created_at", "updated_at")
    readonly = ("done_on",)
    in_navigation = False  # it stands there as everybody's, beside one's own
    tones = {"state": {"open": "blue", "doing": "azure", "done": "green"}}

    def extra_urls(self) -> list[URLPattern]:
        from grc.teamwork.pages.tasks import TaskStatePage

        one = f"{self.slug}/<reference:reference>"
        return [path(f"{one}/state", TaskStatePage.as_view(register=self), name="tasks-state")]


@registers.add
class LinkRegister(Register):
    model = Link
    slug, prefix, group, icon = "links", "LNK", "settings", "link"
    about = _("Which records belong together, and why. Links are made on the records' own pages, or imported here.")
    first_step = _("Open a record and link it with another by its reference.")
    view, edit = Permission.LINKS_VIEW, Permission.LINKS_EDIT
    columns = ("reference", "source", "target", "note", "owner", "created_at")
    more_columns = ("updated_at",)
    search = ("reference", "note", "source__reference", "target__reference")
    sections = (Section(_("Link"), ("source", "target", "note", "owner")),)
    in_navigation = False
    attachable = False

    def form_class(self) -> Any:
        from grc.teamwork.forms import LinkForm

        return LinkForm


@record_parts.add(order=5)
def steps_of_a_task(register: Register, record: Any, actor: Actor) -> list[Part]:
    """One click on a task's own page: begun, done, dropped, open again."""
    from grc.teamwork.actions.tasks import may_move

    if not isinstance(record, Task) or not may_move(record, actor):
        return []
    return [Part("teamwork/task_steps.html", {"task": record, "states": next_states(record)}, "top")]


def next_states(task: Task) -> list[tuple[str, Any, str]]:
    """Where a task may go from where it is: state, what the button says, its icon."""
    again, begin = ("open", _("Open again"), "refresh"), ("doing", _("Begin"), "clock")
    done, drop = ("done", _("Done"), "check"), ("dropped", _("Drop"), "x")
    ways = {Task.State.OPEN: [done, begin, drop], Task.State.DOING: [done, drop]}
    return ways.get(Task.State(task.state), [again])
