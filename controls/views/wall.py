"""The wall: every requirement of a framework as a tile that says how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from controls.models import Framework, Requirement, requirements_of
from controls.outline import PARTS, Group, assessable, groups_of, of_part, parts_of
from controls.serving import serving
from controls.standing import LADDER, MEANINGS, TONES, Standing, State, standing_of
from controls.views.base import ControlsView, chosen_framework, frameworks_in_use
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.query import BadQuery

P = Permission
UNSEEN = (State.NONE, State.PLANNED, State.FAILED, State.OPERATING)
"""The legend of who may not see evidence."""


@dataclass(frozen=True)
class Tile:
    requirement: Requirement
    standing: Standing


@dataclass(frozen=True)
class Shelf:
    """The tiles of one group; ``head``: the framework's line above them, if it has one."""

    head: Requirement | None
    tiles: list[Tile]


@dataclass(frozen=True)
class Wall:
    """``counts``: how many requirements are in each state, before one of them was chosen."""

    framework: Framework
    parts: list[str]
    part: str
    state: str
    shelves: list[Shelf]
    counts: dict[State, int]

    @property
    def all(self) -> int:
        return sum(self.counts.values())


def wall_of(framework: Framework, actor: Actor, *, part: str = "", state: str = "") -> Wall:
    """The wall of ``framework``. Eight queries, however many requirements there are. Raises ``BadQuery``."""
    lines: list[Requirement] = list(requirements_of(actor.organisation, framework).defer("text", "oscal"))
    parts = parts_of(lines)
    if part and part not in parts:
        raise BadQuery("part", _("This framework has no such part."))
    part = part or (parts[0] if parts else "")
    shown = of_part(assessable(lines), part)
    standings = standings_of([row.pk for row in shown], actor)
    ladder = LADDER if actor.can(P.EVIDENCE_VIEW) else UNSEEN
    if state and state not in State.values:
        raise BadQuery("state", _("There is no such state."))
    counts = {each: sum(standing.state == each for standing in standings.values()) for each in ladder}
    chosen = [row for row in shown if not state or standings[row.pk].state == state]
    shelves = [_shelf(group, standings) for group in groups_of(lines, chosen)]
    return Wall(framework, parts, part, state, shelves, counts)


def standings_of(requirements: Sequence[int], actor: Actor) -> dict[int, Standing]:
    """How each of ``requirements`` stands."""
    served = serving(requirements, actor)
    return {pk: standing_of([one.facts for one in served[pk]]) for pk in requirements}


def _shelf(group: Group, standings: dict[int, Standing]) -> Shelf:
    return Shelf(group.head, [Tile(row, standings[row.pk]) for row in group.requirements])


class WallPage(ControlsView):
    sees, name = (P.CONTROLS_VIEW, P.FRAMEWORKS_VIEW), "control-wall"

    def get(self, request: HttpRequest) -> HttpResponse:
        frameworks = frameworks_in_use(self.actor)
        if not frameworks:
            return self.show("controls/wall_empty.html", can_edit=self.actor.can(P.FRAMEWORKS_EDIT))
        wall = read_wall(request.GET, frameworks, self.actor)
        return self.show(
            "controls/wall.html",
            wall=wall,
            frameworks=frameworks,
            parts=[(part, PARTS[part]) for part in wall.parts],
            legend=[(state, count, TONES[state], MEANINGS[state]) for state, count in wall.counts.items()],
            sees_evidence=self.actor.can(P.EVIDENCE_VIEW),
        )


def read_wall(params: QueryDict, frameworks: list[Framework], actor: Actor) -> Wall:
    """The wall that a page or a call of the API asks for. Raises ``BadQuery``."""
    framework = chosen_framework(params.get("framework", ""), frameworks)
    return wall_of(framework, actor, part=params.get("part", ""), state=params.get("state", ""))
