"""Questionnaires to vendors: the steps inside, and the one page outside."""

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from tests.access.rule import Rule
from tests.vendors.asked import asked, link_of
from vendors.asking.links import digest

P = Permission
SECRET = "the-secret-of-a-questionnaire-in-the-table"
STEP = Rule("organisation", P.VENDORS_VIEW, ("POST",), {"POST": P.VENDORS_EDIT})

RULES = {
    "ask": Rule("public", methods=("GET", "POST")),
    "vendor-asks-send-link": STEP,
    "vendor-asks-withdraw": STEP,
    "vendor-asks-take-over": STEP,
    "api-vendor-asks-send-link": STEP,
    "api-vendor-asks-withdraw": STEP,
    "api-vendor-asks-take-over": STEP,
}


def values(name: str, system: Actor) -> dict[str, Any]:
    if name != "ask":
        return {}
    links = link_of(system.organisation)
    if not links.filter(digest=digest(SECRET)).exists():
        ask, _secret = asked(system)
        links.filter(ask=ask.pk).update(digest=digest(SECRET))
    return {"secret": SECRET}
