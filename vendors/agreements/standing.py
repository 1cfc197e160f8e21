"""Whether an agreement is in force, until when, and whether it counts as a DPA. Nothing here writes.

What a data processing agreement needs: Regulation (EU) 2016/679, Art. 28(3), first sentence and (a) to (h); (2) and (4)
for subprocessors; (10) for a vendor that trains; Art. 44 to 46 for transfers, with the modules of Decision (EU)
2021/914.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from vendors.agreements.cautions import cautions_of
from vendors.agreements.lacks import lacks_of
from vendors.agreements.terms import Term, term_of
from vendors.models import Agreement, AgreementPoint, Offering


@dataclass(frozen=True)
class Standing:
    """How an agreement stands on a day.

    ``ends_on``: the earliest end that can still be reached, renewals counted; None: it has none. ``notice_by``: the
    last day to say that it shall end then. ``missing``: what a DPA lacks, as sentences (of other kinds: nothing).
    """

    in_force: bool
    ends_on: dt.date | None
    notice_by: dt.date | None
    missing: list[str]
    counts_as_dpa: bool
    warnings: list[str]
    term: Term


@dataclass(frozen=True)
class Cover:
    """The DPA that covers an offering, or why none does."""

    dpa: Agreement | None
    gaps: list[str] = field(default_factory=list)


def standing_of(agreement: Agreement, points: Iterable[AgreementPoint], today: dt.date) -> Standing:
    """How ``agreement`` stands. ``today``: where its reader is (``timezone.localdate()``)."""
    term = term_of(agreement, today)
    is_dpa = agreement.kind == Agreement.Kind.DPA
    missing = lacks_of(agreement, points, term, today) if is_dpa else []
    in_force = agreement.archived_at is None and term.in_force(today)
    return Standing(
        in_force=in_force,
        ends_on=term.ends_on,
        notice_by=term.notice_by,
        missing=missing,
        counts_as_dpa=is_dpa and in_force and not missing,
        warnings=cautions_of(agreement, term, today) if agreement.archived_at is None else [],
        term=term,
    )


def standings_of(rows: Any, today: dt.date) -> list[tuple[Agreement, Standing]]:
    """Each agreement of a queryset with how it stands. Four queries, however many."""
    return [(one, standing_of(one, one.points.all(), today)) for one in readable(rows)]


def readable(rows: Any) -> Any:
    """Agreements with all that ``standing_of`` reads."""
    rows = rows.select_related("key", "organisation", "vendor", "offering", "file", "assessment", "owner")
    return rows.prefetch_related("points", "file__files", "assessment__files")


def covers_of(offerings: Sequence[Offering], today: dt.date) -> dict[int, Cover]:
    """What covers each of these offerings of one organisation, by its key. Four queries, however many.

    An agreement for the offering alone counts before one for all that its vendor supplies.
    """
    if not offerings:
        return {}
    rows = Agreement.objects.within(offerings[0].organisation).filter(
        Q(offering=None) | Q(offering__in=[offering.pk for offering in offerings]),
        vendor__in={offering.vendor_id for offering in offerings},
        kind=Agreement.Kind.DPA,
        archived_at=None,
    )
    by_vendor: dict[int, list[tuple[Agreement, Standing]]] = defaultdict(list)
    for agreement, standing in standings_of(rows.order_by("pk"), today):
        by_vendor[agreement.vendor_id].append((agreement, standing))
    return {offering.pk: _cover(offering, by_vendor[offering.vendor_id]) for offering in offerings}


def dpa_of(offering: Offering, today: dt.date) -> Agreement | None:
    """The complete DPA in force that covers ``offering``: its own, or its vendor's."""
    return covers_of([offering], today)[offering.pk].dpa


def dpa_gaps(offering: Offering, today: dt.date) -> list[str]:
    """Why no DPA counts for ``offering``, as sentences; empty where one does."""
    return covers_of([offering], today)[offering.pk].gaps


def _cover(offering: Offering, found: Sequence[tuple[Agreement, Standing]]) -> Cover:
    binding = [(one, standing) for one, standing in found if one.offering_id in (None, offering.pk)]
    binding.sort(key=lambda pair: pair[0].offering_id is None)
    for agreement, standing in binding:
        if standing.counts_as_dpa:
            return Cover(agreement)
    if not binding:
        return Cover(None, [_("There is no DPA for it.")])
    nearest, standing = min(binding, key=lambda pair: (not pair[1].in_force, len(pair[1].missing)))
    words = {"reference": nearest.reference}
    return Cover(None, [_("%(reference)s does not count as a DPA.") % words, *standing.missing])
