"""Requesting an offering, and the transitions of its use: nothing else but approvals moves its state."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, require, require_reach
from grc.access.roles import Permission, Reach
from grc.actions.records import change_record, create_record, move_record
from grc.models.approval import Approval, Review
from grc.registers.register import registers
from grc.registries import reviewed
from vendors.models import Offering, Route, Vendor, VendorPlan

P, State = Permission, Offering.State
MOST_REASON = 300


class NotMovable(ValueError):
    """The use of this offering cannot change so; ``str()`` says in a sentence why."""


@dataclass(frozen=True)
class Wish:
    """What a person asks for, in their words. ``data``: values of ``DataClass``; ``models``: as records name them."""

    vendor: str
    vendor_kind: str
    offering: str
    kind: str
    purpose: str
    system: str = ""
    plan: str = ""
    tier: str = VendorPlan.Tier.BUSINESS
    data: Sequence[str] = ()
    models: Sequence[str] = ()


@transaction.atomic
def request_offering(*, wish: Wish, by: Actor) -> Offering:
    """Vendor (unless it is known), offering, plan and route as drafts, kept by who asks. Raises ``NotMovable``,
    ``Denied``."""
    require(by, P.VENDORS_EDIT)
    vendor = _vendor_of(wish, by)
    offerings = Offering.objects.within(by.organisation).filter(
        vendor=vendor.pk, name__iexact=wish.offering.strip(), archived_at=None
    )
    if (known := offerings.first()) is not None:
        raise NotMovable(_("It is known already: %s.") % known)
    purpose = wish.purpose.strip()
    if wish.system.strip():
        purpose = f"{purpose}\n\n{_('For: %s') % wish.system.strip()}"
    offering = Offering(organisation=by.organisation, vendor=vendor, name=wish.offering.strip(), kind=wish.kind)
    offering.purpose = purpose[:2000]
    create_record(record=offering, by=by, reason=_("Requested"))
    plan = VendorPlan(organisation=by.organisation, offering=offering, name=wish.plan.strip() or _("To be chosen"))
    plan.tier = wish.tier
    create_record(record=plan, by=by, reason=_("Requested"))
    route = Route(organisation=by.organisation, plan=plan, name=_("Direct"), data=list(wish.data))
    route.model_ids = list(wish.models)
    create_record(record=route, by=by, reason=_("Requested"))
    return offering


def suspend_offering(*, offering: Offering, reason: str, lock: int, by: Actor) -> Offering:
    """Stop its use for now: by whoever may change it, at once. Raises ``NotMovable``, ``StaleRecord``, ``Denied``."""
    require(by, P.VENDORS_EDIT, offering)
    return _stop(offering, State.SUSPENDED, (State.APPROVED,), reason, lock, by)


def refuse_offering(*, offering: Offering, reason: str, lock: int, by: Actor) -> Offering:
    """It will not be used. By who keeps all vendors. Raises ``NotMovable``, ``StaleRecord``, ``Denied``."""
    _require_manager(by, offering)
    return _stop(offering, State.REFUSED, (State.REQUESTED,), reason, lock, by)


def end_offering(*, offering: Offering, reason: str, lock: int, by: Actor) -> Offering:
    """It is no longer used. By who keeps all vendors. Raises ``NotMovable``, ``StaleRecord``, ``Denied``."""
    _require_manager(by, offering)
    return _stop(offering, State.ENDED, (State.REQUESTED, State.APPROVED, State.SUSPENDED), reason, lock, by)


@transaction.atomic
def resume_offering(*, offering: Offering, reason: str, lock: int, by: Actor) -> Offering:
    """What was suspended is used again as it was approved; what was refused or has ended is asked for anew.

    By who keeps all vendors. Raises ``NotMovable``, ``StaleRecord``, ``Denied``.
    """
    _require_manager(by, offering)
    if offering.state in (State.REQUESTED, State.APPROVED):
        raise NotMovable(_("It is not stopped."))
    _demand(reason)
    was_suspended = offering.state == State.SUSPENDED
    _refuse_running(offering)
    offering.state, offering.state_reason = State.APPROVED if was_suspended else State.REQUESTED, ""
    if not was_suspended:
        offering.approved_on = None
    return change_record(record=offering, by=by, lock=lock, reason=reason.strip()[:100])


@reviewed.add(order=50)
def follow_review(review: Review) -> None:
    """An approval puts the offering in use; one that is sent back stays requested, with the reason.

    What is in use already stays so, as it was approved, when a later version is sent back.
    """
    if review.key.register != registers.of(Offering).slug:
        return
    offering: Offering = Offering.objects.within(review.organisation).select_related("key", "organisation").get(
        pk=review.key_id
    )  # fmt: skip
    if review.state == Review.State.APPROVED:
        offering.state, offering.state_reason = State.APPROVED, ""
        offering.approved_on = timezone.localdate()
        reason = _("Version %d is approved") % review.version.number
    elif review.state == Review.State.REJECTED and offering.state == State.REQUESTED:
        parts = Approval.objects.within(review.organisation).filter(review=review, decision=Approval.Decision.REJECTED)
        offering.state_reason = str(parts.values_list("comment", flat=True).first() or "")[:MOST_REASON]
        reason = _("Version %d is sent back") % review.version.number
    else:
        return
    system = Actor.system(review.organisation)  # the approver decides about the version, and edits no vendor
    move_record(record=offering, by=system, permission=P.VENDORS_EDIT, lock=offering.lock, reason=reason)


@transaction.atomic
def _stop(offering: Offering, state: str, before: Sequence[str], reason: str, lock: int, by: Actor) -> Offering:
    if offering.state not in before:
        raise NotMovable(_("It is: %s.") % str(offering.get_state_display()).lower())
    _demand(reason)
    if state != State.SUSPENDED:
        _refuse_running(offering)
    offering.state, offering.state_reason = state, reason.strip()[:MOST_REASON]
    return change_record(record=offering, by=by, lock=lock, reason=reason.strip()[:100])


def _demand(reason: str) -> None:
    if not reason.strip():
        raise NotMovable(_("Say why."))


def _refuse_running(offering: Offering) -> None:
    """Who signs must not put in use what was stopped meanwhile."""
    running = Review.objects.within(offering.organisation).filter(key=offering.pk, state=Review.State.IN_REVIEW)
    if running.exists():
        raise NotMovable(_("A version of it is in review: withdraw that first."))


def _require_manager(by: Actor, offering: Offering) -> None:
    require_reach(by, P.VENDORS_EDIT, offering)
    if by.reach(P.VENDORS_EDIT) is not Reach.ALL:
        raise Denied(_("Who keeps all vendors decides this, not who asked for one."))


def _vendor_of(wish: Wish, by: Actor) -> Vendor:
    name = wish.vendor.strip()
    known = Vendor.objects.within(by.organisation).filter(name__iexact=name, archived_at=None).first()
    if known is not None:
        return known  # type: ignore[no-any-return]
    vendor = Vendor(organisation=by.organisation, name=name, kind=wish.vendor_kind)
    return create_record(record=vendor, by=by, reason=_("Requested"))
