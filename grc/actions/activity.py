from grc.access.actor import Actor
from grc.models.activity import ActivityEvent
from grc.models.record import RecordKey
from grc.registries import deeds


def record_activity(
    *, by: Actor, verb: ActivityEvent.Verb, record: RecordKey | None = None, detail: str = ""
) -> ActivityEvent:
    """Write what ``by`` did, in the caller's transaction: if it can't be written, the deed is undone with it."""
    event = ActivityEvent.unscoped.create(
        organisation=by.organisation,
        person=by.person.public_id if by.person else None,
        verb=verb,
        record=record,
        detail=detail[:500],
        way=by.way,
        address=by.address,
    )
    for tell in deeds:
        tell(event, by)
    return event
