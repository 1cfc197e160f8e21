"""The personal address of the vendor calendar: made, revoked, and found by its secret.

An address holds 256 random bits, of which a hash is kept. What it shows is judged by its person's permissions at each
fetch; somebody who is disabled, or whose membership has ended, has none.
"""

import secrets
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.api.authentication import digest
from grc.context import Context, working_in
from grc.models.activity import ActivityEvent
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.registries import keys
from vendors.models import CalendarFeed

WAY = "link"
"""How the activity log and the database are told by what way somebody comes."""

AN_HOUR = 3600
MOST_FETCHES = 60
"""So often in an hour one address is answered; programs ask every few minutes at most."""

MOST_MISSES = 60
"""So many addresses that lead nowhere one client may try in an hour."""


@dataclass(frozen=True)
class Fetch:
    """Somebody's program holds the secret of ``feed``; ``actor``: that person, as they stand now."""

    feed: CalendarFeed
    actor: Actor


class TooOften(Exception):
    """Asked more often in an hour than anybody needs."""


def feed_of(actor: Actor) -> CalendarFeed | None:
    """The address that ``actor`` has here."""
    found: CalendarFeed | None = _running(actor.organisation).filter(person=actor.person).first()
    return found


@transaction.atomic
def make_feed(*, by: Actor) -> str:
    """A new address for ``by``, who sees it this once; the one before leads nowhere any more. Raises ``Denied``."""
    require(by, Permission.VENDORS_VIEW)
    if by.person is None:
        raise ValueError("Only a person has a calendar.")
    # two windows at once: the second waits here, and replaces what the first has made
    Person.objects.select_for_update(of=("self",), no_key=True).get(pk=by.person.pk)
    revoke_feed(by=by)
    secret = secrets.token_urlsafe(32)
    CalendarFeed.unscoped.create(organisation=by.organisation, person=by.person, digest=digest(secret))
    record_activity(by=by, verb=ActivityEvent.Verb.TOKEN_MADE, detail=_("Address of the vendor calendar"))
    return reverse("vendor-calendar-feed", args=[secret])


@transaction.atomic
def revoke_feed(*, by: Actor) -> bool:
    """From now on the address of ``by`` leads nowhere; False where there is none."""
    if not _running(by.organisation).filter(person=by.person).update(revoked_at=timezone.now()):
        return False
    record_activity(by=by, verb=ActivityEvent.Verb.TOKEN_REVOKED, detail=_("Address of the vendor calendar"))
    return True


@keys.add()
def revoke_with_tokens(person: Person, organisation: int) -> None:
    """What revokes somebody's tokens (a new password, the end of their last membership) revokes this too."""
    CalendarFeed.unscoped.filter(organisation=organisation, person=person, revoked_at=None).update(
        revoked_at=timezone.now()
    )


def fetch_by(secret: str, address: str) -> Fetch | None:
    """Who may read the calendar by this secret, now; None where nobody may. Raises ``TooOften``."""
    known = digest(secret)
    with working_in(Context(None, None, WAY, address, key=known)):
        found = CalendarFeed.objects.keyed().filter(digest=known, revoked_at=None).first()
    if found is None:
        _count(f"calendar-miss:{address}", MOST_MISSES)
        return None
    _count(f"calendar:{found.public_id}", MOST_FETCHES)
    with working_in(Context(found.organisation_id, found.person_id, WAY, address)):
        feed = CalendarFeed.objects.within(found.organisation).select_related("person").get(pk=found.pk)
        actor = Actor.of(feed.person, feed.organisation, way=WAY, address=address)
        if actor is None or not actor.can(Permission.VENDORS_VIEW):
            return None
    return Fetch(feed, actor)


def note_fetch(fetch: Fetch) -> None:
    """Its person sees when it was last used; the activity log would hold little else."""
    CalendarFeed.objects.within(fetch.actor.organisation).filter(pk=fetch.feed.pk).update(last_used_at=timezone.now())


def _running(organisation: Organisation) -> "QuerySet[CalendarFeed]":
    return CalendarFeed.objects.within(organisation).filter(revoked_at=None)


def _count(key: str, most: int) -> None:
    cache.add(key, 0, timeout=AN_HOUR)
    if cache.incr(key) > most:
        raise TooOften
