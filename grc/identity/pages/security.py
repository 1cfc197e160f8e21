from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grc.access.roles import ROLES, Permission
from grc.identity.emergency import emergency_account, renew_emergency_account
from grc.identity.pages.base import OrganisationPage
from grc.identity.people import members
from grc.identity.second_factor import OUTSIDER
from grc.identity.security import RECOMMENDED, demand_second_factor_of
from grc.identity.widgets import Boxes
from grc.models.identity import IdentityProvider


class SecurityForm(forms.Form):
    mfa_roles = forms.MultipleChoiceField(
        label=_("Roles that need a second step"),
        required=False,
        choices=lambda: [
            *((role.key, role.name) for role in ROLES.values()),
            (OUTSIDER, _("External auditor (whoever enters a room)")),
        ],
        widget=Boxes(),
    )


class SecurityPage(OrganisationPage):
    """Who needs a second step, who lacks one, how people sign in, and the emergency account."""

    needs, writes = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        return self._show(SecurityForm(initial={"mfa_roles": self.actor.organisation.mfa_roles}))

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        form = SecurityForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        demand_second_factor_of(roles=form.cleaned_data["mfa_roles"], by=self.actor)
        messages.success(request, gettext("Saved. It holds from the next page on."))
        return redirect("security", organisation)

    def _show(self, form: SecurityForm, status: int = 200, **context: Any) -> HttpResponse:
        organisation = self.actor.organisation
        names = {role.key: role.name for role in ROLES.values()} | {OUTSIDER: _("External auditor")}
        context |= {
            "form": form,
            "not_demanded": [names[key] for key in RECOMMENDED if key not in organisation.mfa_roles],
            "lacking": [one.person for one in members(organisation) if one.lacks_factor(organisation)],
            "providers": IdentityProvider.objects.permitted(self.actor, Permission.SETTINGS_VIEW).order_by("name"),
            "emergency": emergency_account(organisation),
            "can_edit": self.actor.can(Permission.SETTINGS_EDIT),
        }
        return render(self.request, "identity/security.html", context, status=status)


class RenewEmergencyPage(SecurityPage):
    """A new password for the emergency account, shown once; its use until now is acknowledged with it."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        account, password = renew_emergency_account(by=self.actor)
        form = SecurityForm(initial={"mfa_roles": self.actor.organisation.mfa_roles})
        return self._show(form, status=201, renewed=account, password=password)
