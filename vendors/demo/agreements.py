"""What binds the demo's vendors. Every contract, clause and date here is invented; so are the texts that are attached.

Microsoft, Amazon and Vectorhaus have a DPA that counts; notice to Vectorhaus falls due in twenty days, and the one with
Clarion ends soon. Mistral's lets it train, and nobody settled who decides on that. Telmo has a main contract alone;
OpenAI and Anthropic have none, because they are not used directly.
"""

import datetime as dt
import io
from typing import Any

from django.utils import timezone
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from evidence.actions.items import add_file
from evidence.models import EvidenceItem
from grc.access.actor import Actor
from grc.demo import HOME, demo_actor
from grc.registries import seeders
from vendors.agreements.actions import Tick, tick_points
from vendors.demo.base import VERA, named, saved
from vendors.models import Agreement, AgreementPoint, Offering, Vendor

US = "Nordhaven Insurance SE"
POINTS = list(AgreementPoint.Point)
READ: dict[str, Any] = {
    "kind": "dpa", "authorisation": "general", "flow_down": "yes", "transfer": "none", "uk_data": "no",
}  # fmt: skip

# vendor, its offering alone, name, signed so many days ago, other fields; days are from today
AGREEMENTS: tuple[tuple[str, str, str, int, dict[str, Any]], ...] = (
    ("Microsoft", "", "Data protection addendum, Azure services", 372,
     READ | {"objection_days": 180, "breach_hours": 72, "training": "no", "review_on": 120,
             "their_party": "Microsoft Ireland Operations Limited",
             "audit_rights": "Reports first; on site where they do not answer the question."}),
    ("Amazon Web Services", "", "Data processing addendum, Ireland region", 341,
     READ | {"objection_days": 30, "breach_hours": 72, "training": "no", "review_on": 80,
             "their_party": "Amazon Web Services EMEA SARL", "audit_rights": "Reports, once a year."}),
    ("Mistral AI", "La Plateforme / AI Studio", "Data processing agreement, Scale plan", 254,
     READ | {"objection_days": 10, "breach_hours": 48, "training": "opt-out", "review_on": -12,
             "their_party": "Mistral AI SAS", "audit_rights": "On site with 90 days’ notice, at our cost."}),
    ("Vectorhaus", "", "Data processing agreement, dedicated cluster", 650,
     READ | {"objection_days": 30, "breach_hours": 24, "training": "no", "renewal": "automatic",
             "renewal_months": 12, "notice_days": 60, "ends_on": 80, "their_party": "Vectorhaus GmbH",
             "audit_rights": "Once a year, with 14 days’ notice."}),
    ("Clarion Annotation", "", "Data processing agreement, labelling of claims", 684,
     READ | {"authorisation": "none", "flow_down": "unknown", "breach_hours": 24, "training": "no",
             "renewal": "fixed", "ends_on": 46, "their_party": "Clarion Annotation OÜ",
             "audit_rights": "At any time in working hours."}),
    ("Telmo Data", "", "Data licence, parts prices", 300,
     {"kind": "msa", "we_are": "none", "they_are": "none", "training": "no", "renewal": "automatic",
      "renewal_months": 12, "notice_days": 30, "ends_on": 210, "their_party": "Telmo Data S.L."}),
    ("Google Cloud", "", "Non-disclosure agreement for the comparison", 40,
     {"kind": "nda", "we_are": "none", "they_are": "none", "renewal": "fixed", "ends_on": 690,
      "their_party": "Google Cloud EMEA Limited"}),
)  # fmt: skip

OPEN = {
    "Mistral AI": {
        "purpose": ("open", "", "“To improve our services” stands beside the service itself."),
        "h": ("missing", "", "Information yes; an audit only on site, and it says nothing of unlawful instructions."),
    }
}
"""Points that are not met: finding, clause, note."""


@seeders.add(order=45)
def seed_agreements() -> None:
    manager = demo_actor(VERA, HOME)
    if Agreement.objects.within(manager.organisation).exists():
        return
    with manager.working():
        for row in AGREEMENTS:
            _agreement(row, manager)


def _agreement(row: tuple[str, str, str, int, dict[str, Any]], by: Actor) -> None:
    vendor, offering, name, ago, values = row
    today = timezone.localdate()
    signed = today - dt.timedelta(days=ago)
    days = {"ends_on", "review_on"} & set(values)
    agreement = Agreement(
        vendor=named(Vendor, vendor, by),
        offering=named(Offering, offering, by) if offering else None,
        name=name,
        our_party=US,
        signed_on=signed,
        effective_on=signed,
        **values | {field: today + dt.timedelta(days=values[field]) for field in days},
    )
    agreement.file = _text(agreement, vendor, by)
    saved(agreement, by, ago - 2)
    if agreement.kind == Agreement.Kind.DPA:
        tick_points(agreement=agreement, ticks=_ticks(vendor), by=by)


def _ticks(vendor: str) -> dict[str, Tick]:
    """The particulars stand in annex 1, the letters in sections 3 and following."""
    found = {}
    for number, point in enumerate(POINTS):
        clause = f"Annex 1, no. {number + 1}" if number < 7 else f"§ {number - 4}"
        finding, where, note = OPEN.get(vendor, {}).get(point.value, ("met", clause, ""))
        found[point.value] = Tick(finding, where, note, lock=1)
    return found


def _text(agreement: Agreement, vendor: str, by: Actor) -> EvidenceItem:
    item = EvidenceItem(
        name=f"{vendor}: {agreement.name}",
        kind="agreement",
        description="The text as both signed it. Invented for the demo organisation, as is every clause in it.",
        dated_on=agreement.signed_on,
        classification="confidential",
    )
    kept: EvidenceItem = saved(item, by, 2)
    stem = kept.name.lower().replace(":", "").replace(",", "").replace(" ", "-")
    add_file(item=kept, upload=io.BytesIO(_pdf(agreement)), name=f"{stem}.pdf", by=by)
    return kept


def _pdf(agreement: Agreement) -> bytes:
    styles, out = getSampleStyleSheet(), io.BytesIO()
    lines = [Paragraph(agreement.name, styles["Title"])]
    lines.append(Paragraph(f"between {agreement.our_party} and {agreement.their_party}", styles["BodyText"]))
    if agreement.kind == Agreement.Kind.DPA:
        for number, point in enumerate(POINTS):
            head = f"Annex 1, no. {number + 1}" if number < 7 else f"§ {number - 4}"
            lines.append(Paragraph(f"{head}: {point.label}", styles["BodyText"]))
    lines.append(Spacer(1, 24))
    note = "Invented for the demo. Neither Nordhaven Insurance nor this agreement exists; the vendor signed nothing."
    lines.append(Paragraph(note, styles["Italic"]))
    SimpleDocTemplate(out, pagesize=A4, title=agreement.name, author=US).build(lines)
    return out.getvalue()
