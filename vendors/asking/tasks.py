"""Every hour: who has not answered hears once, three days before the link ends."""

import datetime as dt

from celery import shared_task
from django.db import transaction
from django.db.models.functions import Now

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.organisation import Organisation
from vendors.asking.mails import send_reminder
from vendors.models import AskLink, VendorAsk

BEFORE = dt.timedelta(days=3)
NOT_WITHIN = dt.timedelta(days=1)
"""Nobody is reminded of what they got yesterday."""


@shared_task(name="vendors.tasks.remind_vendors")
def remind_vendors() -> None:
    """Delivered twice, nobody is reminded twice."""
    for organisation in Organisation.objects.order_by("pk"):
        with Actor.system(organisation).working():
            remind(organisation)


def remind(organisation: Organisation) -> int:
    """The same for one organisation, whose context is set. Returns how many were reminded."""
    rows = AskLink.objects.within(organisation).filter(
        reminded_at=None,
        open_until__gt=Now(),
        open_until__lte=Now() + BEFORE,
        ask__state=VendorAsk.State.SENT,
        ask__archived_at=None,
        ask__sent_at__lte=Now() - NOT_WITHIN,
    )
    return sum(
        _remind_one(organisation, pk) for pk in rows.exclude(email="").order_by("pk").values_list("pk", flat=True)
    )


@transaction.atomic
def _remind_one(organisation: Organisation, pk: int) -> bool:
    links = AskLink.objects.within(organisation).filter(pk=pk, reminded_at=None)
    link = (
        links.select_for_update(of=("self",))
        .select_related("ask__organisation", "ask__key", "ask__review__vendor")
        .first()
    )
    if link is None or link.ask.state != VendorAsk.State.SENT:
        return False
    AskLink.objects.within(organisation).filter(pk=pk).update(reminded_at=Now())
    send_reminder(link.ask, link)
    record_activity(
        by=Actor.system(organisation), verb=ActivityEvent.Verb.INVITED, record=link.ask.key, detail="Reminded"
    )
    return True
