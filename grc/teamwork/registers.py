from django.utils.translation import gettext_lazy as _

from grc.access.roles import Permission
from grc.models.link import Link
from grc.models.teamwork import Task
from grc.registers.register import Register, Section, registers


@registers.add
class TaskRegister(Register):
    model = Task
    slug, prefix, group, icon = "tasks", "TSK", "organisation", "checkbox"
    about = _("What is to be done, by whom, and by when: on any record, or by itself.")
    first_step = _("Add a task here, or on the page of the record that it is about.")
    view, edit = Permission.TASKS_VIEW, Permission.TASKS_EDIT
    columns = ("reference", "name", "about", "owner", "due_on", "state")
    filters = ("state", "owner")
    search = ("reference", "name", "details")
    sections = (Section(_("What is to be done"), ("name", "about", "owner", "due_on", "state", "details")),)
    tones = {"state": {"open": "blue", "doing": "azure", "done": "green"}}


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
