"""Beginning a plan, the plan as a picture, and what is done to a step in one click."""

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aims.models import PlanStep
from aims.programme import words
from aims.programme.actions import (
    NotPlanned,
    begin_plan,
    begin_step,
    finish_step,
    moves_of,
    require_first_day,
    shift_steps,
)
from aims.programme.pages.base import ProgrammePage, programme_file
from aims.programme.pictures import plan_timeline
from aims.programme.plans import StartingPoint, starting_points
from aims.programme.reading import Line, read_plan, waiting_for
from aims.programme.reports import plan_book, plan_document
from aims.programme.schedule import Circle
from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.records import StaleRecord
from grc.registers.query import BadQuery

P = Permission


def starting_choices() -> list[tuple[str, str]]:
    return [(point.key, point.name) for point in starting_points().values()]


class BeginForm(forms.Form):
    start = forms.ChoiceField(
        label=gettext_lazy("Where you start from"), widget=forms.RadioSelect, choices=starting_choices
    )
    starts_on = forms.DateField(
        label=gettext_lazy("First day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )

    def clean_starts_on(self) -> dt.date:
        starts_on: dt.date = self.cleaned_data["starts_on"]
        try:
            require_first_day(starts_on)
        except NotPlanned as error:
            raise forms.ValidationError(str(error)) from None
        return starts_on


class ShiftForm(forms.Form):
    days = forms.IntegerField(
        label=gettext_lazy("By how many days"),
        min_value=-365,
        max_value=365,
        help_text=gettext_lazy("Calendar days, from when each is expected now. Below zero: earlier."),
        widget=forms.NumberInput(attrs={"class": "form-control"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )


class BeginPlanPage(ProgrammePage):
    """Choose where one starts from, look at the steps with their dates, then make them."""

    name = "plan-begin"

    def get(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.PROGRAMME_EDIT)
        given = request.GET if "start" in request.GET else None
        form = BeginForm(given, initial={"starts_on": timezone.localdate()})
        return self._page(form, status=422 if form.is_bound and not form.is_valid() else 200)

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.PROGRAMME_EDIT)
        form = BeginForm(request.POST)
        if not form.is_valid():
            return self._page(form, status=422)
        try:
            steps = begin_plan(**form.cleaned_data, archive_old="archive_old" in request.POST, by=self.actor)
        except NotPlanned as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._page(form, status=422)
        text = ngettext("%(n)d step is planned.", "%(n)d steps are planned.", len(steps))
        messages.success(request, text % {"n": len(steps)})
        return redirect(self.url("plan-picture"))

    def _page(self, form: BeginForm, status: int = 200) -> HttpResponse:
        point = starting_points().get(form.data.get("start", "")) if form.is_bound else None
        rows: list[dict[str, Any]] = []
        end = None
        if point and (form.is_valid() or "starts_on" in form.cleaned_data):
            rows, end = _preview(point, form.cleaned_data["starts_on"])
        return self.show(
            "aims/programme/begin.html", status=status, form=form, points=starting_points().values(), point=point,
            rows=rows, end=end, old=_open_steps(self.actor).count(),
        )  # fmt: skip


class PlanPicturePage(ProgrammePage):
    name = "plan-picture"

    def get(self, request: HttpRequest) -> HttpResponse:
        plan = read_plan(self.actor)
        owners = {line.step.owner for line in plan.lines if line.step.owner}
        owner = _owner(request.GET.get("owner", ""), owners)
        lines = plan.owned_by(owner.pk) if owner else plan.lines
        return self.show(
            "aims/programme/plan.html",
            plan=plan,
            timeline=plan_timeline(plan, lines) if lines else None,
            rows=[step_row(line) for line in lines],
            owners=sorted(owners, key=str),
            owner=owner,
            end_name=words.end_name(plan),
            slip=words.slip(plan.schedule.slip),
            why=words.why_slipped(plan),
            can_edit=self.actor.can(P.PROGRAMME_EDIT),
        )


class PlanFilePage(ProgrammePage):
    name = "plan-picture"

    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        plan = read_plan(self.actor)
        return programme_file(
            kind, name="plan", by=self.actor, book=lambda: plan_book(plan),
            document=lambda at: plan_document(plan, self.actor, at),
        )  # fmt: skip


class StepPage(ProgrammePage):
    """Something that is done to one step."""

    name = "plan-detail"

    def step(self, reference: str) -> PlanStep:
        rows = PlanStep.objects.permitted(self.actor, P.PROGRAMME_VIEW).select_related("key", "owner")
        step: PlanStep = get_object_or_404(rows, reference=reference)
        require(self.actor, P.PROGRAMME_EDIT, step)
        return step


class BeginStepPage(StepPage):
    """One click: the step is begun today."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        step = self.step(reference)
        try:
            begin_step(step=step, by=self.actor)
        except (NotPlanned, StaleRecord) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(step)s is begun.") % {"step": step.reference})
        return redirect(step.get_absolute_url())


class FinishStepPage(StepPage):
    """One click: the step is finished today."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        step = self.step(reference)
        try:
            finish_step(step=step, by=self.actor)
        except (NotPlanned, StaleRecord) as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("%(step)s is finished.") % {"step": step.reference})
        return redirect(step.get_absolute_url())


class ShiftPage(StepPage):
    """A step and what waits for it, moved by some days; looked at before."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        form = ShiftForm(request.GET if "days" in request.GET else None)
        return self._page(self.step(reference), form)

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        step, form = self.step(reference), ShiftForm(request.POST)
        if not form.is_valid():
            return self._page(step, form)
        try:
            moved = shift_steps(step=step, by=self.actor, **form.cleaned_data)
        except NotPlanned as error:
            form.add_error(error.field or None, str(error))
            return self._page(step, form)
        text = ngettext("%(n)d step is moved.", "%(n)d steps are moved.", len(moved))
        messages.success(request, text % {"n": len(moved)})
        return redirect(step.get_absolute_url())

    def _page(self, step: PlanStep, form: ShiftForm) -> HttpResponse:
        moves = []
        if form.is_bound and form.is_valid():
            try:
                moves = moves_of(step=step, days=form.cleaned_data["days"], by=self.actor)
            except NotPlanned as error:
                form.add_error(error.field or None, str(error))
        status = 422 if form.errors else 200
        return self.show("aims/programme/shift.html", status=status, step=step, form=form, moves=moves)


def step_panel(step: PlanStep, actor: Actor) -> dict[str, Any]:
    """When a step is, what waits for it, and how many days its gaps take; ``circle``: who waits for each other."""
    try:
        plan = read_plan(actor)
    except Circle as circle:
        return {"circle": circle}
    line = plan.by_reference[step.reference]
    return {"row": step_row(line), "line": line, "waiting": [step_row(one) for one in waiting_for(step, plan)]}


def step_row(line: Line) -> dict[str, Any]:
    """A step as a row of a table."""
    return {
        "line": line,
        "step": line.step,
        "planned": line.planned,
        "standing": words.standing(line),
        "tone": words.tone(line),
        "room": words.room(line),
        "slip": words.slip(line.planned.slip),
    }


def _open_steps(actor: Actor) -> Any:
    return PlanStep.objects.permitted(actor, P.PROGRAMME_VIEW).filter(archived_at=None)


def _owner(given: str, owners: set[Any]) -> Any:
    if not given:
        return None
    try:
        wanted = uuid.UUID(given)
    except ValueError:
        wanted = None
    found = next((one for one in owners if one.public_id == wanted), None)
    if found is None:
        raise BadQuery("owner", _("Nobody by that name owns a step of the plan."))
    return found


def _preview(point: StartingPoint, starts_on: Any) -> tuple[list[dict[str, Any]], Any]:
    found = point.dated(starts_on)
    phases = dict(PlanStep.Phase.choices)
    names = {line.key: line.name for line in point.lines}
    rows: list[dict[str, Any]] = [
        {
            "line": line,
            "phase": phases[line.phase],
            "planned": found.steps[line.key],
            "after": [names[one] for one in line.after],
        }
        for line in point.lines
    ]
    rows.sort(key=lambda row: (row["planned"].start, row["planned"].end))
    return rows, found.end
