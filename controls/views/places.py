"""Where these pages are found: in the navigation, and from the lists that they belong to."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import Action, Register
from grc.registries import list_actions
from grc.shell import Page, pages

P = Permission
GROUP = "controls"

pages += [
    Page(GROUP, _("The wall"), "control-wall", P.CONTROLS_VIEW, "layout-grid"),
    Page(GROUP, _("Crosswalk"), "framework-crosswalk", P.FRAMEWORKS_VIEW, "arrows-exchange"),
    Page(GROUP, _("Starters"), "control-starters", P.CONTROLS_VIEW, "puzzle"),
    Page(GROUP, _("Frameworks to take over"), "framework-catalogues", P.FRAMEWORKS_VIEW, "books"),
]


@list_actions.add(order=20)
def from_lists(register: Register, actor: Actor) -> Iterable[Action]:
    slug = actor.organisation.slug
    if register.slug == "frameworks":
        yield Action(_("Take over"), reverse("framework-catalogues", args=[slug]), "books")
    elif register.slug == "mappings":
        yield Action(_("Crosswalk"), reverse("framework-crosswalk", args=[slug]), "arrows-exchange")
    elif register.slug == "controls":
        yield Action(_("The wall"), reverse("control-wall", args=[slug]), "layout-grid")
        if actor.can(P.CONTROLS_EDIT):
            yield Action(_("Starters"), reverse("control-starters", args=[slug]), "puzzle")
