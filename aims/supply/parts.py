"""What supply tells the parts below it, and adds to pages and lists."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import aims.supply.requirement
import aims.supply.systems  # noqa: F401
from aims.models import AISystem
from aims.supply.chain import hops_of
from aims.supply.ties import untied_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import Part, list_actions, record_parts
from grc.shell import Page, pages
from vendors.shadow.findings import Finding
from vendors.shadow.rows import Step, further_steps

P = Permission

pages.append(Page("vendors", gettext_lazy("Supply chain"), "supply-chain", P.VENDORS_VIEW, "sitemap"))


@list_actions.add(order=21)
def from_lists(register: Register, actor: Actor) -> Iterable[Action]:
    slug = actor.organisation.slug
    if register.slug in ("uses", "ai-systems", "routes") and actor.can(P.VENDORS_VIEW):
        yield Action(_("Supply chain"), reverse("supply-chain", args=[slug]), "sitemap")
    if register.slug in ("risks", "vendors") and actor.can(P.VENDORS_VIEW) and actor.can(P.RISKS_VIEW):
        yield Action(_("Risks from vendors"), reverse("vendor-risks", args=[slug]), "alert-triangle")


@record_parts.add(order=16)
def supply_chain(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """On an AI system's page: what it uses of vendors, and suppliers that are named in words alone."""
    if not isinstance(record, AISystem) or not actor.can(P.VENDORS_VIEW):
        return
    hops = hops_of(actor, record)
    untied = list(untied_of(record, hops, actor))
    yield Part("aims/supply/system_panel.html", {"system": record, "hops": hops, "untied": untied})


@further_steps.add()
def to_a_risk(finding: Finding, actor: Actor) -> Iterator[Step]:
    """From shadow use to the risk that it proposes."""
    if actor.can(P.RISKS_EDIT) and (finding.system or finding.offering):
        anchor = urlencode({"": f"shadow:{finding.seen.system}:{finding.seen.model}"})[1:]
        yield Step(
            _("Make it a risk"), f"{reverse('vendor-risks', args=[actor.organisation.slug])}#{anchor}", "alert-triangle"
        )
