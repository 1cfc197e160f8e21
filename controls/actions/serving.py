"""That a control serves a requirement: said, or begun with a control that is made for it."""

from django.db import transaction
from django.utils.translation import gettext as _

from controls.models import Control, Requirement
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.links import NotLinkable, link_records
from grc.actions.records import create_record
from grc.models.link import Link


@transaction.atomic
def serve_requirement(*, control: Control, requirement: Requirement, by: Actor) -> Link:
    """Say that ``control`` serves ``requirement``. Raises ``NotLinkable``, ``Denied``."""
    require(by, Permission.CONTROLS_EDIT, control)
    for record in (control, requirement):
        if record.archived_at is not None:
            raise NotLinkable(_("%(reference)s is archived.") % {"reference": record.reference})
    return link_records(source=control, reference=requirement.reference, by=by)


@transaction.atomic
def add_control_for(*, requirement: Requirement, control: Control, by: Actor) -> Control:
    """Save ``control`` (new and checked) as one that serves ``requirement``. Raises ``NotLinkable``, ``Denied``."""
    created = create_record(record=control, by=by, reason=requirement.label[:100])
    serve_requirement(control=created, requirement=requirement, by=by)
    return created
