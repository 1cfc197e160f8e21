"""Reviews for tests: made by the actions, as people make them."""

import itertools
from typing import Any

from django.utils import timezone

from grc.access.actor import Actor
from grc.actions.records import change_record
from grc.approvals.actions import send_for_approval
from grc.approvals.deciding import decide, meanings_of
from grc.approvals.proofs import Proof
from grc.models import Membership, Person, Review
from grc.models.record import Record
from grc.registers.register import registers
from tests.conftest import make_person
from tests.factories import make

numbers = itertools.count(1)


def somebody(system: Actor, *roles: str, name: str = "") -> Actor:
    """A new person with ``roles`` in the organisation of ``system``."""
    person = make_person(f"person{next(numbers)}@nordhaven.example", system.organisation, *roles, name=name)
    actor = Actor.of(person, system.organisation)
    assert actor is not None
    return actor


def proof_of(actor: Actor, method: str = "password") -> Proof:
    assert actor.person is not None
    return Proof(actor.person, method, timezone.now())


def sent(record: Record, by: Actor, *approvers: Actor, **more: Any) -> Review:
    people = [approver.person for approver in approvers]
    values = {"note": "First edition", "lock": record.lock} | more
    with by.working():
        return send_for_approval(record=record, approvers=people, by=by, **values)  # type: ignore[arg-type]


def approved(review: Review, by: Actor, **more: Any) -> Review:
    meaning = meanings_of(registers.by_slug(review.key.register))[0]
    values = {"decision": "approved", "meaning": meaning, "comment": ""} | more
    values["proof"] = more.get("proof") or proof_of(by)
    with by.working():
        return decide(review=review, by=by, **values)


def edited(record: Record, by: Actor, **values: Any) -> Record:
    record.refresh_from_db()
    for name, value in values.items():
        setattr(record, name, value)
    with by.working():
        return change_record(record=record, by=by, lock=record.lock)


def in_review(system: Actor, slug: str = "documents") -> Review:
    """A record in review: sent by a compliance officer to somebody from top management."""
    record = make(slug, system)
    return sent(record, somebody(system, "compliance-officer"), somebody(system, "approver"))


def end_role(actor: Actor, role: str) -> None:
    person = Person.objects.get(pk=actor.person.pk)  # type: ignore[union-attr]
    Membership.objects.filter(person=person, role=role).update(ended_at=timezone.now())
