"""The second thing that an outsider shows: eight digits, sent to the address that was asked.

The link may be forwarded, or read by a machine that looks into mail; the code shows that whoever answers reads the
address's mail now. It is kept as a keyed hash, works once, for a quarter of an hour, and for five guesses; so many are
sent in a day that guessing all day long finds one in a hundred million with sixty tries.
"""

import datetime as dt
import secrets
from enum import StrEnum

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.actions.records import move_record
from grc.models.activity import ActivityEvent
from vendors.asking.links import OPEN_STATES, Door
from vendors.asking.mails import send_code_mail
from vendors.models import AskLink, VendorAsk

DIGITS = 8
WORKS_FOR = dt.timedelta(minutes=15)
TRIES = 5
PAUSE = dt.timedelta(seconds=60)
A_DAY = 12


class Sending(StrEnum):
    """What became of the wish for a code."""

    SENT = "sent"
    TOO_SOON = "too-soon"
    TOO_MANY = "too-many"


class Judged(StrEnum):
    """What a code was worth."""

    RIGHT = "right"
    WRONG = "wrong"
    USELESS = "useless"


class Closed(Exception):
    """The door closed between two steps of one request: sent again, withdrawn, or over."""


@transaction.atomic
def send_code(*, door: Door) -> Sending:
    """Mail a new code; the one before is worth nothing any more. Raises ``Closed``."""
    link, ask = locked(door)
    now = link.now  # type: ignore[attr-defined]
    if link.code_sent_at is not None and now - link.code_sent_at < PAUSE:
        return Sending.TOO_SOON
    if link.code_sends_since is None or now - link.code_sends_since >= dt.timedelta(days=1):
        link.code_sends_since, link.code_sends = now, 0
    if link.code_sends >= A_DAY:
        return Sending.TOO_MANY
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    link.code_digest, link.code_until, link.code_tries = code_digest(link, code), now + WORKS_FOR, 0
    link.code_sent_at, link.code_sends = now, link.code_sends + 1
    link.save(
        update_fields=["code_digest", "code_until", "code_tries", "code_sent_at", "code_sends", "code_sends_since"]
    )
    send_code_mail(ask, link, code, int(WORKS_FOR.total_seconds() // 60))
    return Sending.SENT


@transaction.atomic
def judge_code(*, door: Door, code: str) -> Judged:
    """Compare a guess, and count it. A code that was right is used up. Raises ``Closed``."""
    link, ask = locked(door)
    if not link.code_digest or link.code_until is None or link.code_until <= link.now:  # type: ignore[attr-defined]
        return Judged.USELESS
    link.code_tries += 1
    right = constant_time_compare(code_digest(link, code), link.code_digest)
    if right or link.code_tries >= TRIES:
        link.code_digest, link.code_until = "", None
    link.save(update_fields=["code_digest", "code_until", "code_tries"])
    if right:
        note_opened(door, ask)
        return Judged.RIGHT
    if link.code_tries < TRIES:
        return Judged.WRONG
    detail = _("Five wrong codes. The code that was sent works no longer.")
    record_activity(by=door.outsider, verb=ActivityEvent.Verb.REFUSED, record=ask.key, detail=detail)
    return Judged.USELESS


def code_digest(link: AskLink, code: str) -> str:
    """A code has few digits: without the server's key its hash says nothing, and each link's is its own."""
    return salted_hmac("vendors.asking.code", f"{link.digest}:{code}", algorithm="sha256").hexdigest()


def locked(door: Door) -> tuple[AskLink, VendorAsk]:
    """The questionnaire and its door as they stand, which nobody changes until this transaction ends: asks first, as
    whoever sends or withdraws does. Raises ``Closed``."""
    rows = VendorAsk.objects.within(door.ask.organisation).select_for_update(of=("self",))
    ask = rows.select_related("organisation", "key", "owner", "review__vendor").get(pk=door.ask.pk)
    links = AskLink.objects.within(ask.organisation).select_for_update().annotate(now=Now())
    link = links.filter(ask=ask.pk, digest=door.link.digest, open_until__gt=Now()).first()
    if link is None or ask.archived_at is not None or ask.state not in OPEN_STATES:
        raise Closed
    return link, ask


def note_opened(door: Door, ask: VendorAsk, at: dt.datetime | None = None) -> None:
    """Keep that somebody has shown the code: when for the first time, and that they came."""
    by, detail = door.outsider, _("Opened with a code that was sent to the address asked")
    if ask.opened_at is None:
        ask.opened_at = at or timezone.now()
        move_record(record=ask, by=by, permission=Permission.VENDORS_EDIT, lock=ask.lock, reason=detail)
    else:
        record_activity(by=by, verb=ActivityEvent.Verb.VIEWED, record=ask.key, detail=detail)
