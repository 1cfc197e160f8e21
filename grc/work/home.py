"""What is due of the records that one owns, whatever register they are in: their reviews, and what is to be done."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet, Value
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.teamwork import Task
from grc.registers.register import REVIEWS, Register, registers
from grc.registries import Todo, Work, todos
from grc.shell import Page, pages
from grc.work.gathering import tone_of

AHEAD = dt.timedelta(days=30)
"""So long before its day a review is told of."""
MOST = 200

pages.extend(
    [
        Page("work", gettext_lazy("My work"), "my-work", None, "inbox", first=True),
        # the register of tasks stands beside one's own: the words say whose they are
        Page("work", gettext_lazy("My tasks"), "my-tasks", Permission.TASKS_VIEW, "checkbox", first=True),
        Page("work", gettext_lazy("Everybody’s tasks"), "tasks-list", Permission.TASKS_VIEW, "list-check", first=True),
    ]
)


@todos.add(order=240)
def reviews_due(actor: Actor) -> Iterator[Todo]:
    """The actor's records of every register whose review is near or over: one query."""
    today = timezone.localdate()
    parts = [
        _dated(register, actor, name).filter(**{f"{name}__lte": today + AHEAD})
        for register in registers
        for name in REVIEWS
        if register.ends_by(name) is not None and actor.can(register.view)
    ]
    for register, url, called, due_on in _asked(parts, actor):
        why = _("Its review is overdue.") if due_on < today else _("Its review is due soon.")
        text, tone = _("Review %s") % called, tone_of(due_on, today)
        yield Todo(text, why, url, register.icon, tone, due_on, Work.REVIEW)


@todos.add(order=245)
def actions_due(actor: Actor) -> Iterator[Todo]:
    """The actor's records of every register that are to be done by a day, and are not: one query."""
    today = timezone.localdate()
    parts = []
    for register in registers:
        ends = register.ends_by("due_on")
        if register.model is Task or ends is None:
            continue  # tasks tell of themselves
        if actor.can(register.view):
            rows = _dated(register, actor, "due_on")
            parts.append(rows.filter(done_on=None) if "done_on" in ends else rows)
    for register, url, called, due_on in _asked(parts, actor):
        tone = tone_of(due_on, today)
        yield Todo(called, capfirst(str(register.name)), url, register.icon, tone, due_on, Work.ACTION)


def _dated(register: Register, actor: Actor, name: str) -> "QuerySet[Any]":
    rows: QuerySet[Any] = register.model.objects.permitted(actor, register.view)
    rows = rows.filter(owner=actor.person, archived_at=None, **{f"{name}__isnull": False})
    for field, values in register.over.items():
        rows = rows.exclude(**{f"{field}__in": values})
    return rows.annotate(of=Value(register.slug), on=F(name)).order_by()


def _asked(parts: "list[QuerySet[Any]]", actor: Actor) -> Iterator[tuple[Register, str, str, dt.date]]:
    """(register, address, reference and title, date) of the rows of all ``parts``, soonest first."""
    if actor.person is None or not parts:
        return
    first, *others = (part.values_list("of", "reference", "key__title", "on") for part in parts)
    rows = first.union(*others, all=True).order_by("on", "reference")[:MOST]
    for slug, reference, title, on in rows:
        register = registers.by_slug(slug)
        yield register, register.detail_url(actor.organisation.slug, reference), f"{reference} {title}", on
