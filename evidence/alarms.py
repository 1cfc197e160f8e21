"""Who hears of an alarm: the activity log, and whoever looks after sources and the management system."""

from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.notice import Notice
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.notices.actions import notify
from grc.registries import Alarm, alarm_handlers

LISTENERS = ("platform-engineer", "compliance-officer")


@alarm_handlers.add(order=10)
def note_alarm(alarm: Alarm) -> None:
    system = Actor.system(alarm.organisation)
    record_activity(by=system, verb=ActivityEvent.Verb.ALARMED, record=alarm.record, detail=alarm.summary)


@alarm_handlers.add(order=20)
def tell_listeners(alarm: Alarm) -> None:
    """In the app, and by mail as each of them wants it: at once, unless they chose otherwise."""
    members = Membership.objects.filter(organisation=alarm.organisation, role__in=LISTENERS, ended_at=None)
    text = _("Alarm: %(what)s What to do: %(advice)s") % {"what": alarm.summary, "advice": alarm.advice}
    for person in Person.objects.filter(pk__in=members.values("person"), is_active=True).order_by("pk"):
        notify(
            person=person,
            organisation=alarm.organisation,
            kind=Notice.Kind.ALARM,
            text=text,
            url=alarm.record.get_absolute_url(),
            about=alarm.record,
        )
