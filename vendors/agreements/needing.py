"""Which offerings need a DPA: those that personal data may reach, and those that process for us by their own role."""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from grc.models.organisation import Organisation
from vendors.models import PERSONAL, Offering, Route, VendorPlan

PROCESSORS = (Offering.GDPRRole.PROCESSOR, Offering.GDPRRole.SUBPROCESSOR)


def needing_dpa(organisation: Organisation) -> Q:
    """Offerings of ``organisation`` with a plan that may be used, and a route for personal data or such a role."""
    plans = VendorPlan.objects.within(organisation).filter(offering=OuterRef("pk"), allowed=True, archived_at=None)
    routes = Route.objects.within(organisation).filter(
        plan__offering=OuterRef("pk"),
        plan__allowed=True,
        plan__archived_at=None,
        archived_at=None,
        data__overlap=[one.value for one in PERSONAL],
    )
    return Q(Exists(routes)) | (Q(gdpr_role__in=PROCESSORS) & Q(Exists(plans)))


def keys_needing_dpa(offerings: Collection[Offering]) -> set[int]:
    """The keys of those ``offerings`` of one organisation that need a DPA. One query."""
    if not offerings:
        return set()
    organisation = next(iter(offerings)).organisation
    rows = Offering.objects.within(organisation).filter(needing_dpa(organisation), pk__in=[one.pk for one in offerings])
    return set(rows.values_list("pk", flat=True))
