"""A person's own settings: name, zone, theme, tokens. They belong to no organisation."""

import zoneinfo
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from grc import formats
from grc.actions.tokens import make_token, revoke_token
from grc.formats import REGIONS
from grc.models.person import Person
from grc.models.token import APIToken
from grc.registers.forms import refuse_unstorable


class ProfileForm(forms.ModelForm):  # type: ignore[type-arg]
    time_zone = forms.ChoiceField(
        label=gettext_lazy("Time zone"),
        choices=lambda: [(z, z) for z in sorted(zoneinfo.available_timezones())],
    )

    region = forms.ChoiceField(
        label=gettext_lazy("Dates and numbers"),
        choices=lambda: [(tag, f"{name}: {_example(tag)}") for tag, name in REGIONS.items()],
        help_text=gettext_lazy("As they are written there. Files for machines keep ISO dates and UTC."),
    )

    class Meta:
        model = Person
        fields = ["name", "time_zone", "region", "theme"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs["class"] = "form-control"
        self.fields["time_zone"].widget.attrs["class"] = "form-select"
        self.fields["region"].widget.attrs["class"] = "form-select"
        self.fields["theme"].widget.attrs["class"] = "form-select"


def _example(region: str) -> str:
    with formats.written_for(region):
        return f"{formats.moment(timezone.now())} · {formats.number(12500.5)}"


class TokenForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("What is it for?"),
        max_length=100,
        validators=[refuse_unstorable],
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("It ends after"),
        coerce=int,
        choices=[(7, gettext_lazy("7 days")), (90, gettext_lazy("90 days")), (365, gettext_lazy("1 year"))],
        initial=90,
        widget=forms.Select(attrs={"class": "form-select"}),
    )


class ProfilePage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "account/profile.html", {"form": ProfileForm(instance=_person(request))})

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ProfileForm(request.POST, instance=_person(request))
        if not form.is_valid():
            return render(request, "account/profile.html", {"form": form}, status=422)
        form.save()
        messages.success(request, _("Your settings are saved."))
        return redirect("profile")


class ThemePage(View):
    """The moon and the sun in the page's head."""

    def post(self, request: HttpRequest) -> HttpResponse:
        person, theme = _person(request), request.POST.get("theme", "")
        if theme not in Person.Theme.values:
            return render(request, "errors/error.html", {"status": 400, "title": _("No such theme")}, status=400)
        person.theme = theme
        person.save(update_fields=["theme"])
        return HttpResponse(status=204)


class TokensPage(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(request, TokenForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = TokenForm(request.POST)
        if not form.is_valid():
            return self._show(request, form, status=422)
        token, secret = make_token(
            person=_person(request), name=form.cleaned_data["name"], days=form.cleaned_data["days"]
        )
        return self._show(request, TokenForm(), status=201, made=token, secret=secret)

    def _show(self, request: HttpRequest, form: TokenForm, status: int = 200, **context: Any) -> HttpResponse:
        tokens = APIToken.objects.filter(person=_person(request), revoked_at=None, expires_at__gt=timezone.now())
        context |= {"form": form, "tokens": tokens.order_by("-created_at")}
        return render(request, "account/tokens.html", context, status=status)


class RevokeTokenPage(View):
    def post(self, request: HttpRequest, token: Any) -> HttpResponse:
        found = get_object_or_404(APIToken, public_id=token, person=_person(request))
        revoke_token(token=found)
        messages.success(request, _("The token is revoked; programs that use it are refused from now on."))
        return redirect("tokens")


def _person(request: HttpRequest) -> Person:
    person: Person = request.user  # type: ignore[assignment]
    return person
