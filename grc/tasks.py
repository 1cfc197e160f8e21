"""Background work of the kernel."""

from celery import shared_task

from grc.actions.outbox import deliver_due


@shared_task(name="grc.tasks.deliver_outbox")
def deliver_outbox() -> None:
    deliver_due()
