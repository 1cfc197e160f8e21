"""What vendors in use lack, as conditions of their list: counted on overviews, and shown by the list's own filter."""

from functools import cached_property

from babel import Locale
from django.db.models import Exists, OuterRef, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.registers.filters import EMPTY, Filter
from vendors.agreements.due import STOPPED
from vendors.models import Agreement, ExitPlan, Offering, Vendor

WEIGHTY = (Vendor.Criticality.HIGH, Vendor.Criticality.CRITICAL)


def _none(model: type) -> Q:
    return Q(~Exists(model.unscoped.filter(vendor=OuterRef("pk"), archived_at=None)))  # type: ignore[attr-defined]


def _unused() -> Q:
    offerings = Offering.unscoped.filter(vendor=OuterRef("pk"), archived_at=None)
    stopped = Q(Exists(offerings)) & ~Q(Exists(offerings.exclude(state__in=STOPPED)))
    return stopped & _none(Agreement)


UNUSED = _unused()
"""Vendors of whom everything is refused or no longer used, and with whom nothing was signed: they stand there so that
nobody asks again, and need nothing."""

LACKS: dict[str, tuple[str | Promise, Q]] = {
    "identifier": (gettext_lazy("No company identifier"), Q(identifier="")),
    "country": (gettext_lazy("No country"), Q(country="")),
    "entity": (gettext_lazy("No contracting entity"), Q(legal_name="")),
    "functions": (gettext_lazy("No functions named"), Q(functions="")),
    "agreement": (gettext_lazy("No agreement"), _none(Agreement)),
    "exit": (gettext_lazy("High or critical, no exit plan"), Q(criticality__in=WEIGHTY) & _none(ExitPlan)),
    "review": (gettext_lazy("No next review"), Q(review_on=None)),
}
"""By name: in words, and which vendors lack it."""
IN_USE = Q(archived_at=None, ended_on=None)


def lacking(name: str) -> Q:
    """Vendors that lack what ``LACKS`` has under ``name``, without those of whom nothing is used."""
    return LACKS[name][1] & ~UNUSED


class LacksFilter(Filter):
    """Vendors in use that lack one of these."""

    called = "lacks"

    @property
    def heading(self) -> str:
        return _("Missing")

    @cached_property
    def options(self) -> dict[str, str]:
        return {name: str(words) for name, (words, _condition) in LACKS.items()}

    def condition(self) -> Q:
        wanted = Q(pk__in=[])
        for value in self.values:
            if value not in self.options:
                raise self.bad(self.name, value)
            wanted |= lacking(value)
        return wanted & Q(ended_on=None)


class CountryFilter(Filter):
    """Vendors by the country of their contracting entity: those countries that there are."""

    called = "country"

    @cached_property
    def options(self) -> dict[str, str]:
        rows = Vendor.objects.permitted(self.actor, self.register.view).exclude(country="")
        codes = rows.order_by("country").values_list("country", flat=True).distinct()
        return {code: country_name(code) for code in codes} | {EMPTY: _("Empty")}


def country_name(code: str) -> str:
    """“Ireland” for “IE”; the code itself where it is none."""
    return str(Locale("en").territories.get(code, code))
