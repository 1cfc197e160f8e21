"""Invitations, people, providers, and what an organisation demands of whoever signs in."""

import uuid
from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.identity.invitations import digest, invite
from grc.models import Invitation
from grc.models.identity import IdentityProvider
from tests.access.rule import Rule

P = Permission
PEOPLE = Rule("organisation", P.PEOPLE_VIEW)
PEOPLE_DEED = Rule("organisation", P.PEOPLE_VIEW, ("POST",), {"POST": P.PEOPLE_EDIT})
SETTINGS = Rule("organisation", P.SETTINGS_VIEW)
SETTINGS_DEED = Rule("organisation", P.SETTINGS_VIEW, ("POST",), {"POST": P.SETTINGS_EDIT})
SETTINGS_FORM = Rule(
    "organisation", P.SETTINGS_VIEW, ("GET", "POST"), {"GET": P.SETTINGS_EDIT, "POST": P.SETTINGS_EDIT}
)
SECRET = "the-secret-of-a-link-in-the-table"

RULES: dict[str, Rule] = {
    "people-export": PEOPLE,
    "person": PEOPLE,
    "people-give": PEOPLE_DEED,
    "people-hand-over": PEOPLE_DEED,
    "people-unlock": PEOPLE_DEED,
    "people-unlink": PEOPLE_DEED,
    "api-people-unlink": PEOPLE_DEED,
    "people-end-sessions": PEOPLE_DEED,
    "people-remove": Rule("organisation", P.PEOPLE_VIEW, ("GET", "POST"), {"POST": P.PEOPLE_EDIT}),
    "invitation-send": PEOPLE_DEED,
    "invitation-revoke": PEOPLE_DEED,
    "membership": Rule("organisation", None, ("GET", "POST")),
    "security": Rule("organisation", P.SETTINGS_VIEW, ("GET", "POST"), {"POST": P.SETTINGS_EDIT}),
    "security-emergency": SETTINGS_DEED,
    "identity-providers": SETTINGS,
    "identity-provider-new": SETTINGS_FORM,
    "identity-provider": SETTINGS_FORM,
    "identity-provider-test": SETTINGS_DEED,
    "join": Rule("public", methods=("GET", "POST")),
    "provider-choice": Rule("public", methods=("GET", "POST")),
    "usersessions_list": Rule("person", methods=("GET", "POST", "PUT")),
    "second-step": Rule("person"),
    "provider-again": Rule("person"),
    "provider-again-done": Rule("person"),
    "api-people": PEOPLE,
    "api-person": PEOPLE,
    "api-people-give": PEOPLE_DEED,
    "api-people-end": PEOPLE_DEED,
    "api-people-hand-over": PEOPLE_DEED,
    "api-people-unlock": PEOPLE_DEED,
    "api-people-end-sessions": PEOPLE_DEED,
    "api-people-remove": PEOPLE_DEED,
    "api-leave": Rule("organisation", None, ("POST",)),
    "api-invitations": Rule(
        "organisation", P.PEOPLE_VIEW, ("GET", "POST"), {"GET": P.PEOPLE_EDIT, "POST": P.PEOPLE_EDIT}
    ),
    "api-invitation-send": PEOPLE_DEED,
    "api-invitation-revoke": PEOPLE_DEED,
    "api-security": Rule("organisation", P.SETTINGS_VIEW, ("GET", "PATCH"), {"PATCH": P.SETTINGS_EDIT}),
    "api-identity-providers": Rule("organisation", P.SETTINGS_VIEW, ("GET", "POST"), {"POST": P.SETTINGS_EDIT}),
    "api-identity-provider": Rule("organisation", P.SETTINGS_VIEW, ("GET", "PATCH"), {"PATCH": P.SETTINGS_EDIT}),
    "api-identity-provider-test": SETTINGS_DEED,
    # what answers to the browser of somebody who is not known yet, and to nobody else: 403 where nothing was begun
    "provider-begin": Rule("entrance"),
    "provider-callback": Rule("entrance"),
}


def values(name: str, system: Actor) -> dict[str, Any]:
    found: dict[str, Any] = {"provider": uuid.uuid4(), "invitation": uuid.uuid4(), "secret": SECRET}
    if name == "join" or "invitation-" in name:
        found["invitation"] = _invitation(system).public_id
    if "identity-provider" in name:
        found["provider"] = _provider(system).public_id
    if name.startswith(("person", "people-", "api-person", "api-people-")) and name != "people-export":
        found["person"] = _somebody(system)
    return found


def _invitation(system: Actor) -> Invitation:
    known = Invitation.objects.within(system.organisation).filter(email="table@nordhaven.example").first()
    if known is None:
        with system.working():
            known = invite(email="table@nordhaven.example", roles=["reader"], by=system)
        known.digest = digest(SECRET)
        known.save(update_fields=["digest"])
    return known


def _provider(system: Actor) -> IdentityProvider:
    made, _new = IdentityProvider.unscoped.get_or_create(
        organisation=system.organisation,
        name="Table",
        defaults={"issuer": "https://table.example", "client_id": "table", "domains": ["table.example"]},
    )
    return made


def _somebody(system: Actor) -> uuid.UUID:
    from grc.models import Membership, Person

    person = Person.objects.filter(email="somebody@table.example").first()
    if person is None:
        person = Person.objects.create_user("somebody@table.example", None, name="Somebody")
        Membership.objects.create(organisation=system.organisation, person=person, role="reader")
    return person.public_id
