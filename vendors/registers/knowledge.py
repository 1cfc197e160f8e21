"""What is known about vendors: facts, and the assurance that they hold."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.models.organisation import Organisation
from grc.registers.register import Action, Register, Section, registers
from vendors.knowledge.freshness import SOON, FreshnessFilter, freshness_of
from vendors.models import Assurance, VendorFact
from vendors.other_tables import FACT_NAMES, fact_words


@registers.add
class VendorFactRegister(Register):
    model = VendorFact
    slug, prefix, group, icon = "vendor-facts", "VFC", "vendors", "bulb"
    about = _("What is known of an offering, from which source, and when somebody last looked. Facts go stale.")
    first_step = _("Start with the question that every customer asks: is our data used for training?")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    columns = ("reference", "offering", "topic", "says", "verified_on", "stale_on", "confidence")
    more_columns = ("plan", "route", "days", "source", "conflict", "good_for_days", "owner", "tags", "updated_at")
    filters = ("topic", "offering", "confidence", "owner", "verified_on", "stale_on")
    search = ("reference", "says", "source", "conflict")
    sections = (
        Section(_("About what"), ("offering", "plan", "route", "topic")),
        Section(_("What is known"), ("says", "days", "conflict")),
        Section(_("From where"), ("source", "confidence", "verified_on", "good_for_days", "stale_on", "owner")),
    )
    readonly = ("stale_on",)
    more_filters = (FreshnessFilter,)
    import_names = FACT_NAMES
    tones = {"confidence": {"high": "green", "medium": "blue", "low": "orange", "unverified": "yellow"}}

    def tone(self, name: str, value: Any, record: Any = None) -> str:
        if name == "stale_on" and isinstance(value, dt.date):
            left = value - timezone.localdate()
            return "red" if left <= dt.timedelta(0) else "orange" if left <= SOON else ""
        return super().tone(name, value, record)

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        if record.archived_at is not None or not allows(actor, self.edit, record):
            return []
        stale = not freshness_of(record, timezone.localdate()).citable
        return [Action(_("Verified today"), self.url("verify", record), "circle-check", primary=stale)]

    def extra_urls(self) -> list[URLPattern]:
        from vendors.knowledge.pages import VerifyFactPage

        one = f"{self.slug}/<reference:reference>/verify"
        return [path(one, VerifyFactPage.as_view(register=self), name=f"{self.slug}-verify")]

    def import_words(self, name: str, organisation: Organisation) -> Mapping[str, Any]:
        return fact_words(name)


@registers.add
class AssuranceRegister(Register):
    model = Assurance
    slug, prefix, group, icon = "assurances", "ASU", "vendors", "certificate"
    about = _("Certificates and reports that vendors hold, what they cover, and what was confirmed with whom.")
    first_step = _("Ask your model provider for its SOC 2 Type 2 report and its ISO/IEC 42001 certificate.")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    columns = ("reference", "vendor", "standard", "status", "expires_on", "period_to", "ai_controls", "confirmed_on")
    more_columns = (
        "offering", "number", "body", "accreditation", "soc_type", "opinion", "criteria", "bridge_until", "owner",
        "tags", "updated_at",
    )  # fmt: skip
    filters = ("standard", "status", "vendor", "ai_controls", "owner", "expires_on", "period_to")
    search = ("reference", "name", "scope", "body", "number")
    sections = (
        Section(_("What it is"), ("vendor", "offering", "standard", "name", "status", "file", "scope", "owner")),
        Section(
            _("Certificate"),
            ("body", "accreditation", "number", "issued_on", "expires_on", "confirmed_on", "confirmed_with"),
        ),
        Section(
            _("Report"), ("soc_type", "period_from", "period_to", "bridge_until", "opinion", "criteria", "exceptions")
        ),
        Section(_("What it leaves to others"), ("ai_controls", "carve_outs", "our_part", "our_part_done")),
    )
    tones = {
        "status": {"certified": "green", "report": "green", "claimed": "yellow", "none": "red", "in-progress": "blue"},
        "ai_controls": {"yes": "green", "partly": "yellow", "no": "red"},
        "opinion": {"unqualified": "green", "qualified": "orange", "adverse": "red", "disclaimer": "red"},
    }

    def actions(self, record: Any, actor: Actor) -> list[Action]:
        certified = record.status == Assurance.Status.CERTIFIED and record.archived_at is None
        if not certified or not allows(actor, self.edit, record):
            return []
        first = record.confirmed_on is None
        return [Action(_("Confirmed with the body"), self.url("confirm", record), "circle-check", primary=first)]

    def extra_urls(self) -> list[URLPattern]:
        from vendors.knowledge.pages import ConfirmAssurancePage

        one = f"{self.slug}/<reference:reference>/confirm"
        return [path(one, ConfirmAssurancePage.as_view(register=self), name=f"{self.slug}-confirm")]
