"""Background work of the kernel."""

from celery import shared_task
from django.db import transaction

from grc.access.actor import Actor
from grc.actions.outbox import deliver_due
from grc.approvals import signing
from grc.jobs import actions
from grc.models.job import Job
from grc.models.organisation import Organisation


@shared_task(name="grc.tasks.run_job")
def run_job(organisation_id: int, job_id: int) -> None:
    """Do a job that somebody asked for."""
    organisation = Organisation.objects.get(pk=organisation_id)
    with Actor.system(organisation).working(), transaction.atomic():
        job = Job.objects.within(organisation).select_related("organisation", "person").get(pk=job_id)
    actions.run_job(job)


@shared_task(name="grc.tasks.deliver_outbox")
def deliver_outbox() -> None:
    deliver_due()


@shared_task(name="grc.tasks.give_up_lost_jobs")
def give_up_lost_jobs() -> None:
    """Jobs whose worker died do not run for ever."""
    for organisation in Organisation.objects.all():
        with Actor.system(organisation).working(), transaction.atomic():
            actions.give_up_lost_jobs(organisation=organisation)


@shared_task(name="grc.tasks.sign_review")
def sign_review(organisation_id: int, review_id: int) -> None:
    """Make the signed PDF of a version that was approved just now."""
    signing.sign_review(review_id=review_id, organisation=Organisation.objects.get(pk=organisation_id))


@shared_task(name="grc.tasks.sign_waiting")
def sign_waiting() -> None:
    """Make the signed PDFs that an earlier try left out: an approval is never without its paper for long."""
    for organisation in Organisation.objects.all():
        signing.sign_waiting(organisation)
