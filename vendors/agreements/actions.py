"""What is done with an agreement: the points of a DPA are made with it and ticked, and an agreement is ended early."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grc import formats
from grc.access.actor import Actor
from grc.access.gate import refuse_archived, require
from grc.access.roles import Permission
from grc.actions.many import at_once, create_records
from grc.actions.records import StaleRecord, change_record
from grc.models.record import Record
from grc.registries import saved
from vendors.agreements.terms import term_of
from vendors.models import Agreement, AgreementPoint

EDIT = Permission.VENDORS_EDIT
Point = AgreementPoint.Point


class NotTicked(ValueError):
    """A point cannot be kept as it was said; ``point`` names it, ``str()`` says why."""

    def __init__(self, point: str, message: str) -> None:
        super().__init__(message)
        self.point = point


class NotEnded(ValueError):
    """An agreement cannot be ended so; ``field`` is what was wrong, ``str()`` says why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True)
class Tick:
    """What was found about one point; ``lock`` says which state of it one saw."""

    finding: str
    clause: str
    note: str
    lock: int


@saved.add(order=50)
def fill_new_dpa(record: Record, by: Actor) -> None:
    """However an agreement becomes a DPA (page, API, import), it has every point of one from then on."""
    fill_new_dpas([record], by)


@at_once(fill_new_dpa)
def fill_new_dpas(records: Sequence[Record], by: Actor) -> None:
    made = [one for one in records if isinstance(one, Agreement) and one.kind == Agreement.Kind.DPA]
    complete_points(agreements=[one for one in made if one.archived_at is None], by=by)


@transaction.atomic
def complete_points(*, agreements: Sequence[Agreement], by: Actor) -> int:
    """Give ``agreements`` the points of a DPA that they lack, not looked at; returns how many. Raises ``Denied``."""
    if not agreements:
        return 0
    rows = AgreementPoint.objects.within(by.organisation).filter(agreement__in=[one.pk for one in agreements])
    there = set(rows.values_list("agreement_id", "point"))
    new = [
        AgreementPoint(organisation=by.organisation, agreement=agreement, point=point, owner=agreement.owner)
        for agreement in agreements for point in Point if (agreement.pk, point.value) not in there
    ]  # fmt: skip
    create_records(records=new, by=by)
    return len(new)


@transaction.atomic
def tick_points(*, agreement: Agreement, ticks: Mapping[str, Tick], by: Actor) -> int:
    """Keep what was found about the points that ``ticks`` names: all or none. Returns how many changed.

    Raises ``NotTicked``, ``StaleRecord`` (with the point as it stands), ``Denied``.
    """
    refuse_archived(agreement)
    rows = AgreementPoint.objects.within(by.organisation).filter(agreement=agreement, archived_at=None)
    found = {row.point: row for row in rows.select_related("key").order_by("pk")}
    changed = 0
    for name, tick in ticks.items():
        if name not in found:
            raise NotTicked(name, _("There is no point “%(point)s” in this agreement.") % {"point": name[:40]})
        changed += _ticked(found[name], tick, by)
    return changed


def _ticked(row: AgreementPoint, tick: Tick, by: Actor) -> bool:
    said = (tick.finding, tick.clause.strip(), tick.note.strip())
    if said == (row.finding, row.clause, row.note):
        return False
    require(by, EDIT, row)
    if row.lock != tick.lock:
        raise StaleRecord(row)
    row.finding, row.clause, row.note = said
    try:
        row.full_clean(exclude={"key", "reference"})
    except ValidationError as error:
        raise NotTicked(row.point, " ".join(error.messages)) from None
    change_record(record=row, by=by, lock=tick.lock)
    return True


@transaction.atomic
def end_agreement(*, agreement: Agreement, on: dt.date, reason: str, lock: int, by: Actor) -> Agreement:
    """End ``agreement`` with the day ``on``, before it would end by itself, or where it would not.

    The day may lie ahead: notice was given then. Raises ``NotEnded``, ``StaleRecord``, ``Denied``.
    """
    require(by, EDIT, agreement)
    refuse_archived(agreement)
    if not reason.strip():
        raise NotEnded("reason", _("Say why it ends."))
    begins = agreement.effective_on or agreement.signed_on
    if begins is not None and on < begins:
        raise NotEnded("on", _("It is in force from %s only.") % formats.day(begins))
    if agreement.ended_on is None and agreement.renewal != Agreement.Renewal.AUTOMATIC:
        planned = term_of(agreement, on).ends_on
        if planned is not None and on >= planned:
            raise NotEnded("on", _("It ends by itself on %s.") % formats.day(planned))
    agreement.ended_on = on
    return change_record(record=agreement, by=by, lock=lock, reason=reason.strip()[:100])
