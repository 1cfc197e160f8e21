"""Who belongs to an organisation, in which roles, and what becomes of their records when they go."""

from collections.abc import Collection, Iterable

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import NotVisible, require
from grc.access.roles import ROLES, Permission
from grc.access.room import running_periods
from grc.actions.activity import record_activity
from grc.actions.outbox import queue_mail
from grc.actions.records import change_record
from grc.actions.tokens import revoke_tokens
from grc.context import Context, working_in
from grc.models.activity import ActivityEvent
from grc.models.identity import IdentityProvider
from grc.models.organisation import Membership, Organisation
from grc.models.person import Person
from grc.registers.register import registers

KEEPS_PEOPLE = "administrator"


class NotPossible(ValueError):
    """The role can't be given or taken; ``str()`` says why."""


@transaction.atomic
def give_role(*, person: Person, role: str, by: Actor, address: str = "") -> Membership:
    """Give ``role`` (a key of ``ROLES``) to somebody who belongs here already, and tell them by mail.

    ``address``: where one logs in, for the mail. Raises ``NotPossible``, ``NotVisible`` for a stranger, ``Denied``.
    """
    require(by, Permission.PEOPLE_EDIT)
    organisation = _locked(by)
    if not is_member(person, organisation):
        raise NotVisible
    if role not in ROLES or person.break_glass_for_id is not None:
        raise NotPossible(_("This role cannot be given here."))
    if role in roles_of(person, organisation):
        raise NotPossible(_("%(email)s has this role already.") % {"email": person.email})
    (membership,) = admit(person=person, roles=[role], by=by)
    text = _("You are now %(role)s of %(organisation)s in Assay.\n\nLog in with this address at %(address)s.\n")
    values = {"role": str(ROLES[role].name).lower(), "organisation": organisation.name, "address": address}
    subject = _("Your role at %(organisation)s in Assay") % {"organisation": organisation.name}
    queue_mail(organisation=organisation, to=[person.email], subject=subject, text=text % values)
    return membership


@transaction.atomic
def admit(*, person: Person, roles: Iterable[str], by: Actor) -> list[Membership]:
    """Memberships for those of ``roles`` that ``person`` does not hold. Who may decide that was asked by the caller.

    Raises ``NotPossible`` for a closed account and for somebody who audits here from outside.
    """
    organisation = _locked(by)
    if not person.is_active:
        raise NotPossible(_("This address cannot be used. Choose another one."))
    if running_periods(person).filter(organisation=organisation).exists():
        raise NotPossible(_("%(email)s audits here from outside: end that engagement first.") % {"email": person.email})
    held = roles_of(person, organisation)
    made = []
    for role in sorted(set(roles) - held):
        made.append(Membership.objects.create(organisation=organisation, person=person, role=role))
        record_activity(by=by, verb=ActivityEvent.Verb.GRANTED, detail=f"{person.email}: {ROLES[role].name}")
    return made


@transaction.atomic
def end_role(*, person: Person, role: str, by: Actor) -> None:
    """Take a role away, from the next request on. Raises ``NotPossible`` for the last administrator, ``Denied``."""
    require(by, Permission.PEOPLE_EDIT)
    organisation = _locked(by)
    if role not in roles_of(person, organisation):
        raise NotPossible(_("This person does not have this role."))
    _end(person, {role}, by=by)


@transaction.atomic
def remove_person(*, person: Person, by: Actor) -> None:
    """End every role of ``person`` here: nothing of this organisation exists for them from the next request on.

    Raises ``NotPossible`` for the last administrator and the emergency account, ``NotVisible`` for a stranger.
    """
    require(by, Permission.PEOPLE_EDIT)
    organisation = _locked(by)
    roles = roles_of(person, organisation)
    if not roles:
        raise NotVisible
    if person.break_glass_for_id is not None:
        raise NotPossible(_("This is the emergency account: it is renewed, not removed."))
    _end(person, roles, by=by)


@transaction.atomic
def leave_organisation(*, by: Actor) -> None:
    """End one's own roles here. Raises ``NotPossible`` for the last administrator."""
    if by.person is None or by.person.break_glass_for_id is not None:
        raise NotPossible(_("This account belongs to the organisation and cannot leave it."))
    organisation = _locked(by)
    _end(by.person, roles_of(by.person, organisation), by=by)
    record_activity(by=by, verb=ActivityEvent.Verb.LEFT)


@transaction.atomic
def end_roles_by_claim(*, person: Person, roles: Collection[str], by: Actor) -> None:
    """What an identity provider no longer says of ``person``. It never takes administration, which it never gave."""
    organisation = _locked(by)
    _end(person, (set(roles) & roles_of(person, organisation)) - {KEEPS_PEOPLE}, by=by)


@transaction.atomic
def hand_over(*, person: Person, to: Person, by: Actor) -> int:
    """Make ``to`` the owner of every record in use that ``person`` owns here; each keeps a history entry of it.

    Returns how many those were. Raises ``NotPossible`` unless ``to`` is another member, ``Denied``.
    """
    require(by, Permission.PEOPLE_EDIT)
    if to == person or not is_member(to, by.organisation) or to.break_glass_for_id is not None:
        raise NotPossible(_("Choose another person who works here."))
    count = 0
    reason = _("Handed over from %(person)s") % {"person": person.name or person.email}
    for register in registers:
        rows = register.model.objects.within(by.organisation).filter(owner=person, archived_at=None)
        for record in rows.select_related("organisation", "key").order_by("pk"):
            record.owner = to
            change_record(record=record, by=by, lock=record.lock, reason=reason[:100])
            count += 1
    return count


@transaction.atomic
def unlock(*, person: Person, by: Actor) -> None:
    """Let somebody who was locked out try again at once. Raises ``NotVisible`` for a stranger, ``Denied``."""
    require(by, Permission.PEOPLE_EDIT)
    if not is_member(person, by.organisation):
        raise NotVisible
    if Person.objects.filter(pk=person.pk).exclude(locked_until=None).update(failed_logins=0, locked_until=None):
        record_activity(by=by, verb=ActivityEvent.Verb.UNLOCKED, detail=person.email)


def roles_of(person: Person, organisation: Organisation) -> set[str]:
    """The keys of the roles that ``person`` holds in ``organisation`` now."""
    held = Membership.objects.filter(organisation=organisation, person=person, ended_at=None)
    return set(held.values_list("role", flat=True))


def is_member(person: Person, organisation: Organisation) -> bool:
    return bool(roles_of(person, organisation))


def organisations_of(person: Person) -> list[Organisation]:
    """Where ``person`` belongs, from inside or (as long as they may) from outside."""
    with working_in(Context(None, person.pk, "page")):
        inside = Membership.objects.filter(person=person, ended_at=None).values_list("organisation", flat=True)
        outside = running_periods(person).values_list("organisation", flat=True)
        keys = {*inside, *outside}
    return list(Organisation.objects.filter(pk__in=keys).order_by("pk"))


def _end(person: Person, roles: set[str], *, by: Actor) -> None:
    running = Membership.objects.filter(organisation=by.organisation, ended_at=None)
    if KEEPS_PEOPLE in roles:
        others = running.filter(role=KEEPS_PEOPLE, person__is_active=True, person__break_glass_for=None)
        if not others.exclude(person=person).exists():
            raise NotPossible(_("This is the last administrator: make another one first."))
    running.filter(person=person, role__in=roles).update(ended_at=timezone.now())
    for role in sorted(roles):
        detail = f"{person.email}: {ROLES[role].name if role in ROLES else role}"
        record_activity(by=by, verb=ActivityEvent.Verb.REVOKED, detail=detail)
    if not is_member(person, by.organisation):
        providers = IdentityProvider.objects.within(by.organisation).values_list("public_id", flat=True)
        SocialAccount.objects.filter(user=person, provider__in=[str(key) for key in providers]).delete()
    if not organisations_of(person):
        revoke_tokens(person=person)  # with nothing left to open, no key is left either


def _locked(by: Actor) -> Organisation:
    # two administrators who take each other's role at once must not both succeed
    return Organisation.objects.select_for_update().get(pk=by.organisation.pk)
