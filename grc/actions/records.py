"""Creating, changing, archiving records: the only way in which a row of a register is written."""

from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, refuse_archived, require, require_reach
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.models.record import Record, RecordKey
from grc.registers.register import registers
from grc.registries import saved
from grc.search.tags import tidy_tags

R = TypeVar("R", bound=Record)


class StaleRecord(Exception):
    """Somebody else saved the record since it was read; ``current`` is it as it stands now."""

    def __init__(self, current: Record) -> None:
        super().__init__(
            _("%(reference)s was changed by %(who)s meanwhile. Nothing of yours is lost: compare, and save again.")
            % {"reference": current.reference, "who": current.updated_by or _("somebody")}
        )
        self.current = current


@transaction.atomic
def create_record(*, record: R, by: Actor, reason: str = "") -> R:
    """Give ``record`` (unsaved) its reference and save it. Raises ``Denied``."""
    register = registers.of(type(record))
    record.organisation = by.organisation
    if record.owner_id is None and by.person is not None:
        record.owner = by.person
    require(by, register.edit, record)
    record.tags = tidy_tags(record.tags)
    record.reference = next_reference(organisation_id=by.organisation.pk, prefix=register.prefix)
    record.key = RecordKey.unscoped.create(
        organisation=by.organisation,
        register=register.slug,
        reference=record.reference,
        title=record.title[:300],
    )
    record.created_by = record.updated_by = by.person
    record.lock = 1
    record._change_reason = reason or None  # type: ignore[attr-defined]
    record.save(force_insert=True)
    _tell(record, by)
    record_activity(by=by, verb=ActivityEvent.Verb.CREATED, record=record.key)
    return record


@transaction.atomic
def change_record(*, record: R, by: Actor, lock: int, reason: str = "") -> R:
    """Save ``record`` as edited, if nobody saved it since ``lock`` was read.

    Raises ``StaleRecord`` (with the row as it stands), ``Denied``.
    """
    current = _locked(record)
    require(by, registers.of(type(record)).edit, current)
    return _change(record, current, by=by, lock=lock, reason=reason)


@transaction.atomic
def move_record(*, record: R, by: Actor, permission: Permission, lock: int, reason: str = "") -> R:
    """Save a transition that a domain action decided: by a permission of its own, and also where nobody may edit.

    Raises ``StaleRecord``, ``Denied``.
    """
    current = _locked(record)
    require_reach(by, permission, current)
    return _change(record, current, by=by, lock=lock, reason=reason)


def _locked(record: R) -> R:
    """The row as it stands, which nobody else changes until this transaction ends."""
    current: R = type(record).unscoped.select_for_update(of=("self",)).get(pk=record.pk)
    return current


def _change(record: R, current: R, *, by: Actor, lock: int, reason: str) -> R:
    refuse_archived(current)
    if current.lock != lock:
        raise StaleRecord(current)
    record.tags = tidy_tags(record.tags)
    if _unchanged(current, record):
        return record
    _write(record, by=by, lock=lock, reason=reason)
    _tell(record, by)
    record_activity(by=by, verb=ActivityEvent.Verb.CHANGED, record=record.key, detail=reason)
    return record


@transaction.atomic
def archive_record(*, record: R, by: Actor, reason: str = "") -> R:
    """Take a record out of the lists; it stays readable, with its history. Raises ``Denied``."""
    return _set_archived(record, by=by, archived=True, reason=reason)


@transaction.atomic
def restore_record(*, record: R, by: Actor, reason: str = "") -> R:
    """Undo ``archive_record``. Raises ``Denied``."""
    return _set_archived(record, by=by, archived=False, reason=reason)


def next_reference(*, organisation_id: int, prefix: str) -> str:
    """The next free reference, such as ``SYS-0007``: one statement, so that two at once get two numbers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO grc_referencecounter (organisation_id, prefix, last) VALUES (%s, %s, 1) "
            "ON CONFLICT (organisation_id, prefix) DO UPDATE SET last = grc_referencecounter.last + 1 RETURNING last",
            [organisation_id, prefix],
        )
        return f"{prefix}-{cursor.fetchone()[0]:04d}"


def _set_archived(record: R, *, by: Actor, archived: bool, reason: str) -> R:
    register = registers.of(type(record))
    current = _locked(record)
    require(by, register.edit, current)
    if (current.archived_at is not None) == archived:
        return current
    current.archived_at = timezone.now() if archived else None
    if not archived:
        _require_place(current)
    _write(current, by=by, lock=current.lock, reason=reason)
    _tell(current, by)
    verb = ActivityEvent.Verb.ARCHIVED if archived else ActivityEvent.Verb.RESTORED
    record_activity(by=by, verb=verb, record=current.key, detail=reason)
    return current


def _require_place(record: Record) -> None:
    # while it was away, another one may have taken what only one may have
    try:
        record.validate_constraints(exclude={"key", "reference"})
    except ValidationError as error:
        raise Denied(" ".join(error.messages)) from None


def _tell(record: Record, by: Actor) -> None:
    for tell in saved:
        tell(record, by)


def _write(record: Record, *, by: Actor, lock: int, reason: str) -> None:
    record.lock = lock + 1
    record.updated_by = by.person
    record._change_reason = reason or None  # type: ignore[attr-defined]
    record.save(force_update=True)
    computed = [field.name for field in record._meta.concrete_fields if field.generated]
    if computed:
        record.refresh_from_db(fields=computed)
    title = record.title[:300]
    if record.key.title != title:
        record.key.title = title
        record.key.save(update_fields=["title"])


def _unchanged(current: Record, edited: Record) -> bool:
    kernel = {"lock", "updated_at", "updated_by"}
    return all(
        getattr(current, field.attname) == getattr(edited, field.attname)
        for field in current._meta.concrete_fields
        if field.name not in kernel
    )
