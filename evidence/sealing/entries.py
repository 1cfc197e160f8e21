"""Activity events as entries of the sealed log."""

import datetime as dt

from evidence.tlog import moment
from evidence.tlog.activity import Activity
from grc.models.activity import ActivityEvent

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def activity_of(event: ActivityEvent) -> Activity:
    """What is sealed of an event (fetched with its record).

    The client's address is left out: it is personal data that whoever checks the log has no use for, and what is
    sealed can't be taken back.
    """
    record = event.record
    return Activity(
        at=moment.to_text((event.at - _EPOCH) // dt.timedelta(microseconds=1)),
        verb=event.verb,
        way=event.way,
        person=str(event.person) if event.person else "",
        register=record.register if record else "",
        record=record.reference if record else "",
        detail=event.detail,
    )
