"""The way to a certificate on the home page: when it is expected, and which of one's own steps are late or next."""

import datetime as dt
from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import PlanStep
from aims.programme import words
from aims.programme.reading import Line, Plan, read_plan
from aims.programme.schedule import Circle, State
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.formats import day
from grc.registries import Figure, Todo, Work, figures, todos

MOST = 8


@figures.add(order=5)
def certificate_expected(actor: Actor) -> Iterable[Figure]:
    plan = _plan(actor)
    if plan is None or plan.schedule.end is None:
        return
    slip = plan.schedule.slip
    note = _("%(slip)s than first planned") % {"slip": words.slip(slip)} if slip else words.slip(slip)
    url = reverse("plan-picture", args=[actor.organisation.slug])
    tone = "orange" if slip > 0 else "green"
    yield Figure(words.end_name(plan), day(plan.schedule.end), note, url, "certificate", tone)


@todos.add(order=35)
def steps_of_mine(actor: Actor) -> Iterable[Todo]:
    """Own steps that are late, and those that can begin by now or within a week."""
    if actor.person is None or not actor.can(Permission.PROGRAMME_EDIT):
        return
    own = PlanStep.objects.permitted(actor, Permission.PROGRAMME_VIEW).filter(archived_at=None, owner=actor.person)
    if not own.filter(done_on=None).exists():
        return
    plan = _plan(actor)
    lines = plan.owned_by(actor.person.pk) if plan else []
    late = [line for line in lines if line.planned.late_by]
    ready = [line for line in lines if line.planned.state == State.READY and not line.planned.late_by]
    for line in late[:MOST]:
        yield _late(line)
    for line in ready[:MOST]:
        if (line.planned.start - timezone.localdate()).days <= 7:
            why = _("What it waits for is finished.")
            text, url = _("Begin %s") % line.step, line.step.get_absolute_url()
            yield Todo(text, why, url, "route", "blue", line.planned.start, Work.ACTION)


def _late(line: Line) -> Todo:
    due_on = line.step.starts_on + dt.timedelta(days=line.step.days - 1)
    url, late = line.step.get_absolute_url(), words.days(line.planned.late_by)
    if line.planned.state == State.RUNNING:
        why = _("It should have ended %(days)s ago.") % {"days": late}
        return Todo(_("Finish %s") % line.step, why, url, "route", "red", due_on, Work.ACTION)
    why = _("It should have begun %(days)s ago, and waits for nothing.") % {"days": late}
    return Todo(_("Begin %s") % line.step, why, url, "route", "red", line.step.starts_on, Work.ACTION)


def _plan(actor: Actor) -> Plan | None:
    if not actor.can(Permission.PROGRAMME_VIEW):
        return None
    try:
        return read_plan(actor)
    except Circle:  # its own page says so
        return None
