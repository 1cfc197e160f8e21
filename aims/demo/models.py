"""Model versions that top management signed for. The assistant also calls one that nobody signed: tests find it."""

from django.db import transaction

from aims.models import Component
from grc.approvals.demo import APPROVER, OFFICER, send, sign
from grc.demo import HOME, demo_actor
from grc.models.approval import Review
from grc.registries import seeders

SIGNED_DAYS_AGO = 240


@seeders.add(order=62)
def seed_approved_models() -> None:
    officer, approver = demo_actor(OFFICER, HOME), demo_actor(APPROVER, HOME)
    with officer.working(), transaction.atomic():
        if Review.objects.within(officer.organisation).filter(key__register="components").exists():
            return
        models = Component.objects.within(officer.organisation).filter(kind=Component.Kind.MODEL)
        for model in models.select_related("key", "organisation").order_by("pk"):
            review = send(model, "Evaluated on the test set of spring; within the thresholds.", officer, approver)
            sign(review, approver, days_ago=SIGNED_DAYS_AGO)
