"""Nonconformities as far as a test needs them."""

import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from aims.improvement.actions import check_effectiveness, close_nonconformity
from aims.models import CorrectiveAction, Nonconformity
from grc.access.actor import Actor
from grc.teamwork.actions.attachments import attach_files
from tests.factories import make

WORKED_ON = {
    "correction": "Put right.",
    "corrected_on": dt.date(2026, 3, 4),
    "cause": "No list.",
    "similar": "Looked at all four systems.",
}


def worked_on(by: Actor, owner: Actor | None = None, **fields: Any) -> Nonconformity:
    """With correction, cause and similar cases, and one action that is done; nobody has checked it."""
    keeper = {"owner": owner.person} if owner else {}
    made: Nonconformity = make("nonconformities", by, **WORKED_ON | keeper | fields)
    action_for(made, by, done_on=timezone.localdate(), **keeper)
    return made


def action_for(nonconformity: Nonconformity, by: Actor, **fields: Any) -> CorrectiveAction:
    made: CorrectiveAction = make("corrective-actions", by, nonconformity=nonconformity, **fields)
    return made


def attach(nonconformity: Nonconformity, by: Actor) -> None:
    attach_files(record=nonconformity, uploads=[SimpleUploadedFile("proof.csv", b"claim,right\n1,yes\n")], by=by)


def check(
    nonconformity: Nonconformity, by: Actor, *, effective: bool = True, effect: str = "40 claims, none wrong"
) -> None:
    check_effectiveness(nonconformity=nonconformity, by=by, effect=effect, effective=effective, lock=nonconformity.lock)


def closed(by: Actor, auditor: Actor, owner: Actor | None = None, **fields: Any) -> Nonconformity:
    """One that went the whole way."""
    made = worked_on(by, owner, **fields)
    attach(made, by)
    check(made, auditor)
    return close_nonconformity(nonconformity=made, by=by, lock=made.lock)


def fresh(nonconformity: Nonconformity) -> Nonconformity:
    row: Nonconformity = (
        Nonconformity.objects.within(nonconformity.organisation)
        .select_related("key", "organisation", "owner")
        .get(pk=nonconformity.pk)
    )
    return row
