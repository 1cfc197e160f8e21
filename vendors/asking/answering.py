"""What the vendor's person does behind the code: type, come back, send in."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.roles import Permission
from grc.actions.records import move_record
from grc.models.notice import Notice
from grc.notices.actions import notify
from vendors.asking.codes import locked
from vendors.asking.links import Door
from vendors.models import AskLink, ReviewAnswer, VendorAsk
from vendors.reviews.questions import questions

LONGEST: int = ReviewAnswer._meta.get_field("answer").max_length or 0
TURNING = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
"""Marks that make a reader see letters in another order than a machine does."""


class NotTaken(ValueError):
    """What was typed cannot be taken; ``str()`` says why. ``field``: what it lies at, ``name`` or ``q1`` and so on."""

    def __init__(self, why: str, *, field: str = "") -> None:
        super().__init__(why)
        self.field = field


def cleaned(text: str) -> str:
    """Without what no honest answer holds: control characters, marks that turn letters around, half characters."""
    text = TURNING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def too_long(texts: Mapping[int, str]) -> list[int]:
    """Questions whose answer is longer than the review can hold."""
    return [number for number, text in texts.items() if len(text) > LONGEST]


@transaction.atomic
def keep_draft(*, door: Door, texts: Mapping[int, str]) -> AskLink:
    """Keep what was typed to some questions; what stands at the others stays. Raises ``NotTaken``, ``Closed``."""
    link, ask = locked(door)
    if ask.state != VendorAsk.State.SENT:
        raise NotTaken(_("The answers were sent in already, so they stay as they are."))
    if long := too_long(texts):
        said = {"most": LONGEST, "which": ", ".join(map(str, long))}
        why = _("At most %(most)d characters fit into an answer: see question %(which)s.") % said
        raise NotTaken(why, field=f"q{long[0]}")
    known = {question.number for question in questions()}
    link.draft = link.draft | {str(number): text for number, text in texts.items() if number in known}
    link.draft = {number: text for number, text in link.draft.items() if text}
    link.saved_at = link.now  # type: ignore[attr-defined]
    link.save(update_fields=["draft", "saved_at"])
    return link


@transaction.atomic
def answer_ask(*, door: Door, name: str, at: dt.datetime | None = None) -> VendorAsk:
    """Send in what was typed: once, and for good. ``at``: when, where not just now. Raises ``NotTaken``, ``Closed``."""
    link, ask = locked(door)
    if ask.state != VendorAsk.State.SENT:
        raise NotTaken(_("The answers were sent in already, so they stay as they are."))
    if not link.draft:
        raise NotTaken(_("Answer one question at least."), field="q1")
    if not name:
        raise NotTaken(_("Say who answers."), field="name")
    ask.answers, ask.state = dict(link.draft), VendorAsk.State.ANSWERED
    ask.answered_at, ask.answered_by = at or timezone.now(), name[:200]
    reason = _("Answered by the vendor, by the link")
    move_record(record=ask, by=door.outsider, permission=Permission.VENDORS_EDIT, lock=ask.lock, reason=reason)
    _tell(ask)
    return ask


def _tell(ask: VendorAsk) -> None:
    if ask.owner is None:
        return
    said = {"vendor": ask.review.vendor, "n": len(ask.answers), "reference": ask.reference}
    notify(
        person=ask.owner,
        organisation=ask.organisation,
        kind=Notice.Kind.TASK,
        text=_("%(vendor)s answered %(n)d of ten questions (%(reference)s): compare, and take over.") % said,
        url=ask.get_absolute_url(),
        about=ask.key,
        once=f"ask-answered-{ask.reference}",
    )
