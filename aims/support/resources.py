"""What each AI system needs to run, by kind, and where nothing is named (A.4)."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q

from aims.models import AISystem, Component, Resource
from aims.support.actions import TAKEN_AS, name_of
from grc.access.actor import Actor
from grc.access.gate import allows
from grc.access.roles import Permission
from grc.registers.register import registers

VIEW, EDIT = Permission.AIMS_VIEW, Permission.AIMS_EDIT
Kind = Resource.Kind


@dataclass
class Shelf:
    """The resources of one kind; ``parts``: components that are one of that kind, and not named yet."""

    kind: Kind
    resources: list[Any] = field(default_factory=list)
    parts: list[Any] = field(default_factory=list)
    add_url: str = ""

    @property
    def missing(self) -> list[Any]:
        return [resource for resource in self.resources if not resource.enough]


@dataclass(frozen=True)
class SystemLine:
    """A system with its four shelves."""

    system: Any
    shelves: list[Shelf]

    @property
    def empty(self) -> list[Shelf]:
        return [shelf for shelf in self.shelves if not shelf.resources]


def lines_of(systems: Sequence[Any], actor: Actor) -> list[SystemLine]:
    """The shelves of each system: what is its own, and what is for all of them. Two queries."""
    own: dict[int | None, list[Any]] = defaultdict(list)
    rows = Resource.objects.permitted(actor, VIEW).filter(archived_at=None)
    for resource in rows.filter(Q(system__in=systems) | Q(system=None)).order_by("name", "pk"):
        own[resource.system_id].append(resource)
    parts: dict[int, list[Any]] = defaultdict(list)
    components = Component.objects.permitted(actor, Permission.SYSTEMS_VIEW)
    for part in components.filter(system__in=systems, archived_at=None, kind__in=TAKEN_AS).order_by("name", "pk"):
        parts[part.system_id].append(part)
    may = allows(actor, EDIT)
    return [SystemLine(system, _shelves(system, own, parts[system.pk], actor, may)) for system in systems]


def systems_in_use(actor: Actor) -> list[Any]:
    """The systems that need something: all that are not retired."""
    rows = AISystem.objects.permitted(actor, Permission.SYSTEMS_VIEW).filter(archived_at=None)
    return list(rows.exclude(stage=AISystem.Stage.RETIRED).order_by("name", "pk"))


def short_of(actor: Actor) -> list[Any]:
    """The resources of which there is not enough."""
    rows = Resource.objects.permitted(actor, VIEW).filter(archived_at=None, enough=False)
    return list(rows.select_related("system", "owner").order_by("name", "pk"))


def _shelves(system: Any, own: dict[int | None, list[Any]], parts: list[Any], actor: Actor, may: bool) -> list[Shelf]:
    shelves = {kind: Shelf(kind) for kind in Kind}
    for resource in [*own[system.pk], *own[None]]:
        shelves[Kind(resource.kind)].resources.append(resource)
    named = {(resource.kind, resource.name.casefold()) for resource in own[system.pk]}
    for part in parts:
        kind = TAKEN_AS[Component.Kind(part.kind)]
        if (kind, name_of(part).casefold()) not in named:
            shelves[kind].parts.append(part)
    if may:
        new = f"{registers.of(Resource).list_url(actor.organisation.slug)}new?"
        for shelf in shelves.values():
            shelf.add_url = new + urlencode({"system": system.reference, "kind": shelf.kind.value})
    return list(shelves.values())
