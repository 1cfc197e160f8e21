"""How people log in: allauth does it; this says what Assay adds."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from grc.access.room import running_periods
from grc.context import Context, client_address, working_in
from grc.models.activity import ActivityEvent
from grc.models.organisation import Membership
from grc.models.person import Person


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False  # people are invited

    def clean_email(self, email: str) -> str:
        return str(super().clean_email(email)).lower()


def _note(person: Person, verb: ActivityEvent.Verb, request: HttpRequest | None) -> None:
    address = client_address(request) if request else ""
    with working_in(Context(None, person.pk, "page", address)):
        organisations = set(
            Membership.objects.filter(person=person, ended_at=None).values_list("organisation", flat=True)
        ) | set(running_periods(person).values_list("organisation", flat=True))
    for organisation in organisations:
        with working_in(Context(organisation, person.pk, "page", address)):
            ActivityEvent.unscoped.create(
                organisation_id=organisation, person=person.public_id, verb=verb, way="page", address=address
            )


@receiver(user_logged_in)
def note_login(user: Person, request: HttpRequest, **_: Any) -> None:
    _note(user, ActivityEvent.Verb.LOGGED_IN, request)


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
