"""Signing in through an organisation's identity provider, and showing once more that it is you."""

import uuid
from typing import Any

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.reauthentication import resume_request
from allauth.account.models import Login
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from django.views import View

from grc.context import Context, client_address, working_in
from grc.identity.oidc.flow import Flow, begin, come_back
from grc.identity.oidc.provider import ProviderFailed
from grc.identity.second_factor import demanded_by, has_second_factor, was_used
from grc.identity.sessions import Vouched, set_vouched, vouched
from grc.identity.vouching import NotVouched, linked_person, person_of_claims, took_second_step
from grc.models.identity import IdentityProvider
from grc.models.person import Person


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})
    )


@method_decorator(login_not_required, name="dispatch")
class ChoicePage(View):
    """From an address to the providers of its domain. What is shown depends on the domain alone, never on whether the
    address has an account."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._show(AddressForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = AddressForm(request.POST)
        if not form.is_valid():
            return self._show(form, status=422)
        domain = form.cleaned_data["email"].rpartition("@")[2].lower()
        return self._show(form, asked=True, providers=providers_of(domain))

    def _show(self, form: AddressForm, status: int = 200, **context: Any) -> HttpResponse:
        context |= {"form": form, "next": safe_next(self.request)}
        return render(self.request, "identity/choose_provider.html", context, status=status)


@method_decorator(login_not_required, name="dispatch")
class BeginPage(View):
    """Off to the provider."""

    def get(self, request: HttpRequest, provider: uuid.UUID) -> HttpResponse:
        found = provider_of(provider)
        try:
            return redirect(begin(request, found, next_url=safe_next(request)))
        except ProviderFailed as error:
            return failed(request, found, str(error))


@method_decorator(login_not_required, name="dispatch")
class CallbackPage(View):
    """Back from the provider."""

    def get(self, request: HttpRequest, provider: uuid.UUID) -> HttpResponse:
        found = provider_of(provider)
        try:
            flow, claims = come_back(request, found)
            if flow.again:
                return self._again(flow, found, claims)
            person = person_of_claims(provider=found, claims=claims, address=client_address(request))
        except (ProviderFailed, NotVouched) as error:
            return failed(request, found, str(error))
        return self._sign_in(person, flow, found, claims)

    def _sign_in(self, person: Person, flow: Flow, provider: IdentityProvider, claims: dict[str, Any]) -> HttpResponse:
        request, organisation = self.request, provider.organisation
        if request.user.is_authenticated:
            logout(request)  # nothing of the earlier session comes along
        word = Vouched(organisation.pk, str(provider.public_id), took_second_step(claims))
        set_vouched(request, word, person)
        record_authentication(request, person, "socialaccount", provider=word.provider, uid=claims["sub"])
        login = Login(user=person, redirect_url=flow.next or reverse("home", args=[organisation.slug]))
        answer: HttpResponse = perform_login(request, login)
        return answer

    def _again(self, flow: Flow, provider: IdentityProvider, claims: dict[str, Any]) -> HttpResponse:
        request = self.request
        if not request.user.is_authenticated or linked_person(provider=provider, claims=claims) != request.user:
            raise NotVouched(_("Somebody else has answered. Sign in at the provider as yourself."))
        word = vouched(request)
        if word is None or word.provider != str(provider.public_id):
            raise NotVouched(_("This session does not rest on this provider."))
        record_authentication(
            request,
            request.user,  # type: ignore[arg-type]
            "socialaccount",
            provider=word.provider,
            uid=claims["sub"],
            reauthenticated=True,
        )
        return redirect(f"{reverse('provider-again-done')}?{urlencode({'next': flow.next or '/'})}")


class AgainPage(View):
    """To the provider once more, to show that whoever sits here is still the person who signed in."""

    def get(self, request: HttpRequest) -> HttpResponse:
        word = vouched(request)
        if word is None:
            raise Http404
        provider = provider_of(uuid.UUID(word.provider))
        try:
            return redirect(begin(request, provider, next_url=safe_next(request), again=True))
        except ProviderFailed as error:
            return failed(request, provider, str(error))


class AgainDonePage(View):
    """What was held up until then goes on: the page, or the form that was sent."""

    def get(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse | None = resume_request(request) if safe_next(request) else None
        return answer or redirect("start")


class SecondStepPage(View):
    """What a role still asks of a person or of this session, and the way to do it."""

    def get(self, request: HttpRequest) -> HttpResponse:
        person: Person = request.user  # type: ignore[assignment]
        demanding = demanded_by(person)
        context = {
            "organisations": demanding,
            "has_one": has_second_factor(person),
            "kinds": set(person.authenticator_set.values_list("type", flat=True)),  # type: ignore[attr-defined]
            "used": all(was_used(request, person, organisation) for organisation in demanding),
            "word": vouched(request),
            "next": safe_next(request),
        }
        return render(request, "identity/second_step.html", context)


def providers_of(domain: str) -> list[IdentityProvider]:
    """The providers in use that may vouch for addresses at ``domain``."""
    with working_in(Context(None, None, "page", key=domain)):
        return list(IdentityProvider.unscoped.filter(domains__contains=[domain], enabled=True).order_by("name", "pk"))


def provider_of(key: uuid.UUID) -> IdentityProvider:
    """A provider in use, with its organisation. Raises ``Http404``."""
    with working_in(Context(None, None, "page", key=str(key))):
        found = IdentityProvider.unscoped.filter(public_id=key, enabled=True).select_related("organisation").first()
    if found is None:
        raise Http404
    return found


def safe_next(request: HttpRequest) -> str:
    """The page of ours that was asked for, or nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/")
    return wanted if safe else ""


def failed(request: HttpRequest, provider: IdentityProvider, why: str) -> HttpResponse:
    return render(request, "identity/provider_failed.html", {"provider": provider, "why": why}, status=403)
