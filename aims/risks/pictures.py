"""Pictures of risks, made from the records that the actor may see."""

import datetime as dt
import math
from collections import Counter, defaultdict
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models import Risk
from aims.models.criteria import BAND_TONES, Criteria, criteria_in_force, name_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.pictures.chart import Chart, Series
from grc.pictures.heat_map import HeatCell, HeatMap
from grc.pictures.named import name_picture
from grc.pictures.timeline import Lane, Span, Timeline
from grc.registers.register import registers

OPEN = (Risk.State.OPEN, Risk.State.TREATING, Risk.State.TREATED)
MONTHS = 12
SPANS = 40
TOP = 10


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
    down, across = range(len(criteria.likelihood), 0, -1), range(1, len(criteria.impact) + 1)
    outside = sum(n for (first, second), n in counts.items() if first not in down or second not in across)
    title = _("Risks after treatment") if residual else _("Risks without treatment")
    return HeatMap(
        title=title,
        description=_heat_words(sum(counts.values()), unjudged, outside, residual=residual),
        rows=[_step(criteria.likelihood, number) for number in down],
        columns=[_step(criteria.impact, number) for number in across],
        cells=[
            [
                _heat_cell(actor, criteria, counts.get((row, column), 0), {likelihood: row, impact: column})
                for column in across
            ]
            for row in down
        ],
        row_title=_("Likelihood"),
        column_title=_("Impact"),
        legend=[(BAND_TONES[band], words) for band, words in _bands().items() if band],
        slug="risks-after-treatment" if residual else "risks-without-treatment",
    )


def top_risks(actor: Actor) -> Chart:
    """The open risks that are highest as things stand, each before and after its treatment."""
    rows = _open_risks(actor).filter(score__isnull=False).annotate(now=Coalesce("residual_score", "score"))
    risks = list(
        rows.order_by("-now", "-score", "reference").only(
            "key", "organisation", "reference", "name", "score", "residual_score"
        )[:TOP]
    )
    names = ", ".join(f"{risk.reference} {risk.name}" for risk in risks[:3])
    words = _("The highest as things stand, before and after treatment.")
    return Chart(
        title=_("Highest risks"),
        description=f"{words} {names}" if names else words,
        labels=[risk.reference for risk in risks],
        series=[
            Series(_("Without treatment"), [risk.score for risk in risks], "secondary"),
            Series(_("After treatment"), [risk.residual_score for risk in risks], "blue"),
        ],
        kind="bar",
        first=_("Risk"),
        slug="highest-risks",
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


def _heat_words(judged: int, unjudged: int, outside: int, *, residual: bool) -> str:
    """What is accepted as it is has no second score: that nobody judged it would be wrong."""
    words = ngettext("%(n)d open risk.", "%(n)d open risks.", judged) % {"n": judged}
    if unjudged and residual:
        more = ngettext("%(n)d has no score after treatment.", "%(n)d have no score after treatment.", unjudged)
        words += " " + more % {"n": unjudged}
    elif unjudged:
        more = ngettext("%(n)d is not judged yet.", "%(n)d are not judged yet.", unjudged)
        words += " " + more % {"n": unjudged}
    if outside:
        more = ngettext(
            "%(n)d was judged by other scales and has no place here.",
            "%(n)d were judged by other scales and have no place here.",
            outside,
        )
        words += " " + more % {"n": outside}
    return words


def _step(scale: tuple[str, ...], number: int) -> str:
    return f"{number} {name_of(scale, number)}".strip()


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
name_picture("highest-risks", Permission.RISKS_VIEW, top_risks)
name_picture("risks-over-time", Permission.RISKS_VIEW, risks_over_time)
name_picture("risk-treatment", Permission.RISKS_VIEW, treatment_timeline)
