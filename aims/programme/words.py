"""What a plan and its steps say of themselves, in words."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aims.programme.reading import Line, Plan
from aims.programme.schedule import State
from grc.formats import day

STATES = {
    State.DONE: gettext_lazy("Finished"),
    State.RUNNING: gettext_lazy("Begun"),
    State.READY: gettext_lazy("Can begin"),
    State.WAITING: gettext_lazy("Waits"),
}
TONES = {State.DONE: "green", State.RUNNING: "blue", State.READY: "yellow", State.WAITING: "secondary"}


def standing(line: Line) -> str:
    """How a step stands, with what is late."""
    words = str(STATES[line.planned.state])
    late = line.planned.late_by
    if late:
        words += ", " + ngettext("%(n)d day late", "%(n)d days late", late) % {"n": late}
    return words


def tone(line: Line) -> str:
    return "red" if line.planned.late_by else TONES[line.planned.state]


def room(line: Line) -> str:
    """How far a step may move before it moves the end."""
    if line.planned.state == State.DONE:
        return ""
    if line.planned.critical:
        return _("Critical")
    return days(line.planned.float_days)


def days(count: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", count) % {"n": count}


def slip(count: int) -> str:
    """Days behind or ahead of the first plan."""
    if count > 0:
        return _("%(days)s later") % {"days": days(count)}
    if count < 0:
        return _("%(days)s earlier") % {"days": days(-count)}
    return _("as first planned")


def end_name(plan: Plan) -> str:
    return _("Certificate expected") if plan.certified else _("End expected")


def why_slipped(plan: Plan) -> str:
    """Which steps the end slipped by; empty where it did not."""
    if plan.schedule.slip <= 0 or not plan.causes:
        return ""
    first, *rest = plan.causes
    said = _("%(step)s took it %(days)s back") % {"step": first.step, "days": days(first.planned.own_slip)}
    if rest:
        said += ", " + _("and %(names)s some more") % {"names": ", ".join(line.step.reference for line in rest)}
    return said + "."


def date_or_dash(value: dt.date | None) -> str:
    return day(value) if value else "–"
