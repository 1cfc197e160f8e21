from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, allows, require
from grc.actions.activity import record_activity
from grc.actions.records import archive_record, create_record
from grc.models.activity import ActivityEvent
from grc.models.link import Link
from grc.models.record import Record, RecordKey
from grc.registers.register import Register, registers


class NotLinkable(ValueError):
    """These two records can't be linked; ``str()`` says why."""


@dataclass(frozen=True)
class LinkedRecord:
    """The other end of a link, as one side sees it."""

    key: RecordKey
    register: Register
    url: str


def links_of(*, record: RecordKey, actor: Actor) -> list[LinkedRecord]:
    """What ``record`` is linked with, from either side, as far as ``actor`` may see it."""
    links = Link.objects.within(actor.organisation).filter(archived_at=None).select_related("source", "target")
    found = []
    for link in (*links.filter(source=record), *links.filter(target=record)):
        other = link.target if link.source_id == record.pk else link.source
        register = registers.by_slug(other.register)
        if actor.can(register.view):
            found.append(LinkedRecord(other, register, register.detail_url(actor.organisation.slug, other.reference)))
    return found


@transaction.atomic
def link_records(*, source: Record, reference: str, by: Actor, note: str = "") -> Link:
    """Link ``source`` with the record called ``reference``. Raises ``NotLinkable``, ``Denied``."""
    register = registers.of(type(source))
    require(by, register.edit, source)
    target = RecordKey.objects.within(by.organisation).filter(reference=reference.strip().upper()).first()
    if target is None or not by.can(registers.by_slug(target.register).view):
        raise NotLinkable(_("There is no record “%(reference)s” here.") % {"reference": reference[:40]})
    if target.register not in register.linkable:
        raise NotLinkable(
            _("%(plural)s are not linked with %(reference)s’s register.")
            % {"plural": str(register.plural).capitalize(), "reference": target.reference}
        )
    # Both ends, in one order: a link from the other side at the same moment waits here, and then finds this one.
    ends = RecordKey.unscoped.filter(pk__in=(source.pk, target.pk)).order_by("pk")
    list(ends.select_for_update(no_key=True).values_list("pk"))
    if Link.objects.within(by.organisation).filter(source=target, target=source.key, archived_at=None).exists():
        raise NotLinkable(_("These two records are linked already."))
    link = Link(organisation=by.organisation, source=source.key, target=target, note=note[:300])
    try:
        with transaction.atomic():
            create_record(record=link, by=by)
    except IntegrityError:
        raise NotLinkable(_("These two records are linked already.")) from None
    record_activity(
        by=by,
        verb=ActivityEvent.Verb.CHANGED,
        record=source.key,
        detail=_("linked with %s") % target.reference,
    )
    return link


@transaction.atomic
def unlink_records(*, link: Link, seen_from: Record, by: Actor) -> None:
    """End a link; its row stays as the trace, and one that ended already stays as it is. Raises ``Denied``."""
    register = registers.of(type(seen_from))
    if not allows(by, register.edit, seen_from):
        raise Denied(_("You may not change this record, so its links stay."))
    archive_record(record=link, by=by)
    other = link.target if link.source_id == seen_from.pk else link.source
    record_activity(
        by=by,
        verb=ActivityEvent.Verb.CHANGED,
        record=seen_from.key,
        detail=_("unlinked from %s") % other.reference,
    )
