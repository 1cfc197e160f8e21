"""Who works here, in which roles; for an administrator also who joins, leaves, and what becomes of their records."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from grc.access.roles import ROLES, Permission
from grc.actions.activity import record_activity
from grc.actions.people import (
    NotPossible,
    end_role,
    give_role,
    hand_over,
    is_member,
    leave_organisation,
    remove_person,
    unlock,
)
from grc.identity.invitations import STATES, invite, state_of
from grc.identity.pages.base import OrganisationPage
from grc.identity.people import Member, member, members, people_ever, records_owned
from grc.identity.sessions import end_sessions, sessions_here
from grc.identity.vouching import links_of, unlink_providers
from grc.identity.widgets import Boxes
from grc.models.activity import ActivityEvent
from grc.models.identity import Invitation
from grc.models.person import Person
from grc.registers.export import KINDS, table_file
from grc.registers.forms import refuse_unstorable
from grc.registers.query import people_of

SHOWN_INVITATIONS = 50


class InviteForm(forms.Form):
    email = forms.EmailField(
        label=_("Email"),
        max_length=254,
        help_text=_("A link goes to this address; whoever opens it joins."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(
        label=_("Name"),
        max_length=200,
        required=False,
        validators=[refuse_unstorable],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    roles = forms.MultipleChoiceField(
        label=_("Roles"),
        choices=lambda: [(role.key, role.name) for role in ROLES.values()],
        widget=Boxes(),
    )


class HeirForm(forms.Form):
    """To whom somebody's records go."""

    to = forms.ModelChoiceField(
        label=_("New owner"),
        queryset=Person.objects.none(),
        to_field_name="public_id",
        empty_label=_("Choose…"),
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, heirs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = heirs  # type: ignore[attr-defined]


class PeoplePage(OrganisationPage):
    """The list, with what each role may do; an administrator invites here."""

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        return self._show(InviteForm(initial={"roles": ["reader"]}))

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        form = InviteForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        try:
            invitation = invite(**form.cleaned_data, by=self.actor)
        except NotPossible as error:
            form.add_error("email", str(error))
            return self._show(form, status=422)
        messages.success(request, gettext("%(email)s is invited and gets a mail.") % {"email": invitation.email})
        return redirect("people", organisation)

    def _show(self, form: InviteForm, status: int = 200) -> HttpResponse:
        text, role = asked(self.request)
        found = members(self.actor.organisation, text=text, role=role)
        context: dict[str, Any] = {"members": [self._row(one) for one in found], "text": text, "role": role}
        context |= {"roles": ROLES.values(), "form": form, "kinds": KINDS}
        context["can_edit"] = self.actor.can(Permission.PEOPLE_EDIT)
        if context["can_edit"]:
            rows = Invitation.objects.permitted(self.actor, Permission.PEOPLE_VIEW).select_related("invited_by")
            states = [(row, state_of(row)) for row in rows.order_by("-created_at", "-pk")[:SHOWN_INVITATIONS]]
            context["invitations"] = [
                (
                    row,
                    *STATES[state],
                    [ROLES[key].name for key in row.roles if key in ROLES],
                    state in ("open", "expired"),
                )
                for row, state in states
            ]
        return render(self.request, "people.html", context, status=status)

    def _row(self, one: Member) -> tuple[Member, bool]:
        return one, one.lacks_factor(self.actor.organisation)


class ExportPage(OrganisationPage):
    def get(self, request: HttpRequest, organisation: str, kind: str) -> HttpResponseBase:
        if kind not in KINDS:
            raise Http404
        text, role = asked(request)
        found = members(self.actor.organisation, text=text, role=role)
        headings = [
            gettext("Name"),
            gettext("Email"),
            gettext("Roles"),
            gettext("Last sign-in"),
            gettext("Second step"),
        ]
        rows = [
            [
                one.person.name,
                one.person.email,
                ", ".join(str(held.name) for held in one.roles),
                one.person.last_login,
                ", ".join(sorted(one.factors)),
            ]
            for one in found
        ]
        record_activity(by=self.actor, verb=ActivityEvent.Verb.EXPORTED, detail=f"people ({kind}): {len(rows)}")
        return table_file(headings, rows, kind=kind, name="people")


class PersonBase(OrganisationPage):
    """A page about one person who works or worked here."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.key: uuid.UUID = kwargs["person"]

    def person(self) -> Person:
        return get_object_or_404(people_ever(self.actor.organisation), public_id=self.key)

    def back(self) -> HttpResponse:
        return redirect("person", self.actor.organisation.slug, self.key)


class PersonPage(PersonBase):
    """Roles, sessions and records of one person."""

    def get(self, request: HttpRequest, organisation: str, person: uuid.UUID) -> HttpResponse:
        return self._show(self.person(), self._heirs(None))

    def _heirs(self, data: Any) -> HeirForm:
        heirs = people_of(self.actor).exclude(public_id=self.key).filter(break_glass_for=None)
        return HeirForm(data, heirs=heirs)

    def _show(self, person: Person, form: HeirForm, status: int = 200) -> HttpResponse:
        organisation = self.actor.organisation
        found = member(organisation, person)
        owned = records_owned(organisation, person)
        held = {role.key for role in found.roles}
        context = {
            "member": found,
            "lacks_factor": found.lacks_factor(organisation),
            "is_self": person == self.actor.person,
            "owned": [(register, count, register.list_url(organisation.slug)) for register, count in owned],
            "owned_count": sum(count for _register, count in owned),
            "sessions": len(sessions_here(person, organisation)) if found.roles else 0,
            "linked": links_of(person, organisation).exists(),
            "further": [role for role in ROLES.values() if role.key not in held],
            "can_edit": self.actor.can(Permission.PEOPLE_EDIT),
            "can_see_activity": self.actor.can(Permission.ACTIVITY_VIEW),
            "form": form,
        }
        return render(self.request, "identity/person.html", context, status=status)


class HandOverPage(PersonPage):
    """Give everything that somebody owns to another person, in one step."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, organisation: str, person: uuid.UUID) -> HttpResponse:
        found, form = self.person(), self._heirs(request.POST)
        if not form.is_valid():
            return self._show(found, form, status=422)
        count = hand_over(person=found, to=form.cleaned_data["to"], by=self.actor)
        words = {"n": count, "person": form.cleaned_data["to"]}
        done = ngettext("%(n)d record belongs to %(person)s now.", "%(n)d records belong to %(person)s now.", count)
        messages.success(request, done % words)
        return self.back()


class DeedPage(PersonBase):
    """One thing done to one person, and back to their page."""

    http_method_names = ["post", "options"]

    def act(self, person: Person) -> str:
        """Do it, and say what was done. Raises ``NotPossible``."""
        raise NotImplementedError

    def post(self, request: HttpRequest, organisation: str, person: uuid.UUID, **_: Any) -> HttpResponse:
        found = self.person()
        if not is_member(found, self.actor.organisation):
            raise Http404
        try:
            messages.success(request, self.act(found))
        except NotPossible as error:
            messages.error(request, str(error))
        return self.back()


class GiveRolePage(DeedPage):
    def act(self, person: Person) -> str:
        role = self.request.POST.get("role", "")
        if role not in ROLES:
            raise NotPossible(gettext("Choose a role."))
        address = self.request.build_absolute_uri(reverse("account_login"))
        give_role(person=person, role=role, by=self.actor, address=address)
        return gettext("%(person)s is now %(role)s, and gets a mail.") % _words(person, role)


class EndRolePage(DeedPage):
    """Take one role of one person away."""

    def act(self, person: Person) -> str:
        role = self.kwargs["role"]
        if role not in ROLES:
            raise Http404
        end_role(person=person, role=role, by=self.actor)
        return gettext("%(person)s is no longer %(role)s.") % _words(person, role)


class UnlockPage(DeedPage):
    def act(self, person: Person) -> str:
        unlock(person=person, by=self.actor)
        return gettext("%(person)s can try again.") % {"person": person}


class EndSessionsPage(DeedPage):
    def act(self, person: Person) -> str:
        count = end_sessions(person=person, by=self.actor)
        return ngettext("%(n)d session is ended.", "%(n)d sessions are ended.", count) % {"n": count}


class UnlinkPage(DeedPage):
    def act(self, person: Person) -> str:
        unlink_providers(person=person, by=self.actor)
        return gettext("The link of %(person)s with the identity provider is forgotten.") % {"person": person}


class RemovePage(PersonBase):
    """Ask once, then take every role away."""

    def get(self, request: HttpRequest, organisation: str, person: uuid.UUID) -> HttpResponse:
        return self._ask(self.person())

    def post(self, request: HttpRequest, organisation: str, person: uuid.UUID) -> HttpResponse:
        found = self.person()
        if not is_member(found, self.actor.organisation):
            raise Http404
        try:
            remove_person(person=found, by=self.actor)
        except NotPossible as error:
            messages.error(request, str(error))
        else:
            messages.success(request, gettext("%(person)s belongs here no more.") % {"person": found})
        return self.back()

    def _ask(self, person: Person) -> HttpResponse:
        found = member(self.actor.organisation, person)
        if not found.roles or not self.actor.can(Permission.PEOPLE_EDIT):
            raise Http404
        owned = sum(count for _register, count in records_owned(self.actor.organisation, person))
        return render(self.request, "identity/remove.html", {"member": found, "owned_count": owned})


class MembershipPage(OrganisationPage):
    """One's own place here: what one's roles allow, and the way out."""

    needs = writes = None

    def get(self, request: HttpRequest, organisation: str) -> HttpResponse:
        return self._show()

    def post(self, request: HttpRequest, organisation: str) -> HttpResponse:
        if request.POST.get("sure") != "leave":
            return self._show(status=422)
        try:
            leave_organisation(by=self.actor)
        except NotPossible as error:
            messages.error(request, str(error))
            return redirect("membership", organisation)
        messages.success(request, gettext("You have left %(name)s.") % {"name": self.actor.organisation})
        return redirect("start")

    def _show(self, status: int = 200) -> HttpResponse:
        person: Person = self.request.user  # type: ignore[assignment]
        found = member(self.actor.organisation, person)
        owned = sum(count for _register, count in records_owned(self.actor.organisation, person))
        return render(self.request, "identity/membership.html", {"member": found, "owned_count": owned}, status=status)


def asked(request: HttpRequest) -> tuple[str, str]:
    """What the list is searched for, and the role that it is narrowed to."""
    role = request.GET.get("role", "")
    return request.GET.get("q", "").replace("\x00", "").strip()[:200], role if role in ROLES else ""


def _words(person: Person, role: str) -> dict[str, Any]:
    return {"person": person, "role": str(ROLES[role].name).lower()}
