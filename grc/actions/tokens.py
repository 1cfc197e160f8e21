import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from grc.api.authentication import PREFIX, digest
from grc.context import Context, current_context, working_in
from grc.models.activity import ActivityEvent
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.models.token import APIToken


@transaction.atomic
def make_token(*, person: Person, name: str, days: int) -> tuple[APIToken, str]:
    """A new personal token and its secret, which is shown once and not kept."""
    secret = PREFIX + secrets.token_urlsafe(32)
    token = APIToken.objects.create(
        person=person, name=name, digest=digest(secret), expires_at=timezone.now() + dt.timedelta(days=days)
    )
    _note(person, ActivityEvent.Verb.TOKEN_MADE, name)
    return token, secret


@transaction.atomic
def revoke_token(*, token: APIToken) -> None:
    """From this moment on the token is refused."""
    if token.revoked_at is None:
        token.revoked_at = timezone.now()
        token.save(update_fields=["revoked_at"])
        _note(token.person, ActivityEvent.Verb.TOKEN_REVOKED, token.name)


@transaction.atomic
def revoke_tokens(*, person: Person) -> int:
    """Refuse every token of ``person`` from now on; returns how many those were."""
    tokens = APIToken.objects.filter(person=person, revoked_at=None).select_related("person")
    for token in tokens:
        revoke_token(token=token)
    return len(tokens)


def _note(person: Person, verb: ActivityEvent.Verb, name: str) -> None:
    before = current_context()
    way, address = (before.way, before.address) if before else ("page", "")
    with working_in(Context(None, person.pk, way, address)):
        organisations = set(
            Membership.objects.filter(person=person, ended_at=None).values_list("organisation", flat=True)
        )
    for organisation in sorted(organisations):
        with working_in(Context(organisation, person.pk, way, address)):
            ActivityEvent.unscoped.create(
                organisation_id=organisation, person=person.public_id, verb=verb, detail=name, way=way, address=address
            )
