import uuid
from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from grc.access.gate import require
from grc.access.roles import ROLES, Permission, Role
from grc.actions.people import NotPossible, end_role, give_role
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.registers.forms import refuse_unstorable
from grc.shell import current_actor


class RoleForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        validators=[refuse_unstorable],
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    email = forms.EmailField(
        label=_("Email"),
        help_text=_("They log in with this address, and get a mail that says so."),
        widget=forms.EmailInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=lambda: [(role.key, role.name) for role in ROLES.values()],
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class PeoplePage(View):
    """Who works here, in which roles, and what each role may do; for an administrator also who joins and leaves."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.actor = current_actor(request)
        if not self.actor.can(Permission.PEOPLE_VIEW):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        return self._show(RoleForm(initial={"role": "reader"}))

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        require(self.actor, Permission.PEOPLE_EDIT)
        form = RoleForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        address = request.build_absolute_uri(reverse("account_login"))
        try:
            membership = give_role(**form.cleaned_data, by=self.actor, address=address)
        except NotPossible as error:
            form.add_error("email", str(error))
            return self._show(form, status=422)
        given = {"person": membership.person, "role": str(ROLES[membership.role].name).lower()}
        messages.success(request, gettext("%(person)s is now %(role)s, and gets a mail.") % given)
        return redirect("people", organisation)

    def _show(self, form: RoleForm, status: int = 200) -> HttpResponse:
        roles_of: dict[Person, list[Role]] = defaultdict(list)
        running = Membership.objects.filter(organisation=self.actor.organisation, ended_at=None)
        for membership in running.select_related("person").order_by("person__name", "pk"):
            roles_of[membership.person].append(ROLES[membership.role])
        context = {"people": dict(roles_of), "roles": ROLES.values(), "form": form}
        context["can_edit"] = self.actor.can(Permission.PEOPLE_EDIT)
        return render(self.request, "people.html", context, status=status)


class EndRolePage(PeoplePage):
    """Take one role of one person away."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, organisation: str, person: uuid.UUID, role: str) -> HttpResponse:  # type: ignore[override]
        require(self.actor, Permission.PEOPLE_EDIT)
        members = Membership.objects.filter(organisation=self.actor.organisation, ended_at=None).values("person")
        found = get_object_or_404(Person, public_id=person, pk__in=members)
        if role not in ROLES:
            raise Http404
        try:
            end_role(person=found, role=role, by=self.actor)
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            lost = {"person": found, "role": str(ROLES[role].name).lower()}
            messages.success(request, gettext("%(person)s is no longer %(role)s.") % lost)
        return redirect("people", organisation)
