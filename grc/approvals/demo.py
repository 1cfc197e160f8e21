"""Approvals in the demo firm: what is in force, what waits for top management, and what came back."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.approvals.actions import send_for_approval
from grc.approvals.deciding import decide, meanings_of
from grc.approvals.proofs import Proof
from grc.approvals.signing import sign_waiting
from grc.demo import HOME, demo_actor
from grc.models.approval import Approval, Review
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.models.record import Record
from grc.registers.register import registers
from grc.registries import seeders

OFFICER, APPROVER = "carla@nordhaven.example", "margit@nordhaven.example"

# register, beginning of the title, note
IN_FORCE = (
    ("documents", "AI policy", "Third edition, after the board’s discussion in spring."),
    ("documents", "Procedure for AI incidents", "The service desk takes every report now, without a form."),
    ("documents", "Human oversight", "A limit of 40 confirmed proposals an hour, as the works council asked."),
    ("risk-criteria", "", "Five steps each; what scores 12 and more goes to top management."),
)
NEXT_POLICY = (
    ("A person decides every claim above 500 euros", "A person decides every claim above 300 euros"),
    ("publish the result to the board", "publish the result to the board and to the works council"),
)
SENT_BACK = (
    "documents",
    "Plan: release of fraud signals",
    "So that the release can be planned for spring.",
    "Validation by region is missing. I sign when it shows that nobody is flagged for where they live.",
)
WAITING_RISK = (
    "risks",
    "The assistant is down",
    "A phone line stands in within ten minutes; we drilled it in October.",
)


@seeders.add(order=60)
def seed_approvals() -> None:
    officer, approver = demo_actor(OFFICER, HOME), demo_actor(APPROVER, HOME)
    organisation = officer.organisation
    with officer.working(), transaction.atomic():
        if Review.objects.within(organisation).filter(key__register="risk-criteria").exists():
            return
        found = {key: _record(organisation, *key) for key in ((slug, title) for slug, title, _note in IN_FORCE)}
        for slug, title, note in IN_FORCE:
            record = found[slug, title]
            if record is not None:
                sign(send(record, note, officer, approver), approver)
        _next_edition(found["documents", "AI policy"], officer, approver)
        _rejected(organisation, officer, approver)
        risk = _record(organisation, *WAITING_RISK[:2])
        if risk is not None:
            send(risk, WAITING_RISK[2], officer, approver, days=9)
    sign_waiting(organisation)


def _record(organisation: Organisation, slug: str, title: str) -> Record | None:
    """The first record of that register whose title begins so, where there is one that is approvable."""
    register = next((register for register in registers if register.slug == slug and register.meanings), None)
    if register is None:
        return None
    rows = register.model.objects.within(organisation).filter(archived_at=None, key__title__startswith=title)
    record: Record | None = rows.select_related("key", "organisation").order_by("pk").first()
    return record


def send(record: Record, note: str, officer: Actor, approver: Actor, days: int = 5) -> Review:
    due_on = timezone.localdate() + dt.timedelta(days=days)
    people = [_person(approver)]
    return send_for_approval(record=record, approvers=people, note=note, lock=record.lock, due_on=due_on, by=officer)


def sign(review: Review, approver: Actor, *, days_ago: int = 0, **more: Any) -> None:
    """Decide as ``approver``; ``days_ago``: the review is dated back, since the demo cannot travel in time."""
    meaning = meanings_of(registers.by_slug(review.key.register))[0]
    values = {"decision": "approved", "meaning": meaning, "comment": ""} | more
    with approver.working():
        decide(review=review, proof=Proof(_person(approver), "password", timezone.now()), by=approver, **values)
    if days_ago:
        date_back(Review.objects.within(review.organisation).filter(pk=review.pk), days_ago)


def date_back(reviews: QuerySet[Review], days: int) -> dt.datetime:
    """Reviews as if they had ended so many days ago, three days after they were begun; returns that end."""
    ended = timezone.now() - dt.timedelta(days=days)
    Approval.unscoped.filter(review__in=reviews).update(decided_at=ended)
    reviews.update(sent_at=ended - dt.timedelta(days=3), ended_at=ended)
    return ended


def _next_edition(policy: Any, officer: Actor, approver: Actor) -> None:
    """The policy's next edition waits for a signature, with two sentences that differ."""
    if policy is None or not hasattr(policy, "text"):
        return
    policy.edition = "4"
    for before, after in NEXT_POLICY:
        policy.text = policy.text.replace(before, after)
    change_record(record=policy, by=officer, lock=policy.lock, reason="Fourth edition")
    send(policy, "A lower limit for machines, and the works council sees the figures.", officer, approver)


def _rejected(organisation: Organisation, officer: Actor, approver: Actor) -> None:
    slug, title, note, comment = SENT_BACK
    plan = _record(organisation, slug, title)
    if plan is not None:
        sign(send(plan, note, officer, approver), approver, decision="rejected", comment=comment)


def _person(actor: Actor) -> Person:
    if actor.person is None:
        raise LookupError("the demo's approver is a person")
    return actor.person
