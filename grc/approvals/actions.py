"""Sending a record's version for approval, and taking it back."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.actions.activity import record_activity
from grc.actions.records import StaleRecord
from grc.actions.versions import make_version
from grc.approvals.people import approvers_of, authors_of, written_since
from grc.approvals.standing import live_record
from grc.approvals.telling import tell_asked, tell_withdrawn
from grc.models.activity import ActivityEvent
from grc.models.approval import Approval, Review
from grc.models.person import Person
from grc.models.record import Record
from grc.models.version import Version
from grc.registers.register import Register, registers
from grc.registries import reviewed

MAX_APPROVERS = 20
Verb = ActivityEvent.Verb


class NotSendable(ValueError):
    """The record can't be sent for approval; ``str()`` says why, ``field`` which input is to blame (empty: none)."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


class NotWithdrawable(ValueError):
    """The review has ended already; ``str()`` says how."""


@transaction.atomic
def send_for_approval(
    *,
    record: Record,
    approvers: Sequence[Person],
    note: str,
    lock: int,
    by: Actor,
    due_on: dt.date | None = None,
    safeguard: str = "",
) -> Review:
    """Freeze ``record`` as it stands and ask every one of ``approvers`` to sign that version.

    ``safeguard``: what keeps it honest where the only people who may approve are those who wrote it. Raises
    ``NotSendable``, ``StaleRecord`` (somebody saved since ``lock`` was read), ``Denied``.
    """
    register = registers.of(type(record))
    author = _author(register, by)
    current = _locked(record, by, lock)
    if not note.strip():
        raise NotSendable(_("Say what changed, and why: it is the first thing that an approver reads."), "note")
    if due_on is not None and due_on < timezone.localdate():
        raise NotSendable(_("The day until which to decide lies in the past."), "due_on")
    version, in_force = _frozen(current, by)
    people = _people_to_ask(current, approvers, author, in_force, safeguard, by)
    try:
        with transaction.atomic():
            review = Review.unscoped.create(
                organisation=by.organisation, key=current.key, version=version, author=author, note=note.strip()[:2000],
                due_on=due_on,
            )  # fmt: skip
    except IntegrityError:
        raise NotSendable(_("A version of this record is in review already.")) from None
    _ask(review, people, by)
    return review


@transaction.atomic
def withdraw_review(*, review: Review, by: Actor, reason: str = "") -> Review:
    """Take a running review back; what was decided in it stays readable. Raises ``NotWithdrawable``, ``Denied``."""
    record = live_record(review.key.register, review.key_id, by.organisation)
    require(by, registers.by_slug(review.key.register).edit, record)
    running = Review.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=review.pk)
    if running.state != Review.State.IN_REVIEW:
        raise NotWithdrawable(
            _("This review has ended already: %(state)s.") % {"state": str(running.get_state_display()).lower()}
        )
    running.state, running.ended_at = Review.State.WITHDRAWN, timezone.now()
    running.save(update_fields=["state", "ended_at"])
    detail = _("version %(number)d") % {"number": running.version.number}
    record_activity(by=by, verb=Verb.WITHDREW, record=running.key, detail=f"{detail}: {reason}" if reason else detail)
    tell_withdrawn(running, by)
    for tell in reviewed:
        tell(running)
    return running


def _ask(review: Review, people: dict[Person, str], by: Actor) -> None:
    for person, words in people.items():
        Approval.unscoped.create(
            organisation=by.organisation, review=review, approver=person, author=review.author, safeguard=words
        )
    detail = _("version %(number)d, asked: %(people)s") % {
        "number": review.version.number,
        "people": ", ".join(str(person) for person in people),
    }
    record_activity(by=by, verb=Verb.SENT_FOR_APPROVAL, record=review.key, detail=detail)
    tell_asked(review, list(people))
    for tell in reviewed:
        tell(review)


def _author(register: Register, by: Actor) -> Person:
    if not register.meanings:
        raise NotSendable(_("%(plural)s are not approved.") % {"plural": str(register.plural).capitalize()})
    if by.person is None:
        raise NotSendable(_("Only a person sends something for approval."))
    return by.person


def _locked(record: Record, by: Actor, lock: int) -> Record:
    """The record as it stands, kept from being changed until the version is made."""
    register = registers.of(type(record))
    list(register.model.unscoped.filter(pk=record.pk).select_for_update(of=("self",)).values_list("pk"))
    current = live_record(register.slug, record.pk, by.organisation)
    require(by, register.edit, current)
    if current.archived_at is not None:
        raise NotSendable(_("This record is archived. Restore it before you send it for approval."))
    if current.lock != lock:
        raise StaleRecord(current)
    missing = register.not_ready(current)
    if missing:
        raise NotSendable(missing)
    return current


def _frozen(record: Record, by: Actor) -> tuple[Version, Version | None]:
    """The version to be signed, and the one in force; from here on, nobody else sends the same record."""
    version = make_version(record=record, by=by)
    reviews = Review.objects.within(by.organisation).filter(key=record.pk).select_related("version", "author")
    running = reviews.filter(state=Review.State.IN_REVIEW).first()
    if running is not None:
        raise NotSendable(
            _("Version %(number)d of this record is in review already, sent by %(who)s.")
            % {"number": running.version.number, "who": running.author}
        )
    in_force = reviews.filter(state=Review.State.APPROVED).first()
    if in_force is not None and in_force.version.sha256 == version.sha256:
        raise NotSendable(
            _("Nothing has changed since version %(number)d, which is in force.") % {"number": in_force.version.number}
        )
    return version, in_force.version if in_force else None


def _people_to_ask(
    record: Record,
    approvers: Sequence[Person],
    author: Person,
    in_force: Version | None,
    safeguard: str,
    by: Actor,
) -> dict[Person, str]:
    """Each approver with the safeguard that they need (empty for who did not write any of it)."""
    asked = list(dict.fromkeys(approvers))
    if not 1 <= len(asked) <= MAX_APPROVERS:
        raise NotSendable(_("Choose between one and %(n)d approvers.") % {"n": MAX_APPROVERS}, "approvers")
    able = approvers_of(record, by.organisation)
    unable = next((person for person in asked if person not in able), None)
    if unable is not None:
        raise NotSendable(_("%(who)s holds no role that may approve this record.") % {"who": unable}, "approvers")
    authors = authors_of(record, since=written_since(in_force), sender=author)
    if any(person.pk not in authors for person in able):
        writer = next((person for person in asked if person.pk in authors), None)
        if writer is not None:
            raise NotSendable(_why_not(writer, author, in_force), "approvers")
        return dict.fromkeys(asked, "")
    if not safeguard.strip():
        raise NotSendable(
            _("Nobody else here may approve this, so say what keeps it honest when its author does."), "safeguard"
        )
    return dict.fromkeys(asked, safeguard.strip()[:1000])


def _why_not(writer: Person, author: Person, in_force: Version | None) -> str:
    if writer == author:
        return _("%(who)s sends this, and so may not approve it.") % {"who": writer}
    if in_force is None:
        return _("%(who)s wrote a part of this, and so may not approve it.") % {"who": writer}
    return _("%(who)s changed this since version %(number)d, which is in force, and so may not approve it.") % {
        "who": writer,
        "number": in_force.number,
    }
