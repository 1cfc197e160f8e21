"""Wrong passwords, counted per account in the database: five in a row close the account's password for a while.

What is closed is the password alone. A passkey and the identity provider go on working, so that a stranger who guesses
locks nobody out for good; nor do guesses against a closed account prolong it. Whoever tries learns nothing: a wrong
password, an unknown address and a closed account get the same answer, and only the person is told, by mail.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.actions.people import organisations_of
from grc.context import Context, current_context, working_in
from grc.models.activity import ActivityEvent
from grc.models.outbox import OutboxMessage
from grc.models.person import Person

TRIES = 5
FIRST = dt.timedelta(minutes=15)
LONGEST = dt.timedelta(hours=4)


@transaction.atomic
def judge_password(*, person: Person, right: bool) -> bool:
    """Whether a password that was compared opens the account; counts a wrong one.

    The emergency account's password cannot be guessed, and nobody may close that door: it is not counted.
    """
    if person.break_glass_for_id is not None:
        return right
    row = Person.objects.select_for_update().get(pk=person.pk)
    now = timezone.now()
    if row.locked_until is not None and row.locked_until > now:
        return False
    if right:
        if row.failed_logins or row.locked_until:
            clear(person=row)
        return True
    row.failed_logins += 1
    if row.failed_logins % TRIES == 0:
        row.locked_until = now + duration(row.failed_logins)
        _tell(row)
    row.save(update_fields=["failed_logins", "locked_until"])
    return False


def duration(failed: int) -> dt.timedelta:
    """How long the password stays closed after so many wrong ones in a row: a quarter of an hour, then twice as long
    each time, four hours at most."""
    return min(FIRST * 2 ** min(failed // TRIES - 1, 10), LONGEST)


def clear(*, person: Person) -> None:
    """Begin to count anew: the right password was given, or a new one was chosen."""
    Person.objects.filter(pk=person.pk).update(failed_logins=0, locked_until=None)


def _tell(person: Person) -> None:
    before = current_context()
    address = before.address if before else ""
    text = _(
        "Somebody entered a wrong password for your account in Assay %(tries)d times, so the password does not work "
        "for %(minutes)d minutes.\n\nIf it was you: wait, sign in with a passkey, or choose a new password at "
        "%(reset)s\nIf it was not you: you need do nothing. Whoever it was learned nothing and is locked out.\n"
    ) % {
        "tries": person.failed_logins,
        "minutes": duration(person.failed_logins).total_seconds() // 60,
        "reset": settings.SITE_URL + reverse("account_reset_password"),
    }
    with working_in(Context(None, person.pk, "page", address)):
        payload = {"to": person.email, "subject": _("Your password is locked for a while"), "text": text}
        OutboxMessage.unscoped.create(organisation=None, kind="mail", payload=payload)
    for organisation in organisations_of(person):
        with working_in(Context(organisation.pk, person.pk, "page", address)):
            ActivityEvent.unscoped.create(
                organisation=organisation,
                person=person.public_id,
                verb=ActivityEvent.Verb.LOCKED_OUT,
                way="page",
                address=address,
            )
