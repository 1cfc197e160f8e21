"""The supply chain of one AI system and of all, and the risks that vendors propose."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from aims.models import AISystem, Risk
from aims.supply.actions import NotProposed, make_risk
from aims.supply.chain import Hop, hops_of
from aims.supply.map import chain_graph
from aims.supply.proposals import proposals_of
from aims.supply.table import headings, table_rows
from grc.access.gate import allows, require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import PAGED_KINDS, table_file
from grc.registers.register import registers
from grc.reports.pictures import picture_file
from grc.views.gated import GatedPage

P = Permission


class OfSystem(GatedPage):
    """Of one AI system, or without a reference of all."""

    sees: ClassVar[tuple[Permission, ...]] = (P.SYSTEMS_VIEW, P.VENDORS_VIEW)

    def system(self, reference: str) -> AISystem | None:
        if not reference:
            return None
        rows = AISystem.objects.permitted(self.actor, P.SYSTEMS_VIEW)
        return get_object_or_404(rows.select_related("key", "organisation"), reference=reference)


class ChainPage(OfSystem):
    def get(self, request: HttpRequest, reference: str = "") -> HttpResponse:
        system = self.system(reference)
        hops = hops_of(self.actor, system)
        context: dict[str, Any] = {
            "system": system,
            "hops": hops,
            "graph": chain_graph(hops, system) if hops else None,
            "wrong": sum(bool(hop.flags) for hop in hops),
            "new_url": self._new(system) if allows(self.actor, P.VENDORS_EDIT) else "",
        }
        return self.show("aims/supply/chain.html", **context)

    def _new(self, system: AISystem | None) -> str:
        return self.url("uses-new") + (f"?system={system.reference}" if system else "")


class ChainFilePage(OfSystem):
    """The picture of one system (PNG, DOCX), or its uses as a table (XLSX, CSV, PDF)."""

    def get(self, request: HttpRequest, kind: str, reference: str = "") -> FileResponse:
        system = self.system(reference)
        hops = hops_of(self.actor, system)
        title = _("Supply chain of %(name)s") % {"name": system.name} if system else _("Supply chain")
        name = f"supply-chain-{system.reference.lower()}" if system else "supply-chain"
        if kind in PAGED_KINDS:
            return self._table(hops, kind=kind, name=name, title=title)
        return picture_file(chain_graph(hops, system), slug=name, kind=kind, by=self.actor)

    def _table(self, hops: list[Hop], *, kind: str, name: str, title: str) -> FileResponse:
        rows = table_rows(hops)
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"{title} ({kind}): {len(rows)}")
        organisation = self.actor.organisation.name
        return table_file(headings(), rows, kind=kind, name=name, title=title, organisation=organisation)


class ProposedRisksPage(GatedPage):
    """Risks that what is wrong with vendors proposes."""

    sees = (P.RISKS_VIEW, P.VENDORS_VIEW)

    def get(self, request: HttpRequest) -> HttpResponse:
        proposals = proposals_of(self.actor)
        return self.show(
            "aims/supply/proposals.html",
            proposals=[one for one in proposals if one.risk is None],
            made=[one for one in proposals if one.risk is not None],
            may_make=allows(self.actor, P.RISKS_EDIT),
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.RISKS_EDIT)
        try:
            risk = make_risk(key=request.POST.get("key", "")[:2000], by=self.actor)
        except NotProposed as error:
            messages.error(request, str(error))
            return redirect(self.url("vendor-risks"))
        messages.success(request, _("%(reference)s is added: judge it now.") % {"reference": risk.reference})
        return redirect(registers.of(Risk).url("edit", risk))
