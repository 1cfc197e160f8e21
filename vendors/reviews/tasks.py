"""Every hour: the yearly reviews that are due within a month begin."""

from celery import shared_task
from django.utils import timezone

from grc.access.actor import Actor
from grc.models.organisation import Organisation
from vendors.reviews.beginning import begin_due_reviews


@shared_task(name="vendors.tasks.begin_reviews")
def begin_reviews() -> None:
    """Delivered twice, no review begins twice."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            begin_due_reviews(organisation, timezone.localdate())
