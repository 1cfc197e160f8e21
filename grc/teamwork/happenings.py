"""Links and files in the history of the records that they belong to, from either side."""

import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.models.link import Link
from grc.models.record import Record
from grc.models.teamwork import Attachment
from grc.registers.history import Difference, Step
from grc.registers.sight import keys_seen_by
from grc.registries import happenings


@happenings.add(order=10)
def links_made_and_ended(
    record: Record, actor: Actor, after: dt.datetime | None, before: dt.datetime | None
) -> Iterator[Step]:
    """When which record was linked with this one, and when that ended, as far as ``actor`` may see the other."""
    history: Any = Link.history  # type: ignore[attr-defined]
    ours = Q(source_id=record.pk) | Q(target_id=record.pk)
    rows = list(
        history.filter(ours, organisation_id=record.organisation_id)
        .select_related("history_user", "source", "target")
        .order_by("key_id", "history_id")
    )
    others = {row.target_id if row.source_id == record.pk else row.source_id for row in rows}
    seen = set(keys_seen_by(actor).filter(pk__in=others).values_list("pk", flat=True)) if others else set()
    for _link, group in itertools.groupby(rows, key=lambda row: row.key_id):
        was = False
        for row in group:
            other = row.target if row.source_id == record.pk else row.source
            stands = row.archived_at is None
            if was != stands and other.pk in seen and _within(row.history_date, after, before):
                yield _step(row, str(other), linked=stands)
            was = stands


@happenings.add(order=20)
def files_added_and_removed(
    record: Record, actor: Actor, after: dt.datetime | None, before: dt.datetime | None
) -> Iterator[Step]:
    rows = Attachment.objects.within(actor.organisation).filter(about=record.pk)
    for row in rows.select_related("file", "created_by", "removed_by"):
        name = f"{row.file.name} (SHA-256 {row.file.sha256})"
        if _within(row.created_at, after, before):
            yield Step(row.created_at, str(row.created_by or ""), "attached", "", [Difference(_("File"), "", name)])
        if row.removed_at is not None and _within(row.removed_at, after, before):
            yield Step(row.removed_at, str(row.removed_by or ""), "detached", "", [Difference(_("File"), name, "")])


def _within(at: dt.datetime, after: dt.datetime | None, before: dt.datetime | None) -> bool:
    return (after is None or at > after) and (before is None or at <= before)


def _step(row: Any, other: str, *, linked: bool) -> Step:
    change = Difference(_("Linked record"), "" if linked else other, other if linked else "")
    why = (row.note if linked else row.history_change_reason) or ""
    return Step(row.history_date, str(row.history_user or ""), "linked" if linked else "unlinked", why, [change])
