"""What the vendor register shows, on the pages of requirements that are about vendors and customers."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from aims.supply.chain import Flag, Hop, hops_of
from controls.models import Requirement
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Register
from grc.registries import Part, record_parts
from vendors.models import (
    PERSONAL,
    CustomerCommitment,
    ExitPlan,
    Offering,
    Vendor,
    VendorFinding,
    VendorNotice,
    VendorReview,
)
from vendors.shadow.findings import shadow_of

P = Permission
YEAR = dt.timedelta(days=366)


@dataclass(frozen=True)
class Line:
    """A count, its words, and where the records behind it are."""

    label: str | Promise
    value: str
    tone: str
    url: str


@dataclass(frozen=True)
class Shown:
    """What ``actor`` may see of the vendor register, counted once for a page."""

    actor: Actor

    def url(self, name: str) -> str:
        return reverse(name, args=[self.actor.organisation.slug])

    @cached_property
    def hops(self) -> list[Hop]:
        return hops_of(self.actor)

    @cached_property
    def vendors(self) -> Any:
        rows = Vendor.objects.permitted(self.actor, P.VENDORS_VIEW)
        return rows.filter(archived_at=None, ended_on=None)

    def in_use(self) -> Line:
        number = self.vendors.count()
        return Line(_("Vendors that are not ended"), str(number), "", self.url("vendors-list"))

    def judged(self) -> Line:
        open_ones = self.vendors.filter(criticality=Vendor.Criticality.UNDECIDED).count()
        label = _("Vendors whose criticality nobody has judged")
        return Line(label, str(open_ones), _bad(open_ones), f"{self.url('vendors-list')}?criticality=undecided")

    def reviewed(self) -> Line:
        since = timezone.localdate() - YEAR
        done = VendorReview.objects.within(self.actor.organisation).filter(archived_at=None, done_on__gte=since)
        all_of_them = self.vendors.count()
        number = self.vendors.filter(pk__in=done.values("vendor")).count()
        tone = "green" if number == all_of_them else "yellow"
        return Line(
            _("Vendors reviewed within a year"), _of(number, all_of_them), tone, self.url("vendor-reviews-list")
        )

    def exits(self) -> Line:
        planned = ExitPlan.objects.within(self.actor.organisation).filter(archived_at=None)
        heavy = self.vendors.filter(criticality__in=("high", "critical"))
        number, all_of_them = heavy.filter(pk__in=planned.values("vendor")).count(), heavy.count()
        tone = "green" if number == all_of_them else "red"
        label = _("Vendors of high or critical weight with an exit plan")
        return Line(label, _of(number, all_of_them), tone, self.url("exit-plans-list"))

    def findings(self) -> Line:
        rows = VendorFinding.objects.permitted(self.actor, P.VENDORS_VIEW).filter(archived_at=None, done_on=None)
        number = rows.count()
        return Line(_("Open findings about vendors"), str(number), _bad(number), self.url("vendor-findings-list"))

    def approved(self) -> Line:
        used = {hop.offering.pk: hop.offering.state for hop in self.hops}
        number = list(used.values()).count(Offering.State.APPROVED)
        tone = "green" if number == len(used) else "orange"
        return Line(_("Offerings in use that are approved"), _of(number, len(used)), tone, self.url("offerings-list"))

    def contracts(self) -> Line:
        told = {hop.offering.pk: hop for hop in self.hops if set(hop.use.data) & set(PERSONAL)}
        number = sum(Flag.NO_DPA not in hop.flags for hop in told.values())
        tone = "green" if number == len(told) else "red"
        label = _("Offerings that receive personal data under a DPA that counts")
        return Line(label, _of(number, len(told)), tone, self.url("agreements-list"))

    def wrong(self) -> Line:
        number = sum(bool(hop.flags) for hop in self.hops)
        label = _("Uses of vendors with which something is wrong")
        return Line(label, _of(number, len(self.hops)), _bad(number), self.url("supply-chain"))

    def shadow(self) -> Line:
        number = len(shadow_of(self.actor.organisation).findings)
        return Line(_("Uses of models that nobody approved"), str(number), _bad(number), self.url("shadow-use"))

    def notices(self) -> Line:
        rows = VendorNotice.objects.permitted(self.actor, P.VENDORS_VIEW).filter(archived_at=None, decision="open")
        number = rows.count()
        label = _("Notices of vendors that nobody has decided on")
        return Line(label, str(number), _bad(number), f"{self.url('vendor-notices-list')}?decision=open")

    def promises(self) -> Line:
        rows = CustomerCommitment.objects.permitted(self.actor, P.CUSTOMERS_VIEW).filter(archived_at=None)
        return Line(_("Contracts with customers"), str(rows.count()), "", self.url("customer-commitments-list"))


S = Shown
SUPPLIERS = (S.in_use, S.judged, S.reviewed, S.exits, S.findings, S.approved, S.shadow)
LINES: dict[tuple[str, str], tuple[Callable[[Shown], Line], ...]] = {
    ("soc2", "CC9.2"): SUPPLIERS,
    ("iso42001", "A.10.2"): (S.in_use, S.contracts, S.promises),
    ("iso42001", "A.10.3"): SUPPLIERS,
    ("iso42001", "A.10.4"): (S.promises,),
    ("iso27001", "A.5.19"): SUPPLIERS,
    ("iso27001", "A.5.20"): (S.in_use, S.contracts),
    ("iso27001", "A.5.21"): (S.in_use, S.approved, S.wrong, S.shadow),
    ("iso27001", "A.5.22"): (S.reviewed, S.findings, S.notices),
    ("gdpr-28", "Art 28(2)"): (S.notices, S.contracts),
}
OF_ARTICLE_28 = (S.contracts, S.approved, S.wrong)


@record_parts.add(order=9)
def on_requirement(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    if not isinstance(record, Requirement) or not actor.can(P.VENDORS_VIEW):
        return
    catalogue = record.framework.catalogue
    lines = LINES.get((catalogue, record.code), OF_ARTICLE_28 if catalogue == "gdpr-28" else ())
    if lines:
        shown = Shown(actor)
        yield Part("aims/supply/requirement_panel.html", {"lines": [line(shown) for line in lines]})


def _of(number: int, all_of_them: int) -> str:
    return _("%(n)d of %(all)d") % {"n": number, "all": all_of_them}


def _bad(number: int) -> str:
    return "orange" if number else "green"
