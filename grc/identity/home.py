"""What the home page says about people and sign-in, and where their pages stand in the navigation."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc import shell
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.identity.emergency import emergency_account
from grc.identity.people import owners_who_left
from grc.identity.security import RECOMMENDED
from grc.registries import Todo, todos

shell.pages += [
    shell.Page("settings", gettext_lazy("Sign-in and security"), "security", Permission.SETTINGS_VIEW, "shield-check"),
    shell.Page(
        "settings", gettext_lazy("Identity providers"), "identity-providers", Permission.SETTINGS_VIEW, "plug-connected"
    ),
]


@todos.add(order=1)
def emergency_was_used(actor: Actor) -> Iterable[Todo]:
    """Until somebody renews it, whoever keeps the settings sees that the seal is broken."""
    if not actor.can(Permission.SETTINGS_EDIT):
        return
    account = emergency_account(actor.organisation)
    if account is not None and account.last_login is not None:
        yield Todo(
            _("The emergency account was used: renew it"),
            _("Its password has left the safe. Find out who used it, and why; then renew it, which ends its sessions."),
            reverse("security", args=[actor.organisation.slug]) + "#emergency",
            "urgent",
            "red",
        )


@todos.add(order=60)
def records_of_people_who_left(actor: Actor) -> Iterable[Todo]:
    if not actor.can(Permission.PEOPLE_EDIT):
        return
    for person in owners_who_left(actor.organisation)[:5]:
        yield Todo(
            _("Hand over what %(person)s owned") % {"person": person},
            _("They have left, and nobody looks after their records."),
            reverse("person", args=[actor.organisation.slug, person.public_id]),
            "users",
            "yellow",
        )


@todos.add(order=85)
def second_step_not_demanded(actor: Actor) -> Iterable[Todo]:
    if not actor.can(Permission.SETTINGS_EDIT) or set(RECOMMENDED) <= set(actor.organisation.mfa_roles):
        return
    yield Todo(
        _("Demand a second step of whoever decides"),
        _("Administrators, approvers and external auditors can sign in with a password alone."),
        reverse("security", args=[actor.organisation.slug]),
        "shield-check",
        "yellow",
    )
