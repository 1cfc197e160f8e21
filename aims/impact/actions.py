"""Beginning the next assessment of a system from the last one."""

from django.db import transaction
from django.utils.translation import gettext as _

from aims.impact.repeat import standing_of_system
from aims.models import AISystem, ImpactAssessment
from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission, Reach
from grc.actions.records import create_record

P = Permission
KEPT = (
    "system", "name", "intended", "unintended", "data", "model", "environment", "affected", "benefits",
    "harms_individuals", "harms_groups", "harms_society", "failures", "severity", "likelihood", "measures", "fria",
    "fria_text", "tags",
)  # fmt: skip
"""What the next one starts with; its reason is new, and nothing is concluded."""


class AlreadyRunning(ValueError):
    """This system is being assessed already; ``running`` is that assessment."""

    def __init__(self, running: ImpactAssessment) -> None:
        super().__init__(_("Finish %(running)s first: it is not concluded.") % {"running": running})
        self.running = running


@transaction.atomic
def begin_next(*, assessment: ImpactAssessment, by: Actor) -> ImpactAssessment:
    """The next assessment of the same system, one at a time. Raises ``AlreadyRunning``, ``Denied``."""
    require(by, P.RISKS_EDIT)
    systems = AISystem.objects.within(by.organisation).select_related("organisation").filter(pk=assessment.system_id)
    standing = standing_of_system(systems.select_for_update(of=("self",)).get())
    if standing is None or assessment.archived_at is not None:
        raise Denied(_("What is archived or retired is not assessed again."))
    if standing.running is not None:
        raise AlreadyRunning(standing.running)
    owner = assessment.owner if by.reach(P.RISKS_EDIT) is Reach.ALL else by.person
    reason = "; ".join(standing.changes) or _("Repeated at its planned interval")
    begun = ImpactAssessment(
        organisation=by.organisation, owner=owner, reason=reason[:300],
        **{name: getattr(assessment, name) for name in KEPT},
    )  # fmt: skip
    return create_record(record=begun, by=by, reason=assessment.reference)
