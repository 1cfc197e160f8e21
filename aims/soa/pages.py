"""The working page of a statement, and what is done there: deciding, adding controls, taking proposals over."""

import re
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from aims.models import SoA, SoADecision
from aims.soa.actions import NotDecided, add_control, complete_soa, decide, take_over
from aims.soa.forms import AddForm, DecisionForm, ManyForm
from aims.soa.proposals import proposals_of
from aims.soa.reading import Area, Row, Statement, read_statement
from grc.access.gate import allows, require
from grc.access.roles import Permission
from grc.actions.records import StaleRecord
from grc.registers.pages import RegisterPage

SHOWS = {
    "": gettext_lazy("All"),
    "undecided": gettext_lazy("Not decided"),
    "out": gettext_lazy("Excluded"),
    "contradictions": gettext_lazy("Contradictions"),
    "bare": gettext_lazy("Without a control"),
}
PICKED = re.compile(r"(SOD-\d{4,12}):(\d{1,9})")


def is_shown(row: Row, show: str) -> bool:
    """Whether the filter ``show`` (a key of ``SHOWS``) keeps the row."""
    if show == "undecided":
        return not row.decided
    if show == "out":
        return row.decision.applies == SoADecision.Applies.OUT
    if show == "contradictions":
        return bool(row.of_kind("contradiction"))
    return show != "bare" or not row.controls


class StatementPage(RegisterPage):
    """A page of one statement."""

    def working(self, reference: str) -> Any:
        """The statement, for who may change it. Raises ``Denied``."""
        return self.editable(reference)

    def may_edit(self, soa: SoA) -> bool:
        return soa.archived_at is None and allows(self.actor, Permission.CONTROLS_EDIT, soa)

    def back(self, soa: SoA, anchor: str = "") -> HttpResponse:
        url = self.register.url("detail", soa) + "/decisions"
        shown = self.request.POST.get("show", "")
        query = f"?show={shown}" if shown in SHOWS and shown else ""
        return redirect(f"{url}{query}{anchor}")

    def work(self, soa: SoA, status: int = 200, refused: str = "", **context: Any) -> HttpResponse:
        show = self.request.GET.get("show", "") or self.request.POST.get("show", "")
        show = show if show in SHOWS else ""
        statement = read_statement(soa, self.actor)
        can_edit = self.may_edit(soa)
        used = {row.decision.control_id for row in statement.added if row.decision.control_id}
        areas = [Area(area.head, [row for row in area.rows if is_shown(row, show)]) for area in statement.areas]
        context.setdefault("add_form", AddForm(actor=self.actor, used=used) if can_edit else None)
        return self.show(
            "aims/soa/work.html",
            status=status,
            record=soa,
            statement=statement,
            areas=[area for area in areas if area.rows],
            added=[row for row in statement.added if is_shown(row, show)],
            proposals=proposals_of(statement),
            shown=show,
            shows=_shows(statement),
            can_edit=can_edit,
            sees_risks=self.actor.can(Permission.RISKS_VIEW),
            is_iso_27001=soa.framework.catalogue == "iso27001",
            refused=refused,
            **context,
        )


def _shows(statement: Statement) -> list[tuple[str, Any, int]]:
    return [(key, name, sum(is_shown(row, key) for row in statement.rows)) for key, name in SHOWS.items()]


class WorkPage(StatementPage):
    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        return self.work(self.record(reference))


class DecidePage(StatementPage):
    """One row: asked for by htmx it is the row alone, otherwise a page."""

    def get(self, request: HttpRequest, reference: str, decision: str) -> HttpResponse:
        soa = self.working(reference)
        row = self._row(soa, decision)
        if request.headers.get("HX-Request") and request.GET.get("shut"):
            return self._answer(soa, row, None)
        return self._answer(soa, row, self._form(row))

    def post(self, request: HttpRequest, reference: str, decision: str) -> HttpResponse:
        soa = self.working(reference)
        row = self._row(soa, decision)
        form = DecisionForm(request.POST, auto_id=ids_of(row))
        if not form.is_valid():
            return self._answer(soa, row, form, 422)
        given = form.cleaned_data
        locks = {row.decision.reference: given.pop("lock")}
        try:
            decide(soa=soa, locks=locks, by=self.actor, **given)
        except NotDecided as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self._answer(soa, row, form, 422)
        except StaleRecord as error:
            again = request.POST.copy()
            again["lock"] = str(error.current.lock)
            form = DecisionForm(again, auto_id=ids_of(row))
            form.add_error(None, str(error))
            return self._answer(soa, self._row(soa, decision), form, 409)
        if request.headers.get("HX-Request"):
            return self._answer(soa, self._row(soa, decision), None)
        messages.success(request, _("%(number)s is decided.") % {"number": row.number})
        return self.back(soa, f"#{decision}")

    def _row(self, soa: SoA, decision: str) -> Row:
        statement = read_statement(soa, self.actor)
        found = next((row for row in statement.rows if row.decision.reference == decision), None)
        if found is None:
            raise Http404
        return found

    def _form(self, row: Row) -> DecisionForm:
        names = ("lock", "applies", "reason", "status", "how")
        initial = {name: getattr(row.decision, name) for name in names}
        return DecisionForm(initial=initial, auto_id=ids_of(row))

    def _answer(self, soa: SoA, row: Row, form: DecisionForm | None, status: int = 200) -> HttpResponse:
        alone = bool(self.request.headers.get("HX-Request"))
        template = "aims/soa/decide.html"
        if alone:
            template = "aims/soa/parts/row_form.html" if form is not None else "aims/soa/parts/row.html"
        return self.show(
            template,
            status=status,
            record=soa,
            row=row,
            form=form,
            can_edit=True,
            sees_risks=self.actor.can(Permission.RISKS_VIEW),
            is_iso_27001=soa.framework.catalogue == "iso27001",
        )


class DecideManyPage(StatementPage):
    """Those that are ticked, each named with its lock: who decides several sees what they decide."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        soa = self.working(reference)
        picked = [PICKED.fullmatch(one) for one in request.POST.getlist("decision")]
        form = ManyForm(request.POST)
        if not form.is_valid():
            return self.work(
                soa, 422, " ".join(str(text) for texts in form.errors.values() for text in texts), many=form
            )
        locks = {one[1]: int(one[2]) for one in picked if one is not None}
        try:
            decided = decide(soa=soa, locks=locks, by=self.actor, **form.cleaned_data)
        except NotDecided as error:
            return self.work(soa, 422, str(error), many=form, picked=set(locks))
        except StaleRecord as error:
            return self.work(soa, 409, str(error), many=form, picked=set(locks))
        messages.success(request, decided_sentence(len(decided)))
        return self.back(soa)


class AddPage(StatementPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        soa = self.working(reference)
        form = AddForm(request.POST, actor=self.actor, used=set())
        if not form.is_valid():
            return self.work(soa, 422, add_form=form)
        try:
            add_control(soa=soa, by=self.actor, **form.cleaned_data)
        except NotDecided as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
            return self.work(soa, 422, add_form=form)
        reference = form.cleaned_data["control"].reference
        messages.success(request, _("%(reference)s is added.") % {"reference": reference})
        return self.back(soa, "#added")


class ProposalsPage(StatementPage):
    """Proposals from the treatment of risks: shown on the working page, taken over here."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        soa = self.working(reference)
        try:
            count = take_over(soa=soa, keys=request.POST.getlist("proposal"), by=self.actor)
        except NotDecided as error:
            return self.work(soa, 422, str(error))
        messages.success(request, decided_sentence(count))
        return self.back(soa)


class CompletePage(StatementPage):
    """Controls of the framework that the statement lacks are put in."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        soa = self.working(reference)
        require(self.actor, Permission.CONTROLS_EDIT, soa)
        complete_soa(soa=soa, by=self.actor)
        messages.success(request, _("The statement has every control of its framework."))
        return self.back(soa)


def ids_of(row: Row) -> str:
    """Several rows may be open at once: each names its own fields."""
    return f"{row.decision.reference}-%s"


def decided_sentence(count: int) -> str:
    return ngettext("%(n)d control is decided.", "%(n)d controls are decided.", count) % {"n": count}
