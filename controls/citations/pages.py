"""The page on which a text is checked. Nothing of the text is kept."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views import View

from controls.citations.check import Checked, examine
from controls.citations.forms import CheckForm
from controls.citations.in_use import with_requirements
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models.activity import ActivityEvent
from grc.registers.register import registers
from grc.shell import current_actor

MOST_SHOWN = 500


class CheckPage(View):
    """For who may see frameworks; a 404 for everybody else."""

    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not self.actor.can(Permission.FRAMEWORKS_VIEW):
            raise Http404
        kwargs.pop("organisation", None)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(CheckForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = CheckForm(request.POST, request.FILES)
        if not form.is_valid():
            if form.refused:
                record_activity(by=self.actor, verb=ActivityEvent.Verb.REFUSED, detail=form.refused)
            return self._show(form, status=422)
        return self._show(form, examine(form.cleaned_data["text"], form.cleaned_data["framework"]))

    def _show(self, form: CheckForm, checked: Checked | None = None, status: int = 200) -> HttpResponse:
        context: dict[str, Any] = {
            "form": form,
            "checked": checked,
            "list_url": registers.by_slug("frameworks").list_url(self.actor.organisation.slug),
        }
        if checked is not None:
            spelled = [each for each in checked.findings if not each.is_mistake]
            context |= {
                "mistakes": with_requirements(checked.mistakes[:MOST_SHOWN], self.actor),
                "more": max(len(checked.mistakes) - MOST_SHOWN, 0),
                "spelled": spelled[:MOST_SHOWN],
                "spelled_count": len(spelled),
            }
        return render(self.request, "controls/check.html", context, status=status)
