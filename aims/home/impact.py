"""Impact assessments on the home page: what was never assessed, what changed since, and whose day has come."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.impact.repeat import Standing, standings_of
from aims.models import AISystem
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registries import Todo, todos

P = Permission
MOST = 10


@todos.add(order=45)
def assessments_to_make(actor: Actor) -> Iterator[Todo]:
    """Of the systems that this person may see; who keeps only their own records is told of their own systems."""
    if not actor.can(P.RISKS_EDIT) or not actor.can(P.SYSTEMS_VIEW):
        return
    seen = AISystem.objects.permitted(actor, P.SYSTEMS_VIEW)
    mine = AISystem.objects.permitted(actor, P.SYSTEMS_EDIT)
    systems = (mine if actor.can(P.SYSTEMS_EDIT) else seen).values_list("pk", flat=True)
    found = (_todo(standing, actor) for standing in standings_of(actor.organisation, set(systems)))
    yield from [todo for todo in found if todo is not None][:MOST]


def _todo(standing: Standing, actor: Actor) -> Todo | None:
    system, today = standing.system, timezone.localdate()
    due = bool(standing.changes) or standing.is_overdue(today)
    if (standing.latest is None and not standing.is_missing) or (standing.latest is not None and not due):
        return None
    if standing.running is not None:
        why = _("Until it is concluded, nobody has said that the system may be used as it is.")
        url = standing.running.get_absolute_url()
        return Todo(_("Conclude %s") % standing.running, why, url, "users-group", "yellow")
    if standing.latest is None:
        url = f"{reverse('impact-assessments-new', args=[actor.organisation.slug])}?system={system.reference}"
        why = _("Nobody has said what it does to people, groups and society.")
        return Todo(_("Assess the impact of %s") % system.name, why, url, "users-group", "red")
    why = "; ".join(standing.changes) or _("The day that was planned for it has come.")
    url, day = standing.latest.get_absolute_url(), None if standing.changes else standing.latest.repeat_on
    return Todo(_("Assess %s again") % system.name, why, url, "users-group", "yellow", day)
