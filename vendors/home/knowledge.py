"""Facts that go stale, certificates that expire and reports that grow old, on the home page of their owners."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Todo, Work, todos
from vendors.knowledge.freshness import ENDING, SOON, STALE
from vendors.knowledge.holding import year_after
from vendors.models import Assurance, Offering, VendorFact
from vendors.models.citable import UNVERIFIED

P, Status = Permission, Assurance.Status
EXPIRES, EXPIRES_SOON = dt.timedelta(days=90), dt.timedelta(days=30)
OLDEST_PERIOD = dt.timedelta(days=366)
MOST = 20
APART = 3
"""Facts about so many offerings have a line each; about more, one line for all of them."""

OVER = (Offering.State.REFUSED, Offering.State.ENDED)


@todos.add(order=160)
def facts_to_verify(actor: Actor) -> Iterator[Todo]:
    """The actor's facts that are stale, or will be within thirty days."""
    if actor.person is None:
        return
    today = timezone.localdate()
    rows: Any = VendorFact.objects.permitted(actor, P.VENDORS_EDIT).filter(
        owner=actor.person, archived_at=None, offering__archived_at=None, stale_on__lte=today + SOON
    )
    rows = rows.exclude(offering__state__in=OVER).exclude(confidence=UNVERIFIED)
    by_offering: dict[int, list[Any]] = defaultdict(list)
    for fact in rows.select_related("offering__organisation").order_by("stale_on", "pk"):
        by_offering[fact.offering_id].append(fact)
    if len(by_offering) > APART:
        every = sorted((fact for facts in by_offering.values() for fact in facts), key=lambda fact: fact.stale_on)
        name = _("%(n)d offerings") % {"n": len(by_offering)}
        yield _facts(every, name, [], today, actor)
        return
    for facts in by_offering.values():
        offering = facts[0].offering
        yield _facts(facts, offering.name, [("offering", offering.reference)], today, actor)


def _facts(facts: list[Any], name: str, which: list[tuple[str, str]], today: dt.date, actor: Actor) -> Todo:
    """One line for ``facts``, soonest stale first; ``which``: what narrows the list of facts to them."""
    stale = sum(fact.stale_on <= today for fact in facts)
    said = {"n": len(facts), "name": name, "stale": stale}
    text = ngettext("Verify %(n)d fact on %(name)s", "Verify %(n)d facts on %(name)s", len(facts))
    if stale:
        why = ngettext("%(stale)d is stale and cannot be cited.", "%(stale)d are stale and cannot be cited.", stale)
    else:
        why = _("They go stale soon, and cannot be cited then.")
    params = [*which, ("freshness", STALE), ("freshness", ENDING), ("owner", "me")]
    url = f"{registers.of(VendorFact).list_url(actor.organisation.slug)}?{urlencode(params)}"
    tone = "yellow" if stale else "blue"
    return Todo(text % said, why % said, url, "bulb", tone, facts[0].stale_on, Work.REVIEW)


@todos.add(order=161)
def assurance_to_renew(actor: Actor) -> Iterator[Todo]:
    """The actor's certificates that expire within ninety days, and reports whose period is, or will be, a year old."""
    if actor.person is None:
        return
    today = timezone.localdate()
    ends = Q(status=Status.CERTIFIED, expires_on__lte=today + EXPIRES)
    grows_old = Q(status=Status.REPORT, standard=Assurance.Standard.SOC2)
    grows_old &= Q(period_to__lte=today + EXPIRES - OLDEST_PERIOD + dt.timedelta(days=1))
    rows: Any = Assurance.objects.permitted(actor, P.VENDORS_EDIT).filter(owner=actor.person, archived_at=None)
    rows = rows.filter(vendor__archived_at=None, vendor__ended_on=None).filter(ends | grows_old)
    for one in rows.select_related("vendor", "organisation").order_by("pk")[:MOST]:
        yield _certificate(one, today) if one.status == Status.CERTIFIED else _report(one, today)


def _certificate(one: Any, today: dt.date) -> Todo:
    if one.expires_on < today:
        why, tone = _("The certificate has expired: ask for the new one, or say that there is none."), "red"
    else:
        why, tone = _("The certificate expires: ask for the new one."), _near(one.expires_on, today)
    text = _("Ask for the next certificate: %s") % one.title
    return Todo(text, why, one.get_absolute_url(), "certificate", tone, one.expires_on, Work.EVIDENCE)


def _report(one: Any, today: dt.date) -> Todo:
    until = year_after(one.period_to)
    if until >= today:
        why, tone = _("Its period will soon be twelve months old."), _near(until, today)
    elif one.bridge_until and one.bridge_until >= today:
        why, tone = _("Its period is over twelve months old; only the vendor’s letter bridges that."), "yellow"
        until = one.bridge_until
    else:
        why, tone = _("Its period ended more than twelve months ago: it does not count any more."), "red"
    text = _("Ask for the next report: %s") % one.title
    return Todo(text, why, one.get_absolute_url(), "certificate", tone, until, Work.EVIDENCE)


def _near(day: dt.date, today: dt.date) -> str:
    return "yellow" if day <= today + EXPIRES_SOON else "blue"
