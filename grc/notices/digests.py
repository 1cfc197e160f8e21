"""Notices that wait for a daily or weekly mail: one mail a person and organisation, at seven where the person is."""

import datetime as dt
import zoneinfo

from django.db import transaction
from django.utils import timezone

from grc.access.actor import Actor
from grc.models.notice import Notice, NoticeSetting
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.notices.inbox import notices_of
from grc.notices.kinds import mail_wishes
from grc.notices.mails import mail_digest
from grc.registries import Todo
from grc.work.gathering import due_soon, work_of

HOUR = 7
WEEKDAY = 0
"""Monday."""


def mail_digests(*, organisation: Organisation, now: dt.datetime) -> int:
    """Queue the mails that are due at ``now``, each person's in a transaction of its own. Returns how many.

    Called often: a notice is in one digest, whenever and however often this runs, because it is marked with the mail.
    """
    system = Actor.system(organisation)
    with system.working():
        with transaction.atomic():
            waiting = Notice.objects.within(organisation).filter(mailed_at=None).values("person").distinct()
            people = list(Person.objects.filter(pk__in=waiting).order_by("pk"))
        return sum(_mail_digest(person, organisation, now) for person in people)


def last_morning(person: Person, now: dt.datetime, *, weekly: bool) -> dt.datetime:
    """The latest instant up to ``now`` at which a digest was due for ``person``: it holds what was told before."""
    local = now.astimezone(zone_of(person))
    morning = local.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    if weekly:
        morning -= dt.timedelta(days=(morning.weekday() - WEEKDAY) % 7)
    if morning > local:
        morning -= dt.timedelta(days=7 if weekly else 1)
    return morning


def zone_of(person: Person) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(person.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


@transaction.atomic
def _mail_digest(person: Person, organisation: Organisation, now: dt.datetime) -> bool:
    rows = Notice.objects.within(organisation).filter(person=person, mailed_at=None)
    waiting = list(rows.select_for_update().order_by("created_at", "pk"))
    wishes, weekly = mail_wishes(person), NoticeSetting.Mail.WEEKLY
    due = [
        notice
        for notice in waiting
        if notice.created_at < last_morning(person, now, weekly=wishes[Notice.Kind(notice.kind)] == weekly)
    ]
    if not due:
        return False
    Notice.objects.within(organisation).filter(pk__in=[notice.pk for notice in due]).update(mailed_at=now)
    actor = Actor.of(person, organisation)
    seen = set(notices_of(actor).filter(pk__in=[n.pk for n in due]).values_list("pk", flat=True)) if actor else set()
    told = [notice for notice in due if notice.pk in seen and notice.read_at is None and _wanted(notice, wishes)]
    if told and actor:
        mail_digest(person, organisation, told, _work_due(person, actor, wishes))
    return bool(told)


def _work_due(person: Person, actor: Actor, wishes: dict[Notice.Kind, NoticeSetting.Mail]) -> list[Todo]:
    """What the person has to do that is late or due within a week, as their page of work says; unless not wanted."""
    if wishes[Notice.Kind.DUE] == NoticeSetting.Mail.NEVER:
        return []
    with timezone.override(zone_of(person)):
        return due_soon(work_of(actor), timezone.localdate())


def _wanted(notice: Notice, wishes: dict[Notice.Kind, NoticeSetting.Mail]) -> bool:
    return wishes[Notice.Kind(notice.kind)] != NoticeSetting.Mail.NEVER
