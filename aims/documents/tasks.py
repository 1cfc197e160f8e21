"""Every hour: documents whose review is overdue, readers who came later, campaigns that begin, reminders."""

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from aims.documents.asking import ask_readers, begun_campaigns, remind_readers
from aims.documents.state import refresh_all
from aims.models import Document
from grc.access.actor import Actor
from grc.models.organisation import Organisation


@shared_task(name="aims.tasks.look_after_documents")
def look_after_documents() -> None:
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            look_after(organisation)


def look_after(organisation: Organisation) -> None:
    """The same for one organisation, whose context is set. Delivered twice, nobody is asked or reminded twice."""
    today = timezone.localdate()
    with transaction.atomic():
        refresh_all(organisation, today)
    in_force = (Document.State.IN_FORCE, Document.State.OVERDUE)
    documents = Document.objects.within(organisation).filter(archived_at=None, state__in=in_force)
    for document in documents.exclude(readers=[]).select_related("key", "organisation").order_by("pk"):
        ask_readers(document)
    for campaign in begun_campaigns(organisation, today):
        ask_readers(campaign)
    remind_readers(organisation=organisation, today=today)
