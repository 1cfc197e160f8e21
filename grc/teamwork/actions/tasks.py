"""Things to be done, on any record."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import NotVisible, allows
from grc.access.roles import Permission, Reach
from grc.actions.records import change_record, create_record
from grc.models.person import Person
from grc.models.record import RecordKey
from grc.models.teamwork import Task
from grc.registers.query import people_of
from grc.registers.sight import may_change, may_see


@transaction.atomic
def add_task(
    *, name: str, by: Actor, about: RecordKey | None = None, owner: Person | None = None, due_on: dt.date | None = None
) -> Task:
    """Note something to be done, by ``owner`` (``by`` where nobody is named), about a record or about none.

    For oneself everybody may who holds tasks at all; for somebody else who may change the record, or every task.
    Raises ``ValidationError``, ``Denied``, ``NotVisible``.
    """
    if about is not None and not may_see(by, about):
        raise NotVisible
    if owner is not None and not people_of(by).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": [_("Nobody of this name works here.")]})
    task = Task(organisation=by.organisation, name=name.strip(), about=about, owner=owner or by.person, due_on=due_on)
    task.full_clean(exclude={"key", "reference", "organisation"}, validate_unique=False, validate_constraints=False)
    return create_record(record=task, by=by)


@transaction.atomic
def set_task_state(*, task: Task, state: Task.State, by: Actor) -> Task:
    """Move a task to ``state``; one that is there already stays as it is. Raises ``Denied``."""
    rows = Task.objects.within(by.organisation).select_for_update(of=("self",)).select_related("key", "about", "owner")
    current = rows.get(pk=task.pk)
    if current.state == state:
        return current
    lock, current.state = current.lock, state
    return change_record(record=current, by=by, lock=lock)


def may_give_to_others(actor: Actor, about: RecordKey) -> bool:
    """Whether a task on this record may be somebody else's from the start."""
    return actor.reach(Permission.TASKS_EDIT) is Reach.ALL or may_change(actor, about)


def may_move(task: Task, actor: Actor) -> bool:
    """Whether ``actor`` may say how far ``task`` is."""
    return task.archived_at is None and allows(actor, Permission.TASKS_EDIT, task)
