"""What the saving of a link or a task tells to others, by whatever way it was saved."""

from typing import Any

from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.link import Link
from grc.models.notice import Notice
from grc.models.record import Record
from grc.models.teamwork import Task
from grc.notices.actions import notify
from grc.registries import saved


@saved.add(order=40)
def tell_both_ends(record: Record, by: Actor) -> None:
    """The activity of either record says that it was linked, or unlinked."""
    if not isinstance(record, Link):
        return
    before = _before(record)
    was, stands = before is not None and before.archived_at is None, record.archived_at is None
    if was == stands:
        return
    # not which: who reads the activity of the one may be blind for the other; the history knows who asks
    words = _("linked with another record") if stands else _("unlinked from another record")
    for end in (record.source, record.target):
        record_activity(by=by, verb=ActivityEvent.Verb.CHANGED, record=end, detail=words)


@saved.add(order=40)
def tell_doer(record: Record, by: Actor) -> None:
    """Who is given a task by somebody else hears of it."""
    if not isinstance(record, Task) or record.owner is None or record.archived_at or not record.is_open:
        return
    before = _before(record)
    if record.owner == by.person or (before is not None and before.owner_id == record.owner_id):
        return
    what = {"who": by.person or _("Assay"), "task": record}
    notify(
        person=record.owner,
        organisation=record.organisation,
        kind=Notice.Kind.TASK,
        text=_("%(who)s gives you a task: %(task)s") % what,
        url=record.get_absolute_url(),
        about=record.key,
    )


def _before(record: Any) -> Any:
    """The history row before the one that was just written; None for a new record."""
    rows = record.history.order_by("-history_id")[1:2]
    return next(iter(rows), None)
