"""The gap analysis, one clause area at a time, and its report."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from aims.models import GapAnswer
from aims.programme.analysis import TONES, Analysis, Chapter, read_analysis
from aims.programme.gaps import NotBegun, answer_gap, begin_gap_analysis, place_gaps, steps_covering
from aims.programme.hints import Hint, hints
from aims.programme.pages.base import ProgrammePage, programme_file
from aims.programme.plans import questions
from aims.programme.reading import OPEN, read_plan
from aims.programme.reports import gap_book, gap_document
from grc.access.actor import Actor
from grc.access.gate import allows, require
from grc.access.roles import Permission
from grc.actions.records import StaleRecord
from grc.registers.forms import RecordForm, form_of
from grc.registers.query import BadQuery
from grc.registers.register import registers

P = Permission
FIELDS = ("standing", "found", "needed", "days", "owner", "step")


@dataclass
class Asked:
    """One row of the guide. ``form`` is None for whoever may read it alone."""

    answer: GapAnswer
    form: RecordForm | None
    questions: tuple[str, ...]
    hint: Hint | None
    tone: str
    saved: bool = False
    proposed: str = ""


@dataclass
class Choices:
    """What the choices of every row are, read once."""

    owner: list[tuple[Any, str]] = field(default_factory=list)
    step: list[tuple[Any, str]] = field(default_factory=list)


class GuidePage(ProgrammePage):
    name = "gap-guide"

    def get(self, request: HttpRequest) -> HttpResponse:
        return guide(self, read_analysis(self.actor), request.GET.get("area", ""))


class BeginGapPage(ProgrammePage):
    """One click: an answer for every clause and control, not looked at so far."""

    name = "gap-guide"

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.PROGRAMME_EDIT)
        try:
            made = begin_gap_analysis(by=self.actor)
        except NotBegun as error:
            messages.error(request, str(error))
        else:
            text = ngettext("%(n)d answer is waiting.", "%(n)d answers are waiting.", made)
            messages.success(request, text % {"n": made})
        return redirect(self.url("gap-guide"))


class PlaceGapsPage(ProgrammePage):
    """One click: gaps without a step are put to the one that covers them."""

    name = "gap-guide"

    def post(self, request: HttpRequest) -> HttpResponse:
        require(self.actor, P.PROGRAMME_EDIT)
        placed = place_gaps(by=self.actor)
        text = ngettext("%(n)d gap is put to its step.", "%(n)d gaps are put to their steps.", placed)
        messages.success(request, text % {"n": placed})
        return redirect(self.url("gap-guide"))


class AnswerPage(ProgrammePage):
    """One row of the guide is saved: answered with the row, or for a browser without scripts with the page."""

    name = "gap-guide"

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        answer = answer_called(reference, self.actor)
        require(self.actor, P.PROGRAMME_EDIT, answer)
        form = answer_form(answer, self.actor, request.POST)
        if form.is_valid():
            try:
                saved = answer_gap(answer=form.save(commit=False), lock=form.cleaned_data["lock"] or 0, by=self.actor)
            except StaleRecord as error:
                form.add_error(None, str(error))
                return self._row(answer, form, status=409)
            return self._saved(saved)
        return self._row(answer, form, status=422)

    def _saved(self, answer: GapAnswer) -> HttpResponse:
        if not self.request.headers.get("HX-Request"):
            messages.success(self.request, _("%(code)s is saved.") % {"code": answer.requirement.code})
            chapter = _chapter_of(read_analysis(self.actor), answer)
            area = f"?area={chapter.area.head.code}" if chapter else ""
            return redirect(f"{self.url('gap-guide')}{area}#{answer.reference}")
        answer = answer_called(answer.reference, self.actor)
        asked = ask([answer], self.actor)[0]
        asked.saved = True
        return self.show("aims/programme/gap_row.html", asked=asked)

    def _row(self, answer: GapAnswer, form: RecordForm, status: int) -> HttpResponse:
        if self.request.headers.get("HX-Request"):
            asked = ask([answer], self.actor, {answer.pk: form})[0]
            return self.show("aims/programme/gap_row.html", status=status, asked=asked)
        analysis = read_analysis(self.actor)
        chapter = _chapter_of(analysis, answer)
        area = chapter.area.head.code if chapter else ""
        return guide(self, analysis, area, forms={answer.pk: form}, status=status)


class GapFilePage(ProgrammePage):
    name = "gap-guide"

    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        analysis, plan = read_analysis(self.actor), read_plan(self.actor)
        return programme_file(
            kind, name="gap-report", by=self.actor, book=lambda: gap_book(analysis, plan),
            document=lambda at: gap_document(analysis, plan, self.actor, at),
        )  # fmt: skip


def guide(
    page: ProgrammePage,
    analysis: Analysis,
    area: str,
    forms: dict[int, RecordForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one area, with the way through the others."""
    chapters = analysis.chapters
    at = _place(chapters, area)
    chapter = chapters[at] if chapters and analysis.answers else None
    rows = ask(chapter.answers, page.actor, forms) if chapter else []
    return page.show(
        "aims/programme/guide.html",
        status=status,
        analysis=analysis,
        chapter=chapter,
        rows=rows,
        before=chapters[at - 1] if at else None,
        after=chapters[at + 1] if at + 1 < len(chapters) else None,
        invalid=bool(forms),
        can_edit=page.actor.can(P.PROGRAMME_EDIT),
        can_take_over=page.actor.can(P.FRAMEWORKS_EDIT),
    )


def ask(answers: list[GapAnswer], actor: Actor, forms: dict[int, RecordForm] | None = None) -> list[Asked]:
    """Rows of the guide; the choices and hints of all of them are read at once."""
    covering = steps_covering(actor)
    found = hints([answer.requirement.code for answer in answers], actor)
    choices = Choices()
    rows = []
    for answer in answers:
        code = answer.requirement.code
        form = (forms or {}).get(answer.pk)
        proposed = ""
        if form is None and allows(actor, P.PROGRAMME_EDIT, answer) and answer.archived_at is None:
            form = answer_form(answer, actor)
            step = covering.get(code)
            if answer.step_id is None and step is not None and answer.standing in (*OPEN, "unknown"):
                form.initial["step"], proposed = step, str(step)
        if form is not None:
            _share(form, choices)
        tone = TONES[GapAnswer.Standing(answer.standing)]
        rows.append(Asked(answer, form, questions().get(code, ()), found.get(code), tone, proposed=proposed))
    return rows


def answer_form(answer: GapAnswer, actor: Actor, data: Any = None) -> RecordForm:
    register = registers.of(GapAnswer)
    form = form_of(register, FIELDS)(
        data, instance=answer, actor=actor, register=register, auto_id=f"{answer.reference}-%s"
    )
    for name in ("found", "needed"):
        form.fields[name].widget.attrs["rows"] = 2
    del form.fields["change_reason"]
    return form


def answer_called(reference: str, actor: Actor) -> GapAnswer:
    rows = GapAnswer.objects.permitted(actor, P.PROGRAMME_VIEW)
    rows = rows.select_related("key", "requirement", "owner", "step")
    answer: GapAnswer = get_object_or_404(rows, reference=reference)
    return answer


def _share(form: RecordForm, choices: Choices) -> None:
    """The same lists of people and steps for every row, and whoever stands there now although no longer offered."""
    for name in ("owner", "step"):
        bound: Any = form.fields[name]
        if not getattr(choices, name):
            setattr(choices, name, [(str(key), text) for key, text in bound.choices])
        shared = getattr(choices, name)
        current = getattr(form.instance, name)
        value = str(bound.prepare_value(current)) if current is not None else ""
        known = {key for key, _text in shared}
        bound.widget.choices = shared if value in known else [*shared, (value, str(current))]


def _place(chapters: list[Chapter], area: str) -> int:
    """Which chapter is asked for; without a wish, the first that is not through."""
    codes = [chapter.area.head.code for chapter in chapters]
    if area and area not in codes:
        raise BadQuery("area", _("There is no area “%(area)s” in the standard.") % {"area": area[:40]})
    if area:
        return codes.index(area)
    return next((n for n, chapter in enumerate(chapters) if chapter.looked_at < len(chapter.answers)), 0)


def _chapter_of(analysis: Analysis, answer: GapAnswer) -> Chapter | None:
    return next((one for one in analysis.chapters if answer in one.answers), None)
