from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import archive_record, create_record
from grc.models.link import Link
from grc.models.record import Record, RecordKey
from grc.registers.register import Register, registers
from grc.registers.sight import keys_seen_by


class NotLinkable(ValueError):
    """These two records can't be linked; ``str()`` says why."""


@dataclass(frozen=True)
class LinkedRecord:
    """The other end of a link, as one side sees it."""

    link: Link
    key: RecordKey
    register: Register
    url: str
    may_end: bool


def links_of(*, record: RecordKey, actor: Actor) -> list[LinkedRecord]:
    """What ``record`` is linked with, from either side, as far as ``actor`` may see it: by register, then reference."""
    links = list(
        Link.objects.permitted(actor, Permission.LINKS_VIEW)
        .filter(Q(source=record) | Q(target=record), archived_at=None)
        .select_related("source", "target")
    )
    own = Link.objects.permitted(actor, Permission.LINKS_EDIT).filter(pk__in=[link.pk for link in links])
    ending = set(own.values_list("pk", flat=True)) if links and actor.can(Permission.LINKS_EDIT) else set()
    found = []
    for link in links:
        other = link.target if link.source_id == record.pk else link.source
        register = registers.by_slug(other.register)
        url = register.detail_url(actor.organisation.slug, other.reference)
        found.append(LinkedRecord(link, other, register, url, link.pk in ending))
    order = [register.slug for register in registers]
    return sorted(found, key=lambda linked: (order.index(linked.register.slug), linked.key.reference))


def by_register(links: list[LinkedRecord]) -> Iterator[tuple[Register, list[LinkedRecord]]]:
    """Sorted links in groups, one a register."""
    for register, group in groupby(links, key=lambda linked: linked.register):
        yield register, list(group)


@transaction.atomic
def link_records(*, source: Record, reference: str, by: Actor, note: str = "") -> Link:
    """Link ``source`` with the record called ``reference``. Raises ``NotLinkable``, ``Denied``.

    Allowed for who may change one of the two, or every link of the organisation.
    """
    require(by, Permission.LINKS_EDIT)
    target = keys_seen_by(by, Link.NEVER_ENDS).filter(reference=reference.strip().upper()).first()
    if target is None:
        raise NotLinkable(_("There is no record “%(reference)s” here.") % {"reference": reference.strip()[:40]})
    if target.pk == source.pk:
        raise NotLinkable(_("A record cannot be linked to itself."))
    # Both ends, in one order: a link from the other side at the same moment waits here, and then finds this one.
    ends = RecordKey.unscoped.filter(pk__in=(source.pk, target.pk)).order_by("pk")
    list(ends.select_for_update(no_key=True).values_list("pk"))
    pair = Q(source=target, target=source.key) | Q(source=source.key, target=target)
    if Link.objects.within(by.organisation).filter(pair, archived_at=None).exists():
        raise NotLinkable(_("These two records are linked already."))
    link = Link(organisation=by.organisation, source=source.key, target=target, note=note.strip()[:300])
    try:
        with transaction.atomic():
            create_record(record=link, by=by)
    except IntegrityError:
        raise NotLinkable(_("These two records are linked already.")) from None
    return link


@transaction.atomic
def unlink_records(*, link: Link, by: Actor, reason: str = "") -> None:
    """End a link; its row stays as the trace, and one that ended already stays as it is. Raises ``Denied``."""
    archive_record(record=link, by=by, reason=reason)
