"""Every hour: announced changes whose day has come and that nothing holds back take effect."""

import datetime as dt

from celery import shared_task
from django.utils import timezone

from grc.access.actor import Actor
from grc.models.organisation import Organisation
from vendors.changes.actions import NotMovable, put_in_effect
from vendors.changes.recipients import today_of
from vendors.models import SubprocessorChange


@shared_task(name="vendors.tasks.look_after_changes")
def look_after_changes() -> None:
    for organisation in Organisation.objects.order_by("pk"):
        by = Actor.system(organisation)
        with by.working():
            put_due_in_effect(by=by)


def put_due_in_effect(*, by: Actor, at: dt.datetime | None = None) -> int:
    """The same for one organisation, whose context is set. What is held back waits for the next time. Returns how many
    took effect; run twice, the second run finds none."""
    now = at or timezone.now()
    rows = SubprocessorChange.objects.within(by.organisation).filter(
        state=SubprocessorChange.State.ANNOUNCED, archived_at=None, effective_on__lte=today_of(now)
    )
    done = 0
    for change in rows.order_by("effective_on", "pk"):
        try:
            put_in_effect(change=change, by=by, at=now)
        except NotMovable:
            continue
        done += 1
    return done
