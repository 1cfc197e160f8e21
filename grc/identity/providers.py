"""Keeping an organisation's identity providers: what may be entered, and whether it works."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import require
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.context import Context, working_in
from grc.identity.oidc.provider import ProviderFailed, demand_https, discover, signing_keys
from grc.identity.vouching import manageable
from grc.models.activity import ActivityEvent
from grc.models.identity import IdentityProvider
from grc.models.organisation import Organisation

DOMAIN = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
MOST_DOMAINS, MOST_ROLES = 20, 100


@dataclass(frozen=True)
class Check:
    """One line of a connection test."""

    name: str
    good: bool
    sentence: str


@transaction.atomic
def save_provider(*, provider: IdentityProvider, by: Actor) -> IdentityProvider:
    """Save a provider as entered. Raises ``ValidationError`` (by field), ``Denied``."""
    require(by, Permission.SETTINGS_EDIT)
    Organisation.objects.select_for_update().get(pk=by.organisation.pk)
    new = provider.pk is None
    provider.organisation = by.organisation
    provider.domains = clean_domains(provider.domains)
    provider.role_map = clean_role_map(provider.role_map)
    _check_issuer(provider.issuer)
    _check_claimed(provider)
    provider.full_clean(exclude=["organisation"])
    provider.save()
    verb = ActivityEvent.Verb.CREATED if new else ActivityEvent.Verb.CHANGED
    record_activity(by=by, verb=verb, detail=_("identity provider %(name)s") % {"name": provider.name})
    return provider


def clean_domains(domains: Iterable[str]) -> list[str]:
    """Email domains in one spelling. Raises ``ValidationError``."""
    found = sorted({str(domain).strip().lower().removeprefix("@") for domain in domains} - {""})
    if not found or len(found) > MOST_DOMAINS:
        raise ValidationError({"domains": _("Enter at least one domain, and %(n)d at most.") % {"n": MOST_DOMAINS}})
    for domain in found:
        if not DOMAIN.fullmatch(domain):
            raise ValidationError(
                {"domains": _("“%(domain)s” is no domain such as example.org.") % {"domain": domain[:60]}}
            )
    return found


def clean_role_map(role_map: Any) -> dict[str, str]:
    """Roles by the claim's values. Raises ``ValidationError``: for administration above all, which no claim gives."""
    if not isinstance(role_map, dict) or len(role_map) > MOST_ROLES:
        raise ValidationError({"role_map": _("Enter values of the claim and the role that each gives.")})
    for value, role in role_map.items():
        if not isinstance(value, str) or not value.strip() or len(value) > 200 or "\x00" in value:
            raise ValidationError({"role_map": _("A value of the claim is missing or too long.")})
        if role == "administrator":
            raise ValidationError({"role_map": _("Administration is never given by a claim: give it to a person.")})
        if role not in manageable():
            raise ValidationError({"role_map": _("There is no role “%(role)s”.") % {"role": str(role)[:40]}})
    return {value.strip(): role for value, role in role_map.items()}


def check_provider(*, provider: IdentityProvider, by: Actor) -> list[Check]:
    """Ask the provider for what a sign-in will need, and say what came of it. Raises ``Denied``."""
    require(by, Permission.SETTINGS_EDIT)
    checks: list[Check] = []
    try:
        endpoints = discover(provider, fresh=True)
        checks.append(
            Check(
                _("Discovery"),
                good=True,
                sentence=_("%(issuer)s answers, and is who it says.") % {"issuer": provider.issuer},
            )
        )
        keys = signing_keys(endpoints, fresh=True)
        checks.append(Check(_("Keys"), good=True, sentence=_("It publishes %(n)d keys.") % {"n": len(keys)}))
    except ProviderFailed as error:
        checks.append(Check(_("Keys") if checks else _("Discovery"), good=False, sentence=str(error)))
    bad = sum(not check.good for check in checks)
    detail = _("tested the identity provider %(name)s: %(bad)d failed") % {"name": provider.name, "bad": bad}
    record_activity(by=by, verb=ActivityEvent.Verb.VIEWED, detail=detail)
    return checks


def _check_issuer(issuer: str) -> None:
    try:
        demand_https(issuer)
    except ProviderFailed as error:
        raise ValidationError({"issuer": str(error)}) from None


def _check_claimed(provider: IdentityProvider) -> None:
    """A domain speaks for one organisation: nobody else's sign-in page leads to a stranger's provider."""
    for domain in provider.domains:
        with working_in(Context(None, None, "page", key=domain)):
            others = IdentityProvider.unscoped.filter(domains__contains=[domain]).exclude(
                organisation=provider.organisation
            )
            taken = others.exists()
        if taken:
            text = _("%(domain)s is used by somebody else here. Ask whoever runs this installation.")
            raise ValidationError({"domains": text % {"domain": domain}})
