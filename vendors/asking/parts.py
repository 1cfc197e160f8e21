"""What a questionnaire's page shows beside its fields, and the way to it from a review."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Action, Register, registers
from grc.registries import Part, record_actions, record_parts
from vendors.asking.comparing import answers_seen, course_of, pairs_of
from vendors.models import VendorAsk, VendorReview

P = Permission
State = VendorAsk.State


@record_parts.add(order=5)
def course_part(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """Above everything: how far it has come, and what may be done now."""
    if isinstance(record, VendorAsk):
        yield Part("vendors/asking/course.html", course_context(record, actor), "top")


def course_context(ask: VendorAsk, actor: Actor) -> dict[str, Any]:
    register, course = registers.of(VendorAsk), course_of(ask)
    may = ask.archived_at is None and actor.can(P.VENDORS_EDIT)
    under_way = ask.review.outcome == VendorReview.Outcome.OPEN
    steps = [
        (_("Sent"), ask.sent_at),
        (_("Opened with a code"), ask.opened_at),
        (_("Answered"), ask.answered_at),
    ]
    return {
        "ask": ask,
        "course": course,
        "steps": steps,
        "send_url": register.url("send-link", ask)
        if may and under_way and ask.state in (State.DRAFT, State.SENT)
        else "",
        "withdraw_url": register.url("withdraw", ask) if may and ask.state == State.SENT else "",
    }


@record_parts.add(order=6)
def compare_part(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """What they answered beside what stands in the review."""
    if not isinstance(record, VendorAsk) or record.state != State.ANSWERED:
        return
    pairs = pairs_of(record, answers_seen(record, actor))
    open_review = record.review.outcome == VendorReview.Outcome.OPEN
    may = open_review and actor.can(P.VENDORS_EDIT)
    yield Part(
        "vendors/asking/compare.html",
        {
            "ask": record,
            "pairs": pairs,
            "waiting": sum(pair.waits and not pair.own for pair in pairs),
            "url": registers.of(VendorAsk).url("take-over", record) if may else "",
        },
        "top",
    )


@record_actions.add(order=30)
def ask_the_vendor(register: Register, record: Record, actor: Actor) -> Iterable[Action]:
    """On a review under way: ask its questions of the vendor's own person."""
    if not isinstance(record, VendorReview) or record.outcome != VendorReview.Outcome.OPEN:
        return
    if record.archived_at is None and allows(actor, P.VENDORS_EDIT):
        url = f"{reverse('vendor-asks-new', args=[actor.organisation.slug])}?review={record.reference}"
        yield Action(_("Ask the vendor"), url, "mail-question")
