import datetime as dt
import secrets
from collections.abc import Collection, Iterator

from django.db import transaction
from django.utils import timezone

from grc.api.authentication import PREFIX, digest
from grc.context import Context, current_context, working_in
from grc.models.activity import ActivityEvent
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.models.token import APIToken
from grc.registries import keys


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
    """Refuse every token of ``person`` from now on, and whatever else lets them in without logging in.

    Returns how many tokens those were.
    """
    tokens = APIToken.objects.filter(person=person, revoked_at=None).select_related("person")
    for token in tokens:
        revoke_token(token=token)
    before = current_context()
    here = [before.organisation_id] if before and before.organisation_id else []  # a membership may just have ended
    for organisation, context in _contexts(person, here):
        with working_in(context):
            for revoke in keys:
                revoke(person, organisation)
    return len(tokens)


def _note(person: Person, verb: ActivityEvent.Verb, name: str) -> None:
    for organisation, context in _contexts(person):
        with working_in(context):
            ActivityEvent.unscoped.create(
                organisation_id=organisation, person=person.public_id, verb=verb, detail=name,
                way=context.way, address=context.address,
            )  # fmt: skip


def _contexts(person: Person, also: Collection[int] = ()) -> Iterator[tuple[int, Context]]:
    """Of the organisations to which ``person`` belongs, and of those in ``also``."""
    before = current_context()
    way, address = (before.way, before.address) if before else ("page", "")
    with working_in(Context(None, person.pk, way, address)):
        running = Membership.objects.filter(person=person, ended_at=None)
        found = {*running.values_list("organisation", flat=True), *also}
    return ((organisation, Context(organisation, person.pk, way, address)) for organisation in sorted(found))
