import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.debug import sensitive_post_parameters

from grc.access.roles import ROLES
from grc.actions.people import NotPossible
from grc.context import client_address
from grc.identity.invitations import (
    NotOpen,
    accept_invitation,
    invitation_of,
    invite_again,
    revoke_invitation,
    state_of,
)
from grc.identity.joining import join_as_new_person, sign_in_new_person
from grc.identity.pages.base import OrganisationPage
from grc.identity.sessions import is_good_for
from grc.models.identity import Invitation
from grc.models.person import Person
from grc.registers.forms import refuse_unstorable


class JoinForm(forms.Form):
    """For somebody who is new here. The address is the invitation's, and no field."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        validators=[refuse_unstorable],
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=1000,
        strip=False,
        help_text=password_validators_help_text_html(),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if password := given.get("password"):
            try:
                validate_password(password, Person(email=self.email, name=given.get("name", "")))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


@method_decorator([login_not_required, sensitive_post_parameters("password")], name="dispatch")
class JoinPage(View):
    """What an invitation's link opens. Whoever is new gets an account; whoever has one signs in, and joins."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        invitation = invitation_of(secret)
        if invitation is None or state_of(invitation) != "open":
            return self._show(None)
        return self._show(invitation, JoinForm(email=invitation.email, initial={"name": invitation.name}))

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        invitation = invitation_of(secret)
        if invitation is None or state_of(invitation) != "open":
            return self._show(None, status=409)
        if request.user.is_authenticated:
            return self._join(request.user, invitation, secret)  # type: ignore[arg-type]
        form = JoinForm(request.POST, email=invitation.email)
        if self._is_known(invitation) or not form.is_valid():
            return self._show(invitation, form, status=422)
        try:
            person = join_as_new_person(secret=secret, address=client_address(request), **form.cleaned_data)
        except (NotOpen, NotPossible) as error:
            return self._show(None, status=409, why=str(error))
        return sign_in_new_person(request, person, invitation.organisation)

    def _join(self, person: Person, invitation: Invitation, secret: str) -> HttpResponse:
        if not is_good_for(self.request, invitation.organisation):
            return self._show(invitation, status=409)
        try:
            accept_invitation(secret=secret, person=person, address=client_address(self.request))
        except (NotOpen, NotPossible) as error:
            return self._show(None, status=409, why=str(error))
        welcome = gettext("Welcome to %(organisation)s.") % {"organisation": invitation.organisation}
        messages.success(self.request, welcome)
        return redirect("home", invitation.organisation.slug)

    def _is_known(self, invitation: Invitation) -> bool:
        return Person.objects.filter(email=invitation.email).exists()

    def _show(
        self, invitation: Invitation | None, form: JoinForm | None = None, status: int = 200, why: str = ""
    ) -> HttpResponse:
        context: dict[str, Any] = {"invitation": invitation, "form": form, "why": why}
        if invitation is not None:
            user = self.request.user
            context["roles"] = [ROLES[key].name for key in invitation.roles if key in ROLES]
            context["known"] = self._is_known(invitation)
            context["is_meant"] = user.is_authenticated and user.email == invitation.email  # type: ignore[union-attr]
            context["is_good"] = not user.is_authenticated or is_good_for(self.request, invitation.organisation)
        return render(self.request, "identity/join.html", context, status=status)


class InvitationDeedPage(OrganisationPage):
    """Send an invitation again (``again``), or close its door."""

    http_method_names = ["post", "options"]
    again = False

    def post(self, request: HttpRequest, organisation: str, invitation: uuid.UUID) -> HttpResponse:
        rows = Invitation.objects.permitted(self.actor, self.needs or self.writes)  # type: ignore[arg-type]
        found = get_object_or_404(rows, public_id=invitation)
        try:
            if self.again:
                invite_again(invitation=found, by=self.actor)
                done = gettext("%(email)s gets a new link; the earlier one opens nothing any more.")
            else:
                revoke_invitation(invitation=found, by=self.actor)
                done = gettext("The invitation of %(email)s is revoked.")
            messages.success(request, done % {"email": found.email})
        except (NotOpen, NotPossible) as error:
            messages.error(request, str(error))
        return redirect("people", organisation)
