"""Inviting somebody by address: a link that opens once, for a week. Only the hash of its secret is kept."""

import datetime as dt
import secrets
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import ROLES, Permission
from grc.access.room import running_periods
from grc.actions.activity import record_activity
from grc.actions.outbox import queue_mail
from grc.actions.people import NotPossible, admit, is_member
from grc.context import Context, working_in
from grc.models.activity import ActivityEvent
from grc.models.identity import Invitation
from grc.models.organisation import Organisation
from grc.models.person import Person

VALID = dt.timedelta(days=7)
STATES: dict[str, tuple[str | Promise, str]] = {
    "open": (gettext_lazy("Open"), "blue"),
    "accepted": (gettext_lazy("Accepted"), "green"),
    "expired": (gettext_lazy("Expired"), "yellow"),
    "revoked": (gettext_lazy("Revoked"), "secondary"),
}
"""What an invitation is, with its word and its colour."""


class NotOpen(ValueError):
    """The invitation lets nobody in (any more); ``str()`` says why."""


def digest(secret: str) -> str:
    """What is kept of a link's secret. A plain hash is enough: it is 256 random bits."""
    return sha256(secret.encode()).hexdigest()


def state_of(invitation: Invitation) -> str:
    """A key of ``STATES``."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None:
        return "revoked"
    return "open" if invitation.expires_at > timezone.now() else "expired"


@transaction.atomic
def invite(*, email: str, roles: Iterable[str], by: Actor, name: str = "") -> Invitation:
    """Invite ``email`` in ``roles`` (keys of ``ROLES``), and send the link. Raises ``NotPossible``, ``Denied``."""
    require(by, Permission.PEOPLE_EDIT)
    Organisation.objects.select_for_update().get(pk=by.organisation.pk)
    email, wanted = email.strip().lower(), sorted(set(roles))
    if not wanted or not set(wanted) <= set(ROLES):
        raise NotPossible(_("Choose at least one role."))
    _check_address(email, by.organisation)
    if Invitation.objects.within(by.organisation).filter(email=email, accepted_at=None, revoked_at=None).exists():
        raise NotPossible(_("%(email)s is invited already: send that invitation again.") % {"email": email})
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.unscoped.create(
        organisation=by.organisation,
        email=email,
        name=name.strip(),
        roles=wanted,
        digest=digest(secret),
        invited_by=by.person,
        expires_at=timezone.now() + VALID,
    )
    record_activity(by=by, verb=ActivityEvent.Verb.INVITED, detail=_detail(invitation))
    _send(invitation, secret)
    return invitation


@transaction.atomic
def invite_again(*, invitation: Invitation, by: Actor) -> Invitation:
    """Send a new link for another week; the earlier one opens nothing any more. Raises ``NotOpen``, ``Denied``."""
    require(by, Permission.PEOPLE_EDIT)
    row = _locked(invitation)
    if state_of(row) not in ("open", "expired"):
        raise NotOpen(_("This invitation is settled: invite the address anew."))
    _check_address(row.email, by.organisation)
    secret = secrets.token_urlsafe(32)
    row.digest, row.expires_at = digest(secret), timezone.now() + VALID
    row.save(update_fields=["digest", "expires_at"])
    record_activity(by=by, verb=ActivityEvent.Verb.INVITED, detail=_detail(row))
    _send(row, secret)
    return row


@transaction.atomic
def revoke_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """Close the door again. Raises ``NotOpen`` where somebody has come in by it, ``Denied``."""
    require(by, Permission.PEOPLE_EDIT)
    row = _locked(invitation)
    if row.accepted_at is not None:
        raise NotOpen(_("%(email)s has joined already: end their roles instead.") % {"email": row.email})
    if row.revoked_at is None:
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        record_activity(by=by, verb=ActivityEvent.Verb.REVOKED, detail=_detail(row))
    return row


def invitation_of(secret: str) -> Invitation | None:
    """The invitation that a link's secret opens, in whatever state; its organisation comes with it."""
    known = digest(secret)
    with working_in(Context(None, None, "page", key=known)):
        return Invitation.unscoped.filter(digest=known).select_related("organisation").first()


@transaction.atomic
def accept_invitation(*, secret: str, person: Person, address: str = "") -> Invitation:
    """Let ``person``, who has shown that they are whom the link was sent to, in. It works once.

    Raises ``NotOpen`` (used, revoked, expired, meant for another address), ``NotPossible``.
    """
    found = invitation_of(secret)
    if found is None:
        raise NotOpen(_("This link is not valid (any more)."))
    with working_in(Context(found.organisation_id, person.pk, "page", address)):
        row = Invitation.unscoped.select_for_update(of=("self",)).select_related("organisation").get(pk=found.pk)
        if row.digest != digest(secret) or state_of(row) != "open":
            raise NotOpen(_("This invitation was used, revoked, or is older than a week. Ask for a new one."))
        if person.email != row.email:
            raise NotOpen(_("This invitation is for %(email)s.") % {"email": row.email})
        settle(invitation=row, person=person, by=Actor(row.organisation, person, frozenset(), "page", address))
        return row


def settle(*, invitation: Invitation, person: Person, by: Actor) -> None:
    """Give what the invitation promised and close it, in the caller's transaction, which has it locked."""
    admit(person=person, roles=[role for role in invitation.roles if role in ROLES], by=by)
    invitation.accepted_at, invitation.accepted_by = timezone.now(), person
    invitation.save(update_fields=["accepted_at", "accepted_by"])
    record_activity(by=by, verb=ActivityEvent.Verb.JOINED, detail=_detail(invitation))


def open_invitation_for(email: str, organisation: Organisation) -> Invitation | None:
    """The invitation that waits for ``email`` there, locked for whoever settles it."""
    waiting = Invitation.objects.within(organisation).filter(email=email, accepted_at=None, revoked_at=None)
    return waiting.filter(expires_at__gt=Now()).select_for_update(of=("self",)).first()


def _check_address(email: str, organisation: Organisation) -> None:
    person = Person.objects.filter(email=email).first()
    if person is None:
        return
    if not person.is_active or person.break_glass_for_id is not None:
        raise NotPossible(_("This address cannot be used. Choose another one."))
    if is_member(person, organisation):
        raise NotPossible(_("%(email)s works here already: give the role on their own page.") % {"email": email})
    if running_periods(person).filter(organisation=organisation).exists():
        raise NotPossible(_("%(email)s audits here from outside: end that engagement first.") % {"email": email})


def _locked(invitation: Invitation) -> Invitation:
    rows = Invitation.unscoped.select_for_update(of=("self",)).select_related("organisation")
    return rows.get(pk=invitation.pk, organisation=invitation.organisation)


def _detail(invitation: Invitation) -> str:
    return f"{invitation.email}: {', '.join(str(ROLES[role].name) for role in invitation.roles if role in ROLES)}"


def _send(invitation: Invitation, secret: str) -> None:
    words = {
        "organisation": invitation.organisation.name,
        "roles": ", ".join(str(ROLES[role].name).lower() for role in invitation.roles),
        "link": settings.SITE_URL + reverse("join", args=[secret]),
        "days": VALID.days,
    }
    text = _(
        "%(organisation)s invites you to Assay, as %(roles)s.\n\nJoin here; the link works once, for %(days)d days:"
        "\n\n%(link)s\n\nIf you did not expect this, do nothing.\n"
    )
    subject = _("Your invitation to %(organisation)s") % words
    queue_mail(
        organisation=invitation.organisation, to=[invitation.email], subject=subject, text=text % words, sealed=True
    )
