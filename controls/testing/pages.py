"""Running a test from its page; the worker's progress is shown as for all background work."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from controls.jobs import start_run
from grc.registers.pages import RegisterPage


class RunTestPage(RegisterPage):
    http_method_names = ["post"]

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        test = self.editable(reference)
        if not test.by_itself or test.archived_at is not None:
            messages.error(request, _("Only a test on decision records that is in use runs by itself."))
            return redirect(test.get_absolute_url())
        job = start_run(test=test, by=self.actor)
        return redirect("job", self.actor.organisation.slug, job.public_id)
