"""How fresh a fact is, in words; and lists narrowed by that."""

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc import formats
from grc.registers.filters import Filter
from vendors.models.citable import UNVERIFIED, is_citable_on, is_stale_on, stale_on_of
from vendors.models.fact import VendorFact

SOON = dt.timedelta(days=30)
"""So long before a fact goes stale its owner is told."""

FRESH, ENDING, STALE, NEVER = "fresh", "ending", "stale", "unverified"


@dataclass(frozen=True)
class Freshness:
    """``state`` is one of fresh, ending, stale and unverified; only the first two may be cited."""

    state: str
    words: str
    tone: str

    @property
    def citable(self) -> bool:
        return self.state in (FRESH, ENDING)


def freshness_of(fact: VendorFact, today: dt.date) -> Freshness:
    stale_on = stale_on_of(fact)
    if stale_on is None or fact.confidence == UNVERIFIED:
        return Freshness(NEVER, _("Not verified"), "yellow")
    if today >= stale_on:
        return Freshness(STALE, _("Stale since %(day)s") % {"day": formats.day(stale_on)}, "red")
    left = (stale_on - today).days
    if left <= SOON.days:
        said = ngettext("Stale in %(n)d day", "Stale in %(n)d days", left) % {"n": left}
        return Freshness(ENDING, said, "orange")
    return Freshness(FRESH, _("Fresh until %(day)s") % {"day": formats.day(stale_on - dt.timedelta(days=1))}, "green")


class FreshnessFilter(Filter):
    called = "freshness"

    @property
    def heading(self) -> str:
        return _("Freshness")

    @cached_property
    def options(self) -> dict[str, str]:
        return {
            FRESH: _("May be cited"),
            ENDING: _("Stale within 30 days"),
            STALE: _("Stale"),
            NEVER: _("Not verified"),
        }

    def condition(self) -> Q:
        today, found = timezone.localdate(), Q(pk__in=())
        never = Q(verified_on=None) | Q(confidence=UNVERIFIED)
        means = {
            FRESH: is_citable_on(today),
            ENDING: is_citable_on(today) & Q(stale_on__lte=today + SOON),
            STALE: is_stale_on(today) & ~never,
            NEVER: never,
        }
        for value in self.values:
            if value not in means:
                raise self.bad(self.name, value)
            found |= means[value]
        return found
