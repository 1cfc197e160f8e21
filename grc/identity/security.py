"""What an organisation demands of whoever signs in."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import ROLES, Permission
from grc.actions.activity import record_activity
from grc.identity.second_factor import OUTSIDER
from grc.models.activity import ActivityEvent
from grc.models.organisation import Organisation

RECOMMENDED = ("administrator", "approver", OUTSIDER)


class NoSuchRole(ValueError):
    pass


@transaction.atomic
def demand_second_factor_of(*, roles: Iterable[str], by: Actor) -> Organisation:
    """Say which roles need a second step, from the next page on. Raises ``NoSuchRole``, ``Denied``."""
    require(by, Permission.SETTINGS_EDIT)
    wanted = sorted(set(roles))
    if not set(wanted) <= {*ROLES, OUTSIDER}:
        raise NoSuchRole(_("There is no such role."))
    organisation = Organisation.objects.select_for_update().get(pk=by.organisation.pk)
    if organisation.mfa_roles != wanted:
        before = ", ".join(organisation.mfa_roles) or "–"
        organisation.mfa_roles = wanted
        organisation.save(update_fields=["mfa_roles"])
        detail = _("second step demanded of: %(now)s (before: %(before)s)")
        words = {"now": ", ".join(wanted) or "–", "before": before}
        record_activity(by=by, verb=ActivityEvent.Verb.CHANGED, detail=detail % words)
    return organisation
