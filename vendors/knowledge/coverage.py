"""What a vendor holds for an offering, what that leaves open, and whether it is enough for how the offering is used."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from vendors.knowledge.combination import CONTRACT, WEIGHED, Gap, gaps_of_combination
from vendors.knowledge.holding import Held, held_of
from vendors.models.assurance import Assurance
from vendors.models.vendor import PERSONAL, DataClass, Offering, Route

S, Decisions = Assurance.Standard, Offering.Decisions
CONSEQUENTIAL = (Decisions.INFLUENCES, Decisions.DECIDES)
GUARDED = (DataClass.CREDENTIALS, DataClass.CUSTOMER, DataClass.CONFIDENTIAL)
"""Classes beside personal data that go to nobody whose security nobody attests; the gravest first."""


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
    reaching = _reaching(offerings)
    found = {}
    for one in offerings:
        applies = [row for row in by_vendor[one.vendor_id] if row.offering_id in (None, one.pk)]
        found[one.pk] = weigh(one, applies, today, reaching[one.pk])
    return found


def weigh(offering: Offering, assurances: Sequence[Assurance], today: dt.date, data: Collection[str]) -> Coverage:
    """The verdict over ``assurances``, all of which apply to ``offering``; ``data``: what may go there. No query."""
    personal = not set(PERSONAL).isdisjoint(data)
    held = _in_order([held_of(one, today, personal=personal) for one in assurances])
    live = {one.standard for one in held if one.live}
    counted = [one for one in held if one.live or one.standard not in live]
    gaps = [*gaps_of_combination(live), *(gap for one in counted for gap in one.gaps), CONTRACT]
    reasons = [_for_decisions(offering, live), _for_data(held, data)]
    said = [sentence for _enough, sentence in reasons if sentence]
    if not said:
        said = [_("It decides nothing about people, and nothing that is to be kept close may go there.")]
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


def _for_data(held: Sequence[Held], data: Collection[str]) -> tuple[bool, str]:
    gravest = next((one for one in (*PERSONAL, *GUARDED) if one in data), None)
    if gravest is None:
        return True, ""
    what = DataClass.PERSONAL.label if gravest in PERSONAL else gravest.label
    attested = [one for one in held if one.attests and one.standard in (S.ISO27001, S.SOC2)]
    if attested:
        said = {"what": what, "names": " + ".join(sorted({str(one.name) for one in attested}))}
        return True, _("%(what)s may go there, and its security is attested: %(names)s.") % said
    sentence = _("%(what)s may go there: that takes a live ISO/IEC 27001 certificate or SOC 2 Type 2 report.")
    return False, sentence % {"what": what}


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


def _reaching(offerings: Sequence[Offering]) -> dict[int, set[str]]:
    """The classes of data that may go to each, by one of the plans that may be used."""
    rows = Route.objects.within(offerings[0].organisation).filter(
        archived_at=None, plan__archived_at=None, plan__allowed=True, plan__offering__in=offerings
    )
    found: dict[int, set[str]] = defaultdict(set)
    for offering, data in rows.values_list("plan__offering", "data"):
        found[offering].update(data)
    return found
