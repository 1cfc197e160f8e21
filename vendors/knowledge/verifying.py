"""Looking again: at the source of a fact, and at a certificate with the body that issued it."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import change_record
from vendors.models import Assurance, VendorFact
from vendors.models.citable import UNVERIFIED

SAID = ("says", "days", "source", "confidence", "conflict", "good_for_days")
"""What one may say of a fact when one has looked at its source."""


class NotVerified(ValueError):
    """Looking again came to nothing that can be kept; ``field`` is what is missing, ``str()`` says so."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


def verify_fact(
    *, fact: VendorFact, by: Actor, lock: int, note: str = "", on: dt.date | None = None, **said: Any
) -> VendorFact:
    """Keep that ``by`` looked at the source, today or ``on`` a day, and what it says: ``said``, of ``SAID``.

    Raises ``NotVerified``, ``ValidationError``, ``Denied``, ``StaleRecord``.
    """
    require(by, Permission.VENDORS_EDIT, fact)
    before = fact.says
    for name, value in said.items():
        if name not in SAID:
            raise TypeError(f"not said of a fact: {name}")
        setattr(fact, name, value)
    if fact.confidence == UNVERIFIED:
        raise NotVerified("confidence", _("Say how sure you are, now that you have looked."))
    fact.verified_on = on or timezone.localdate()
    fact.full_clean(exclude={"key", "reference", "organisation"}, validate_unique=False, validate_constraints=False)
    usual = _("Verified: it says the same") if fact.says == before else _("Verified: it says something else now")
    return change_record(record=fact, by=by, lock=lock, reason=note.strip()[:100] or usual)


def confirm_assurance(*, assurance: Assurance, by: Actor, lock: int, confirmed_with: str) -> Assurance:
    """Keep that the certificate was confirmed today, and with whom: the body, or its public register.

    Raises ``NotVerified``, ``Denied``, ``StaleRecord``.
    """
    require(by, Permission.VENDORS_EDIT, assurance)
    if assurance.status != Assurance.Status.CERTIFIED:
        raise NotVerified("status", _("Only a certificate is confirmed with the body that issued it."))
    if not confirmed_with.strip():
        raise NotVerified("confirmed_with", _("Say with whom it was confirmed."))
    assurance.confirmed_on, assurance.confirmed_with = timezone.localdate(), confirmed_with.strip()
    return change_record(record=assurance, by=by, lock=lock, reason=_("Confirmed"))
