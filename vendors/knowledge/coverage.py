"""What a vendor holds for an offering, what that leaves open, and whether it is enough for how the offering is used."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from vendors.knowledge.combination import CONTRACT, WEIGHED, Gap, gaps_of_combination
from vendors.knowledge.holding import Held, held_of
from vendors.models.assurance import Assurance
from vendors.models.vendor import PERSONAL, Offering, Route

S, Decisions = Assurance.Standard, Offering.Decisions
CONSEQUENTIAL = (Decisions.INFLUENCES, Decisions.DECIDES)


@dataclass(frozen=True)
class Coverage:
    """``held``: every standard that is weighed, and whatever else is recorded. ``enough`` for how it is used here, with
    the ``reason``; what is ``leaves_open`` may be so all the same."""

    held: list[Held]
    leaves_open: list[Gap]
    enough: bool
    reason: str

    @property
    def live(self) -> set[str]:
        """The standards that count today."""
        return {held.standard for held in self.held if held.live}


def coverage_of(offering: Offering, today: dt.date) -> Coverage:
    """What covers ``offering`` on ``today``. Two queries."""
    return coverages_of([offering], today)[offering.pk]


def coverages_of(offerings: Sequence[Offering], today: dt.date) -> dict[int, Coverage]:
    """The same for many offerings of one organisation, by key. Two queries, whatever their number."""
    if not offerings:
        return {}
    organisation = offerings[0].organisation
    rows = Assurance.objects.within(organisation).filter(archived_at=None)
    rows = rows.filter(vendor__in={one.vendor_id for one in offerings}).filter(
        Q(offering=None) | Q(offering__in=offerings)
    )
    by_vendor: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("organisation").order_by("standard", "pk"):
        by_vendor[row.vendor_id].append(row)
    sensitive = _sensitive(offerings)
    found = {}
    for one in offerings:
        applies = [row for row in by_vendor[one.vendor_id] if row.offering_id in (None, one.pk)]
        found[one.pk] = weigh(one, applies, today, personal=one.pk in sensitive)
    return found


def weigh(offering: Offering, assurances: Sequence[Assurance], today: dt.date, *, personal: bool) -> Coverage:
    """The verdict over ``assurances``, all of which apply to ``offering``. No query."""
    held = _in_order([held_of(one, today, personal=personal) for one in assurances])
    live = {one.standard for one in held if one.live}
    counted = [one for one in held if one.live or one.standard not in live]
    gaps = [*gaps_of_combination(live), *(gap for one in counted for gap in one.gaps), CONTRACT]
    reasons = [_for_decisions(offering, live), _for_data(held, personal)]
    said = [sentence for _enough, sentence in reasons if sentence]
    if not said:
        said = [_("It decides nothing about people, and no personal data may go there: nothing more is asked.")]
    return Coverage(held, gaps, enough=all(enough for enough, _sentence in reasons), reason=" ".join(said))


def _for_decisions(offering: Offering, live: set[str]) -> tuple[bool, str]:
    if offering.decisions == Decisions.REVIEWED:
        return True, _("People review every output: a certificate for AI management is not asked for.")
    if offering.decisions not in CONSEQUENTIAL:
        return True, ""
    if S.ISO42001 in live:
        return True, _("It sways decisions about people, and holds a live ISO/IEC 42001 certificate.")
    if offering.without_42001:
        return True, _("It sways decisions about people without an ISO/IEC 42001 certificate, for a recorded reason.")
    sentence = _("It sways decisions about people: that takes a live ISO/IEC 42001 certificate, or a recorded reason.")
    return False, sentence


def _for_data(held: Sequence[Held], personal: bool) -> tuple[bool, str]:
    if not personal:
        return True, ""
    attested = [one for one in held if one.attests and one.standard in (S.ISO27001, S.SOC2)]
    if attested:
        names = " + ".join(sorted({str(one.name) for one in attested}))
        return True, _("Personal data may go there, and its security is attested: %(names)s.") % {"names": names}
    sentence = _("Personal data may go there: that takes a live ISO/IEC 27001 certificate or SOC 2 Type 2 report.")
    return False, sentence


def _in_order(held: Sequence[Held]) -> list[Held]:
    """Every standard that is weighed, recorded or not, then the others; what counts longest comes first."""
    first = {standard: number for number, standard in enumerate((*WEIGHED, S.ISO27701, S.OTHER))}
    recorded = {one.standard for one in held}
    missing = [
        Held(standard, standard.label, _("Nothing is recorded"), "yellow")
        for standard in WEIGHED
        if standard not in recorded
    ]

    def place(one: Held) -> tuple[int, bool, int]:
        return first[S(one.standard)], not one.live, -(one.until or dt.date.min).toordinal()

    return sorted([*held, *missing], key=place)


def _sensitive(offerings: Sequence[Offering]) -> set[int]:
    """Those to which personal data may go, by one of the plans that may be used."""
    rows = Route.objects.within(offerings[0].organisation).filter(
        archived_at=None, plan__archived_at=None, plan__allowed=True, plan__offering__in=offerings
    )
    return set(rows.filter(data__overlap=list(PERSONAL)).values_list("plan__offering", flat=True))
