"""Sharing with an outsider: a scope, its dated revisions, and the periods in which a person may read it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models.functions import Now
from guardian.shortcuts import assign_perm

from grc.access.actor import Actor
from grc.access.room import READ_SCOPE
from grc.actions.activity import record_activity
from grc.actions.versions import make_version
from grc.models.activity import ActivityEvent
from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.models.scope import GrantPeriod, Scope, ScopeEntry, ScopeRevision


@dataclass(frozen=True)
class SharedStretch:
    """Positions ``first_seq`` to ``last_seq`` (both included) of a log, for one AI system's ``count`` decisions."""

    log: RecordKey
    first_seq: int
    last_seq: int
    checkpoint: str
    system_id: str
    count: int


@dataclass(frozen=True)
class Withheld:
    """What exists and is not shown: ``count`` of ``what``, and the reason. Declared, never left out in silence."""

    what: str
    count: int
    reason: str


def make_scope(*, about: RecordKey, title: str, by: Actor) -> Scope:
    """An empty scope; nobody may read it yet."""
    return Scope.unscoped.create(organisation=by.organisation, title=title, about=about)


@transaction.atomic
def add_scope_revision(
    *,
    scope: Scope,
    records: Iterable[Record],
    stretches: Iterable[SharedStretch],
    withheld: Iterable[Withheld],
    note: str,
    by: Actor,
) -> ScopeRevision:
    """Freeze ``records`` (as versions) and ``stretches`` as the scope's next revision."""
    latest = ScopeRevision.unscoped.filter(scope=scope).order_by("-number").first()
    revision = ScopeRevision.unscoped.create(
        organisation=scope.organisation,
        scope=scope,
        number=latest.number + 1 if latest else 1,
        made_by=by.person,
        note=note[:500],
        withheld=[vars(entry) for entry in withheld if entry.count],
    )
    common: dict[str, Any] = {"organisation": scope.organisation, "revision": revision}
    ScopeEntry.unscoped.bulk_create(
        [
            *(ScopeEntry(**common, version=make_version(record=record, by=by)) for record in records),
            *(ScopeEntry(**common, **vars(stretch)) for stretch in stretches),
        ]
    )
    return revision


@transaction.atomic
def grant_period(*, scope: Scope, person: Person, starts: dt.datetime, ends: dt.datetime, by: Actor) -> GrantPeriod:
    """Let ``person`` read the scope from ``starts`` to ``ends``."""
    assign_perm(READ_SCOPE, person, scope)
    period = GrantPeriod(
        organisation=scope.organisation,
        scope=scope,
        person=person,
        not_before=starts,
        not_after=ends,
        granted_by=by.person,
    )
    period.save(force_insert=True)
    detail = f"{person.email}, {starts:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M} UTC"
    record_activity(by=by, verb=ActivityEvent.Verb.GRANTED, record=scope.about, detail=detail)
    return period


@transaction.atomic
def revoke_periods(*, scope: Scope, by: Actor) -> int:
    """End every period of the scope that has not ended; returns how many those were."""
    periods = GrantPeriod.unscoped.filter(scope=scope, revoked_at=None, not_after__gt=Now())
    emails = sorted(set(periods.values_list("person__email", flat=True)))
    count = periods.update(revoked_at=Now())
    if count:
        record_activity(by=by, verb=ActivityEvent.Verb.REVOKED, record=scope.about, detail=", ".join(emails))
    return count
