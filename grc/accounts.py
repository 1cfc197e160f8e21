"""How people log in: allauth does it; this says what Assay adds."""

from typing import Any

from allauth.account import signals as account_signals
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import record_authentication
from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.stages import AuthenticateStage
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.actions.people import organisations_of
from grc.actions.tokens import revoke_tokens
from grc.context import Context, client_address, working_in
from grc.identity import emergency, lockout
from grc.identity.second_factor import KINDS
from grc.identity.sessions import EMERGENCY_SECONDS, limit, set_vouched, vouched
from grc.models.activity import ActivityEvent
from grc.models.organisation import Organisation
from grc.models.person import Person


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # people are invited

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nobody may keep the emergency account's door shut by knocking: its password cannot be guessed."""
        email = str(credentials.get("email", "")).lower()
        if "\x00" in email or not Person.objects.filter(email=email).exclude(break_glass_for=None).exists():
            super().pre_authenticate(request, **credentials)

    def get_login_stages(self) -> list[str]:
        ours = f"{SecondStep.__module__}.{SecondStep.__name__}"
        return [ours if path == "allauth.mfa.stages.AuthenticateStage" else path for path in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        """In a session that a provider vouched for, the provider is asked again, before everything else."""
        found: list[dict[str, str]] = super().get_reauthentication_methods(user)
        request = context.request
        if user.is_authenticated and request is not None and vouched(request) is not None:
            way = {"id": "provider", "description": _("Ask the identity provider"), "url": reverse("provider-again")}
            return [way, *found]
        return found


class PasswordBackend(AuthenticationBackend):  # type: ignore[misc]
    """allauth's, with wrong passwords counted per account."""

    def _check_password(self, user: Person | None, password: str) -> Person | None:
        found: Person | None = super()._check_password(user, password)
        if user is None or not user.is_active:
            return found
        return found if lockout.judge_password(person=user, right=found is not None) else None


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """After the password. Not after a provider that says that it has asked for a second step itself."""

    def _should_handle(self, request: HttpRequest) -> bool:
        word = vouched(request, self.login.user)
        return not (word and word.second_factor) and bool(super()._should_handle(request))


def _note(person: Person, verb: ActivityEvent.Verb, request: HttpRequest | None) -> None:
    address = client_address(request) if request else ""
    word = vouched(request, person) if request else None
    for organisation in organisations_of(person):
        if word is not None and word.organisation_id != organisation.pk:
            continue  # what one organisation's provider says is no sign-in at another
        with working_in(Context(organisation.pk, person.pk, "page", address)):
            ActivityEvent.unscoped.create(
                organisation=organisation, person=person.public_id, verb=verb, way="page", address=address
            )


@receiver(user_logged_in)
def note_login(user: Person, request: HttpRequest, **_: Any) -> None:
    if vouched(request, user) is None:
        set_vouched(request, None)  # the word was about somebody else who began to sign in here
    _note(user, ActivityEvent.Verb.LOGGED_IN, request)
    if user.break_glass_for_id is not None:
        limit(request, EMERGENCY_SECONDS)
        organisation = Organisation.objects.get(pk=user.break_glass_for_id)
        by = Actor(organisation, user, frozenset(), "page", client_address(request))
        with by.working():
            emergency.announce(by=by)


@receiver(user_logged_out)
def note_logout(user: Person | None, request: HttpRequest, **_: Any) -> None:
    if user is not None:
        _note(user, ActivityEvent.Verb.LOGGED_OUT, request)


@receiver(user_login_failed)
def note_failed_login(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    email = str(credentials.get("email") or credentials.get("username") or "").replace("\x00", "").lower()
    person = Person.objects.filter(email=email).first()
    if person is not None:
        _note(person, ActivityEvent.Verb.LOGIN_FAILED, request)


@receiver([account_signals.password_changed, account_signals.password_set, account_signals.password_reset])
def a_new_password_ends_what_the_old_one_opened(user: Person, **_: Any) -> None:
    """Other sessions end by themselves, since they carry the old password's hash; tokens and a lock are ended here."""
    revoke_tokens(person=user)
    lockout.clear(person=user)


@receiver(authenticator_added)
def setting_up_is_using(request: HttpRequest, user: Person, authenticator: Authenticator, **_: Any) -> None:
    """Whoever has just shown a code or a passkey need not show it again to go on."""
    if authenticator.type in KINDS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)
