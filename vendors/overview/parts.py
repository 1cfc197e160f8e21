"""Where the overview, the calendar and the register for DORA are found."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Action, Register
from grc.registries import list_actions
from grc.shell import Page, pages

P = Permission
GROUP = "vendors"

pages += [
    Page(GROUP, _("Vendor overview"), "vendor-overview", P.VENDORS_VIEW, "chart-bar", first=True),
    Page(GROUP, _("What expires"), "vendor-calendar", P.VENDORS_VIEW, "calendar", first=True),
    Page(GROUP, _("Register for DORA"), "dora-register", P.VENDORS_VIEW, "file-spreadsheet"),
]


@list_actions.add(order=20)
def from_lists(register: Register, actor: Actor) -> Iterable[Action]:
    if register.slug in ("vendors", "agreements", "assurances") and actor.can(P.VENDORS_VIEW):
        yield Action(_("What expires"), reverse("vendor-calendar", args=[actor.organisation.slug]), "calendar")
