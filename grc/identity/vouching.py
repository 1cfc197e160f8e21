"""From a provider's claims to a person: whom it may vouch for, and which roles its word gives and takes.

A provider speaks for its organisation's email domains only. Its word joins nobody who belongs to another organisation
(they accept an invitation themselves), gives no administration and takes none, and opens a session that is good for its
own organisation alone (``grc.identity.sessions``): whoever runs one organisation's provider gets into no other.
"""

from hashlib import sha256
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import NotVisible, require
from grc.access.roles import ROLES, Permission
from grc.actions.activity import record_activity
from grc.actions.people import (
    KEEPS_PEOPLE,
    NotPossible,
    admit,
    end_roles_by_claim,
    is_member,
    organisations_of,
    roles_of,
)
from grc.context import Context, working_in
from grc.identity.invitations import open_invitation_for, settle
from grc.models.activity import ActivityEvent
from grc.models.identity import IdentityProvider
from grc.models.organisation import Organisation
from grc.models.person import Person

SECOND_FACTORS = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "face", "iris", "retina", "vbm", "sc", "sms", "tel"})
"""Authentication methods (RFC 8176) that are a second step beside a password."""

_LONGEST_UID = 191


class NotVouched(ValueError):
    """The provider's word opens nothing here; ``str()`` says why."""


def person_of_claims(*, provider: IdentityProvider, claims: dict[str, Any], address: str = "") -> Person:
    """Who signs in, with the roles that the claims give, and without those that they no longer give.

    ``claims``: of a verified token. Raises ``NotVouched``; roles that have ended then have ended all the same.
    """
    organisation = provider.organisation
    with working_in(Context(organisation.pk, None, "page", address)):
        try:
            with transaction.atomic():
                person = _person(provider, claims)
                _apply(provider, claims, person, address)
        except NotPossible as error:
            raise NotVouched(str(error)) from None
        if not roles_of(person, organisation):
            raise NotVouched(_("Your account at the provider gives you no role here. Ask your administrator."))
        return person


def linked_person(*, provider: IdentityProvider, claims: dict[str, Any]) -> Person | None:
    """Whom the provider's subject is linked with already."""
    known = SocialAccount.objects.filter(provider=str(provider.public_id), uid=_uid(claims)).select_related("user")
    account = known.first()
    return account.user if account else None


@transaction.atomic
def unlink_providers(*, person: Person, by: Actor) -> int:
    """Forget whom this organisation's providers mean by their subject, for the day on which an address moves on.

    Whoever signs in there next with the person's address is linked anew. Returns how many links those were; raises
    ``NotVisible`` for a stranger, ``Denied``.
    """
    require(by, Permission.PEOPLE_EDIT)
    if not is_member(person, by.organisation):
        raise NotVisible
    count, _rows = links_of(person, by.organisation).delete()
    if count:
        detail = _("%(email)s: link to the identity provider") % {"email": person.email}
        record_activity(by=by, verb=ActivityEvent.Verb.REVOKED, detail=detail)
    return count


def links_of(person: Person, organisation: Organisation) -> "QuerySet[SocialAccount]":
    """The person's links with subjects of the organisation's own providers."""
    providers = IdentityProvider.objects.within(organisation).values_list("public_id", flat=True)
    return SocialAccount.objects.filter(user=person, provider__in=[str(key) for key in providers])


def took_second_step(claims: dict[str, Any]) -> bool:
    """Whether the provider says that it asked for more than a password (the claim ``amr``)."""
    methods = claims.get("amr")
    return isinstance(methods, list) and any(method in SECOND_FACTORS for method in methods if isinstance(method, str))


def roles_by_claim(provider: IdentityProvider, claims: dict[str, Any]) -> set[str] | None:
    """The roles that the claims give, never administration. None where the provider leaves the claim out for length."""
    elsewhere = claims.get("_claim_names")
    if isinstance(elsewhere, dict) and provider.role_claim in elsewhere:
        return None  # too many groups to send: nothing can be concluded from their absence
    given = claims.get(provider.role_claim)
    listed = given if isinstance(given, list) else [given]
    values = {value for value in listed if isinstance(value, str)}
    return {provider.role_map[value] for value in values if value in provider.role_map} & manageable()


def manageable() -> set[str]:
    """The roles that a claim may give."""
    return set(ROLES) - {KEEPS_PEOPLE}


def _uid(claims: dict[str, Any]) -> str:
    subject: str = claims["sub"]
    return subject if len(subject) <= _LONGEST_UID else f"sha256:{sha256(subject.encode()).hexdigest()}"


def _person(provider: IdentityProvider, claims: dict[str, Any]) -> Person:
    person = linked_person(provider=provider, claims=claims)
    if person is None:
        person = _unlinked(provider, claims)
        if SocialAccount.objects.filter(provider=str(provider.public_id), user=person).exists():
            # an address that moved on to somebody else must not bring its former owner's account along
            raise NotVouched(
                _("Your address belongs to another account of the provider. An administrator can undo that link.")
            )
        SocialAccount.objects.create(provider=str(provider.public_id), uid=_uid(claims), user=person)
    if not person.is_active or person.break_glass_for_id is not None or not _speaks_for(provider, person.email):
        raise NotVouched(_("The provider cannot vouch for this account."))
    return person


def _unlinked(provider: IdentityProvider, claims: dict[str, Any]) -> Person:
    email = str(claims.get("email") or "").strip().lower()
    if not _speaks_for(provider, email) or "\x00" in email:
        raise NotVouched(_("The provider does not name an address that it may vouch for."))
    if str(claims.get("email_verified", True)).lower() == "false":
        raise NotVouched(_("The provider has not verified your address."))
    person = Person.objects.filter(email=email).first()
    if person is None:
        name = str(claims.get("name") or email.partition("@")[0]).replace("\x00", "")
        person = Person.objects.create_user(email, None, name=name[:200])
    return person


def _apply(provider: IdentityProvider, claims: dict[str, Any], person: Person, address: str) -> None:
    organisation = provider.organisation
    held = roles_of(person, organisation)
    by = Actor(organisation, person, frozenset(held), "page", address)
    if not held:
        if organisations_of(person):
            raise NotVouched(_("Ask an administrator to invite you, and join by the link in the mail."))
        invitation = open_invitation_for(person.email, organisation)
        if invitation is not None:
            invitation.organisation = organisation
            settle(invitation=invitation, person=person, by=by)
        elif not provider.provisions:
            raise NotVouched(_("You have no account here yet. Ask an administrator to invite you."))
        held = roles_of(person, organisation)
    wanted = roles_by_claim(provider, claims) if provider.role_map else None
    if wanted is None:
        return
    system = Actor.system(organisation, way="page")
    if wanted - held:
        admit(person=person, roles=wanted - held, by=system)
        if not held:
            record_activity(by=by, verb=ActivityEvent.Verb.JOINED, detail=f"{person.email}: {provider.name}")
    gone = (set(provider.role_map.values()) & held & manageable()) - wanted
    if gone:
        end_roles_by_claim(person=person, roles=gone, by=system)


def _speaks_for(provider: IdentityProvider, email: str) -> bool:
    name, at, domain = email.rpartition("@")
    return bool(name and at) and domain in provider.domains
