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
GROUP = "audits"

pages += [
    Page(GROUP, _("Way to the certificate"), "plan-picture", P.PROGRAMME_VIEW, "timeline"),
    Page(GROUP, _("Gap guide"), "gap-guide", P.PROGRAMME_VIEW, "zoom-question"),
    Page(GROUP, _("Costs over three years"), "cost-frame", P.PROGRAMME_VIEW, "coins"),
    Page(GROUP, _("Is a certificate worth it?"), "certificate-worth-it", P.PROGRAMME_VIEW, "help"),
]


@list_actions.add(order=20)
def from_lists(register: Register, actor: Actor) -> Iterable[Action]:
    slug = actor.organisation.slug
    if register.slug == "plan":
        yield Action(_("Picture"), reverse("plan-picture", args=[slug]), "timeline")
        if actor.can(P.PROGRAMME_EDIT):
            yield Action(_("Begin the plan"), reverse("plan-begin", args=[slug]), "route")
    elif register.slug == "gap":
        yield Action(_("Guide"), reverse("gap-guide", args=[slug]), "zoom-question")
    elif register.slug == "costs":
        yield Action(_("Three years"), reverse("cost-frame", args=[slug]), "coins")
