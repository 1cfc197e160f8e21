"""Agreements before they hurt: notice that falls due, ends, DPAs that do not count, checks that are too old."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grc import formats
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Figure, Todo, Work, figures, todos
from grc.work.gathering import tone_of
from vendors.agreements.due import ending, framework_check_due, notice_due, reached, uncovered
from vendors.agreements.lacks import framework_until
from vendors.agreements.terms import term_of
from vendors.models import Agreement, Offering

P = Permission
MOST = 20


def _editable(actor: Actor) -> Any:
    return Agreement.objects.permitted(actor, P.VENDORS_EDIT).select_related("key", "organisation", "vendor")


@todos.add(order=60)
def notice_to_give(actor: Actor) -> Iterator[Todo]:
    """Agreements that renew by themselves unless somebody says by a day that they shall not."""
    if not actor.can(P.VENDORS_EDIT):
        return
    today = timezone.localdate()
    days = notice_due(Agreement.objects.permitted(actor, P.VENDORS_EDIT), today)
    first = sorted(days, key=lambda pk: (days[pk], pk))[:MOST]
    for agreement in sorted(_editable(actor).filter(pk__in=first), key=lambda one: days[one.pk]):
        end = term_of(agreement, today).ends_on or days[agreement.pk]
        yield Todo(
            _("Decide whether %(agreement)s goes on") % {"agreement": agreement},
            _("After that day it renews by itself: it would run on beyond %s.") % formats.day(end),
            agreement.get_absolute_url(),
            "file-text",
            tone_of(days[agreement.pk], today) or "blue",
            days[agreement.pk],
            Work.ACTION,
        )


@todos.add(order=61)
def agreements_ending(actor: Actor) -> Iterator[Todo]:
    """Agreements that have ended, or will soon."""
    if not actor.can(P.VENDORS_EDIT):
        return
    today = timezone.localdate()
    rows = _editable(actor).filter(ending(today)).order_by("ends_on", "pk")[:MOST]
    for agreement, end in sorted(((one, _end(one, today)) for one in rows), key=lambda pair: pair[1]):
        if end < today:
            text, why = _("Renew or archive %s"), _("It has ended: nothing binds the vendor by it any more.")
        else:
            text, why = _("See to what follows %s"), _("It ends by then, and covers nothing after it.")
        tone = "red" if end < today else tone_of(end, today) or "blue"
        yield Todo(text % agreement, why, agreement.get_absolute_url(), "file-text", tone, end, Work.ACTION)


def _end(agreement: Agreement, today: dt.date) -> dt.date:
    return term_of(agreement, today).ends_on or today


@todos.add(order=62)
def offerings_without_dpa(actor: Actor) -> Iterator[Todo]:
    """Offerings that need a DPA, and that none covers."""
    if not actor.can(P.VENDORS_EDIT):
        return
    for offering, cover in uncovered(actor, P.VENDORS_EDIT)[:MOST]:
        in_use = offering.state == Offering.State.APPROVED
        yield Todo(
            _("See to a DPA for %s") % offering,
            _("Personal data goes there, or it processes for you. %s") % cover.gaps[0],
            f"{offering.get_absolute_url()}#agreements",
            "file-text",
            "red" if in_use else "yellow",
            None,
            Work.ACTION,
        )


@todos.add(order=63)
def framework_to_check(actor: Actor) -> Iterator[Todo]:
    """DPAs that rest on the Data Privacy Framework, whose list is to be looked at every year."""
    if not actor.can(P.VENDORS_EDIT):
        return
    today = timezone.localdate()
    for agreement in _editable(actor).filter(framework_check_due(today)).order_by("dpf_checked_on", "pk")[:MOST]:
        until = framework_until(agreement)
        tone = "red" if until is None or until < today else tone_of(until, today) or "blue"
        yield Todo(
            _("Check whether %(vendor)s is on the Data Privacy Framework’s list") % {"vendor": agreement.vendor.name},
            _("%s rests on it, and those on it certify themselves anew every year.") % agreement.reference,
            registers.of(Agreement).url("edit", agreement),
            "zoom-question",
            tone,
            until,
            Work.REVIEW,
        )


@figures.add(order=60)
def covered(actor: Actor) -> Iterator[Figure]:
    """Of the offerings that need a DPA, how many have one that counts."""
    if not actor.can(P.VENDORS_VIEW):
        return
    found = reached(actor, P.VENDORS_VIEW)
    if found:
        counting = sum(cover.dpa is not None for _offering, cover in found)
        url = registers.of(Offering).list_url(actor.organisation.slug)
        yield Figure(
            _("Covered by a DPA"),
            f"{counting} / {len(found)}",
            _("offerings that need one"),
            url if counting == len(found) else f"{url}?dpa=wanted",
            "file-text",
            "green" if counting == len(found) else "red",
        )
