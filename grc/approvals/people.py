"""Who wrote what is sent for approval, and who may approve it: never the same people, unless nobody else is there."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission
from grc.models.link import Link
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.models.record import Record
from grc.models.teamwork import Attachment
from grc.models.version import Version
from grc.registers.register import registers


def sees(actor: Actor, record: Record) -> bool:
    """Whether ``actor`` may see ``record``, by the gate that its own page asks."""
    register = registers.of(type(record))
    return type(record).objects.permitted(actor, register.view).filter(pk=record.pk).exists()


def approvers_of(record: Record, organisation: Organisation) -> list[Person]:
    """Everybody who may approve and may see ``record``, by name; who wrote it is another question."""
    approving = [role.key for role in ROLES.values() if Permission.APPROVE in role.grants]
    running = Membership.objects.filter(organisation=organisation, ended_at=None, person__is_active=True)
    holders = running.filter(role__in=approving).values("person")
    roles: dict[Person, set[str]] = defaultdict(set)
    for membership in running.filter(person__in=holders).select_related("person"):
        roles[membership.person].add(membership.role)
    actors = (Actor(organisation, person, frozenset(held)) for person, held in roles.items())
    found = [actor.person for actor in actors if actor.person is not None and sees(actor, record)]
    return sorted(found, key=lambda person: (str(person).lower(), person.pk))


def still_approves(person: Person, organisation: Organisation) -> bool:
    """Whether ``person`` holds, at this moment, a role that may approve."""
    actor = Actor.of(person, organisation)
    return actor is not None and actor.can(Permission.APPROVE)


def authors_of(record: Record, *, since: dt.datetime | None, sender: Person) -> dict[int, Person]:
    """``sender``, and whoever changed the record, its children, links or files after ``since`` (None: ever), by key."""
    ids = {pk for pk in _writers(record, since) if pk is not None}
    return {person.pk: person for person in (*Person.objects.filter(pk__in=ids), sender)}


def written_since(in_force: Version | None) -> dt.datetime | None:
    """From when on a change belongs to the next draft: the version in force holds what was before."""
    return in_force.made_at if in_force else None


def _writers(record: Record, since: dt.datetime | None) -> set[int | None]:
    register = registers.of(type(record))
    histories: list[Any] = [record.history.all()]  # type: ignore[attr-defined]
    for related in register.related:
        if related.in_version:
            other: Any = registers.by_slug(related.register).model
            histories.append(other.history.filter(**{related.field: record.pk}))
    links: Any = Link.history  # type: ignore[attr-defined]
    histories.append(links.filter(Q(source=record.pk) | Q(target=record.pk)))
    writers: set[int | None] = set(_attached_or_removed(record, since))
    for rows in histories:
        rows = rows.filter(history_date__gt=since) if since else rows
        writers |= set(rows.order_by().values_list("history_user", flat=True).distinct())
    return writers


def _attached_or_removed(record: Record, since: dt.datetime | None) -> Iterator[int | None]:
    attached = Attachment.objects.within(record.organisation).filter(about=record.pk)
    removed = attached.exclude(removed_at=None)
    if since:
        attached, removed = attached.filter(created_at__gt=since), removed.filter(removed_at__gt=since)
    yield from attached.values_list("created_by", flat=True)
    yield from removed.values_list("removed_by", flat=True)
