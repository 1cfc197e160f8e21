"""What the register of AI systems tells the check on shadow use: which system uses which routes."""

from collections import defaultdict
from collections.abc import Iterator

from django.db.models import Q
from django.utils import timezone

from aims.models import AISystem, SystemUse
from grc.models.organisation import Organisation
from vendors.shadow.systems import UsingSystem, using_systems


@using_systems.add()
def systems_with_uses(organisation: Organisation) -> Iterator[UsingSystem]:
    """Every registered system with an id in decision records. Two queries."""
    today = timezone.localdate()
    uses = SystemUse.objects.within(organisation).filter(
        Q(since=None) | Q(since__lte=today), Q(until=None) | Q(until__gte=today), archived_at=None
    )
    routes: dict[int, dict[str, str]] = defaultdict(dict)
    for system, route, use in uses.order_by("pk").values_list("system_id", "route__reference", "reference"):
        routes[system][route] = use
    rows = AISystem.objects.within(organisation).filter(archived_at=None).exclude(runtime_id="")
    for system in rows.select_related("key__organisation").order_by("pk"):
        yield UsingSystem(system.key, system.runtime_id, system.name, system.owner_id, routes.get(system.pk, {}))
