"""Background work on controls: the tests that run by themselves."""

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from controls.actions.running import due_tests, run_tests
from grc.access.actor import Actor
from grc.models.organisation import Organisation

BUSY_SECONDS = 3600


@shared_task(name="controls.tasks.run_due_tests")
def run_due_tests() -> None:
    """Hand the tests that are due to the workers, a task for each organisation."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            due = bool(due_tests(organisation, timezone.now()))
        if due:
            run_tests_of.apply_async(args=[organisation.pk], expires=300)


@shared_task(name="controls.tasks.run_tests_of", time_limit=BUSY_SECONDS)
def run_tests_of(organisation_id: int) -> None:
    """Run every due test of an organisation in one pass. Delivered twice, or beside itself, it runs once."""
    busy = f"control-tests:{organisation_id}"
    if not cache.add(busy, "yes", timeout=BUSY_SECONDS):
        return
    try:
        organisation = Organisation.objects.get(pk=organisation_id)
        by = Actor.system(organisation)
        with by.working():
            run_tests(tests=due_tests(organisation, timezone.now()), by=by)
    finally:
        cache.delete(busy)
