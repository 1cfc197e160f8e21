"""Records by the thousand: what ``grc.actions.records`` does for one, in few statements."""

from collections.abc import Callable, Sequence
from itertools import islice

from django.db import connection, transaction
from django.utils import timezone

from grc.access.actor import Actor
from grc.access.gate import require
from grc.models.activity import ActivityEvent
from grc.models.record import Record, RecordKey
from grc.registers.register import registers
from grc.registries import deeds, saved

BATCH = 500
Told = Callable[[Record, Actor], None]
ToldMany = Callable[[Sequence[Record], Actor], None]
_at_once: dict[Told, ToldMany] = {}


def at_once(told: Told) -> Callable[[ToldMany], ToldMany]:
    """Declare what does for many saved records at once what ``told``, of the registry ``saved``, does for each."""

    def remember(told_many: ToldMany) -> ToldMany:
        _at_once[told] = told_many
        return told_many

    return remember


@transaction.atomic
def create_records(
    *, records: Sequence[Record], by: Actor, reason: str = "", progress: Callable[[int], None] | None = None
) -> None:
    """Give unsaved ``records`` of one register their references and save them all, or none.

    The same as ``create_record`` for each: owner, permission, key, history entry, activity event, hooks. The caller
    has validated them. ``progress`` is called with how many are saved. Raises ``Denied``.
    """
    if not records:
        return
    register = registers.of(type(records[0]))
    for record in records:
        record.organisation = by.organisation
        if record.owner_id is None and by.person is not None:
            record.owner = by.person
        require(by, register.edit, record)
    numbers = iter(_numbers(organisation_id=by.organisation.pk, prefix=register.prefix, count=len(records)))
    rest, saved_so_far = iter(records), 0
    while batch := list(islice(rest, BATCH)):
        for record in batch:
            record.reference = f"{register.prefix}-{next(numbers):04d}"
        _save(batch, by=by, slug=register.slug, reason=reason)
        saved_so_far += len(batch)
        if progress is not None:
            progress(saved_so_far)


def _numbers(*, organisation_id: int, prefix: str, count: int) -> range:
    """``count`` reference numbers that nobody else gets: one statement for all of them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grc_referencecounter (organisation_id, prefix, last) VALUES (%s, %s, %s) "
            "ON CONFLICT (organisation_id, prefix) "
            "DO UPDATE SET last = grc_referencecounter.last + excluded.last RETURNING last",
            [organisation_id, prefix, count],
        )
        last: int = cursor.fetchone()[0]
    return range(last - count + 1, last + 1)


def _save(batch: list[Record], *, by: Actor, slug: str, reason: str) -> None:
    model, now = type(batch[0]), timezone.now()
    keys = [
        RecordKey(organisation=by.organisation, register=slug, reference=record.reference, title=record.title[:300])
        for record in batch
    ]
    RecordKey.unscoped.bulk_create(keys)
    for record, key in zip(batch, keys, strict=True):
        record.key = key
        record.created_by = record.updated_by = by.person
        record.created_at = record.updated_at = now
        record.lock = 1
    model.unscoped.bulk_create(batch)
    history = model.history  # type: ignore[attr-defined]
    history.bulk_history_create(batch, default_user=by.person, default_change_reason=reason or None, default_date=now)
    events = [
        ActivityEvent(
            organisation=by.organisation,
            person=by.person.public_id if by.person else None,
            verb=ActivityEvent.Verb.CREATED,
            record=record.key,
            way=by.way,
            address=by.address,
        )
        for record in batch
    ]
    ActivityEvent.unscoped.bulk_create(events)
    for tell in saved:
        if tell in _at_once:
            _at_once[tell](batch, by)
        else:
            for record in batch:
                tell(record, by)
    for hear in deeds:
        for event in events:
            hear(event, by)
