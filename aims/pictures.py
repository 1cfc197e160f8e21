"""Pictures of risks and AI systems, made from the records that the actor may see."""

import datetime as dt
import math
import re
from collections import Counter, defaultdict
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.criteria import BAND_TONES, Criteria, criteria_in_force
from aims.models import AISystem, Component, Risk
from aims.models.planning import LEVELS
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.chart import Chart, Series
from grc.pictures.graph import Graph, GraphEdge, GraphNode
from grc.pictures.heat_map import HeatCell, HeatMap
from grc.pictures.named import name_picture
from grc.pictures.timeline import Lane, Span, Timeline
from grc.registers.register import registers

OPEN = (Risk.State.OPEN, Risk.State.TREATING, Risk.State.TREATED)
MONTHS = 12
SPANS = 40
PARTS = 60
KIND_TONES = {"model": "purple", "prompt": "blue", "dataset": "green", "store": "yellow", "tool": "orange"}


def heat_map(actor: Actor, residual: bool = False) -> HeatMap:
    """How many open risks lie where, by likelihood and impact; ``residual``: after treatment.

    A cell leads to its risks: the list needs ``likelihood`` and ``impact`` (or their residual ones) among its filters.
    """
    criteria = criteria_in_force(actor.organisation)
    before = "residual_" if residual else ""
    likelihood, impact = f"{before}likelihood", f"{before}impact"
    rows = _open_risks(actor).values_list(likelihood, impact).annotate(n=Count("pk")).order_by()
    counts = {(first, second): n for first, second, n in rows}
    unjudged = counts.pop((None, None), 0)
    steps = range(1, LEVELS + 1)
    title = _("Risks after treatment") if residual else _("Risks without treatment")
    return HeatMap(
        title=title,
        description=_heat_words(sum(counts.values()), unjudged),
        rows=[_step(criteria.likelihood, number) for number in reversed(steps)],
        columns=[_step(criteria.impact, number) for number in steps],
        cells=[
            [
                _heat_cell(actor, criteria, counts.get((row, column), 0), {likelihood: row, impact: column})
                for column in steps
            ]
            for row in reversed(steps)
        ],
        row_title=_("Likelihood"),
        column_title=_("Impact"),
        legend=[(BAND_TONES[band], words) for band, words in _bands().items() if band],
        slug="risks-after-treatment" if residual else "risks-without-treatment",
    )


def risks_over_time(actor: Actor) -> Chart:
    """How many risks of each band were open at the end of each of the last twelve months, and today."""
    criteria = criteria_in_force(actor.organisation)
    today = timezone.localdate()
    ends = [*_month_ends(today, MONTHS - 1), today]
    counts = _open_at(actor, criteria, ends)
    bands = {band: words for band, words in _bands().items() if band or any(count[""] for count in counts)}
    return Chart(
        title=_("Open risks over time"),
        description=_("Open risks at the end of each month, by the score that remained after treatment so far."),
        labels=[*(end.strftime("%Y-%m") for end in ends[:-1]), _("Today")],
        series=[
            Series(words, [count[band] for count in counts], BAND_TONES[band] or "secondary")
            for band, words in bands.items()
        ],
        kind="stacked",
        first=_("End of month"),
        slug="risks-over-time",
    )


def treatment_timeline(actor: Actor) -> Timeline:
    """What is done about risks and by when, a lane for each AI system; the forty that are due first."""
    today = timezone.localdate()
    rows = _open_risks(actor).filter(treat_by__isnull=False).select_related("key", "organisation", "system")
    risks = list(rows.order_by("treat_by", "reference")[:SPANS])
    history = Risk.history.filter(organisation=actor.organisation, key__in=[risk.pk for risk in risks])
    first = dict(history.values_list("key").annotate(first=Min("history_date")).order_by())
    lanes: dict[str, list[Span]] = defaultdict(list)
    for risk in risks:
        begun = min(timezone.localdate(first.get(risk.pk, risk.created_at)), risk.treat_by)
        late = risk.treat_by < today and risk.state != Risk.State.TREATED
        tone = "green" if risk.state == Risk.State.TREATED else "red" if late else "blue"
        name = risk.system.name if risk.system else _("The organisation")
        lanes[name].append(Span(str(risk), begun, risk.treat_by, tone, risk.get_absolute_url()))
    late = sum(span.tone == "red" for spans in lanes.values() for span in spans)
    words = _("From the day a risk was written down to the day its treatment is due. Green is done, red is late.")
    if late:
        words += " " + ngettext("%(n)d is late.", "%(n)d are late.", late) % {"n": late}
    return Timeline(
        _("Treatment of risks"), words, [Lane(name, spans) for name, spans in lanes.items()], today, "risk-treatment"
    )


def parts_graph(system: AISystem, actor: Actor) -> Graph:
    """What an AI system is made of, and who supplies it: the system, its components, their suppliers."""
    rows = Component.objects.permitted(actor, Permission.SYSTEMS_VIEW).filter(system=system.pk, archived_at=None)
    parts = list(rows.select_related("key", "organisation").order_by("kind", "reference")[:PARTS])
    nodes = [GraphNode(system.reference, system.name, _("AI system"), "secondary", system.get_absolute_url())]
    edges = []
    for part in parts:
        name = " ".join(word for word in (part.name, part.pinned_version) if word)
        kind, tone = str(part.get_kind_display()), KIND_TONES.get(part.kind, "secondary")
        nodes.append(GraphNode(part.reference, name, kind, tone, part.get_absolute_url()))
        edges.append(GraphEdge(system.reference, part.reference))
        if part.supplier:
            edges.append(GraphEdge(part.reference, f"supplier {part.supplier}", part.region))
    suppliers = dict.fromkeys(part.supplier for part in parts if part.supplier)
    nodes += [GraphNode(f"supplier {supplier}", supplier, _("Supplier")) for supplier in suppliers]
    return Graph(
        title=_("What %(name)s is made of") % {"name": system.name},
        description=_("The components of the system, who supplies them, and where they run."),
        nodes=nodes,
        edges=edges,
    )


def _open_risks(actor: Actor) -> "QuerySet[Any]":
    rows = Risk.objects.permitted(actor, Permission.RISKS_VIEW)
    return rows.filter(archived_at=None, state__in=OPEN)


def _bands() -> dict[str, str]:
    return {
        "high": _("High: must be treated"),
        "medium": _("Medium: to be judged"),
        "low": _("Low: acceptable"),
        "": _("Not judged yet"),
    }


def _heat_words(judged: int, unjudged: int) -> str:
    words = ngettext("%(n)d open risk.", "%(n)d open risks.", judged) % {"n": judged}
    if unjudged:
        more = ngettext("%(n)d is not judged yet.", "%(n)d are not judged yet.", unjudged)
        words += " " + more % {"n": unjudged}
    return words


def _step(scale: tuple[str, ...], number: int) -> str:
    """The short name of a step: what stands before the first colon, dash or comma of its line."""
    said = scale[number - 1] if number <= len(scale) else ""
    line = re.sub(rf"^{number}\b[.):]?\s*", "", said)
    name = re.split(r"\s*(?:[:;,(]|\s[-–—]\s|\.\s)", line)[0].strip()
    return f"{number} {name}".strip()


def _heat_cell(actor: Actor, criteria: Criteria, count: int, place: dict[str, int]) -> HeatCell:
    tone = criteria.tone(math.prod(place.values()))
    if not count:
        return HeatCell(0, tone)
    ends = [(f"{name}_{end}", str(value)) for name, value in place.items() for end in ("min", "max")]
    query = urlencode([*ends, *(("state", str(state)) for state in OPEN)])
    return HeatCell(count, tone, f"{registers.of(Risk).list_url(actor.organisation.slug)}?{query}")


def _month_ends(today: dt.date, count: int) -> list[dt.date]:
    """The last days of the ``count`` months before this one, oldest first."""
    ends = []
    first = today.replace(day=1)
    for _month in range(count):
        ends.append(first - dt.timedelta(days=1))
        first = ends[-1].replace(day=1)
    return ends[::-1]


def _open_at(actor: Actor, criteria: Criteria, ends: list[dt.date]) -> list[Counter[str]]:
    """How many risks were open in each band at the end of each of those days, from the history of each risk."""
    seen = Risk.objects.permitted(actor, Permission.RISKS_VIEW).values("key")
    history = Risk.history.filter(organisation=actor.organisation, key__in=seen).order_by("history_date", "history_id")
    names = ("key", "history_date", "state", "archived_at")
    levels = ("likelihood", "impact", "residual_likelihood", "residual_impact")
    zone = timezone.get_current_timezone()
    bands: dict[int, str | None] = {}
    counts: list[Counter[str]] = []
    waiting = iter(ends)
    end = next(waiting)
    for key, at, state, archived_at, *judged in history.values_list(*names, *levels).iterator(chunk_size=5000):
        while len(counts) < len(ends) and at.astimezone(zone).date() > end:
            counts.append(Counter(band for band in bands.values() if band is not None))
            end = next(waiting, end)
        bands[key] = criteria.band(_score(*judged)) if archived_at is None and state in OPEN else None
    while len(counts) < len(ends):
        counts.append(Counter(band for band in bands.values() if band is not None))
    return counts


def _score(likelihood: int | None, impact: int | None, left: int | None, hurt: int | None) -> int | None:
    if left and hurt:
        return left * hurt
    return likelihood * impact if likelihood and impact else None


name_picture("risks-without-treatment", Permission.RISKS_VIEW, heat_map)
name_picture("risks-after-treatment", Permission.RISKS_VIEW, partial(heat_map, residual=True))
name_picture("risks-over-time", Permission.RISKS_VIEW, risks_over_time)
name_picture("risk-treatment", Permission.RISKS_VIEW, treatment_timeline)
