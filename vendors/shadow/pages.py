"""Shadow use: what decision records show that nothing approved covers."""

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.export import PAGED_KINDS, table_file
from grc.registers.forms import refuse_unstorable
from grc.views.gated import GatedPage
from vendors.models.shadow import LONGEST_NAME
from vendors.shadow.actions import NotAcceptable, accept_gap, require_keeper, take_back_gap
from vendors.shadow.findings import WINDOW_DAYS, Finding, shadow_of
from vendors.shadow.rows import headings, records_url, rows_of, table_rows

P = Permission
USUAL = dt.timedelta(days=90)


class ShadowPage(GatedPage):
    sees: ClassVar[tuple[Permission, ...]] = (P.VENDORS_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        shadow, slug = shadow_of(self.actor.organisation), self.actor.organisation.slug
        return self.show(
            "vendors/shadow/shadow.html",
            shadow=shadow,
            rows=rows_of(shadow.findings, self.actor),
            accepted=rows_of(shadow.accepted, self.actor),
            covered=[(seen, system, route, records_url(seen, self.actor)) for seen, system, route in shadow.covered],
            days=WINDOW_DAYS,
            sources=reverse("sources-list", args=[slug]) if self.actor.can(P.SOURCES_VIEW) else "",
        )


class ShadowTablePage(GatedPage):
    """Everything that is not covered, as XLSX, CSV or PDF."""

    sees = (P.VENDORS_VIEW,)

    def get(self, request: HttpRequest, kind: str) -> FileResponse:
        if kind not in PAGED_KINDS:
            raise Http404
        rows, title = table_rows(shadow_of(self.actor.organisation)), _("Shadow use")
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"{title} ({kind}): {len(rows)}")
        name = self.actor.organisation.name
        return table_file(headings(), rows, kind=kind, name="shadow-use", title=title, organisation=name)


class AcceptForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why it may stand for now"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        validators=[refuse_unstorable],
    )
    until = forms.DateField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("The day after, it is open again by itself. At most a year ahead."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control"}),
    )


class AcceptPage(GatedPage):
    """Let one use stand for a while, or take that back."""

    sees = (P.VENDORS_VIEW,)

    def get(self, request: HttpRequest) -> HttpResponse:
        require_keeper(self.actor)
        finding = self._finding(request.GET.get("system", ""), request.GET.get("model", ""))
        if finding is None:
            raise Http404
        return self._page(finding, AcceptForm(initial={"until": timezone.localdate() + USUAL}))

    def post(self, request: HttpRequest) -> HttpResponse:
        require_keeper(self.actor)
        use = {name: request.POST.get(name, "")[:LONGEST_NAME] for name in ("system", "model")}
        if "take-back" in request.POST:
            return self._take_back(use)
        form = AcceptForm(request.POST)
        if form.is_valid():
            try:
                accept_gap(system=use["system"], model=use["model"], by=self.actor, **form.cleaned_data)
            except NotAcceptable as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, _("It may stand until then."))
                return redirect(self.url("shadow-use"))
        finding = self._finding(**use)
        if finding is None:
            raise Http404
        return self._page(finding, form, status=422)

    def _take_back(self, use: dict[str, str]) -> HttpResponse:
        try:
            take_back_gap(system=use["system"], model=use["model"], reason="", by=self.actor)
        except NotAcceptable as error:
            messages.error(self.request, str(error))
        else:
            messages.success(self.request, _("It is open again."))
        return redirect(self.url("shadow-use"))

    def _finding(self, system: str, model: str) -> Finding | None:
        shadow = shadow_of(self.actor.organisation)
        every = (*shadow.findings, *shadow.accepted)
        return next((one for one in every if (one.seen.system, one.seen.model) == (system, model)), None)

    def _page(self, finding: Finding, form: AcceptForm, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {"finding": finding, "form": form}
        return self.show("vendors/shadow/accept.html", status=status, **context)
