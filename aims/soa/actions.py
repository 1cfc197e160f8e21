"""Beginning a statement with all its controls, deciding them, adding own ones, taking proposals over."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from aims.models import SoA, SoADecision
from aims.soa.proposals import Proposal, proposals_of
from aims.soa.reading import controls_of, decisions_of, read_statement
from controls.models import Control, Framework, Requirement
from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission
from grc.actions.many import create_records
from grc.actions.records import StaleRecord, change_record, create_record, restore_record
from grc.models.record import Record
from grc.registries import saved

Applies = SoADecision.Applies
Locks = Mapping[str, int]


class NotBegun(ValueError):
    """There is no statement to be begun for this framework; ``str()`` says why."""


class NotDecided(ValueError):
    """This is no decision; ``field`` says what of it is wrong, ``str()`` why."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def begin_soa(*, framework: Framework, by: Actor) -> SoA:
    """A statement for ``framework``, undecided on each of its controls. Raises ``NotBegun``, ``Denied``."""
    require(by, Permission.CONTROLS_EDIT)
    if framework.archived_at is not None:
        raise NotBegun(_("%(name)s is archived.") % {"name": framework.short})
    if SoA.objects.within(by.organisation).filter(framework=framework, archived_at=None).exists():
        raise NotBegun(_("There is a statement of applicability for %(name)s already.") % {"name": framework.short})
    name = _("Statement of applicability, %(name)s") % {"name": framework.short}
    soa = SoA(organisation=by.organisation, framework=framework, name=name)
    if not controls_of(by.organisation, soa)[1]:
        raise NotBegun(_("%(name)s has no controls to decide on.") % {"name": framework.short})
    return create_record(record=soa, by=by)


@saved.add(order=50)
def fill_new_soa(record: Record, by: Actor) -> None:
    """However a statement comes into being (page, API, import), it has every control of its framework from then on."""
    if isinstance(record, SoA) and record.lock == 1:
        complete_soa(soa=record, by=by)


@transaction.atomic
def complete_soa(*, soa: SoA, by: Actor) -> int:
    """Put in the controls of the framework that the statement lacks, undecided or as they were before they were
    archived; returns how many. Raises ``Denied``."""
    require(by, Permission.CONTROLS_EDIT, soa)
    controls = controls_of(by.organisation, soa)[1]
    rows = SoADecision.objects.within(by.organisation).filter(soa=soa, requirement__in=controls)
    before = {row.requirement_id: row for row in rows.order_by("archived_at")}  # the one in use comes last, and stays
    away = [row for row in before.values() if row.archived_at is not None]
    for row in away:
        restore_record(record=row, by=by)
    new = [
        SoADecision(organisation=by.organisation, soa=soa, requirement=control, owner=soa.owner)
        for control in controls if control.pk not in before
    ]  # fmt: skip
    create_records(records=new, by=by)
    return len(new) + len(away)


@transaction.atomic
def decide(
    *,
    soa: SoA,
    locks: Locks,
    applies: str,
    reason: str,
    by: Actor,
    status: str | None = None,
    how: str | None = None,
) -> list[SoADecision]:
    """Decide the controls that ``locks`` names (reference of the decision to lock as it was read): all or none.

    ``status`` and ``how`` stay where they are None. Raises ``NotDecided``, ``StaleRecord``, ``Denied``.
    """
    require(by, Permission.CONTROLS_EDIT)
    _refuse_archived(soa)
    said = _checked_reason(applies, reason)
    if status is not None and status not in SoADecision.Status.values:
        raise NotDecided("status", _("There is no such state of implementation."))
    if not locks:
        raise NotDecided("decisions", _("Choose at least one control."))
    rows = {row.reference: row for row in _locked(soa, locks, by)}
    missing = next((reference for reference in locks if reference not in rows), None)
    if missing is not None:
        raise NotDecided("decisions", _("There is no decision “%(one)s” in this statement.") % {"one": missing[:40]})
    for reference, lock in locks.items():
        row = rows[reference]
        require(by, Permission.CONTROLS_EDIT, row)
        if row.lock != lock:
            raise StaleRecord(row)
        row.applies, row.reason = applies, said
        row.status = row.status if status is None else status
        row.how = row.how if how is None else how.strip()
        change_record(record=row, by=by, lock=lock, reason=said[:100])
    return list(rows.values())


@transaction.atomic
def add_control(*, soa: SoA, control: Control, reason: str, by: Actor) -> SoADecision:
    """Add a control of the organisation's own, which the framework does not know. Raises ``NotDecided``, ``Denied``."""
    require(by, Permission.CONTROLS_EDIT, soa)
    _refuse_archived(soa)
    said = _checked_reason(Applies.IN, reason)
    if control.organisation_id != by.organisation.pk:
        raise NotDecided("control", _("There is no such control here."))
    if control.archived_at is not None or control.state == Control.State.RETIRED:
        raise NotDecided("control", _("%(reference)s is no longer in use.") % {"reference": control.reference})
    if any(one.control_id == control.pk and one.requirement_id is None for one in decisions_of(soa)):
        raise NotDecided("control", _("%(reference)s was added already.") % {"reference": control.reference})
    decision = SoADecision(
        organisation=by.organisation, soa=soa, control=control, applies=Applies.IN, reason=said, owner=soa.owner
    )
    return create_record(record=decision, by=by, reason=said[:100])


@transaction.atomic
def take_over(*, soa: SoA, keys: Sequence[str], by: Actor) -> int:
    """Include what the treatment of risks asks for: those proposals that ``keys`` name; returns how many.

    They are worked out anew: what was decided meanwhile is proposed no more. Raises ``NotDecided``, ``Denied``.
    """
    require(by, Permission.CONTROLS_EDIT, soa)
    _refuse_archived(soa)
    asked = list(dict.fromkeys(keys))
    if not asked:
        raise NotDecided("proposals", _("Choose at least one proposal."))
    open_ones = {one.key: one for one in proposals_of(read_statement(soa, by))}
    gone = next((key for key in asked if key not in open_ones), None)
    if gone is not None:
        raise NotDecided("proposals", _("%(key)s is not proposed any more: look again.") % {"key": gone[:40]})
    for key in asked:
        _take(soa, open_ones[key], by)
    return len(asked)


def _take(soa: SoA, proposal: Proposal, by: Actor) -> None:
    if proposal.row is None:
        add_control(soa=soa, control=proposal.controls[0], reason=proposal.reason, by=by)
        return
    locks = {proposal.key: proposal.row.decision.lock}
    decide(soa=soa, locks=locks, applies=Applies.IN, reason=proposal.reason, by=by)


def _locked(soa: SoA, locks: Locks, by: Actor) -> list[SoADecision]:
    rows = SoADecision.objects.within(by.organisation).filter(
        soa=soa, archived_at=None, reference__in=[reference for reference in locks if "\x00" not in reference]
    )
    rows = rows.select_related("key", "organisation", "requirement", "control")
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _checked_reason(applies: str, reason: str) -> str:
    said = reason.replace("\x00", "").strip()
    if applies not in Applies.values:
        raise NotDecided("applies", _("Say whether it is included or excluded."))
    if applies != Applies.UNDECIDED and not said:
        raise NotDecided("reason", _("Give the reason: both for including and for excluding."))
    most = SoADecision._meta.get_field("reason").max_length or 2000
    if len(said) > most:
        raise NotDecided("reason", _("A reason has at most %(n)d characters.") % {"n": most})
    return said


def _refuse_archived(soa: SoA) -> None:
    if soa.archived_at is not None:
        raise Denied(_("This statement is archived. Restore it before you change it."))


def missing_of(soa: SoA) -> tuple[int, list[Requirement], list[SoADecision]]:
    """How many controls the framework has, those on which there is no decision, and the decisions not yet made."""
    controls = controls_of(soa.organisation, soa)[1]
    decisions = decisions_of(soa)
    there = {one.requirement_id for one in decisions}
    asked = {None, *(control.pk for control in controls)}
    return (
        len(controls),
        [control for control in controls if control.pk not in there],
        [one for one in decisions if one.applies == Applies.UNDECIDED and one.requirement_id in asked],
    )
