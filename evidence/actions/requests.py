"""Requests for evidence: sent by themselves ahead of each due date, answered with an item, sent back, withdrawn."""

import datetime as dt
from contextlib import suppress

from django.db import IntegrityError, transaction
from django.db.models import F, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from evidence.models import EvidenceItem, EvidenceRequest, EvidenceWanted
from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission, Reach
from grc.actions.links import NotLinkable, link_records
from grc.actions.records import change_record, create_record
from grc.cadence import due_after
from grc.models.notice import Notice
from grc.models.organisation import Organisation
from grc.notices.actions import notify
from grc.registers.sight import may_change


class NotAnswerable(ValueError):
    """The request is not open, or this is no evidence; ``str()`` says why."""


def send_due_requests(*, organisation: Organisation, today: dt.date) -> int:
    """Ask for what is due soon. Twice is once: a piece of evidence is asked for one time for each due date."""
    by, sent = Actor.system(organisation), 0
    rows = EvidenceWanted.objects.within(organisation).filter(archived_at=None)
    due = rows.filter(next_on__lte=Value(today) + F("ask_before") * Value(dt.timedelta(days=1))).select_related(
        "key", "about", "owner"
    )
    for wanted in due.order_by("pk"):
        with transaction.atomic():
            sent += _send(wanted, today, by)
    return sent


def _send(wanted: EvidenceWanted, today: dt.date, by: Actor) -> int:
    locked = EvidenceWanted.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=wanted.pk)
    if locked.next_on != wanted.next_on or locked.archived_at is not None:
        return 0
    request = EvidenceRequest(
        organisation=by.organisation,
        about=wanted.about,
        wanted=wanted,
        name=wanted.name,
        details=wanted.shows,
        due_on=wanted.next_on,
        owner=wanted.owner,
    )
    try:
        with transaction.atomic():
            create_record(record=request, by=by)
    except IntegrityError:
        sent = 0  # asked for already
    else:
        sent = 1
        _tell_asked(request)
    following = due_after(wanted.first_on, wanted.every, max(wanted.next_on, today))
    EvidenceWanted.objects.within(by.organisation).filter(pk=wanted.pk).update(next_on=following)
    return sent


def _tell_asked(request: EvidenceRequest) -> None:
    if request.owner is None:
        return
    text = _("Evidence is asked of you: %(name)s, until %(day)s.")
    notify(
        person=request.owner,
        organisation=request.organisation,
        kind=Notice.Kind.TASK,
        text=text % {"name": request.name, "day": request.due_on.isoformat()},
        url=request.get_absolute_url(),
        about=request.key,
        once=f"{request.reference}:asked:{request.lock}",
    )


@transaction.atomic
def answer_request(*, request: EvidenceRequest, item: EvidenceItem, by: Actor) -> EvidenceRequest:
    """Answer with ``item``, which is linked with what the request is about. Raises ``NotAnswerable``, ``Denied``."""
    locked = _open(request, by)
    if item.archived_at is not None or not item.files.exists():
        raise NotAnswerable(_("%(reference)s has no file: without one it is a claim like any other.") % {
            "reference": item.reference
        })  # fmt: skip
    if item.expires_on is not None and item.expires_on <= timezone.localdate():
        raise NotAnswerable(_("%(reference)s has expired: it supports nothing.") % {"reference": item.reference})
    locked.state, locked.item, locked.answered_on = EvidenceRequest.State.ANSWERED, item, timezone.localdate()
    change_record(record=locked, by=by, lock=locked.lock, reason=_("answered with %s") % item.reference)
    with suppress(NotLinkable):  # linked already
        # whoever may answer may link: the request is what brings the two together
        link_records(source=item, reference=request.about.reference, by=Actor.system(by.organisation, way=by.way))
    return locked


@transaction.atomic
def send_back(*, request: EvidenceRequest, reason: str, by: Actor) -> EvidenceRequest:
    """Not good enough: it is open again, and whoever was asked reads why. Raises ``NotAnswerable``, ``Denied``."""
    locked = _locked(request, by)
    if locked.state != EvidenceRequest.State.ANSWERED:
        raise NotAnswerable(_("Only an answer can be sent back."))
    if not reason.strip():
        raise NotAnswerable(_("Say what is missing."))
    if by.reach(Permission.EVIDENCE_EDIT) is not Reach.ALL and not may_change(by, locked.about):
        raise Denied(_("Whoever answered does not judge the answer."))
    locked.state, locked.item, locked.answered_on = EvidenceRequest.State.OPEN, None, None
    change_record(record=locked, by=by, lock=locked.lock, reason=reason.strip()[:100])
    _tell_asked(locked)
    return locked


@transaction.atomic
def withdraw_request(*, request: EvidenceRequest, by: Actor) -> EvidenceRequest:
    """It is no longer needed. Raises ``NotAnswerable``, ``Denied``."""
    locked = _open(request, by)
    locked.state = EvidenceRequest.State.WITHDRAWN
    return change_record(record=locked, by=by, lock=locked.lock, reason=_("withdrawn"))


def _open(request: EvidenceRequest, by: Actor) -> EvidenceRequest:
    locked = _locked(request, by)
    if not locked.is_open:
        raise NotAnswerable(_("This request is not open any more."))
    return locked


def _locked(request: EvidenceRequest, by: Actor) -> EvidenceRequest:
    rows = EvidenceRequest.objects.within(by.organisation).select_related("key", "organisation", "about", "owner")
    locked: EvidenceRequest = rows.select_for_update(of=("self",)).get(pk=request.pk)
    require(by, Permission.EVIDENCE_EDIT, locked)
    return locked
