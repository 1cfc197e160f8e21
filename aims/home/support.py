"""Objectives, competence, communication and changes to the AIMS on the home page of whoever can do something."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from aims.models import Commitment, Communication, Objective, PlannedChange, Risk
from aims.support.competence import TONES, Standing
from aims.support.course import Course
from aims.support.matrix import Cell, gaps_to_close
from aims.support.objectives import Row, rows_of
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.registers.register import registers
from grc.registries import Todo, Work, todos
from grc.work.gathering import tone_of

P = Permission
SOON = dt.timedelta(days=14)
ENDING = dt.timedelta(days=60)
MOST = 20


@todos.add(order=51)
def objectives_to_look_at(actor: Actor) -> Iterator[Todo]:
    """Objectives that are over, reached, not measured for a while, or due soon: one line each."""
    if not actor.can(P.AIMS_EDIT):
        return
    today = timezone.localdate()
    found = (_objective(row, today) for row in rows_of(actor, P.AIMS_EDIT, only_open=True))
    yield from [todo for todo in found if todo][:MOST]


def _objective(row: Row, today: dt.date) -> Todo | None:
    objective, url = row.objective, row.objective.get_absolute_url()
    edit = registers.of(Objective).url("edit", objective)
    if today > objective.due_on:
        text = _("Say how %s ended") % objective
        if row.course == Course.REACHED:
            why, tone = _("Its time is over, and the target is reached: close it."), "yellow"
        else:
            why, tone = _("Its time is over, and the target was not reached."), "red"
        return Todo(text, why, edit, "target", tone, objective.due_on, Work.ACTION)
    if row.course == Course.REACHED:
        why = _("The target is reached: close it, or aim higher.")
        return Todo(_("Close %s") % objective, why, edit, "target", "blue", None, Work.ACTION)
    if row.quiet:
        why = _("Nobody has measured for more than a month.")
        return Todo(_("Measure %s") % objective, why, url, "ruler-measure", "yellow", None, Work.ACTION)
    if objective.due_on <= today + SOON:
        why = _("It is due soon: %s.") % row.words.lower()
        return Todo(_("Look at %s") % objective, why, url, "target", "yellow", objective.due_on, Work.ACTION)
    return None


@todos.add(order=52)
def competence_to_show(actor: Actor) -> Iterator[Todo]:
    """What people lack for their roles, or will soon."""
    words = {
        Standing.EXPIRED: _("The proof has expired."),
        Standing.MISSING: _("Their role needs it, and nothing shows it."),
        Standing.EXPIRING: _("The proof ends soon."),
    }
    for gap in [gap for gap in gaps_to_close(actor) if gap.standing in words][:MOST]:
        yield Todo(
            _("%(competence)s: %(person)s") % {"competence": gap.need.name, "person": gap.person},
            words[gap.standing],
            gap.url,
            "school",
            TONES[gap.standing],
            _ends(gap),
        )


def _ends(gap: Cell) -> dt.date | None:
    return gap.judgement.proof.valid_until if gap.judgement.proof else None


@todos.add(order=53)
def people_to_be_told(actor: Actor) -> Iterator[Todo]:
    """Lines of the communication plan that are due."""
    if not actor.can(P.AIMS_EDIT):
        return
    today = timezone.localdate()
    rows: Any = Communication.objects.permitted(actor, P.AIMS_EDIT).filter(archived_at=None, next_on__lte=today + SOON)
    for line in rows.order_by("next_on", "pk")[:MOST]:
        why = _("Goes to: %s.") % line.audience
        url, tone = line.get_absolute_url(), tone_of(line.next_on, today) or "blue"
        yield Todo(_("Tell: %s") % line.name, why, url, "messages", tone, line.next_on, Work.ACTION)


@todos.add(order=54)
def commitments_ending(actor: Actor) -> Iterator[Todo]:
    """What top management granted, and what ends or has ended."""
    if not actor.can(P.AIMS_EDIT):
        return
    today = timezone.localdate()
    rows: Any = Commitment.objects.permitted(actor, P.AIMS_EDIT).filter(archived_at=None)
    for one in rows.filter(valid_until__lte=today + ENDING).order_by("valid_until", "pk")[:MOST]:
        over = one.valid_until < today
        why = _("It has ended. Ask for it again, or archive it.") if over else _("It ends soon: ask for it again.")
        url = one.get_absolute_url()
        yield Todo(_("Renew %s") % one, why, url, "heart-handshake", "red" if over else "yellow", one.valid_until)


@todos.add(order=55)
def changes_not_made(actor: Actor) -> Iterator[Todo]:
    """Changes to the management system whose day has passed."""
    if not actor.can(P.AIMS_EDIT):
        return
    rows: Any = PlannedChange.objects.permitted(actor, P.AIMS_EDIT).filter(
        archived_at=None, state=PlannedChange.State.PLANNED, planned_on__lt=timezone.localdate()
    )
    for change in rows.order_by("planned_on", "pk")[:MOST]:
        why = _("Its day has passed: say that it was made, or plan it again.")
        url = registers.of(PlannedChange).url("edit", change)
        yield Todo(_("Finish %s") % change, why, url, "replace", "red", change.planned_on, Work.ACTION)


@todos.add(order=246)
def risks_to_treat(actor: Actor) -> Iterable[Todo]:
    """The actor's risks that are to be treated by a day."""
    rows: Any = Risk.objects.permitted(actor, P.RISKS_VIEW).filter(
        owner=actor.person, archived_at=None, treat_by__isnull=False, state__in=(Risk.State.OPEN, Risk.State.TREATING)
    )
    today = timezone.localdate()
    for risk in rows.order_by("treat_by", "pk")[:MOST] if actor.person else ():
        why, url = _("Its treatment is to be done by then."), risk.get_absolute_url()
        yield Todo(str(risk), why, url, "alert-triangle", tone_of(risk.treat_by, today), risk.treat_by, Work.ACTION)
