"""The supply chain of AI systems: each use of a route with what is known and what is wrong about it."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from aims.models import AISystem, SystemUse
from grc.access.actor import Actor
from grc.access.roles import Permission
from vendors.agreements.needing import OWN_DUTIES, keys_needing_dpa
from vendors.agreements.standing import Cover, covers_of
from vendors.changes.places import EEA
from vendors.models import PERSONAL, DataClass, Offering, Route, Vendor, VendorFact, VendorPlan
from vendors.using.approved import approved_routes


class Flag(models.TextChoices):
    """What is wrong with a use."""

    DATA = "data", gettext_lazy("Data reaches it that may not go there")
    NO_DPA = "no-dpa", gettext_lazy("Personal data without a DPA that counts")
    REGION = "region", gettext_lazy("No region")
    FREE = "free", gettext_lazy("Free plan")
    PLAN = "plan", gettext_lazy("Plan not allowed")
    NOT_APPROVED = "not-approved", gettext_lazy("Not approved")
    THIRD = "third", gettext_lazy("Third country")


TONES = {Flag.DATA: "red", Flag.NO_DPA: "red", Flag.FREE: "red", Flag.PLAN: "red", Flag.NOT_APPROVED: "orange"}


@dataclass(frozen=True)
class Hop:
    """One AI system's use of one route. ``extra``: classes of data that reach it and may not; ``listed``: the fact that
    says where the vendor lists its own subprocessors; ``needs_dpa``: by its role, or by what may reach it."""

    use: SystemUse
    approved: bool
    cover: Cover
    flags: list[Flag]
    extra: list[str] = field(default_factory=list)
    listed: VendorFact | None = None
    needs_dpa: bool = False

    @property
    def system(self) -> AISystem:
        return self.use.system

    @property
    def route(self) -> Route:
        return self.use.route

    @property
    def plan(self) -> VendorPlan:
        return self.route.plan

    @property
    def offering(self) -> Offering:
        return self.plan.offering

    @property
    def vendor(self) -> Vendor:
        return self.offering.vendor

    @property
    def data(self) -> list[str]:
        return words_of(self.use.data)

    @property
    def marks(self) -> list[tuple[str, str]]:
        """(word, tone) of each flag."""
        return [(str(flag.label), TONES.get(flag, "yellow")) for flag in self.flags]

    @property
    def approval(self) -> tuple[str, str]:
        """How its approval stands, as word and tone."""
        if self.approved:
            return _("Approved"), "green"
        if self.offering.state == Offering.State.APPROVED:
            return _("Route not approved"), "orange"
        return str(self.offering.get_state_display()), "red" if self.offering.state == "refused" else "orange"

    @property
    def contract(self) -> tuple[str, str]:
        """How its DPA stands, as word and tone."""
        if self.cover.dpa is not None:
            return _("DPA counts"), "green"
        if Flag.NO_DPA in self.flags:
            return _("No DPA that counts"), "red"
        if self.needs_dpa:
            return _("No DPA that counts"), "orange"
        if self.offering.gdpr_role in OWN_DUTIES:
            return _("Own controller, no DPA"), ""
        return _("No DPA, no personal data"), ""

    @property
    def place(self) -> str:
        country = f" ({self.route.country})" if self.route.country else ""
        return (self.route.region or _("No region")) + country


def hops_of(actor: Actor, system: AISystem | None = None, today: dt.date | None = None) -> list[Hop]:
    """The uses of today that ``actor`` may see, of one system or of all. A fixed number of queries."""
    today = today or timezone.localdate()
    rows = SystemUse.objects.permitted(actor, Permission.VENDORS_VIEW).filter(
        Q(until=None) | Q(until__gte=today), archived_at=None, system__archived_at=None, route__archived_at=None
    )
    if system is not None:
        rows = rows.filter(system=system.pk)
    uses = list(
        rows.select_related(
            "system__organisation", "route__organisation", "route__through__organisation", "route__plan__organisation",
            "route__plan__offering__organisation", "route__plan__offering__vendor__organisation",
        ).order_by("system__reference", "reference")
    )  # fmt: skip
    offerings = {use.route.plan.offering_id: use.route.plan.offering for use in uses}
    covers = covers_of(list(offerings.values()), today)
    approved = {one.reference for one in approved_routes(actor.organisation)}
    needing, listed = keys_needing_dpa(offerings.values()), _listed(actor, offerings)
    return [
        _hop(use, use.route.reference in approved, covers[key], listed.get(key), key in needing)
        for use in uses
        for key in [use.route.plan.offering_id]
    ]


def words_of(data: Sequence[str]) -> list[str]:
    """Classes of data in words, in the order in which they weigh."""
    return [str(one.label) for one in DataClass if one.value in data]


def _hop(use: SystemUse, approved: bool, cover: Cover, listed: VendorFact | None, needs_dpa: bool) -> Hop:
    extra = [one for one in use.data if one not in use.route.data]
    flags = [*_flags(use, approved, cover, extra)]
    return Hop(use, approved, cover, flags, words_of(extra), listed, needs_dpa)


def _flags(use: SystemUse, approved: bool, cover: Cover, extra: list[str]) -> Iterator[Flag]:
    route, plan = use.route, use.route.plan
    if extra:
        yield Flag.DATA
    if set(use.data) & set(PERSONAL) and cover.dpa is None and plan.offering.gdpr_role not in OWN_DUTIES:
        yield Flag.NO_DPA
    if plan.tier == VendorPlan.Tier.FREE:
        yield Flag.FREE
    if not plan.allowed:
        yield Flag.PLAN
    if not approved:
        yield Flag.NOT_APPROVED
    if not route.region:
        yield Flag.REGION
    if route.country and route.country not in EEA:
        yield Flag.THIRD


def _listed(actor: Actor, offerings: dict[int, Offering]) -> dict[int, VendorFact]:
    """By offering: the newest fact about where its vendor lists its subprocessors."""
    rows = VendorFact.objects.permitted(actor, Permission.VENDORS_VIEW).filter(
        offering__in=offerings, topic=VendorFact.Topic.SUBPROCESSORS, archived_at=None
    )
    return {fact.offering_id: fact for fact in rows.select_related("organisation").order_by("verified_on", "pk")}
