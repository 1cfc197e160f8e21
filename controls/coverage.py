"""How far requirements are served: directly, or through the crosswalk by what serves a counterpart."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from controls.counterparts import Counterpart, counterparts_in, counterparts_of
from controls.models import Control, Framework, Requirement, requirements_of
from controls.outline import assessable
from controls.serving import served_by
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.models.link import Link


class Coverage(models.TextChoices):
    DIRECT = "direct", _("Served directly")
    CONFIRMED = "confirmed", _("Through a confirmed mapping")
    PROPOSED = "proposed", _("Through proposals only")
    NOT = "not", _("Not at all")


TONES = {"direct": "green", "confirmed": "blue", "proposed": "yellow", "not": "secondary"}


@dataclass(frozen=True)
class Through:
    """Controls that serve a counterpart of the requirement."""

    counterpart: Counterpart
    controls: list[Control]


@dataclass(frozen=True)
class Covered:
    """One requirement and what serves it. ``through`` holds no mapping that was rejected."""

    requirement: Requirement
    direct: list[Control]
    through: list[Through]

    @property
    def coverage(self) -> Coverage:
        if self.direct:
            return Coverage.DIRECT
        if any(one.counterpart.is_confirmed for one in self.through):
            return Coverage.CONFIRMED
        return Coverage.PROPOSED if self.through else Coverage.NOT

    @property
    def tone(self) -> str:
        return TONES[self.coverage]


def coverage_of(framework: Framework, actor: Actor) -> list[Covered]:
    """Every requirement of ``framework`` that is to be met. Four queries, however many there are."""
    rows = assessable(list(requirements_of(actor.organisation, framework).defer("text", "oscal")))
    return covered(rows, framework, actor)


def covered(requirements: Sequence[Requirement], framework: Framework, actor: Actor) -> list[Covered]:
    """The same for ``requirements`` of ``framework`` that are at hand. Three queries."""
    others = counterparts_in(actor, framework)
    served = served_by(actor)
    found = []
    for row in requirements:
        through = [Through(one, served.of(one.requirement.pk)) for one in others.get(row.pk, ()) if one.counts]
        found.append(Covered(row, served.of(row.pk), [one for one in through if one.controls]))
    return found


def counts_of(rows: Sequence[Covered]) -> dict[Coverage, int]:
    """How many requirements are served in each way; every way is there."""
    return {way: sum(row.coverage == way for row in rows) for way in Coverage}


@dataclass(frozen=True)
class Would:
    """A requirement that the control would serve, because it corresponds to what it serves already."""

    requirement: Requirement
    because: list[Counterpart]


@dataclass
class Elsewhere:
    """What one control serves in one framework, and what it would serve there through the crosswalk."""

    framework: Framework
    direct: list[Requirement] = field(default_factory=list)
    would: list[Would] = field(default_factory=list)


def reach_of(control: Control, actor: Actor) -> list[Elsewhere]:
    """Framework by framework, what ``control`` serves and would serve. Two queries."""
    direct = _served(control, actor)
    served = {row.pk for row in direct}
    found: dict[int, Elsewhere] = {}
    for row in direct:
        found.setdefault(row.framework_id, Elsewhere(row.framework)).direct.append(row)
    would: dict[int, Would] = {}
    for others in counterparts_of(actor, served).values():
        for one in others:
            if one.counts and one.requirement.pk not in served:
                would.setdefault(one.requirement.pk, Would(one.requirement, [])).because.append(one)
    for each in sorted(would.values(), key=lambda each: (each.requirement.position, each.requirement.pk)):
        framework = each.requirement.framework
        found.setdefault(framework.pk, Elsewhere(framework)).would.append(each)
    return [found[pk] for pk in sorted(found)]


def _served(control: Control, actor: Actor) -> list[Requirement]:
    links = Link.objects.permitted(actor, Permission.LINKS_VIEW).filter(archived_at=None)
    out = links.filter(source=control.pk, target__register="requirements").values("target")
    into = links.filter(target=control.pk, source__register="requirements").values("source")
    rows = Requirement.objects.permitted(actor, Permission.FRAMEWORKS_VIEW).filter(
        models.Q(pk__in=out) | models.Q(pk__in=into), archived_at=None, framework__archived_at=None
    )
    return list(rows.select_related("framework").defer("text", "oscal").order_by("framework", "position", "pk"))
