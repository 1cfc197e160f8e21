"""The identity providers of an organisation: list, form, test."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grc.access.gate import require
from grc.access.roles import ROLES, Permission
from grc.identity.oidc.flow import callback_url
from grc.identity.pages.base import OrganisationPage
from grc.identity.providers import check_provider, save_provider
from grc.identity.vouching import manageable
from grc.models.identity import IdentityProvider
from grc.registers.forms import refuse_unstorable


class ProviderForm(forms.ModelForm):  # type: ignore[type-arg]
    issuer = forms.URLField(
        label=_("Issuer"),
        max_length=300,
        assume_scheme="https",
        help_text=_("Its address as it calls itself, without /.well-known/…"),
    )
    domains = forms.CharField(
        label=_("Email domains"),
        help_text=_("Whose addresses the provider may vouch for, with commas between them, such as example.org."),
        max_length=3000,
    )
    role_map = forms.CharField(
        label=_("Roles by claim"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = IdentityProvider
        fields = [
            "name",
            "issuer",
            "client_id",
            "client_secret",
            "domains",
            "role_claim",
            "role_map",
            "provisions",
            "enabled",
        ]
        help_texts = {
            "client_secret": _("Kept encrypted and never shown. Leave it empty to keep the one that is stored."),
            "role_claim": _("Which of the provider's claims lists a person's groups."),
            "provisions": _("Otherwise people come by invitation, and the provider only signs them in."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = ", ".join(sorted(manageable()))
        self.fields["role_map"].help_text = (
            gettext("One a line: value = role. Given at each sign-in, and ended when the claim no longer says so.")
            + " "
            + gettext("Roles: %(roles)s. Administration is never given this way.") % {"roles": roles}
        )
        self.initial["domains"] = ", ".join(self.instance.domains or [])
        self.initial["role_map"] = "\n".join(f"{value} = {role}" for value, role in self.instance.role_map.items())
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.validators.append(refuse_unstorable)
            if isinstance(field.widget, forms.CheckboxInput):
                field.widget.attrs["class"] = "form-check-input"
            else:
                field.widget.attrs |= {"class": "form-control", "autocomplete": "off"}

    def clean_domains(self) -> list[str]:
        return [part for part in self.cleaned_data["domains"].replace("\n", ",").split(",") if part.strip()]

    def clean_role_map(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.cleaned_data["role_map"].splitlines():
            if not line.strip():
                continue
            value, sign, role = line.rpartition("=")
            if not sign:
                raise ValidationError(_("Write each line as value = role."))
            found[value.strip()] = role.strip()
        return found

    def _get_validation_exclusions(self) -> set[str]:
        # the action judges the whole row, under its lock
        return {field.name for field in self._meta.model._meta.fields}


class ProvidersPage(OrganisationPage):
    needs, writes = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        rows = IdentityProvider.objects.permitted(self.actor, Permission.SETTINGS_VIEW).order_by("name", "pk")
        context = {"providers": rows, "can_edit": self.actor.can(Permission.SETTINGS_EDIT)}
        return render(request, "identity/providers.html", context)


class ProviderPage(OrganisationPage):
    """A provider's form; ``provider`` None: a new one."""

    needs, writes = Permission.SETTINGS_VIEW, Permission.SETTINGS_EDIT

    def get(self, request: HttpRequest, organisation: str, provider: uuid.UUID | None = None) -> HttpResponse:
        require(self.actor, Permission.SETTINGS_EDIT)
        return self._show(ProviderForm(instance=self._row(provider)))

    def post(self, request: HttpRequest, organisation: str, provider: uuid.UUID | None = None) -> HttpResponse:
        form = ProviderForm(request.POST, instance=self._row(provider))
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            saved = save_provider(provider=form.save(commit=False), by=self.actor)
        except ValidationError as error:
            for name, errors in error.message_dict.items():
                form.add_error(name if name in form.fields else None, errors)
            return self._show(form, status=422)
        messages.success(request, gettext("%(name)s is saved.") % {"name": saved.name})
        return redirect("identity-provider", organisation, saved.public_id)

    def _row(self, provider: uuid.UUID | None) -> IdentityProvider:
        if provider is None:
            return IdentityProvider(organisation=self.actor.organisation)
        rows = IdentityProvider.objects.permitted(self.actor, Permission.SETTINGS_VIEW)
        return get_object_or_404(rows, public_id=provider)

    def _show(self, form: ProviderForm, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"form": form, "provider": form.instance, "roles": ROLES.values()}
        context["callback"] = callback_url(self.request, form.instance)
        return render(self.request, "identity/provider.html", context, status=status)


class TestProviderPage(ProviderPage):
    """Ask the provider whether it is there and is who it was said to be."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, organisation: str, provider: uuid.UUID | None = None) -> HttpResponse:
        row = self._row(provider)
        checks = check_provider(provider=row, by=self.actor)
        return self._show(ProviderForm(instance=row), checks=checks)
