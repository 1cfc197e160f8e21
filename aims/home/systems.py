"""AI systems on the home page, and by the names that decision records use."""

import datetime as dt
from collections.abc import Collection, Iterable

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import AISystem
from grc.access.actor import Actor
from grc.access.gate import permitted
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Figure, NamedSystem, Todo, figures, system_names, todos

SOON = dt.timedelta(days=30)


@todos.add(order=50)
def systems_to_look_at(actor: Actor) -> Iterable[Todo]:
    """What is missing or due on the systems that this person may change."""
    if not actor.can(Permission.SYSTEMS_EDIT):
        return
    rows = AISystem.objects.permitted(actor, Permission.SYSTEMS_EDIT).filter(archived_at=None)
    rows = rows.exclude(stage=AISystem.Stage.RETIRED).select_related("organisation").order_by("review_on", "pk")
    today = timezone.localdate()
    for system in rows.filter(Q(review_on__lte=today + SOON) | Q(risk_class="undecided") | Q(human_oversight=""))[:20]:
        edit = registers.of(AISystem).url("edit", system)
        if system.review_on and system.review_on <= today + SOON:
            late = system.review_on < today
            yield Todo(
                _("Review %s") % system.name,
                _("Its review is overdue.") if late else _("Its review is due soon."),
                edit, "calendar", "red" if late else "yellow", system.review_on,
            )  # fmt: skip
        if system.risk_class == AISystem.RiskClass.UNDECIDED:
            why = _("Which duties apply depends on its AI Act class.")
            yield Todo(_("Classify %s") % system.name, why, edit, "robot", "yellow")
        elif not system.human_oversight:
            why = _("An auditor asks first who can step in.")
            yield Todo(_("Say who oversees %s") % system.name, why, edit, "user", "yellow")


@figures.add(order=10)
def systems(actor: Actor) -> Iterable[Figure]:
    if not actor.can(Permission.SYSTEMS_VIEW):
        return
    rows = permitted(AISystem.objects.within(actor.organisation), actor, Permission.SYSTEMS_VIEW)
    count = rows.filter(archived_at=None).aggregate(
        all=Count("pk"), running=Count("pk", filter=Q(stage=AISystem.Stage.OPERATION))
    )
    url = registers.of(AISystem).list_url(actor.organisation.slug)
    note = _("%(running)d in operation") % count
    yield Figure(_("AI systems"), str(count["all"]), note, url, "robot")


@system_names.add()
def named_systems(actor: Actor, runtime_ids: Collection[str]) -> dict[str, NamedSystem]:
    """The register's names of the systems that decision records call by these ids."""
    if not actor.can(Permission.SYSTEMS_VIEW):
        return {}
    rows = AISystem.objects.permitted(actor, Permission.SYSTEMS_VIEW).filter(runtime_id__in=runtime_ids)
    return {
        row.runtime_id: NamedSystem(row.name, row.get_absolute_url()) for row in rows.select_related("organisation")
    }
