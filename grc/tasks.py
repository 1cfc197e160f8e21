"""Background work of the kernel."""

from celery import shared_task
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.outbox import deliver_due, deliver_for, forget_payloads
from grc.approvals import signing, telling
from grc.jobs import actions
from grc.models.job import Job
from grc.models.organisation import Organisation
from grc.notices import digests
from grc.teamwork import due

BUSY_SECONDS = 600


@shared_task(name="grc.tasks.run_job")
def run_job(organisation_id: int, job_id: int) -> None:
    """Do a job that somebody asked for."""
    organisation = Organisation.objects.get(pk=organisation_id)
    with Actor.system(organisation).working(), transaction.atomic():
        job = Job.objects.within(organisation).select_related("organisation", "person").get(pk=job_id)
    actions.run_job(job)


@shared_task(name="grc.tasks.deliver_outbox")
def deliver_outbox() -> None:
    """Mail, at once; receivers of webhooks may be slow, so each organisation's have a task of their own."""
    deliver_due({"mail"})
    for organisation in Organisation.objects.order_by("pk"):
        deliver_webhooks.apply_async(args=[organisation.pk], expires=10)


@shared_task(name="grc.tasks.deliver_webhooks", time_limit=BUSY_SECONDS)
def deliver_webhooks(organisation_id: int) -> None:
    """An organisation keeps one worker busy with its webhooks, and no more."""
    busy = f"webhooks:{organisation_id}"
    if not cache.add(busy, "yes", timeout=BUSY_SECONDS):
        return
    try:
        deliver_for(Organisation.objects.get(pk=organisation_id), "webhook")
    finally:
        cache.delete(busy)


@shared_task(name="grc.tasks.forget_outbox")
def forget_outbox() -> None:
    """Nightly: what left a month ago is no longer told."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working(), transaction.atomic():
            forget_payloads(organisation)


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


@shared_task(name="grc.tasks.remind_of_due")
def remind_of_due() -> None:
    """Who has tasks or decisions that are due hears of them: of tasks in the morning where they are."""
    for organisation in Organisation.objects.values_list("pk", flat=True):
        remind_of_due_in.delay(organisation)


@shared_task(name="grc.tasks.remind_of_due_in")
def remind_of_due_in(organisation_id: int) -> None:
    organisation = Organisation.objects.get(pk=organisation_id)
    due.remind_of_due(organisation=organisation, now=timezone.now())
    telling.tell_due(organisation)


@shared_task(name="grc.tasks.mail_digests")
def mail_digests() -> None:
    """Daily and weekly mails of notices, each in the morning where its reader is."""
    for organisation in Organisation.objects.values_list("pk", flat=True):
        mail_digests_of.delay(organisation)


@shared_task(name="grc.tasks.mail_digests_of")
def mail_digests_of(organisation_id: int) -> None:
    digests.mail_digests(organisation=Organisation.objects.get(pk=organisation_id), now=timezone.now())
