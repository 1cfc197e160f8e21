"""Shadow use on the home page, and in the navigation."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registries import Figure, Todo, figures, todos
from grc.shell import Page, pages
from vendors.shadow.actions import is_keeper
from vendors.shadow.findings import shadow_of

P = Permission
MOST = 10

pages.append(Page("vendors", gettext_lazy("Shadow use"), "shadow-use", P.VENDORS_VIEW, "eye"))


@figures.add(order=36)
def shadow_use(actor: Actor) -> Iterable[Figure]:
    """How many uses of models nothing approved covers; nothing is said where no record was ever counted."""
    if not actor.can(P.VENDORS_VIEW):
        return
    shadow = shadow_of(actor.organisation)
    if shadow.counted:
        count, covered = len(shadow.findings), len(shadow.covered)
        note = _("beside %(n)d that are approved, by decision records") % {"n": covered}
        url = reverse("shadow-use", args=[actor.organisation.slug])
        yield Figure(_("Uses of models not approved"), str(count), note, url, "eye", "red" if count else "")


@todos.add(order=36)
def shadow_use_to_settle(actor: Actor) -> Iterator[Todo]:
    """For whoever keeps vendors, and for the owner of the system that makes the calls."""
    if not actor.can(P.VENDORS_VIEW) or actor.person is None:
        return
    keeps = is_keeper(actor)
    url = reverse("shadow-use", args=[actor.organisation.slug])
    found = shadow_of(actor.organisation).findings
    mine = [one for one in found if keeps or (one.system and one.system.owner_id == actor.person.pk)]
    for one in mine[:MOST]:
        said = {"system": one.system.name if one.system else one.seen.system or "?", "model": one.seen.model}
        text = _("%(system)s calls %(model)s") % said
        yield Todo(text, _("%s: approve it, end it, or accept it for a while.") % one.why.label, url, "eye", one.tone)
