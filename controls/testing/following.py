"""What follows for a test from a run that somebody entered: its last result, and the day on which it is due next."""

import datetime as dt

from django.utils import timezone

from controls.models import ControlTest, TestRun
from grc.access.actor import Actor
from grc.cadence import due_after
from grc.models.record import Record
from grc.registries import saved


@saved.add(order=60)
def follow_run(record: Record, by: Actor) -> None:
    """In the transaction in which the run is saved; what ran by itself has said so already."""
    if isinstance(record, TestRun) and not record.automatic:
        follow(record.test)


def follow(test: ControlTest) -> None:
    """Set what the latest run in use says. Derived values, which leave no history of their own."""
    rows = TestRun.objects.within(test.organisation).filter(test=test, archived_at=None)
    latest = rows.order_by("-done_on", "-pk").first()
    values: dict[str, object] = {"last_result": "", "last_run_at": None}
    if latest is not None:
        noon = dt.datetime.combine(latest.done_on, dt.time(12), timezone.get_current_timezone())
        values = {"last_result": latest.result, "last_run_at": noon}
    if not test.by_itself and test.next_on is not None and test.first_on is not None:
        done = latest.done_on if latest is not None else test.first_on - dt.timedelta(days=1)
        values["next_on"] = due_after(test.first_on, test.every, done)
    ControlTest.objects.within(test.organisation).filter(pk=test.pk).update(**values)
