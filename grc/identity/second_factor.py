"""Who must have used a second factor, and whether they have.

An organisation says which of its roles demand one (``Organisation.mfa_roles``); ``external-auditor`` stands for whoever
enters a room. A session has used one when its person gave a code or a passkey in it, or when the organisation's own
identity provider says that it asked for one. A token counts as long as its owner has a second factor: it was made in a
session that used it. The emergency account is exempt.
"""

from collections.abc import Collection

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest
from django.utils.translation import gettext as _

from grc.access.gate import Denied
from grc.access.room import running_periods
from grc.identity.sessions import vouched
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person

OUTSIDER = "external-auditor"
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


class SecondFactorNeeded(Denied):
    """The person may do this, in a session that has used a second factor."""


def demand_second_factor(
    request: HttpRequest, *, person: Person, organisation: Organisation, roles: Collection[str], token: bool = False
) -> None:
    """Raise ``SecondFactorNeeded`` where one of ``roles`` demands a second factor that was not used.

    ``token``: a personal token was sent instead of a session's cookie.
    """
    if not set(roles) & set(organisation.mfa_roles) or person.break_glass_for_id == organisation.pk:
        return
    if token:
        if not has_second_factor(person):
            raise SecondFactorNeeded(
                _("Your role asks for a second step when you sign in. Set one up under “Second step” first.")
            )
    elif not was_used(request, person, organisation):
        raise SecondFactorNeeded(_("Your role asks for a second step, which this session has not taken."))


def was_used(request: HttpRequest, person: Person, organisation: Organisation) -> bool:
    """Whether this session took a second step that ``organisation`` trusts."""
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, person)):
        return True
    word = vouched(request)
    return word is not None and word.organisation_id == organisation.pk and word.second_factor


def has_second_factor(person: Person) -> bool:
    """An authenticator app or a passkey; recovery codes alone are none."""
    return Authenticator.objects.filter(user=person, type__in=KINDS).exists()


def kinds_of(people: Collection[Person]) -> dict[int, set[str]]:
    """The kinds of second factor by the person's key, for a list of people."""
    kinds: dict[int, set[str]] = {person.pk: set() for person in people}
    for person, kind in Authenticator.objects.filter(user__in=people, type__in=KINDS).values_list("user_id", "type"):
        kinds[person].add(kind)
    return kinds


def demanded_by(person: Person) -> list[Organisation]:
    """The organisations that demand a second factor of this person, inside or in a room. In a context of the person."""
    held = Membership.objects.filter(person=person, ended_at=None).select_related("organisation").order_by("pk")
    found = {one.organisation.pk: one.organisation for one in held if one.role in one.organisation.mfa_roles}
    for period in running_periods(person).select_related("organisation"):
        if OUTSIDER in period.organisation.mfa_roles:
            found[period.organisation.pk] = period.organisation
    return list(found.values())
