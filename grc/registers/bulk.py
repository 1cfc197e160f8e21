"""One change to many records: all of them or none, each with a history entry of its own."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.actions.records import archive_record, change_record, restore_record
from grc.models.record import Record, RecordKey
from grc.models.secret import SecretField
from grc.registers.register import Register, registers
from grc.search.tags import has_tag, tidy_tags

AT_ONCE = 500
"""Up to so many records are changed while one waits; more are a worker's job."""

MOST = 20_000
SHOWN = 20


@dataclass(frozen=True)
class Refusal:
    """A record that cannot be changed so, and why."""

    reference: str
    sentence: str


class BulkRefused(Exception):
    """Nothing was changed, because of these records."""

    def __init__(self, refusals: list[Refusal]) -> None:
        self.refusals = refusals
        shown = "; ".join(f"{refusal.reference}: {refusal.sentence}" for refusal in refusals[:SHOWN])
        rest = len(refusals) - SHOWN
        super().__init__(shown + (_(" … and %(n)d more") % {"n": rest} if rest > 0 else ""))


@dataclass(frozen=True)
class BulkChange:
    """``values``: field to new value; tags are added and taken away; ``archived``: archive (True), restore (False)."""

    values: Mapping[str, Any] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    archived: bool | None = None

    @property
    def is_empty(self) -> bool:
        return not self.values and not self.add_tags and not self.remove_tags and self.archived is None

    def apply(self, record: Any) -> None:
        """Set the new values on ``record``, unsaved. Raises ``ValidationError``."""
        for name, value in self.values.items():
            setattr(record, name, value)
        kept = [tag for tag in record.tags if not has_tag(self.remove_tags, tag)]
        record.tags = tidy_tags([*kept, *self.add_tags])


class Report(Protocol):
    def __call__(self, done: int, total: int | None = None) -> None: ...


@dataclass
class Forecast:
    """What a change would do: how many records it changes, how many are so already, and which refuse it."""

    changed: int = 0
    same: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def bulk_fields(register: Register) -> list[str]:
    """The fields that one may set for many records at once: no names, no long texts, no secrets, nothing unique."""
    found = []
    for name in register.writable:
        model_field = register.field(name)
        is_text = model_field.get_internal_type() in {"TextField", "JSONField", "URLField"}
        is_key = model_field.is_relation and model_field.related_model is RecordKey
        if name in {"name", "tags"} or is_text or is_key or model_field.unique or isinstance(model_field, SecretField):
            continue
        found.append(name)
    return found


def selected(register: Register, actor: Actor, references: list[str]) -> "QuerySet[Any]":
    """Those of the records called ``references`` that ``actor`` may see."""
    return register.model.objects.permitted(actor, register.view).filter(reference__in=references)


def fingerprint(rows: "QuerySet[Any]") -> tuple[int, str]:
    """How many records ``rows`` are, and a hash over them as they stand: another one if any of them is saved."""
    locks = list(rows.order_by("pk").values_list("reference", "lock")[: MOST + 1])
    return len(locks), sha256("\n".join(f"{reference} {lock}" for reference, lock in locks).encode()).hexdigest()


def forecast(*, records: list[Any], change: BulkChange, by: Actor) -> Forecast:
    """What ``change_many`` would do to ``records``, without doing it."""
    seen = Forecast()
    for record in records:
        try:
            changes = _prepared(record, change, by) is not None
        except (Denied, ValidationError) as error:
            seen.refusals.append(_refusal(record, error))
            continue
        seen.changed += changes
        seen.same += not changes
    return seen


@transaction.atomic
def change_many(
    *,
    register: Register,
    locks: Mapping[str, int],
    change: BulkChange,
    by: Actor,
    reason: str = "",
    report: Report | None = None,
) -> list[Record]:
    """Change the records of one register that ``locks`` names, reference to lock as it was read; returns the changed.

    Every row is locked before the first is judged, in one order, so that two at once do not block each other. Raises
    ``BulkRefused`` with all that stands in the way.
    """
    seen = selected(register, by, list(locks)).values("pk")
    rows = register.model.objects.within(by.organisation).filter(pk__in=seen).select_related("key", "organisation")
    records = list(rows.select_for_update(of=("self",)).order_by("pk"))
    missing = set(locks) - {record.reference for record in records}
    refusals = [Refusal(reference, _("There is no such record here.")) for reference in sorted(missing)]
    ready: list[tuple[Any, Any]] = []
    for record in records:
        try:
            if record.lock != locks[record.reference]:
                raise ValidationError(_("Somebody changed it meanwhile: look again."))
            changed = _prepared(record, change, by)
        except (Denied, ValidationError) as error:
            refusals.append(_refusal(record, error))
        else:
            ready += [(record, changed)] if changed is not None else []
    if refusals:
        raise BulkRefused(refusals)
    for done, (record, changed) in enumerate(ready):
        if report is not None and done % 50 == 0:
            report(done, len(ready))
        _save(record, changed, change, by, reason)
    return [changed for _record, changed in ready]


def _prepared(record: Any, change: BulkChange, by: Actor) -> Any:
    """``record`` as it would be, unsaved; None where it is so already. Raises ``Denied``, ``ValidationError``."""
    require(by, registers.of(type(record)).edit, record)
    if change.archived is not None:
        return record if (record.archived_at is not None) != change.archived else None
    if record.archived_at is not None:
        raise Denied(_("It is archived. Restore it before you change it."))
    changed = copy.copy(record)
    changed._state = copy.copy(record._state)
    changed._state.fields_cache = dict(record._state.fields_cache)
    change.apply(changed)
    names = [*change.values, "tags"]
    if all(getattr(changed, name) == getattr(record, name) for name in names):
        return None
    kept = {f.name for f in changed._meta.concrete_fields if f.name not in change.values or f.is_relation}
    changed.full_clean(exclude=kept, validate_unique=False, validate_constraints=False)
    changed.validate_constraints(exclude={"key", "reference"})
    return changed


def _save(record: Any, changed: Any, change: BulkChange, by: Actor, reason: str) -> None:
    try:
        with transaction.atomic():
            if change.archived is None:
                change_record(record=changed, by=by, lock=record.lock, reason=reason)
            else:
                act = archive_record if change.archived else restore_record
                changed.lock = act(record=record, by=by, reason=reason).lock
    except IntegrityError:
        raise BulkRefused(
            [Refusal(record.reference, _("Something else stands in its way: open it by itself."))]
        ) from None


def _refusal(record: Any, error: Denied | ValidationError) -> Refusal:
    sentence = error.reason if isinstance(error, Denied) else " ".join(error.messages)
    return Refusal(record.reference, sentence)
