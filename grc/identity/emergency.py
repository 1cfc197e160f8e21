"""The account for the day on which nobody else gets in: sealed, loud, and good for an hour.

It is an administrator without a second factor and without the identity provider. Its password is shown once, to be kept
in a safe. Whoever uses it sets off a mail and a notice to every administrator, and a red mark on their home page until
one of them renews it. That it was used is read from its last sign-in, which renewing forgets.
"""

import base64
import secrets

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.outbox import queue_mail
from grc.actions.people import KEEPS_PEOPLE
from grc.models.activity import ActivityEvent
from grc.models.notice import Notice
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.notices.actions import notify


@transaction.atomic
def renew_emergency_account(*, by: Actor) -> tuple[Person, str]:
    """Make the organisation's emergency account, or give it a new password, which ends its sessions.

    Returns the account and the password, which is shown once and not kept. Raises ``Denied``.
    """
    require(by, Permission.SETTINGS_EDIT)
    if by.person is not None and by.person.break_glass_for_id is not None:
        raise Denied(_("The emergency account does not acknowledge itself: another administrator renews it."))
    organisation = Organisation.objects.select_for_update().get(pk=by.organisation.pk)
    password = _password()
    person = emergency_account(organisation)
    if person is None:
        # an address that nobody can guess, at a place that no mail reaches
        email = f"emergency-{secrets.token_hex(4)}@{organisation.slug}.invalid"
        person = Person.objects.create_user(email, password, name=_("Emergency account"), break_glass_for=organisation)
        Membership.objects.create(organisation=organisation, person=person, role=KEEPS_PEOPLE)
    person.set_password(password)
    person.last_login = None
    person.is_active = True
    person.save(update_fields=["password", "last_login", "is_active"])
    record_activity(by=by, verb=ActivityEvent.Verb.GRANTED, detail=_("Emergency account renewed"))
    return person, password


def emergency_account(organisation: Organisation) -> Person | None:
    return Person.objects.filter(break_glass_for=organisation).first()


def announce(*, by: Actor) -> None:
    """Tell every administrator at once, by mail and in the app, that the emergency account was used."""
    organisation = by.organisation
    record_activity(by=by, verb=ActivityEvent.Verb.BROKE_GLASS)
    administrators = Membership.objects.filter(
        organisation=organisation,
        role=KEEPS_PEOPLE,
        ended_at=None,
        person__is_active=True,
        person__break_glass_for=None,
    ).select_related("person")
    people = [membership.person for membership in administrators]
    page = reverse("security", args=[organisation.slug])
    words = {"organisation": organisation.name, "address": by.address or _("an unknown address")}
    text = _("Somebody signed in to %(organisation)s with the emergency account, from %(address)s.") % words
    advice = _(
        "If nobody of you did, end its session now by renewing it. Renew it in any case when the emergency is over."
    )
    queue_mail(
        organisation=organisation,
        to=[person.email for person in people],
        subject=_("Emergency account used at %(organisation)s") % words,
        text=f"{text}\n\n{advice}\n",
    )
    for person in people:
        notify(
            person=person,
            organisation=organisation,
            kind=Notice.Kind.PEOPLE,
            text=text,
            url=page,
            once=f"emergency-{timezone.now():%Y%m%d%H%M%S%f}",
        )


def _password() -> str:
    # 120 random bits in groups that one can read aloud
    text = base64.b32encode(secrets.token_bytes(15)).decode().lower()
    return "-".join(text[start : start + 6] for start in range(0, 24, 6))
