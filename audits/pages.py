"""What one does with an engagement: open it, add to it, change its end, end it."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from audits.actions.engagements import NotOpenable, add_revision, change_end, end_access, open_engagement
from grc.registers.forms import refuse_unstorable
from grc.registers.pages import RegisterPage


class EndForm(forms.Form):
    ends = forms.DateTimeField(
        label=gettext_lazy("Login until"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local", "class": "form-control"}, format="%Y-%m-%dT%H:%M"),
    )


class NoteForm(forms.Form):
    note = forms.CharField(max_length=500, required=False, validators=[refuse_unstorable])


class EngagementPage(RegisterPage):
    """One verb on one engagement, by POST; the answer is its page with a sentence."""

    http_method_names = ["post", "options"]
    done: Any
    act: Callable[[Any], None]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        engagement = self.editable(reference)
        try:
            self.act(engagement)
        except (NotOpenable, forms.ValidationError) as error:
            messages.error(request, "; ".join(error.messages) if hasattr(error, "messages") else str(error))
        else:
            messages.success(request, self.done)
        return redirect(engagement.get_absolute_url())

    def cleaned(self, form_class: type[forms.Form]) -> dict[str, Any]:
        form = form_class(self.request.POST)
        if not form.is_valid():
            raise forms.ValidationError([message for field in form.errors.values() for message in field])
        return form.cleaned_data


class OpenPage(EngagementPage):
    done = gettext_lazy("The engagement is open: the auditor gets a mail, and sees what stands below.")

    def act(self, engagement: Any) -> None:
        open_engagement(engagement=engagement, by=self.actor)


class RevisePage(EngagementPage):
    done = gettext_lazy("The auditor now sees things as they stand; what they saw before stays on record.")

    def act(self, engagement: Any) -> None:
        add_revision(engagement=engagement, note=self.cleaned(NoteForm)["note"], by=self.actor)


class ChangeEndPage(EngagementPage):
    done = gettext_lazy("The login’s end is changed.")

    def act(self, engagement: Any) -> None:
        change_end(engagement=engagement, ends=self.cleaned(EndForm)["ends"], by=self.actor)


class EndAccessPage(EngagementPage):
    done = gettext_lazy("The auditor sees nothing from now on.")

    def act(self, engagement: Any) -> None:
        end_access(engagement=engagement, by=self.actor)
