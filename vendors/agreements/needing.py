"""Which offerings need a DPA: the one rule that lists, overviews, the way to approval and the supply chain ask.

Regulation (EU) 2016/679, Art. 28(3), binds processors: whoever is one by its role needs a DPA, whatever its routes say.
Where no role is decided, or it says that no personal data is seen, personal data on a route asks for one all the same.
Controllers of their own and joint ones are bound by other articles.
"""

from collections.abc import Collection

from django.db.models import Exists, OuterRef, Q

from grc.models.organisation import Organisation
from vendors.models import PERSONAL, Offering, Route, VendorPlan

PROCESSORS = (Offering.GDPRRole.PROCESSOR, Offering.GDPRRole.SUBPROCESSOR)
OWN_DUTIES = (Offering.GDPRRole.CONTROLLER, Offering.GDPRRole.JOINT)
"""Who decides for itself is bound by GDPR itself."""


def needing_dpa(organisation: Organisation) -> Q:
    """Offerings of ``organisation`` with a plan that may be used, that process for it or may get personal data."""
    plans = VendorPlan.objects.within(organisation).filter(offering=OuterRef("pk"), allowed=True, archived_at=None)
    routes = Route.objects.within(organisation).filter(
        plan__offering=OuterRef("pk"),
        plan__allowed=True,
        plan__archived_at=None,
        archived_at=None,
        data__overlap=[one.value for one in PERSONAL],
    )
    reached = ~Q(gdpr_role__in=OWN_DUTIES) & Q(Exists(routes))
    return reached | (Q(gdpr_role__in=PROCESSORS) & Q(Exists(plans)))


def keys_needing_dpa(offerings: Collection[Offering]) -> set[int]:
    """The keys of those ``offerings`` of one organisation that need a DPA. One query."""
    if not offerings:
        return set()
    organisation = next(iter(offerings)).organisation
    rows = Offering.objects.within(organisation).filter(needing_dpa(organisation), pk__in=[one.pk for one in offerings])
    return set(rows.values_list("pk", flat=True))
