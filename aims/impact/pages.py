"""Beginning the next impact assessment with one click."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from aims.impact.actions import AlreadyRunning, begin_next
from grc.registers.pages import RegisterPage


class NextPage(RegisterPage):
    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        assessment = self.editable(reference)
        try:
            begun = begin_next(assessment=assessment, by=self.actor)
        except AlreadyRunning as error:
            messages.error(request, str(error))
            return redirect(error.running.get_absolute_url())
        messages.success(
            request, _("%(reference)s is begun. Say what is different now.") % {"reference": begun.reference}
        )
        return redirect(self.register.url("edit", begun))
