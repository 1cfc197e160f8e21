"""Asking people to read, their confirmation, and reminders. Each may be delivered twice: it happens once."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.documents.readers import Readable, asked_of, members_of, people_who_read, version_in_force
from aims.models import Acknowledgement, Campaign, Document
from grc.access.actor import Actor
from grc.access.gate import NotVisible, require
from grc.actions.activity import record_activity
from grc.actions.many import create_records
from grc.actions.records import archive_record, change_record
from grc.actions.versions import make_version
from grc.formats import day
from grc.models.activity import ActivityEvent
from grc.models.notice import Notice
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.models.record import RecordKey
from grc.models.version import Version
from grc.notices.actions import notify
from grc.registers.register import registers

BEFORE = dt.timedelta(days=3)
"""So long before the day somebody is reminded for the first time; then the day after it, and every week."""

LATE_DAYS = 7


class NotAskable(ValueError):
    """Nobody can be asked to read this; ``str()`` says why."""


@transaction.atomic
def ask_people(*, about: Readable, people: Collection[Person], due_on: dt.date, by: Actor) -> int:
    """Ask ``people`` to read ``about``; whoever was asked already is not asked again. Returns how many are new.

    Raises ``NotAskable``, ``Denied``.
    """
    require(by, registers.of(type(about)).edit, about)
    if not people:
        raise NotAskable(_("Choose at least one role or person."))
    if due_on < timezone.localdate():
        raise NotAskable(_("The day until which to read lies in the past."))
    if about.archived_at is not None:
        raise NotAskable(_("This record is archived: nobody needs to read it."))
    if isinstance(about, Document) and about.state == Document.State.WITHDRAWN:
        raise NotAskable(_("This document is withdrawn: nobody needs to read it."))
    version = _version_of(about)
    if version is None:
        raise NotAskable(_("No version is in force yet. Have one approved here first: people confirm that version."))
    count = _ask(about, version, people, due_on)
    detail = _("asked %(n)d more people to read version %(number)d") % {"n": count, "number": version.number}
    record_activity(by=by, verb=ActivityEvent.Verb.CHANGED, record=about.key, detail=detail)
    return count


@transaction.atomic
def ask_readers(about: Readable) -> int:
    """Ask whoever ``about`` is for and was not asked yet: the people it names, and who was asked before.

    Requests for versions that are not in force any more end. Returns how many are new.
    """
    version = _version_of(about) if about.readers or isinstance(about, Document) else None
    if version is None:
        return 0
    people = people_who_read(about.organisation, about.readers) if about.readers else []
    if isinstance(about, Document):
        asked = Acknowledgement.objects.within(about.organisation).filter(document=about.pk)
        people += _end_older(asked, version, members_of(about.organisation))
        due_on = timezone.localdate() + dt.timedelta(days=about.read_days)
    else:
        due_on = max(about.due_on, timezone.localdate() + dt.timedelta(days=LATE_DAYS))
    return _ask(about, version, people, due_on)


@transaction.atomic
def acknowledge(*, acknowledgement: Acknowledgement, by: Actor) -> Acknowledgement:
    """``by`` confirms that they have read and understood it: only who was asked can. Twice is once.

    Raises ``NotVisible`` for everybody else, and for what nobody needs to read any more.
    """
    rows = Acknowledgement.objects.within(by.organisation).select_related("key", "organisation", "document", "campaign")
    locked: Acknowledgement | None = (
        rows.select_for_update(of=("self",)).filter(pk=acknowledgement.pk, owner=by.person, archived_at=None).first()
    )
    if locked is None or by.person is None:
        raise NotVisible
    if locked.acknowledged_at is not None:
        return locked
    locked.acknowledged_at = timezone.now()
    # whoever was asked may confirm, whatever their role: the request is what allows it
    system = Actor.system(by.organisation, way=by.way)
    change_record(record=locked, by=system, lock=locked.lock, reason=_("read and understood by %s") % by.person)
    record_activity(by=by, verb=ActivityEvent.Verb.CHANGED, record=locked.key, detail=_("read and understood"))
    return locked


def remind_readers(*, organisation: Organisation, today: dt.date) -> int:
    """Remind whoever has not read what is nearly due, or late. Returns how many were reminded."""
    rows = Acknowledgement.objects.within(organisation).filter(
        acknowledged_at=None, archived_at=None, due_on__lte=today + BEFORE, owner__in=members_of(organisation)
    )
    reminded = 0
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            row = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            reminded += _remind(row, today) if row is not None else 0
    return reminded


def _remind(row: Acknowledgement, today: dt.date) -> int:
    weeks = (today - row.due_on).days - 1
    since = row.due_on - BEFORE if weeks < 0 else row.due_on + dt.timedelta(days=1 + weeks // LATE_DAYS * LATE_DAYS)
    if row.owner is None or (row.reminded_at is not None and timezone.localdate(row.reminded_at) >= since):
        return 0
    said = {"name": row.about.name, "day": day(row.due_on)}
    text = _("Please read “%(name)s” until %(day)s.") if weeks < 0 else _("“%(name)s” was to be read by %(day)s.")
    _tell(row, row.owner, Notice.Kind.DUE, text % said, f"due:{since.isoformat()}")
    now = timezone.now()
    Acknowledgement.objects.within(row.organisation).filter(pk=row.pk).update(reminded_at=now)
    return 1


def _version_of(about: Readable) -> Version | None:
    if isinstance(about, Document):
        return version_in_force(about)
    return make_version(record=about, by=Actor.system(about.organisation))


def _end_older(asked: Iterable[Acknowledgement], version: Version, members: set[int]) -> list[Person]:
    """End what is still open of earlier versions; everybody who was asked for one and is still here."""
    people: dict[int, Person] = {}
    rows = asked.exclude(version=version).select_related("owner", "key", "organisation", "document")  # type: ignore[attr-defined]
    for row in rows:
        if row.owner is not None and row.owner_id in members:
            people[row.owner_id] = row.owner
        if row.acknowledged_at is None and row.archived_at is None:
            archive_record(record=row, by=Actor.system(row.organisation), reason=_("another version is in force"))
    return list(people.values())


def _ask(about: Readable, version: Version, people: Iterable[Person], due_on: dt.date) -> int:
    # who asks at the same moment waits here, and then finds these
    list(RecordKey.objects.within(about.organisation).filter(pk=about.pk).select_for_update(no_key=True))
    field = "document" if isinstance(about, Document) else "campaign"
    known = set(asked_of(about).values_list("owner", flat=True))
    new = {person.pk: person for person in people if person.pk not in known}
    records = [
        Acknowledgement(organisation=about.organisation, version=version, owner=person, due_on=due_on, **{field: about})
        for person in new.values()
    ]
    create_records(records=records, by=Actor.system(about.organisation), reason=_("asked to read"))
    for row in records:
        text = _("Please read “%(name)s” and confirm it, until %(day)s.") % {"name": about.name, "day": day(due_on)}
        _tell(row, row.owner, Notice.Kind.TASK, text, "asked")  # type: ignore[arg-type]
    return len(records)


def _tell(row: Acknowledgement, person: Person, kind: Notice.Kind, text: str, fact: str) -> None:
    notify(
        person=person,
        organisation=row.organisation,
        kind=kind,
        text=text,
        url=reverse("reading", args=[row.organisation.slug, row.reference]),
        once=f"{row.reference}:{fact}",
    )


def begun_campaigns(organisation: Organisation, today: dt.date) -> list[Campaign]:
    """Campaigns that run now and say whom they are for."""
    rows = Campaign.objects.within(organisation).filter(archived_at=None, starts_on__lte=today, due_on__gte=today)
    return [campaign for campaign in rows.select_related("key", "organisation") if campaign.readers]
