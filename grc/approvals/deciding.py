"""An approver's decision: once, by who was asked, with its meaning, after proving who one is."""

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.approvals.people import sees
from grc.approvals.proofs import Proof
from grc.approvals.standing import live_record
from grc.approvals.telling import tell_approved, tell_sent_back
from grc.models.activity import ActivityEvent
from grc.models.approval import Approval, Review
from grc.models.person import Person
from grc.registers.register import Register, registers
from grc.registries import reviewed

Verb = ActivityEvent.Verb
Decision = Approval.Decision


class NotDecidable(ValueError):
    """The decision can't be taken; ``str()`` says why, ``field`` which input is to blame (empty: none)."""

    def __init__(self, reason: str, field: str = "") -> None:
        super().__init__(reason)
        self.field = field


def meanings_of(register: Register) -> list[str]:
    """What an approver's signature may mean, as it is kept: in English, whoever reads it."""
    with translation.override("en-gb"):
        return [str(meaning) for meaning in register.meanings]


def sending_back() -> str:
    """What the signature below “sent back” means."""
    with translation.override("en-gb"):
        return _("I do not approve this version")


@transaction.atomic
def decide(*, review: Review, decision: str, meaning: str, comment: str, proof: Proof, by: Actor) -> Review:
    """Approve ``review``'s version or send it back, as ``by``, who proved just now who they are.

    The last approval puts the version in force and supersedes the one before, in this transaction; its signed PDF is
    made after it. One rejection sends it back. Raises ``NotDecidable``, ``NotProven``, ``Denied``.
    """
    person = _person(by)
    locked = Review.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=review.pk)
    part = Approval.objects.within(by.organisation).filter(review=locked, approver=person).first()
    if part is None:
        raise Denied(_("You were not asked to approve this version."))
    _refuse_unless_open(locked, part, by)
    proof.demand(person)
    _check(registers.by_slug(locked.key.register), decision, meaning, comment)
    rejected = decision == Decision.REJECTED
    part.decision, part.comment = Decision(decision), comment.strip()[:2000]
    part.meaning = sending_back() if rejected else meaning
    part.method, part.decided_at = proof.method, timezone.now()
    part.save(update_fields=["decision", "comment", "meaning", "method", "decided_at"])
    detail = _("version %(number)d: %(words)s") % {
        "number": locked.version.number,
        "words": part.comment if rejected else part.meaning,
    }
    record_activity(by=by, verb=Verb.SENT_BACK if rejected else Verb.APPROVED, record=locked.key, detail=detail)
    if rejected:
        _end(locked, Review.State.REJECTED)
        tell_sent_back(locked, person)
    elif not Approval.objects.within(by.organisation).filter(review=locked, decision=Decision.WAITING).exists():
        _put_in_force(locked)
    return locked


def _person(by: Actor) -> Person:
    """Who decides, with the roles that they hold at this moment, not when their request came in."""
    if by.person is None:
        raise Denied(_("Only a person approves."))
    now = Actor.of(by.person, by.organisation, way=by.way, address=by.address)
    if now is None:
        raise Denied(_("You have no role in this organisation any more."))
    require(now, Permission.APPROVE)
    return by.person


def _refuse_unless_open(review: Review, part: Approval, by: Actor) -> None:
    if part.decision != Decision.WAITING:
        raise NotDecidable(_("You have decided already. A decision is a signature: it stays."))
    if review.state != Review.State.IN_REVIEW:
        raise NotDecidable(
            _("This review has ended already: %(state)s.") % {"state": str(review.get_state_display()).lower()}
        )
    record = live_record(review.key.register, review.key_id, by.organisation)
    if record.archived_at is not None:
        raise NotDecidable(_("The record was archived meanwhile. Restore it, or withdraw the review."))
    if not sees(by, record):
        raise Denied(_("You may not see this record any more, so you cannot decide about it."))


def _check(register: Register, decision: str, meaning: str, comment: str) -> None:
    if decision not in (Decision.APPROVED, Decision.REJECTED):
        raise NotDecidable(_("Choose: approve, or send back."), "decision")
    if decision == Decision.APPROVED and meaning not in meanings_of(register):
        raise NotDecidable(_("Choose what your signature means."), "meaning")
    if decision == Decision.REJECTED and not comment.strip():
        raise NotDecidable(_("Say what must change before you would approve it."), "comment")


def _put_in_force(review: Review) -> None:
    now = timezone.now()
    before = Review.objects.within(review.organisation).filter(key=review.key_id, state=Review.State.APPROVED)
    before.update(state=Review.State.SUPERSEDED, superseded_at=now)
    _end(review, Review.State.APPROVED)
    tell_approved(review)
    # the approval stands whatever becomes of its paper: what fails here is taken up by the next sweep
    transaction.on_commit(lambda: _hand_over(review), robust=True)


def _end(review: Review, state: Review.State) -> None:
    review.state, review.ended_at = state, timezone.now()
    review.save(update_fields=["state", "ended_at"])
    for tell in reviewed:
        tell(review)


def _hand_over(review: Review) -> None:
    from grc.tasks import sign_review

    sign_review.delay(review.organisation_id, review.pk)
