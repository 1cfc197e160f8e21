"""Risks that top management signed for."""

from typing import Any

from django.utils import timezone

from aims.models import Risk
from grc.access.actor import Actor
from grc.approvals.actions import send_for_approval
from grc.approvals.deciding import decide, meanings_of
from grc.approvals.proofs import Proof
from grc.models import Review
from grc.registers.register import registers


def read_again(record: Any) -> Any:
    """The record as the database has it."""
    rows = type(record).objects.within(record.organisation).filter(pk=record.pk)
    related = [name for name in ("system", "risk") if hasattr(record, f"{name}_id")]
    return rows.select_related("key", "organisation", *related).get()


def signed(record: Any, officer: Actor, approver: Actor, meaning: int = 0) -> Review:
    """``record`` approved as it stands, with one of its register's meanings."""
    assert approver.person is not None
    record = read_again(record)
    review = send_for_approval(record=record, approvers=[approver.person], note="New", lock=record.lock, by=officer)
    proof = Proof(approver.person, "password", timezone.now())
    words = meanings_of(registers.of(type(record)))[meaning]
    return decide(review=review, decision="approved", meaning=words, comment="", proof=proof, by=approver)


def acceptance(risk: Risk) -> str:
    return str(read_again(risk).acceptance)
