"""The door of a questionnaire: its secret, how long it stands open, and who finds it.

A link holds 256 random bits, of which a hash is kept. The day on which it ends belongs to it whole, in the zone of the
ask's owner; whether that moment has come is judged by the database's clock.
"""

import datetime as dt
import secrets
from dataclasses import dataclass
from hashlib import sha256

from django.db.models.functions import Now
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied
from grc.context import Context, working_in
from grc.models.record import Record
from grc.notices.digests import zone_of
from grc.registries import saved
from vendors.models import AskLink, VendorAsk

WAY = "link"
"""How the activity log and the database are told that somebody outside acts."""

MOST_DAYS = 180
OPEN_STATES = (VendorAsk.State.SENT, VendorAsk.State.ANSWERED)


class NotAsked(ValueError):
    """The questionnaire cannot be sent, withdrawn or taken over now; ``str()`` says why in one sentence."""


@dataclass(frozen=True)
class Door:
    """Somebody holds the secret of ``link``. ``is_over``: its last day has passed, so that it opens nothing."""

    link: AskLink
    ask: VendorAsk
    is_over: bool
    address: str = ""

    @property
    def outsider(self) -> Actor:
        """Who acts: nobody known here. What they may do is what ``vendors.asking`` has a function for."""
        return Actor(self.ask.organisation, None, frozenset(), WAY, self.address)


def digest(secret: str) -> str:
    """What is kept of a link's secret. A plain hash is enough: it is 256 random bits."""
    return sha256(secret.encode(errors="surrogatepass")).hexdigest()


def deadline(ask: VendorAsk) -> dt.datetime:
    """The instant at which the last day is over where the ask's owner is."""
    zone = zone_of(ask.owner) if ask.owner else dt.UTC
    return dt.datetime.combine(ask.expires_on + dt.timedelta(days=1), dt.time.min, zone)


def why_not_that_day(ask: VendorAsk, today: dt.date) -> str:
    """Why the link cannot work until the ask's last day; empty where it can."""
    if ask.expires_on > today + dt.timedelta(days=MOST_DAYS):
        return _("A link works for %(days)d days at most: choose an earlier last day.") % {"days": MOST_DAYS}
    if ask.expires_on < today:
        return _("Its last day has passed: choose a later one.")
    return ""


def today_at(ask: VendorAsk) -> dt.date:
    """Today where the ask's owner is."""
    return dt.datetime.now(zone_of(ask.owner) if ask.owner else dt.UTC).date()


def open_link(ask: VendorAsk) -> str:
    """Give ``ask``, locked by the caller, a new secret; returns it. The one before opens nothing any more.

    What somebody at another address has typed is theirs, and goes.
    """
    secret = secrets.token_urlsafe(32)
    link = AskLink.objects.within(ask.organisation).filter(ask=ask.pk).select_for_update().first()
    link = link or AskLink(organisation=ask.organisation, ask=ask)
    if link.email.lower() != ask.email.lower():
        link.draft, link.saved_at = {}, None
    link.digest, link.email, link.open_until, link.reminded_at = digest(secret), ask.email, deadline(ask), None
    link.code_digest, link.code_until, link.code_tries = "", None, 0
    link.code_sent_at, link.code_sends, link.code_sends_since = None, 0, None
    link.save()
    return secret


def close_link(ask: VendorAsk) -> None:
    """From now on nobody holds the secret of this door; a link that leads to no address is a closed one."""
    AskLink.objects.within(ask.organisation).filter(ask=ask.pk).update(
        digest=digest(secrets.token_urlsafe(32)), email="", code_digest="", code_until=None
    )


@saved.add(order=50)
def keep_link(record: Record, by: Actor) -> None:
    """A link ends on the day that its ask says, goes to the address that it says, and ends with it.

    Where the address was changed the link that was sent is dead: whoever asks sends it again.
    """
    if not isinstance(record, VendorAsk) or record.lock == 1:
        return
    link = AskLink.objects.within(record.organisation).filter(ask=record.pk).select_for_update().first()
    if link is None:
        return
    if record.archived_at is not None or record.email.lower() != link.email.lower():
        close_link(record)
        return
    today = today_at(record)
    if record.expires_on > today and (why := why_not_that_day(record, today)):
        raise Denied(why)
    if link.open_until != deadline(record):
        AskLink.objects.within(record.organisation).filter(pk=link.pk).update(open_until=deadline(record))


def door_of(secret: str, address: str = "") -> Door | None:
    """The door that a link's secret opens, or opened until its last day; None where nobody sent it, or it was taken
    back."""
    known = digest(secret)
    with working_in(Context(None, None, WAY, address, key=known)):
        found = AskLink.objects.keyed().filter(digest=known).select_related("organisation").first()
    if found is None:
        return None
    with working_in(Context(found.organisation_id, None, WAY, address)):
        rows = AskLink.objects.within(found.organisation).filter(pk=found.pk, digest=known).annotate(now=Now())
        link = rows.select_related("ask__organisation", "ask__key", "ask__owner", "ask__review__vendor").first()
    if link is None or link.ask.archived_at is not None or link.ask.state not in OPEN_STATES:
        return None
    return Door(link, link.ask, link.open_until <= link.now, address)
