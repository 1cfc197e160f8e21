"""What a combination of standards leaves open, whatever a vendor's own documents say.

Practitioners' orientation of 2025 and 2026 in our own words, and no standard: shown with ``SOURCE`` beside it.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vendors.models.assurance import Assurance

S = Assurance.Standard
WEIGHED = (S.ISO42001, S.ISO27001, S.SOC2)
SOURCE = _("Practitioners’ orientation, 2025 to 2026; no standard says so.")


@dataclass(frozen=True)
class Gap:
    """Something that is left open: what, and why it matters. ``standard``: of which assurance; empty: of all."""

    what: str | Promise
    reason: str | Promise
    standard: str = ""


MISSING = {
    S.ISO42001: Gap(
        _("How it governs its AI, and AI risks"),
        _("No live ISO/IEC 42001 certificate: information security says nothing about that, nor about the AI Act."),
    ),
    S.ISO27001: Gap(
        _("A management system for information security"),
        _("No live ISO/IEC 27001 certificate: that weighs most in finance, health and the public sector."),
    ),
    S.SOC2: Gap(
        _("Whether its controls worked over a period"),
        _("No live SOC 2 Type 2 report: nobody from outside has attested that they operated."),
    ),
}
CONTRACT = Gap(_("What it owes you"), _("Certificates and reports create no contract: read the DPA as well."))


def gaps_of_combination(live: Collection[str]) -> list[Gap]:
    """What these live standards together leave open. The ``CONTRACT`` always is, besides."""
    return [gap for standard, gap in MISSING.items() if standard not in live]
