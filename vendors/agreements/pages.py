"""The list of a DPA's points as one form, and the page that ends an agreement early."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from grc import formats
from grc.actions.records import StaleRecord
from grc.registers.pages import RegisterPage
from grc.registers.steps import AskPage
from vendors.agreements.actions import NotEnded, NotTicked, end_agreement, tick_points
from vendors.agreements.checklist import Row, chapters_of, progress_of, rows_of, ticks_of
from vendors.agreements.forms import EndForm
from vendors.agreements.guide import READ_ON, SOURCE
from vendors.agreements.standing import standing_of
from vendors.models import Agreement, AgreementPoint


class PointsPage(RegisterPage):
    """What a DPA has to say, ticked on one form: all or none of it is kept."""

    def get(self, request: HttpRequest, reference: str) -> HttpResponse:
        agreement = self.record(reference)
        return self._list(agreement, rows_of(agreement, self.actor))

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        agreement = self.editable(reference)
        rows = rows_of(agreement, self.actor, request.POST)
        if not all(row.form.is_valid() for row in rows if row.form is not None):
            return self._list(agreement, rows, status=422)
        try:
            changed = tick_points(agreement=agreement, ticks=ticks_of(rows), by=self.actor)
        except NotTicked as error:
            _put(rows, error.point, str(error))
            return self._list(agreement, rows, status=422)
        except StaleRecord as error:
            return self._stale(agreement, rows, error)
        messages.success(request, _said(agreement, rows_of(agreement, self.actor), changed))
        return redirect(agreement.get_absolute_url())

    def _stale(self, agreement: Agreement, rows: list[Row], error: StaleRecord) -> HttpResponse:
        """Somebody else saved a point meanwhile: theirs is said beside what was typed, which may be saved again."""
        current: Any = error.current
        theirs = _("It stands there now: %(finding)s, %(clause)s") % {
            "finding": current.get_finding_display(),
            "clause": current.clause or _("no clause"),
        }
        _put(rows, current.point, f"{error} {theirs}")
        for row in rows:
            if row.form is not None:
                data: Any = row.form.data.copy()  # type: ignore[attr-defined]
                data[row.form.add_prefix("lock")] = str(row.point.lock)
                row.form.data = data
        return self._list(agreement, rows, status=409)

    def _list(self, agreement: Agreement, rows: list[Row], status: int = 200) -> HttpResponse:
        if agreement.kind != Agreement.Kind.DPA and not rows:
            raise Http404
        wrong = [row for row in rows if row.form is not None and row.form.is_bound and row.form.errors]
        return self.show(
            "vendors/agreements/points.html",
            status=status,
            record=agreement,
            chapters=chapters_of(rows),
            progress=progress_of([row.point for row in rows]),
            wrong=wrong,
            can_edit=any(row.form is not None for row in rows),
            source=SOURCE,
            read_on=READ_ON,
        )


class EndPage(AskPage):
    form, refusals = EndForm, (NotEnded,)
    heading = gettext_lazy("End it early")
    lead = gettext_lazy(
        "From the day after, it binds nobody and covers nothing. What the vendor still holds has to come back or be "
        "deleted."
    )
    button = gettext_lazy("End it")

    def begun(self, record: Any) -> dict[str, Any]:
        return {"on": timezone.localdate()}

    def step(self, record: Any, values: dict[str, Any]) -> str:
        ended = end_agreement(agreement=record, **values, by=self.actor)
        return _("%(reference)s ends with %(day)s.") % {"reference": ended.reference, "day": formats.day(values["on"])}


def _put(rows: Sequence[Row], point: str, message: str) -> None:
    for row in rows:
        if row.point.point == point and row.form is not None:
            row.form.add_error(None, message)


def _said(agreement: Agreement, rows: Sequence[Row], changed: int) -> str:
    points: list[AgreementPoint] = [row.point for row in rows]
    progress = progress_of(points)
    kept = ngettext("%(n)d point is kept.", "%(n)d points are kept.", changed) % {"n": changed}
    stands = _("%(met)d of %(all)d are met.") % {"met": progress.met, "all": progress.all}
    counts = standing_of(agreement, points, timezone.localdate()).counts_as_dpa
    return f"{kept} {stands} {_('It counts as a DPA.')}" if counts else f"{kept} {stands}"
