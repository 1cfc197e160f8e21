"""Announced changes on the home page: what vendors announced, what customers object to, what waits for its day."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Todo, Work, todos
from vendors.changes.inbound import WARNS, left, tone_of_left
from vendors.changes.public import editions_of, is_new, read_list
from vendors.changes.recipients import today_of
from vendors.models import SubprocessorChange, SubprocessorNotice, VendorNotice

P = Permission
MOST = 20


@todos.add(order=56)
def vendors_notices(actor: Actor) -> Iterator[Todo]:
    """Open ones: fourteen, seven and one day before the last, then as late; those without a day at once."""
    if not actor.can(P.VENDORS_EDIT):
        return
    today = timezone.localdate()
    rows = VendorNotice.objects.permitted(actor, P.VENDORS_EDIT).filter(
        archived_at=None, decision=VendorNotice.Decision.OPEN
    )
    for notice in rows.select_related("vendor").order_by(F("object_until").asc(nulls_first=True), "pk")[:MOST]:
        remaining = left(notice, today)
        if remaining is not None and remaining > WARNS[0]:
            continue
        text = _("Decide on %(vendor)s: %(what)s") % {"vendor": notice.vendor.name, "what": notice.name}
        url, tone = notice.get_absolute_url(), tone_of_left(remaining)
        yield Todo(text, _why(remaining), url, "mailbox", tone, notice.object_until, Work.ACTION)


def _why(remaining: int | None) -> str:
    if remaining is None:
        return _("Nobody knows how many days there are to object: look into the agreement.")
    if remaining < 0:
        return _("The last day to object has passed. Write all the same, or accept it.")
    return _("After that day it counts as accepted.")


@todos.add(order=57)
def objections_to_settle(actor: Actor) -> Iterator[Todo]:
    """Of customers: what came in time holds the change back."""
    if not actor.can(P.CUSTOMERS_EDIT):
        return
    rows = SubprocessorNotice.objects.permitted(actor, P.CUSTOMERS_EDIT).filter(
        archived_at=None, objected_on__isnull=False, answered_on=None
    )
    rows = rows.exclude(change__state=SubprocessorChange.State.WITHDRAWN)
    for notice in rows.select_related("change", "customer", "subscriber").order_by("objected_on", "pk")[:MOST]:
        change: Any = notice.change
        text = _("Settle the objection of %(who)s") % {"who": notice.told}
        why = _("It came late; answer it.") if notice.is_late else _("It holds back: %s.") % change.name
        tone = "yellow" if notice.is_late else "red"
        yield Todo(text, why, notice.get_absolute_url(), "message-2", tone, change.effective_on, Work.ACTION)


@todos.add(order=58)
def changes_of_ours(actor: Actor) -> Iterator[Todo]:
    """Drafts whose day comes near, and announced ones whose day has come and that did not take effect."""
    if not actor.can(P.CUSTOMERS_EDIT):
        return
    today = today_of(timezone.now())
    rows = SubprocessorChange.objects.permitted(actor, P.CUSTOMERS_EDIT).filter(archived_at=None)
    drafts = rows.filter(state=SubprocessorChange.State.DRAFT, effective_on__lte=today + dt.timedelta(days=60))
    for change in drafts.order_by("effective_on", "pk")[:MOST]:
        why = _("Customers have days to object, which begin when it is announced.")
        url = change.get_absolute_url()
        yield Todo(_("Announce %s") % change, why, url, "speakerphone", "yellow", change.effective_on, Work.ACTION)
    waiting = rows.filter(state=SubprocessorChange.State.ANNOUNCED, effective_on__lt=today)
    for change in waiting.order_by("effective_on", "pk")[:MOST]:
        why = _("Its day has passed, and something holds it back.")
        url = change.get_absolute_url()
        yield Todo(_("Look at %s") % change, why, url, "speakerphone", "red", change.effective_on, Work.ACTION)


@todos.add(order=59)
def list_to_publish(actor: Actor) -> Iterable[Todo]:
    """The list says something that its published edition does not."""
    if not actor.can(P.CUSTOMERS_EDIT):
        return
    shown = read_list(actor.organisation)
    if shown.lines and is_new(shown, editions_of(actor.organisation)):
        url = reverse("subprocessors-public", args=[actor.organisation.slug])
        why = _("It says something that the published edition does not.")
        yield Todo(_("Publish the list of subprocessors"), why, url, registers.by_slug("subprocessors").icon, "yellow")
