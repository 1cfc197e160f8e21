"""Everything that waits for one person, from every part of the product, each thing once."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.registries import Todo, Work, todos

NEAR = dt.timedelta(days=7)
TONES = ("red", "orange", "yellow", "blue")


@dataclass
class Group:
    """Work that is due in the same stretch of time."""

    title: str | Promise
    tone: str = ""
    items: list[Todo] = field(default_factory=list)


def work_of(actor: Actor) -> list[Todo]:
    """What waits for ``actor``, and what they wait for, the most urgent first.

    Several parts may tell of one record and day: the first of them speaks, and the one that knows it gives the kind.
    """
    found: dict[tuple[str, object], Todo] = {}
    for todo in (todo for source in todos for todo in source(actor)):
        key = (todo.url.removesuffix("/edit"), todo.due_on or str(todo.text))
        known = found.get(key)
        if known is None:
            found[key] = todo
        elif known.kind == Work.OTHER:
            found[key] = replace(known, kind=todo.kind)
    return sorted(found.values(), key=_urgency)


def to_do(items: Iterable[Todo]) -> list[Todo]:
    """What of ``items`` the reader has to do: every count of somebody's work is of this, wherever it stands."""
    return [item for item in items if not item.waiting]


def due_soon(items: Iterable[Todo], today: dt.date) -> list[Todo]:
    """What of ``items`` the reader has to do that is late or due within a week, soonest first."""
    near = [item for item in to_do(items) if item.due_on is not None and item.due_on <= today + NEAR]
    return sorted(near, key=lambda item: item.due_on or today)


def grouped(items: Iterable[Todo], today: dt.date) -> list[Group]:
    """``items`` by when they are due; what others have to do stands apart. Groups without any are left out."""
    late, near = Group(_("Late"), "red"), Group(_("In the next seven days"))
    never, later = Group(_("Without a date")), Group(_("Later"))
    others = Group(_("Waiting for others"))
    for item in items:
        if item.waiting:
            others.items.append(item)
        elif item.due_on is None:
            never.items.append(item)
        elif item.due_on < today:
            late.items.append(item)
        else:
            (near if item.due_on <= today + NEAR else later).items.append(item)
    for group in (late, near, later, others):
        group.items.sort(key=lambda item: item.due_on or dt.date.max)
    return [group for group in (late, near, never, later, others) if group.items]


def tone_of(due_on: dt.date, today: dt.date) -> str:
    """Red where it is late, yellow where it is due within a week."""
    return "red" if due_on < today else "yellow" if due_on <= today + NEAR else ""


def _urgency(todo: Todo) -> tuple[bool, int, dt.date]:
    """Trouble first, then what is due soonest; the rest in the order of those who told of it."""
    tone = TONES.index(todo.tone) if todo.tone in TONES else len(TONES)
    return todo.waiting, tone, todo.due_on or dt.date.max
