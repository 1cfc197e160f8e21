"""Where these pages are found: in the navigation, from lists, on a requirement's page; and the index of registers."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from aims.clauses.answers import ANSWERS, BY_CODE
from aims.clauses.facts import ISO_42001, Facts
from aims.clauses.found import find
from controls.catalogues.shipped import Item, catalogue
from controls.models import Requirement
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.record import Record
from grc.registers.register import Action, Register, registers
from grc.registries import Part, list_actions, record_parts
from grc.shell import Page, pages

P = Permission

pages += [
    Page("organisation", _("Clause map"), "clauses", P.RISKS_VIEW, "map-2", first=True),
    Page("organisation", _("Getting started"), "start-here", P.RISKS_VIEW, "list-check", first=True),
]


@list_actions.add(order=30)
def from_processes(register: Register, actor: Actor) -> Iterable[Action]:
    if register.slug == "processes":
        yield Action(_("As a picture"), reverse("process-picture", args=[actor.organisation.slug]), "sitemap")


@record_parts.add(order=8)
def on_requirement(register: Register, record: Record, actor: Actor) -> Iterable[Part]:
    """How a clause of ISO/IEC 42001 is answered, on the page of its requirement."""
    if not isinstance(record, Requirement) or record.framework.catalogue != ISO_42001:
        return
    answer = BY_CODE.get(record.code)
    if answer is not None and actor.can(P.RISKS_VIEW) and actor.can(P.AIMS_VIEW):
        found = find(answer, Facts(actor))
        yield Part("aims/clauses/requirement_panel.html", {"found": found, "registers": seen(answer.registers, actor)})


@dataclass(frozen=True)
class Place:
    """A register as a link."""

    name: str
    icon: str
    url: str


@dataclass(frozen=True)
class Shelf:
    """The registers that answer one chapter of the standard."""

    chapter: Item
    registers: list[Place]


def register_index(actor: Actor) -> list[Shelf]:
    """The registers of clauses 4 to 10, each where it first answers; those that the navigation leaves out too."""
    known: set[str] = set()
    shelves: dict[str, list[str]] = {}
    for answer in ANSWERS:
        for slug in answer.registers:
            if answer.item.kind == "clause" and slug not in known:
                known.add(slug)
                shelves.setdefault(answer.code.split(".")[0], []).append(slug)
    made = [Shelf(catalogue(ISO_42001).item(code), seen(slugs, actor)) for code, slugs in shelves.items()]
    return [shelf for shelf in made if shelf.registers]


def seen(slugs: Iterable[str], actor: Actor) -> list[Place]:
    """Those of the registers that the actor may see."""
    found = (register for register in map(registers.by_slug, slugs) if actor.can(register.view))
    return [Place(str(each.plural), each.icon, each.list_url(actor.organisation.slug)) for each in found]
