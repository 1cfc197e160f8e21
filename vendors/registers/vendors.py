"""Vendors, what they supply, under which plans, by which routes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from grc.access.roles import Permission
from grc.models.organisation import Organisation
from grc.registers.register import Register, Related, Section, Text, registers
from grc.reports.document import Block
from vendors.agreements.filters import CoverFilter
from vendors.models import Offering, Route, Vendor, VendorPlan
from vendors.other_tables import VENDOR_NAMES, vendor_words
from vendors.overview.lacks import CountryFilter, LacksFilter
from vendors.using.frozen import use_of, use_tables
from vendors.using.guide import case_of, missing_of


@registers.add
class VendorRegister(Register):
    model = Vendor
    slug, prefix, group, icon = "vendors", "VEN", "vendors", "truck"
    about = _("Who supplies models, hosting, tools, data or labels: how critical they are, and what binds them.")
    first_step = _("Start with the company whose model your most important AI system calls.")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    columns = ("reference", "name", "kind", "criticality", "country", "owner", "review_on")
    more_columns = ("legal_name", "identifier", "functions", "contact_email", "ended_on", "tags", "updated_at")
    filters = ("kind", "criticality", "country", "owner", "review_on", "ended_on")
    more_filters = (CountryFilter, LacksFilter)
    search = ("reference", "name", "legal_name", "purpose", "functions")
    sections = (
        Section(_("Who it is"), ("name", "kind", "legal_name", "country", "identifier", "website", "owner")),
        Section(_("Contact"), ("contact_name", "contact_email")),
        Section(_("Why it matters"), ("purpose", "functions", "criticality", "criticality_reason")),
        Section(_("Over time"), ("review_on", "ended_on")),
    )
    related = (
        Related("offerings", "vendor", _("Offerings"), ("reference", "name", "kind", "state", "review_on")),
        Related(
            "agreements",
            "vendor",
            _("Agreements"),
            ("reference", "name", "kind", "effective_on", "ends_on"),
            on_page=False,
        ),
        Related(
            "assurances", "vendor", _("Assurance held"), ("reference", "standard", "status", "expires_on"),
            on_page=False,
        ),
        Related("vendor-reviews", "vendor", _("Reviews"), ("reference", "kind", "due_on", "done_on", "outcome")),
        Related("vendor-findings", "vendor", _("Findings"), ("reference", "name", "severity", "due_on", "done_on")),
        Related("exit-plans", "vendor", _("Exit plans"), ("reference", "name", "rehearsed_on", "rehearsal")),
        Related("vendor-incidents", "vendor", _("Incidents"), ("reference", "name", "severity", "state", "told_at")),
        Related(
            "vendor-notices", "vendor", _("Notices"), ("reference", "name", "received_on", "object_until", "decision")
        ),
    )  # fmt: skip
    tones = {
        "criticality": {"undecided": "yellow", "high": "orange", "critical": "red", "medium": "blue"},
    }
    import_names = VENDOR_NAMES

    def import_words(self, name: str, organisation: Organisation) -> Mapping[str, Any]:
        return vendor_words(name)


@registers.add
class OfferingRegister(Register):
    model = Offering
    slug, prefix, group, icon = "offerings", "OFR", "vendors", "package"
    about = _("What a vendor supplies. Its use is approved with the plans and routes that stand there at that moment.")
    first_step = _("Name one thing that you use, such as a model API; its plan and route come next.")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    over = {"state": ("refused", "ended")}
    columns = ("reference", "name", "vendor", "kind", "state", "decisions", "owner", "review_on")
    more_columns = ("gdpr_role", "approved_on", "state_reason", "tags", "updated_at")
    filters = ("state", "vendor", "kind", "decisions", "gdpr_role", "owner", "review_on")
    more_filters = (CoverFilter,)
    search = ("reference", "name", "purpose")
    sections = (
        Section(_("What it is"), ("vendor", "name", "kind", "purpose", "owner")),
        Section(_("What it touches"), ("gdpr_role", "decisions", "without_42001", "assurance_reason")),
        Section(_("Use"), ("state", "state_reason", "approved_on", "review_on")),
    )
    readonly = ("state", "state_reason", "approved_on")
    outside_version = ("state", "state_reason", "approved_on", "review_on")
    related = (
        Related("vendor-plans", "offering", _("Plans"), ("reference", "name", "tier", "allowed")),
        Related(
            "vendor-facts",
            "offering",
            _("Facts"),
            ("reference", "topic", "says", "verified_on", "stale_on"),
            on_page=False,
        ),
        Related(
            "agreements",
            "offering",
            _("Agreements for it alone"),
            ("reference", "name", "kind", "ends_on"),
            in_version=False,
            on_page=False,
        ),
        Related(
            "vendor-reviews",
            "offering",
            _("Reviews of it alone"),
            ("reference", "kind", "done_on", "outcome"),
            in_version=False,
        ),
    )
    tones = {
        "state": {"requested": "yellow", "approved": "green", "suspended": "orange", "refused": "red"},
        "decisions": {"decides": "red", "influences": "orange"},
        "gdpr_role": {"undecided": "yellow"},
    }
    guides_to_approval = True
    meanings = (_("I approve the use of this offering, on the plans and routes recorded here"),)

    def snapshot(self, record: Any) -> dict[str, Any]:
        """Its routes with their models and data, and what the approval rests on."""
        return use_of(record)

    def on_paper(self, body: dict[str, Any]) -> Sequence[tuple[Text, Sequence[Block]]]:
        return use_tables(body)

    def not_ready(self, record: Any) -> str:
        return missing_of(case_of(record))


@registers.add
class VendorPlanRegister(Register):
    model = VendorPlan
    slug, prefix, group, icon = "vendor-plans", "VPL", "vendors", "receipt"
    about = _("Plans and tiers: what a free plan allows the vendor is not what a business plan does.")
    first_step = _("Add the plan that you pay for, and the free one that nobody may use.")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    columns = ("reference", "name", "offering", "tier", "allowed")
    filters = ("offering", "tier", "allowed", "owner")
    search = ("reference", "name", "note")
    sections = (Section(_("Plan"), ("offering", "name", "tier", "allowed", "terms_url", "note", "owner")),)
    related = (
        Related("routes", "plan", _("Routes"), ("reference", "name", "through", "region", "model_ids")),
        Related("vendor-facts", "plan", _("Facts of this plan"), ("reference", "topic", "says", "stale_on")),
    )
    tones = {"tier": {"free": "orange"}}
    in_navigation = False


@registers.add
class RouteRegister(Register):
    model = Route
    slug, prefix, group, icon = "routes", "RTE", "vendors", "route"
    about = _("The ways to an offering: directly or through a cloud, in which region, to which models.")
    first_step = _("Name the host that your proxy calls, its region and the models.")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    columns = ("reference", "name", "plan", "through", "region", "model_ids")
    more_columns = ("country", "host", "data", "tags", "updated_at")
    filters = ("plan", "through", "data", "country", "owner")
    search = ("reference", "name", "host", "region")
    sections = (
        Section(_("Way"), ("plan", "name", "through", "host", "region", "country", "owner")),
        Section(_("What goes there"), ("model_ids", "data", "note")),
    )
    related = (Related("vendor-facts", "route", _("Facts of this route"), ("reference", "topic", "says", "stale_on")),)
    in_navigation = False
