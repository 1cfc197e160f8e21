"""The sheets of the register: which column of which template each is, and what is not held at all.

Templates and columns: Commission Implementing Regulation (EU) 2024/2956, Annex I, with the numbering of its
corrigendum (OJ L, 2025/90725, 19.9.2025), which moved the columns of B_06.01 up by ten. A column without a code is
Assay's own: what is recorded here, and has no column, or not the same meaning, in a template.
"""

from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Column:
    """``code``: the four digits of the template's column; empty: a column of Assay's own."""

    name: str
    title: Text
    code: str = ""


@dataclass(frozen=True)
class Sheet:
    """``template``: its code in the regulation, empty for a sheet of Assay's own. ``not_held``: columns of the
    template that nothing here fills, by their four digits."""

    key: str
    title: Text
    about: Text
    columns: tuple[Column, ...]
    template: str = ""
    not_held: tuple[tuple[str, Text], ...] = ()

    @property
    def name(self) -> str:
        """On the sheet's tab."""
        return f"{self.template} {self.title}".strip()

    def heading(self, column: Column) -> str:
        return f"{self.template}.{column.code} {column.title}" if column.code else str(column.title)

    @property
    def headings(self) -> list[str]:
        return [self.heading(column) for column in self.columns]


@dataclass
class Filled:
    """A sheet with its rows, each a value by the column's name."""

    sheet: Sheet
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def cells(self) -> list[list[Any]]:
        return [[row.get(column.name) for column in self.sheet.columns] for row in self.rows]


CODE, CODE_TYPE = _("Identification code of the provider"), _("Type of code")
CONTRACT = Column("contract", _("Contractual arrangement reference number"), "0010")

SHEETS: tuple[Sheet, ...] = (
    Sheet(
        "entity", _("Entity"), _("Who keeps this register."),
        (Column("name", _("Name of the entity"), "0020"), Column("written_on", _("Written on"))),
        "B_01.01",
        (("0010", _("LEI of the entity")), ("0030", _("Country of the entity")), ("0040", _("Type of entity")),
         ("0050", _("Competent authority")), ("0060", _("Date of the reporting"))),
    ),
    Sheet(
        "contracts", _("Contracts"), _("Every agreement with a provider in use."),
        (CONTRACT, Column("name", _("Agreement")), Column("kind", _("Kind of agreement")),
         Column("provider", _("Provider")), Column("our_party", _("Who signs for us")),
         Column("their_party", _("Who signs for the provider")), Column("signed_on", _("Signed on")),
         Column("in_force", _("In force today")), Column("renewal", _("Renewal")),
         Column("audit_rights", _("Audit rights")), Column("flow_down", _("Same duties for subcontractors"))),
        "B_02.01",
        (("0020", _("Type of contractual arrangement")), ("0030", _("Overarching arrangement")),
         ("0040", _("Currency")), ("0050", _("Annual expense"))),
    ),
    Sheet(
        "services", _("Contracted services"),
        _("Each offering under each agreement that covers it, by the ways it is reached."),
        (CONTRACT, Column("code", CODE, "0030"), Column("code_type", CODE_TYPE, "0040"),
         Column("provider", _("Provider")), Column("offering", _("Offering")),
         Column("service", _("Kind of service, in Assay’s words")), Column("state", _("State of the offering")),
         Column("functions", _("Functions that depend on the provider")),
         Column("start", _("Start date"), "0070"), Column("end", _("End date"), "0080"),
         Column("notice", _("Notice period for the financial entity, in days"), "0100"),
         Column("countries", _("Countries where data is processed"), "0160"),
         Column("regions", _("Regions")), Column("data", _("Classes of data"))),
        "B_02.02",
        (("0020", _("LEI of the entity making use of the service")), ("0050", _("Function identifier")),
         ("0060", _("Type of ICT services (S01 to S19)")), ("0090", _("Reason of the termination")),
         ("0110", _("Notice period for the provider")), ("0120", _("Country of the governing law")),
         ("0130", _("Country of provision")), ("0140", _("Storage of data")), ("0150", _("Location of data at rest")),
         ("0170", _("Sensitiveness of the data")), ("0180", _("Level of reliance"))),
    ),
    Sheet(
        "signing", _("Signing providers"), _("Which provider signed which agreement."),
        (CONTRACT, Column("code", CODE, "0020"), Column("code_type", CODE_TYPE, "0030"),
         Column("provider", _("Provider")), Column("their_party", _("Who signs for the provider"))),
        "B_03.02",
    ),
    Sheet(
        "providers", _("Providers"), _("Every vendor in use."),
        (Column("code", CODE, "0010"), Column("code_type", CODE_TYPE, "0020"),
         Column("legal_name", _("Legal name"), "0050"), Column("name", _("Name in the Latin alphabet"), "0060"),
         Column("country", _("Country of the headquarters"), "0080"), Column("reference", _("Reference here")),
         Column("kind", _("Kind of vendor")), Column("criticality", _("Criticality here")),
         Column("reason", _("Reason for it")), Column("review_on", _("Next review"))),
        "B_05.01",
        (("0030", _("Additional code")), ("0040", _("Type of the additional code")), ("0070", _("Type of person")),
         ("0090", _("Currency")), ("0100", _("Annual expense")), ("0110", _("Ultimate parent undertaking")),
         ("0120", _("Type of its code"))),
    ),
    Sheet(
        "chain", _("Supply chain"),
        _("Rank 1 holds the contract; a provider that is reached through it has rank 2."),
        (CONTRACT, Column("code", CODE, "0030"), Column("code_type", CODE_TYPE, "0040"),
         Column("rank", _("Rank"), "0050"),
         Column("recipient_code", _("Code of the recipient of the sub-service"), "0060"),
         Column("recipient_type", _("Type of its code"), "0070"), Column("provider", _("Provider")),
         Column("recipient", _("Recipient")), Column("offering", _("Offering")), Column("route", _("Route"))),
        "B_05.02",
        (("0020", _("Type of ICT services (S01 to S19)")),),
    ),
    Sheet(
        "functions", _("Functions"), _("Business functions as they are named at vendors."),
        (Column("function", _("Function name"), "0030"), Column("providers", _("Providers that it depends on")),
         Column("criticality", _("Highest criticality of those providers")),
         Column("reasons", _("Reasons recorded for it"))),
        "B_06.01",
        (("0010", _("Function identifier")), ("0020", _("Licensed activity")), ("0040", _("LEI of the entity")),
         ("0050", _("Criticality or importance assessment")), ("0060", _("Reasons for criticality or importance")),
         ("0070", _("Date of the last assessment")), ("0080", _("Recovery time objective")),
         ("0090", _("Recovery point objective")), ("0100", _("Impact of discontinuing the function"))),
    ),
    Sheet(
        "assessment", _("Assessment"), _("Agreements with vendors of high or critical weight."),
        (CONTRACT, Column("code", CODE, "0020"), Column("code_type", CODE_TYPE, "0030"),
         Column("exit_plan", _("Existence of an exit plan"), "0080"),
         Column("alternative", _("Were alternative providers identified"), "0110"),
         Column("alternatives", _("What takes its place"), "0120"), Column("provider", _("Provider")),
         Column("criticality", _("Criticality here")), Column("days", _("Days that leaving takes")),
         Column("rehearsed_on", _("Exit last rehearsed on")), Column("rehearsal", _("Result of the rehearsal")),
         Column("reviewed_on", _("Last review here")), Column("outcome", _("Its outcome"))),
        "B_07.01",
        (("0040", _("Type of ICT services (S01 to S19)")), ("0050", _("Substitutability")),
         ("0060", _("Reason where it is not substitutable")),
         ("0070", _("Date of the last audit: a review or a certificate is none")),
         ("0090", _("Possibility of reintegration")), ("0100", _("Impact of discontinuing the service"))),
    ),
    Sheet(
        "assurance", _("Assurance held"), _("Certificates, reports and claims, as far as somebody here saw them."),
        (Column("reference", _("Reference")), Column("provider", _("Provider")), Column("standard", _("Standard")),
         Column("status", _("Status")), Column("body", _("Certification body or auditor")),
         Column("number", _("Number")), Column("scope", _("Scope")), Column("expires_on", _("Expires on")),
         Column("period_to", _("Period to, or as of")), Column("confirmed_on", _("Confirmed on"))),
    ),
    Sheet(
        "exits", _("Exit plans"), _("How to go on without a provider, and when that was last tried."),
        (Column("reference", _("Reference")), Column("provider", _("Provider")), Column("name", _("Plan")),
         Column("triggers", _("When one leaves")), Column("alternative", _("What takes its place")),
         Column("steps", _("What is done")), Column("data_return", _("What becomes of the data")),
         Column("days", _("Days that it takes")), Column("rehearsed_on", _("Last rehearsed on")),
         Column("rehearsal", _("Result")), Column("review_on", _("Next rehearsal"))),
    ),
)  # fmt: skip

TEMPLATES_LEFT_OUT: tuple[tuple[str, Text], ...] = (
    ("B_01.02", _("Entities within the scope of consolidation")),
    ("B_01.03", _("Branches")),
    ("B_02.03", _("Intra-group arrangements")),
    ("B_03.01", _("Entities signing the arrangements")),
    ("B_03.03", _("Entities providing ICT services")),
    ("B_04.01", _("Entities making use of the services")),
    ("B_99.01", _("Definitions of the entity’s own")),
)
