"""How the impact assessments of each AI system stand: computed from the history of systems and components.

A system is to be assessed again when it is not any more what was assessed: by its role, stage, class, intended use or
who is affected, or by a model or data set that came or got another version.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from aims.models import AISystem, Component, ImpactAssessment
from grc.models.approval import Review
from grc.models.organisation import Organisation
from grc.registers.register import registers

WATCHED = ("role", "stage", "risk_class", "purpose", "affected")
PARTS = (Component.Kind.MODEL, Component.Kind.DATASET)
OPEN = ImpactAssessment.Outcome.OPEN
State = tuple[Any, ...]


@dataclass(frozen=True)
class Standing:
    """``latest``: the concluded assessment that counts, as of ``assessed_at``; ``running``: one that is not concluded.

    ``changes``: what is different now from what was assessed, in words.
    """

    system: AISystem
    latest: ImpactAssessment | None = None
    assessed_at: dt.datetime | None = None
    running: ImpactAssessment | None = None
    changes: tuple[str, ...] = ()

    def is_overdue(self, today: dt.date) -> bool:
        """Whether the planned day of the next one has come."""
        return self.latest is not None and self.latest.repeat_on is not None and self.latest.repeat_on <= today

    @property
    def is_missing(self) -> bool:
        """Whether it should have been assessed: it is in the scope or in operation, and never was."""
        in_use = self.system.in_scope == AISystem.InScope.IN or self.system.stage == AISystem.Stage.OPERATION
        return self.latest is None and in_use


def standings_of(organisation: Organisation, systems: Collection[int] | None = None) -> list[Standing]:
    """Of every AI system in use, or of those ``systems`` among them. Seven queries, whatever their number."""
    rows = AISystem.objects.within(organisation).filter(archived_at=None).exclude(stage=AISystem.Stage.RETIRED)
    rows = rows if systems is None else rows.filter(pk__in=systems)
    found = list(rows.select_related("key", "organisation", "owner").order_by("pk"))
    concluded, running = _assessments(organisation, [system.pk for system in found])
    changes = _changes(organisation, found, {pk: at for pk, (at, _latest) in concluded.items()})
    standings = []
    for system in found:
        at, latest = concluded.get(system.pk, (None, None))
        standings.append(Standing(system, latest, at, running.get(system.pk), tuple(changes[system.pk])))
    return standings


def standing_of_system(system: AISystem) -> Standing | None:
    """Of one; None where it is archived or retired."""
    return next(iter(standings_of(system.organisation, [system.pk])), None)


Concluded = dict[int, tuple[dt.datetime, ImpactAssessment]]


def _assessments(organisation: Organisation, systems: list[int]) -> tuple[Concluded, dict[int, ImpactAssessment]]:
    """The latest concluded assessment of each system, and the latest that is not."""
    rows: QuerySet[Any] = ImpactAssessment.objects.within(organisation).filter(system__in=systems, archived_at=None)
    assessments = list(rows.select_related("key", "organisation").order_by("pk"))
    running = {one.system_id: one for one in assessments if one.outcome == OPEN}
    done = [one for one in assessments if one.outcome != OPEN]
    instants = _concluded_at(organisation, [one.pk for one in done])
    latest: Concluded = {}
    for one in done:
        at = instants.get(one.pk, one.created_at)
        if one.system_id not in latest or at >= latest[one.system_id][0]:
            latest[one.system_id] = (at, one)
    return latest, running


def _concluded_at(organisation: Organisation, assessments: list[int]) -> dict[int, dt.datetime]:
    """When each got its conclusion; where a later version of it was approved, when that was frozen."""
    history = ImpactAssessment.history.filter(organisation=organisation, key__in=assessments)
    instants: dict[int, dt.datetime] = {}
    for key, at, outcome in history.order_by("history_date", "history_id").values_list(
        "key", "history_date", "outcome"
    ):
        if outcome == OPEN:
            instants.pop(key, None)
        else:
            instants.setdefault(key, at)
    signed = Review.objects.within(organisation).filter(
        key__in=assessments, state__in=(Review.State.APPROVED, Review.State.SUPERSEDED)
    )
    for key, at in signed.values_list("key", "sent_at"):
        instants[key] = max(at, instants.get(key, at))
    return instants


def _changes(
    organisation: Organisation, systems: list[AISystem], assessed: dict[int, dt.datetime]
) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    mine = [system for system in systems if system.pk in assessed]
    then = _as_of(
        AISystem.history.filter(organisation=organisation, key__in=[one.pk for one in mine]), assessed, WATCHED
    )
    for system in mine:
        found[system.pk] += _said_of_system(system, then.get(system.pk))
    rows = Component.objects.within(organisation).filter(system__in=assessed, kind__in=PARTS, archived_at=None)
    components = list(rows.order_by("kind", "pk"))
    instants = {component.pk: assessed[component.system_id] for component in components}
    before = _as_of(
        Component.history.filter(organisation=organisation, key__in=instants),
        instants,
        ("pinned_version", "archived_at"),
    )
    for component in components:
        found[component.system_id] += _said_of_component(component, before.get(component.pk))
    return found


def _as_of(history: "QuerySet[Any]", instants: dict[int, dt.datetime], names: Iterable[str]) -> dict[int, State]:
    """What each record said at its instant, by its key; those that were not there yet are left out."""
    found: dict[int, State] = {}
    rows = history.order_by("history_date", "history_id").values_list("key", "history_date", *names)
    for key, at, *values in rows.iterator(chunk_size=5000):
        if at <= instants[key]:
            found[key] = tuple(values)
    return found


def _said_of_system(system: AISystem, then: State | None) -> list[str]:
    if then is None:
        return []  # it was written down after it was assessed: there is nothing to compare with
    register, said = registers.of(AISystem), []
    for name, before in zip(WATCHED, then, strict=True):
        now, field = getattr(system, name), register.field(name)
        if before == now:
            continue
        words = {"what": register.heading(name)}
        if field.get_internal_type() == "TextField":
            said.append(_("%(what)s says something else") % words)
            continue
        labels = dict(field.flatchoices or ())
        words |= {"before": str(labels.get(before, before)) or "–", "now": str(labels.get(now, now)) or "–"}
        said.append(_("%(what)s was “%(before)s” and is “%(now)s”") % words)
    return said


def _said_of_component(component: Component, then: State | None) -> list[str]:
    words = {"component": f"{component.get_kind_display()} {component.name}", "now": component.pinned_version}
    if then is None or then[1] is not None:
        return [_("%(component)s was added") % words]
    if then[0] == component.pinned_version:
        return []
    return [_("%(component)s was version “%(before)s” and is “%(now)s”") % (words | {"before": then[0]})]
