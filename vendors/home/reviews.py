"""Reviews, requests, exit plans and incidents on the home page of whoever can do something about them.

What has a day of its own (a finding, a review, the next rehearsal) comes to its owner by the kernel's own count.
"""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission, Reach
from grc.registers.register import registers
from grc.registries import Todo, Work, todos
from vendors.models import ExitPlan, Offering, VendorIncident
from vendors.reviews.beginning import changes_to_review
from vendors.using.exits import plans_that_failed, vendors_without_exit
from vendors.using.incidents import tellings_of

P = Permission
MOST = 20


@todos.add(order=61)
def offerings_requested(actor: Actor) -> Iterator[Todo]:
    """For who keeps all vendors: what is asked for, and not decided."""
    if actor.reach(P.VENDORS_EDIT) is not Reach.ALL:
        return
    rows: Any = Offering.objects.permitted(actor, P.VENDORS_EDIT).filter(
        archived_at=None, state=Offering.State.REQUESTED
    )
    for offering in rows.select_related("vendor").order_by("pk")[:MOST]:
        why = _("Requested of %s. See what is missing before its use can be approved.") % offering.vendor.name
        if offering.state_reason:
            why = _("Sent back: %s") % offering.state_reason
        url = f"{offering.get_absolute_url()}#use"
        yield Todo(_("Decide on %s") % offering, why, url, "package", "yellow", None, Work.REVIEW)


@todos.add(order=62)
def vendors_that_changed(actor: Actor) -> Iterator[Todo]:
    """Vendors at which something happened since they were last reviewed."""
    if actor.reach(P.VENDORS_EDIT) is not Reach.ALL:
        return
    for change in changes_to_review(actor.organisation)[:MOST]:
        text, url = _("Review %s on a change") % change.vendor, change.vendor.get_absolute_url()
        yield Todo(text, change.why, url, "clipboard-check", "yellow", None, Work.REVIEW)


@todos.add(order=63)
def exits_to_write(actor: Actor) -> Iterator[Todo]:
    """Weighty vendors without an exit plan, and plans that did not work when they were tried."""
    if not actor.can(P.VENDORS_EDIT):
        return
    new = f"{registers.of(ExitPlan).list_url(actor.organisation.slug)}new?vendor="
    for vendor in vendors_without_exit(actor)[:MOST]:
        why = _("It is %s, and nothing says how to go on without it.") % str(vendor.get_criticality_display()).lower()
        text = _("Write the exit plan for %s") % vendor
        yield Todo(text, why, new + vendor.reference, "door-exit", "red", None, Work.ACTION)
    for plan in plans_that_failed(actor)[:MOST]:
        why = _("Its last rehearsal: %s. Mend it, and try again.") % str(plan.get_rehearsal_display()).lower()
        yield Todo(_("Mend %s") % plan, why, plan.get_absolute_url(), "door-exit", "yellow", None, Work.ACTION)


@todos.add(order=64)
def incidents_to_close(actor: Actor) -> Iterator[Todo]:
    """Open incidents at vendors; those of which we were told late, or not yet, stand out."""
    if not actor.can(P.VENDORS_EDIT):
        return
    rows: Any = VendorIncident.objects.permitted(actor, P.VENDORS_EDIT).filter(
        archived_at=None, state=VendorIncident.State.OPEN
    )
    shown = list(rows.order_by("pk")[:MOST])
    told = tellings_of(shown, timezone.now())
    for incident in shown:
        late = told[incident.pk].late
        why = _("The vendor told us late, or has not told us yet.") if late else _("It is open at the vendor.")
        tone = "red" if late else "yellow"
        yield Todo(_("Close %s") % incident, why, incident.get_absolute_url(), "flame", tone, None, Work.ACTION)
