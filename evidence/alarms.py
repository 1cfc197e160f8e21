"""Who hears of an alarm: the activity log, and by mail whoever looks after sources and the management system."""

from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.actions.outbox import queue_mail
from grc.models.activity import ActivityEvent
from grc.models.organisation import Membership
from grc.registries import Alarm, alarm_handlers

LISTENERS = ("platform-engineer", "compliance-officer")


@alarm_handlers.add(order=10)
def note_alarm(alarm: Alarm) -> None:
    system = Actor.system(alarm.organisation)
    record_activity(by=system, verb=ActivityEvent.Verb.ALARMED, record=alarm.record, detail=alarm.summary)


@alarm_handlers.add(order=20)
def mail_alarm(alarm: Alarm) -> None:
    """Mail goes by the outbox: it leaves once, after commit."""
    people = Membership.objects.filter(
        organisation=alarm.organisation, role__in=LISTENERS, ended_at=None, person__is_active=True
    )
    queue_mail(
        organisation=alarm.organisation,
        to=people.values_list("person__email", flat=True),
        subject=_("Alarm: %(record)s") % {"record": alarm.record},
        text="\n\n".join((alarm.summary, _("What to do: %(advice)s") % {"advice": alarm.advice})),
    )
