"""Where these pages are found, and what they add to the pages of AI systems and of changes to the AIMS."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aims.support.resources import lines_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.links import by_register, links_of
from grc.models.record import Record
from grc.registers.register import Action, Register
from grc.registries import Part, list_actions, record_parts
from grc.shell import Page, pages

P = Permission

pages += [
    Page("organisation", _("How objectives stand"), "objectives-overview", P.AIMS_VIEW, "target"),
    Page("organisation", _("Competence"), "competence-matrix", P.AIMS_VIEW, "school"),
    Page("organisation", _("Resources"), "resources-overview", P.AIMS_VIEW, "server"),
    Page("organisation", _("Communication"), "communications-calendar", P.AIMS_VIEW, "messages"),
]

OVERVIEWS = {
    "objectives": (_("How they stand"), "objectives-overview", "target"),
    "measurements": (_("How objectives stand"), "objectives-overview", "target"),
    "competences": (_("Competence"), "competence-matrix", "school"),
    "competence-needs": (_("Competence"), "competence-matrix", "school"),
    "resources": (_("By AI system"), "resources-overview", "robot"),
    "communications": (_("By date"), "communications-calendar", "calendar"),
}


@list_actions.add(order=20)
def from_lists(register: Register, actor: Actor) -> Iterable[Action]:
    if register.slug in OVERVIEWS and actor.can(P.AIMS_VIEW):
        label, view, icon = OVERVIEWS[register.slug]
        yield Action(label, reverse(view, args=[actor.organisation.slug]), icon)


@record_parts.add(order=15)
def resources(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """What a system needs to run, beside the components that it is made of."""
    if register.slug != "ai-systems" or not actor.can(P.AIMS_VIEW):
        return
    (line,) = lines_of([record], actor)
    may = record.archived_at is None and actor.can(P.AIMS_EDIT)
    yield Part("aims/support/resources_panel.html", {"line": line, "may_add": may})


@record_parts.add(order=15)
def concerned(register: Register, record: Record, actor: Actor) -> Iterator[Part]:
    """What a change to the management system concerns: the records that it is linked with."""
    if register.slug != "planned-changes" or not actor.can(P.LINKS_VIEW):
        return
    groups = list(by_register(links_of(record=record.key, actor=actor)))
    yield Part("aims/support/concerned.html", {"groups": groups})
