"""Background work on sources. A message delivered twice, or late, does no harm: the head says what is to be done."""

from celery import shared_task
from django.utils import timezone

from evidence.actions.requests import send_due_requests
from evidence.actions.sources import due_sources, in_use, notice_silence, run_pull
from evidence.ingest.keeping import forget_old_runs, sweep_orphans, verify_store
from evidence.models.source import PullRun, Source
from evidence.sealing.alarm import verify_and_tell
from evidence.sealing.sealer import seal_activity
from grc.access.actor import Actor
from grc.models.organisation import Organisation


@shared_task(name="evidence.tasks.pull_due_sources")
def pull_due_sources() -> None:
    """Enqueue a pull for every source that is due, and look for silence everywhere."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            for source in in_use(organisation):
                notice_silence(source)
            for source in due_sources(organisation):
                pull_source.apply_async(args=[organisation.pk, source.pk], expires=60)


@shared_task(name="evidence.tasks.pull_source")
def pull_source(organisation_id: int, source_id: int, run_id: str | None = None) -> None:
    """Pull one source; ``run_id`` (a UUID) is the run that somebody asked for."""
    organisation = Organisation.objects.get(pk=organisation_id)
    with Actor.system(organisation).working():
        source = Source.objects.within(organisation).select_related("key", "organisation").get(pk=source_id)
        run = PullRun.objects.within(organisation).filter(public_id=run_id).first() if run_id else None
        if run is None and (source.paused or source.archived_at is not None):
            return
        run_pull(source=source, run=run)


@shared_task(name="evidence.tasks.ask_for_evidence")
def ask_for_evidence() -> None:
    """Every hour: what is due soon is asked for; what was asked for is not asked for again."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            send_due_requests(organisation=organisation, today=timezone.localdate())


@shared_task(name="evidence.tasks.verify_stores", time_limit=6 * 3600)
def verify_stores() -> None:
    """Nightly: read everything that is stored again, compare it with what was signed, and sweep what nothing needs."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            for source in Source.objects.within(organisation).select_related("key", "organisation").order_by("pk"):
                verify_store(source)
            sweep_orphans(organisation)
            forget_old_runs(organisation)


@shared_task(name="evidence.tasks.seal_activity")
def seal_activity_logs() -> None:
    """Seal what was written since the last time, organisation by organisation."""
    for organisation in Organisation.objects.order_by("pk"):
        seal_activity(organisation)


@shared_task(name="evidence.tasks.verify_seals", time_limit=6 * 3600)
def verify_seals() -> None:
    """Nightly: compute every sealed event again, and raise the alarm about what is not as it was sealed."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            verify_and_tell(organisation)


def enqueue_pull(run: PullRun) -> None:
    """Hand a run that somebody asked for to the workers."""
    pull_source.delay(run.organisation_id, run.source_id, str(run.public_id))
