"""Agreements with vendors, and what a DPA has to say."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from grc.access.roles import Permission
from grc.models.organisation import Organisation
from grc.registers.register import Register, Related, Section, registers
from vendors.agreements.filters import DPAFilter, DueFilter
from vendors.agreements.forms import AgreementForm, fitting
from vendors.models import Agreement, AgreementPoint
from vendors.other_tables import AGREEMENT_NAMES, agreement_words


@registers.add
class AgreementRegister(Register):
    model = Agreement
    slug, prefix, group, icon = "agreements", "AGR", "vendors", "file-text"
    about = _("DPAs, main contracts, NDAs and clauses: who signed, how long they hold, and what they say.")
    first_step = _("Start with the DPA of your model provider, and tick where it says what Art. 28 asks.")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    columns = ("reference", "name", "kind", "vendor", "effective_on", "ends_on", "owner")
    more_columns = (
        "offering", "renewal", "notice_days", "transfer", "training", "authorisation", "objection_days", "signed_on",
        "review_on", "tags", "updated_at",
    )  # fmt: skip
    filters = ("kind", "vendor", "transfer", "training", "flow_down", "renewal", "owner", "ends_on", "review_on")
    more_filters = (DPAFilter, DueFilter)
    search = ("reference", "name", "our_party", "their_party")
    sections = (
        Section(_("What it is"), ("vendor", "offering", "kind", "name", "file", "owner")),
        Section(_("Parties"), ("our_party", "we_are", "their_party", "they_are")),
        Section(
            _("How long it holds"),
            (
                "signed_on", "effective_on", "ends_on", "renewal", "renewal_months", "notice_days", "ended_on",
                "review_on",
            ),
        ),
        Section(
            _("Subprocessors, breaches, audits"),
            ("authorisation", "objection_days", "flow_down", "breach_hours", "audit_rights"),
        ),
        Section(
            _("Transfers"),
            (
                "transfer", "transfer_to", "scc_modules", "adequacy", "assessment", "dpf_checked_on", "uk_data",
                "uk_addendum_on",
            ),
        ),
        Section(
            _("Training on our data"),
            ("training", "training_decider", "training_reason"),
            _("That a vendor may train does not settle who the controller is: who determines purpose and means does."),
        ),
    )  # fmt: skip
    related = (
        Related(
            "agreement-points", "agreement", _("What it has to say"), ("point", "finding", "clause", "note"),
            on_page=False,
        ),
    )  # fmt: skip
    tones = {
        "transfer": {"undecided": "yellow", "open": "red"},
        "training": {"unknown": "yellow", "may": "red"},
        "flow_down": {"no": "red"},
    }
    import_names = AGREEMENT_NAMES

    def import_words(self, name: str, organisation: Organisation) -> Mapping[str, Any]:
        return agreement_words(name)

    def sections_of(self, record: Any) -> Sequence[Section]:
        return fitting(self.sections, record)

    def form_class(self) -> Any:
        return AgreementForm


@registers.add
class AgreementPointRegister(Register):
    model = AgreementPoint
    slug, prefix, group, icon = "agreement-points", "AGP", "vendors", "checks"
    about = _("What a data processing agreement has to say, each with the clause where it says it.")
    first_step = _("Open a DPA: its points are there, to be ticked one by one.")
    view, edit = Permission.VENDORS_VIEW, Permission.VENDORS_EDIT
    columns = ("reference", "agreement", "point", "finding", "clause")
    filters = ("agreement", "point", "finding", "owner")
    search = ("reference", "clause", "note")
    sections = (Section(_("Point"), ("agreement", "point", "finding", "clause", "note", "owner")),)
    tones = {"finding": {"open": "yellow", "met": "green", "missing": "red"}}
    in_navigation = False
