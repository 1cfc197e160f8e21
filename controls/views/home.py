"""Controls on the home page: how many run, what has none, which mappings wait for a judgement."""

from collections.abc import Iterable

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from controls.models import Control, Framework, Mapping, Requirement
from controls.serving import served_by
from controls.standing import State
from controls.views.base import ISO_42001
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Figure, Todo, figures, todos

P = Permission


@figures.add(order=20)
def controls_in_operation(actor: Actor) -> Iterable[Figure]:
    if not actor.can(P.CONTROLS_VIEW):
        return
    rows = Control.objects.permitted(actor, P.CONTROLS_VIEW).filter(archived_at=None)
    count = rows.exclude(state=Control.State.RETIRED).aggregate(
        all=Count("pk"), operating=Count("pk", filter=Q(state=Control.State.OPERATING))
    )
    url = registers.of(Control).list_url(actor.organisation.slug)
    note = _("%(operating)d in operation of %(all)d") % count
    yield Figure(_("Controls"), str(count["operating"]), note, url, "shield-check")


@todos.add(order=60)
def requirements_without_a_control(actor: Actor) -> Iterable[Todo]:
    """The reference controls of ISO/IEC 42001 that nothing is done about, in one line."""
    if not actor.can(P.CONTROLS_EDIT) or not actor.can(P.FRAMEWORKS_VIEW):
        return
    frameworks = Framework.objects.permitted(actor, P.FRAMEWORKS_VIEW)
    framework = frameworks.filter(archived_at=None, catalogue=ISO_42001).order_by("pk").first()
    if framework is None:
        return
    rows = Requirement.objects.permitted(actor, P.FRAMEWORKS_VIEW).filter(framework=framework, archived_at=None)
    wanted = set(rows.filter(kind=Requirement.Kind.CONTROL).values_list("pk", flat=True))
    missing = len(wanted - set(served_by(actor, wanted).by_requirement))
    if missing:
        text = ngettext(
            "%(n)d reference control of ISO/IEC 42001 has no control of yours",
            "%(n)d reference controls of ISO/IEC 42001 have no control of yours",
            missing,
        )
        why = _("Each one is decided on in the Statement of Applicability, with what you do about it.")
        wall = reverse("control-wall", args=[actor.organisation.slug])
        url = f"{wall}?framework={framework.reference}&state={State.NONE.value}"
        yield Todo(text % {"n": missing}, why, url, "layout-grid", "yellow")


@todos.add(order=95)
def mappings_to_judge(actor: Actor) -> Iterable[Todo]:
    if not actor.can(P.FRAMEWORKS_EDIT):
        return
    rows = Mapping.objects.permitted(actor, P.FRAMEWORKS_EDIT).filter(
        archived_at=None,
        standing=Mapping.Standing.PROPOSED,
        source__framework__archived_at=None,
        target__framework__archived_at=None,
    )
    count = rows.count()
    if count:
        text = ngettext("%(n)d mapping is proposed", "%(n)d mappings are proposed", count) % {"n": count}
        why = _("Whoever knows both frameworks says which of them hold.")
        mappings = registers.of(Mapping).list_url(actor.organisation.slug)
        yield Todo(text, why, f"{mappings}?standing=proposed", "arrows-exchange", "blue")
