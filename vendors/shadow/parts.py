"""What decision records show of models, on the pages of AI systems and of offerings."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import Part, list_actions, record_parts
from vendors.models import Offering
from vendors.shadow.findings import shadow_of
from vendors.shadow.rows import records_url, rows_of

P = Permission
LISTS = ("vendors", "offerings", "routes", "uses")


@list_actions.add(order=20)
def from_lists(register: Register, actor: Actor) -> Iterable[Action]:
    if register.slug in LISTS and actor.can(P.VENDORS_VIEW):
        yield Action(_("Shadow use"), reverse("shadow-use", args=[actor.organisation.slug]), "eye")


@record_parts.add(order=32)
def models_seen(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """Models that a system calls, or that are called by way of an offering, with what is not covered on top."""
    if register.slug not in ("ai-systems", "offerings") or not actor.can(P.VENDORS_VIEW):
        return
    shadow = shadow_of(actor.organisation)
    if isinstance(record, Offering):
        findings = [one for one in shadow.findings if one.offering and one.offering.pk == record.pk]
        covered = [one for one in shadow.covered if one[2].offering.pk == record.pk]
        unseen = [one for one in shadow.unseen if one.route.plan.offering_id == record.pk]
    else:
        findings = [one for one in shadow.findings if one.system and one.system.key.pk == record.pk]
        covered = [one for one in shadow.covered if one[1].key.pk == record.pk]
        unseen = [one for one in shadow.unseen if one.system.key.pk == record.pk]
    if findings or covered or unseen:
        context = {
            "rows": rows_of(findings, actor),
            "covered": [(seen, system, route, records_url(seen, actor)) for seen, system, route in covered],
            "unseen": unseen,
        }
        yield Part("vendors/shadow/panel.html", context)
