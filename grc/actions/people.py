"""Who belongs to an organisation, and in which roles."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import ROLES, Permission
from grc.access.room import running_periods
from grc.actions.activity import record_activity
from grc.actions.outbox import queue_mail
from grc.models.activity import ActivityEvent
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person

KEEPS_PEOPLE = "administrator"


class NotPossible(ValueError):
    """The role can't be given or taken; ``str()`` says why."""


@transaction.atomic
def give_role(*, email: str, name: str, role: str, by: Actor, address: str) -> Membership:
    """Give ``role`` (a key of ``ROLES``) to whoever logs in with ``email``, and tell them by mail.

    ``name`` is used for somebody who is new here; ``address``: where one logs in, for the mail. Raises ``NotPossible``,
    ``Denied``.
    """
    require(by, Permission.PEOPLE_EDIT)
    organisation = _locked(by)
    email = email.strip().lower()
    person = Person.objects.filter(email=email).first() or Person.objects.create_user(email, None, name=name)
    if not person.is_active:
        raise NotPossible(_("This address cannot be used. Choose another one."))
    if running_periods(person).filter(organisation=organisation).exists():
        raise NotPossible(_("%(email)s audits here from outside: end that engagement first.") % {"email": email})
    running = Membership.objects.filter(organisation=organisation, person=person, role=role, ended_at=None)
    if running.exists():
        raise NotPossible(_("%(email)s has this role already.") % {"email": email})
    membership = Membership.objects.create(organisation=organisation, person=person, role=role)
    record_activity(by=by, verb=ActivityEvent.Verb.GRANTED, detail=f"{email}: {ROLES[role].name}")
    text = _(
        "You are now %(role)s of %(organisation)s in Assay.\n\nLog in with this address at %(address)s. "
        "If you have no password yet, choose “Forgot your password?” there.\n"
    )
    values = {"role": str(ROLES[role].name).lower(), "organisation": organisation.name, "address": address}
    subject = _("Your role at %(organisation)s in Assay") % {"organisation": organisation.name}
    queue_mail(organisation=organisation, to=[email], subject=subject, text=text % values)
    return membership


@transaction.atomic
def end_role(*, person: Person, role: str, by: Actor) -> None:
    """Take a role away, from the next request on. Raises ``NotPossible`` for the last administrator, ``Denied``."""
    require(by, Permission.PEOPLE_EDIT)
    organisation = _locked(by)
    running = Membership.objects.filter(organisation=organisation, role=role, ended_at=None)
    membership = running.filter(person=person).first()
    if membership is None:
        raise NotPossible(_("This person does not have this role."))
    if role == KEEPS_PEOPLE and not running.exclude(pk=membership.pk).filter(person__is_active=True).exists():
        raise NotPossible(_("This is the last administrator: make another one first."))
    membership.ended_at = timezone.now()
    membership.save(update_fields=["ended_at"])
    record_activity(by=by, verb=ActivityEvent.Verb.REVOKED, detail=f"{person.email}: {ROLES[role].name}")


def _locked(by: Actor) -> Organisation:
    # two administrators who take each other's role at once must not both succeed
    return Organisation.objects.select_for_update().get(pk=by.organisation.pk)
