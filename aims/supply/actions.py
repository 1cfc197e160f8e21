"""Making a risk of what the vendor register shows."""

from django.db import transaction
from django.utils.translation import gettext as _

from aims.models import Risk
from aims.supply.proposals import proposals_of
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.links import link_records
from grc.actions.records import create_record


class NotProposed(ValueError):
    """This is no proposal, or is a risk already; ``str()`` says which."""


@transaction.atomic
def make_risk(*, key: str, by: Actor) -> Risk:
    """The risk of a proposal, linked with the record that it follows from, once. Raises ``NotProposed``, ``Denied``."""
    require(by, Permission.RISKS_EDIT)
    proposal = next((one for one in proposals_of(by) if one.key == key), None)
    if proposal is None:
        raise NotProposed(_("This is settled, or never was so."))
    type(proposal.about).objects.within(by.organisation).select_for_update(of=("self",)).get(pk=proposal.about.pk)
    again = next((one for one in proposals_of(by) if one.key == key), proposal)
    if again.risk is not None:
        raise NotProposed(_("It is a risk already: %(reference)s.") % {"reference": again.risk.reference})
    risk: Risk = create_record(
        record=Risk(
            organisation=by.organisation,
            name=proposal.name[:200],
            system=proposal.system,
            source=_("Vendor register: %(reference)s") % {"reference": proposal.about.reference},
            event=proposal.event[:2000],
            owner=by.person,
        ),
        by=by,
        reason=proposal.about.reference,
    )
    link_records(source=risk, reference=proposal.about.reference, by=by, note=_("From the vendor register"))
    return risk
