"""Which calls that decision records show are not covered by what is approved, and why. Nothing here writes."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max, Min, Q, Sum
from django.utils import timezone

from grc.models.organisation import Organisation
from vendors.models import AcceptedGap, Offering, Route, SeenModel, ShadowUse
from vendors.shadow.matching import is_named
from vendors.shadow.systems import UsingSystem, systems_of
from vendors.using.approved import ApprovedRoute, approved_routes

WINDOW_DAYS = 90
"""A model that was not called for so long is in use no more."""

TONES = {
    ShadowUse.UNKNOWN: "red",
    ShadowUse.NOT_APPROVED: "red",
    ShadowUse.PLAN: "red",
    ShadowUse.ADDED: "orange",
    ShadowUse.OTHER_SYSTEM: "yellow",
}


@dataclass(frozen=True)
class Seen:
    """One AI system's calls of one model. ``decisions``: within the window; the instants: since ever."""

    system: str
    model: str
    answered: bool
    decisions: int
    first_seen: dt.datetime
    last_seen: dt.datetime
    source_id: int


@dataclass(frozen=True)
class Finding:
    """A use that is not covered. ``route`` and ``offering``: the nearest that are registered; ``system``: None where
    no registered one has this id; ``accepted``: somebody lets it stand for now."""

    seen: Seen
    why: ShadowUse
    system: UsingSystem | None = None
    offering: Offering | None = None
    route: Route | None = None
    accepted: AcceptedGap | None = None

    @property
    def tone(self) -> str:
        return TONES[self.why]


@dataclass(frozen=True)
class Unseen:
    """A use that is registered, of which the records of the window show nothing."""

    system: UsingSystem
    use: str
    route: Route


@dataclass(frozen=True)
class Shadow:
    """``counted``: whether any decision record was ever counted; ``covered``: uses that are approved."""

    findings: list[Finding] = field(default_factory=list)
    accepted: list[Finding] = field(default_factory=list)
    covered: list[tuple[Seen, UsingSystem, ApprovedRoute]] = field(default_factory=list)
    unseen: list[Unseen] = field(default_factory=list)
    counted: bool = False


def shadow_of(organisation: Organisation, today: dt.date | None = None) -> Shadow:
    """What the records of the last ninety days show. A fixed number of queries, none of them over records."""
    today = today or timezone.localdate()
    seen = seen_models(organisation, since=today - dt.timedelta(days=WINDOW_DAYS))
    systems, approved = systems_of(organisation), approved_routes(organisation)
    live = live_routes(organisation)
    gaps = accepted_gaps(organisation, today)
    found = Shadow(counted=bool(seen) or SeenModel.objects.within(organisation).exists())
    for one in seen:
        system = systems.get(one.system)
        cover = _cover(one, system, approved, live)
        if cover is not None and system is not None:
            found.covered.append((one, system, cover))
            continue
        finding = _finding(one, system, approved, live)
        gap = gaps.get((one.system, one.model))
        if gap is not None and gap.why == finding.why:
            found.accepted.append(Finding(one, finding.why, system, finding.offering, finding.route, gap))
        else:
            found.findings.append(finding)
    found.findings.sort(key=lambda one: list(TONES).index(one.why))  # the gravest first, then the most recent
    found.unseen.extend(_unseen(seen, systems.values(), live))
    return found


def seen_models(organisation: Organisation, *, since: dt.date) -> list[Seen]:
    """Who called what since a day, the most recent first. One query over what was counted."""
    rows: Any = SeenModel.objects.within(organisation).values("system", "model", "answered")
    counted = rows.annotate(
        number=Sum("decisions", filter=Q(day__gte=since)), first=Min("first_seen"), last=Max("last_seen"),
        source=Max("source_id"),
    ).filter(number__gt=0)  # fmt: skip
    return [
        Seen(
            row["system"], row["model"], row["answered"], row["number"], row["first"], row["last"], row["source"]
        )
        for row in counted.order_by("-last", "system", "model")
    ]  # fmt: skip


def live_routes(organisation: Organisation) -> dict[str, Route]:
    """Routes in use as they stand today, by reference, with plan, offering and vendor."""
    rows = Route.objects.within(organisation).filter(
        archived_at=None, plan__archived_at=None, plan__offering__archived_at=None
    )
    rows = rows.select_related("key", "organisation", "plan__offering__vendor", "plan__offering__organisation")
    return {route.reference: route for route in rows.select_related("plan__organisation").order_by("pk")}


def accepted_gaps(organisation: Organisation, today: dt.date) -> dict[tuple[str, str], AcceptedGap]:
    """What stands accepted today, by system and model: the newest word about each counts."""
    rows = AcceptedGap.objects.within(organisation).order_by("system", "model", "-pk").distinct("system", "model")
    found = {(row.system, row.model): row for row in rows.select_related("accepted_by")}
    return {use: row for use, row in found.items() if row.until is not None and row.until >= today}


def _cover(
    seen: Seen, system: UsingSystem | None, approved: Sequence[ApprovedRoute], live: dict[str, Route]
) -> ApprovedRoute | None:
    """The approved route that the system uses and that names the model, on a plan that may still be used."""
    if system is None:
        return None
    for one in approved:
        route = live.get(one.reference)
        if one.reference in system.routes and route and route.plan.allowed and is_named(seen.model, one.models):
            return one
    return None


def _finding(
    seen: Seen, system: UsingSystem | None, approved: Iterable[ApprovedRoute], live: dict[str, Route]
) -> Finding:
    """Why it is not covered: the kindest true reason, and the route that is nearest to it."""
    signed = {one.reference for one in approved if is_named(seen.model, one.models)}
    ranked: list[tuple[int, ShadowUse, Route]] = []
    for route in live.values():
        offering = route.plan.offering
        if route.reference in signed and route.plan.allowed:
            ranked.append((0, ShadowUse.OTHER_SYSTEM, route))
        elif not is_named(seen.model, route.model_ids):
            continue
        elif not route.plan.allowed:
            ranked.append((3, ShadowUse.PLAN, route))
        elif offering.state == Offering.State.APPROVED:
            ranked.append((1, ShadowUse.ADDED, route))
        else:
            ranked.append((2, ShadowUse.NOT_APPROVED, route))
    if not ranked:
        return Finding(seen, ShadowUse.UNKNOWN, system)
    mine = system.routes if system else {}
    _rank, why, route = min(ranked, key=lambda one: (one[0], one[2].reference not in mine, one[2].pk))
    return Finding(seen, why, system, route.plan.offering, route)


def _unseen(seen: Iterable[Seen], systems: Iterable[UsingSystem], live: dict[str, Route]) -> Iterable[Unseen]:
    called: dict[str, list[str]] = {}
    for one in seen:
        called.setdefault(one.system, []).append(one.model)
    for system in systems:
        models = called.get(system.runtime_id)
        if not models:
            continue  # it sends no records at all: their absence says nothing
        for reference, use in system.routes.items():
            route = live.get(reference)
            if route and route.model_ids and not any(is_named(model, route.model_ids) for model in models):
                yield Unseen(system, use, route)
