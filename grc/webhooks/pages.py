from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from grc.registers.pages import RegisterPage
from grc.webhooks.actions import NotNow, renew_secret, send_again, send_test


class TestPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        webhook = self.editable(reference)
        try:
            send_test(webhook=webhook, by=self.actor)
        except NotNow as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("A test is on its way. How it went stands below in a few seconds."))
        return redirect(webhook.get_absolute_url())


class AgainPage(RegisterPage):
    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        webhook = self.editable(reference)
        try:
            found = send_again(webhook=webhook, message_id=request.POST.get("message", "")[:80], by=self.actor)
        except NotNow as error:
            messages.error(request, str(error))
        else:
            if found is None:
                raise Http404
            messages.success(request, _("It is sent again, under the same id."))
        return redirect(webhook.get_absolute_url())


class SecretPage(RegisterPage):
    """The new secret stands in this one answer and nowhere else; so nothing redirects here."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        webhook = self.editable(reference)
        secret = renew_secret(webhook=webhook, by=self.actor)
        response = self.show("webhooks/secret.html", record=webhook, secret=secret)
        response["Cache-Control"] = "no-store"
        return response
