"""What is done in one click about objectives, communication and resources."""

from decimal import Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import Communication, Component, Measurement, Objective, Resource
from grc.access.actor import Actor
from grc.access.gate import Denied, require
from grc.access.roles import Permission
from grc.actions.records import change_record, create_record
from grc.cadence import nth

TAKEN_AS = {
    Component.Kind.DATASET: Resource.Kind.DATA,
    Component.Kind.MODEL: Resource.Kind.TOOLING,
    Component.Kind.TOOL: Resource.Kind.TOOLING,
    Component.Kind.STORE: Resource.Kind.COMPUTING,
}
"""Which kind of resource a component is; a prompt is none."""


class NotTakenOver(ValueError):
    """This component becomes no resource; ``str()`` says why."""


@transaction.atomic
def measure_objective(*, objective: Objective, value: Decimal, note: str = "", by: Actor) -> Measurement:
    """Note today's value of an open objective; today is the date where ``by`` is. Raises ``Denied``,
    ``ValidationError`` where there is one of today."""
    require(by, Permission.AIMS_EDIT, objective)
    if objective.archived_at is not None or objective.state != Objective.State.OPEN:
        raise Denied(_("Nobody works on this objective any more. Open it again before you add a value."))
    measurement = Measurement(
        organisation=by.organisation,
        objective=objective,
        measured_on=timezone.localdate(),
        value=value,
        note=note.strip(),
        owner=by.person or objective.owner,
    )
    measurement.full_clean(exclude={"key", "reference", "organisation"})
    return create_record(record=measurement, by=by)


@transaction.atomic
def tell_today(*, communication: Communication, by: Actor) -> Communication:
    """Note that a line of the communication plan was done today, and when it comes round again.

    The next day is one period after today, so that what was late does not come twice; without a period there is none.
    Said twice on one day it stays as it is. Raises ``Denied``.
    """
    require(by, Permission.AIMS_EDIT, communication)
    rows = Communication.objects.within(by.organisation).select_for_update(of=("self",)).select_related("key", "owner")
    current: Communication = rows.get(pk=communication.pk)
    today = timezone.localdate()
    current.last_on = today
    current.next_on = nth(today, current.every, 1) if current.every else None
    return change_record(record=current, by=by, lock=current.lock, reason=_("Done today"))


@transaction.atomic
def take_over_component(*, component: Component, by: Actor) -> Resource:
    """Make a resource of a component, with its name, source and purpose. Raises ``NotTakenOver``, ``Denied``."""
    require(by, Permission.AIMS_EDIT)
    kind = TAKEN_AS.get(Component.Kind(component.kind))
    if kind is None or component.archived_at is not None:
        raise NotTakenOver(_("%(reference)s is no resource.") % {"reference": component.reference})
    # one after the other: two clicks at once make one resource
    Component.objects.within(by.organisation).select_for_update(of=("self",)).get(pk=component.pk)
    name = name_of(component)
    same = Resource.objects.within(by.organisation).filter(system=component.system_id, kind=kind, archived_at=None)
    if same.filter(name__iexact=name).exists():
        raise NotTakenOver(_("There is a resource of this name already."))
    resource = Resource(
        organisation=by.organisation,
        name=name,
        kind=kind,
        system=component.system,
        description=component.description,
        provider=component.supplier,
    )
    resource.full_clean(exclude={"key", "reference", "organisation"})
    return create_record(record=resource, by=by, reason=_("From %(reference)s") % {"reference": component.reference})


def name_of(component: Component) -> str:
    """What the resource is called that a component becomes: its name and version, as far as there is room."""
    return " ".join(word for word in (component.name, component.pinned_version) if word)[:200]
