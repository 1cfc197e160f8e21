"""The organisation's signing key: which one signs, and how to replace it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from grc.access.actor import Actor
from grc.access.gate import allows, require
from grc.access.roles import Permission
from grc.approvals.forms import KeyForm
from grc.approvals.keys import NotUsable, facts_of, key_in_use, make_key, replace_key
from grc.models.approval import SigningKey
from grc.shell import current_actor


class KeyPage(View):
    actor: Actor

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not self.actor.can(Permission.SETTINGS_VIEW):
            raise Http404
        return super().dispatch(request, *args, **kwargs)


class SigningKeyPage(KeyPage):
    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        return self._show(KeyForm())

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        require(self.actor, Permission.SETTINGS_EDIT)
        if request.POST.get("make"):
            make_key(by=self.actor)
            messages.success(request, _("A new key signs from now on."))
            return redirect("signing-key", organisation)
        form = KeyForm(request.POST)
        if form.is_valid():
            try:
                replace_key(**form.cleaned_data, by=self.actor)
            except NotUsable as error:
                form.add_error(error.field, str(error))
            else:
                messages.success(request, _("Your key signs from now on."))
                return redirect("signing-key", organisation)
        return self._show(form, status=422)

    def _show(self, form: KeyForm, status: int = 200) -> HttpResponse:
        key = key_in_use(self.actor.organisation)
        ended = SigningKey.objects.within(self.actor.organisation).exclude(ended_at=None).order_by("-ended_at")[:20]
        context = {
            "form": form,
            "key": key,
            "facts": facts_of(key) if key else None,
            "ended": ended,
            "can_edit": allows(self.actor, Permission.SETTINGS_EDIT),
        }
        return render(self.request, "approvals/signing_key.html", context, status=status)


class CertificatePage(KeyPage):
    """The certificate in use, for whoever wants to check a signed PDF elsewhere. It is no secret."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        key = key_in_use(self.actor.organisation)
        if key is None:
            raise Http404
        response = HttpResponse(key.certificate, content_type="application/x-pem-file")
        response["Content-Disposition"] = f'attachment; filename="{organisation}-signing.pem"'
        response["X-Content-Type-Options"] = "nosniff"
        return response
