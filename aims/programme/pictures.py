"""The plan and the gap analysis as pictures, drawn from the records that the actor may see."""

from collections import defaultdict
from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models import GapAnswer
from aims.programme import words
from aims.programme.analysis import TONES, Analysis, read_analysis
from aims.programme.reading import Line, Plan, read_plan
from aims.programme.schedule import Circle
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.formats import day
from grc.pictures.chart import Chart, Series
from grc.pictures.named import name_picture
from grc.pictures.timeline import Lane, Span, Timeline

MOST = 60
"""Steps in the picture; the table on the page and in the files holds all."""


def plan_timeline(plan: Plan, lines: Sequence[Line] | None = None) -> Timeline:
    """The plan by phases, or those ``lines`` of it, with what is critical marked and joined."""
    shown = list(plan.lines if lines is None else lines)[:MOST]
    lanes: dict[str, list[Span]] = defaultdict(list)
    for line in shown:
        lanes[line.step.get_phase_display()].append(_span(line))
    critical = {line.step.reference for line in plan.critical}
    joins = [
        (before, line.step.reference)
        for line in shown
        for before in line.step.after
        if {before, line.step.reference} <= critical
    ]
    named = [Lane(name, spans) for name, spans in lanes.items()]
    return Timeline(_("The plan"), _plan_words(plan), named, plan.today, "plan", joins)


def gap_chart(analysis: Analysis) -> Chart:
    """How the clauses and controls of each area stand."""
    left = len(analysis.unseen) + analysis.without
    said = _("%(looked)d of %(all)d clauses and controls are looked at.")
    text = said % {"looked": analysis.looked_at, "all": analysis.all}
    if left:
        text += " " + ngettext("%(n)d is not.", "%(n)d are not.", left) % {"n": left}
    series = []
    for standing, tone in TONES.items():
        values = [float(chapter.counts[standing]) for chapter in analysis.chapters]
        if any(values):
            series.append(Series(str(GapAnswer.Standing(standing).label), values, tone))
    return Chart(
        title=_("Where the gaps are"),
        description=text,
        labels=[chapter.area.head.code for chapter in analysis.chapters],
        series=series,
        kind="stacked",
        first=_("Clause or area"),
        slug="gap-standing",
    )


def _span(line: Line) -> Span:
    mark = _("critical") if line.planned.critical else ""
    url = line.step.get_absolute_url()
    return Span(str(line.step), line.planned.start, line.planned.end, words.tone(line), url, mark, line.step.reference)


def _plan_words(plan: Plan) -> str:
    if plan.schedule.end is None:
        return _("There are no steps yet.")
    text = _(
        "Green is finished, blue is begun, yellow can begin, grey waits, red is late. "
        "A double line is the critical path: what moves there moves the end, %(end)s."
    )
    return text % {"end": day(plan.schedule.end)}


def _plan_picture(actor: Actor) -> Timeline:
    try:
        return plan_timeline(read_plan(actor))
    except Circle as circle:
        text = _("These steps wait for each other: %(names)s.") % {"names": circle}
        return Timeline(_("The plan"), text, [], timezone.localdate(), "plan")


def _gap_picture(actor: Actor) -> Chart:
    return gap_chart(read_analysis(actor))


name_picture("plan", Permission.PROGRAMME_VIEW, _plan_picture)
name_picture("gap-standing", Permission.PROGRAMME_VIEW, _gap_picture)
