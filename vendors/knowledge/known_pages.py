"""The library of known providers as a page: what public pages said of them, to be taken over and looked at again."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.views.gated import GatedPage
from vendors.knowledge.adopting import Adopted, NoSuchProvider, adopt_providers, providers_used
from vendors.knowledge.library import Provider, library
from vendors.models import Offering

P = Permission


@dataclass(frozen=True)
class OfferedProvider:
    """A provider of the library, and the offering that it became here."""

    starter: Provider
    used: Offering | None


def offered_to(actor: Actor) -> list[OfferedProvider]:
    """The whole library. One query."""
    used = providers_used(actor)
    return [OfferedProvider(provider, used.get(key)) for key, provider in library().providers.items()]


class KnownProvidersPage(GatedPage):
    sees = (P.VENDORS_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page()

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.VENDORS_EDIT)
        keys = request.POST.getlist("starter")
        try:
            adopted = adopt_providers(keys=keys, by=self.actor)
        except NoSuchProvider as error:
            return self._page(status=422, refused=str(error), chosen=keys)
        messages.success(request, added(adopted))
        if len(adopted) == 1:
            return redirect(adopted[0].offering.get_absolute_url())
        return redirect(registers.of(Offering).list_url(self.actor.organisation.slug))

    def _page(self, status: int = 200, refused: str = "", chosen: Sequence[str] = ()) -> HttpResponse:
        offered = offered_to(self.actor)
        return self.show(
            "vendors/knowledge/known.html",
            status=status,
            offered=offered,
            left=any(one.used is None for one in offered),
            library=library(),
            refused=refused,
            chosen=set(chosen),
            can_edit=self.actor.can(P.VENDORS_EDIT),
        )


def added(adopted: Sequence[Adopted]) -> str:
    facts = sum(one.facts for one in adopted)
    if not facts:
        return _("Everything was there already.")
    said = ngettext(
        "%(n)d fact is added. Look at its source before you cite it.",
        "%(n)d facts are added. Look at the source of each before you cite it.",
        facts,
    )
    return said % {"n": facts}
