"""Overview of vendors, calendar of what expires, register for DORA."""

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.api.authentication import digest
from tests.access.rule import Rule
from tests.approvals.making import somebody
from vendors.models import CalendarFeed

READ = Rule("organisation", Permission.VENDORS_VIEW)
SECRET = "the-secret-of-a-calendar-in-the-table"
RULES = {
    "api-dora-register-exports": Rule("organisation", Permission.VENDORS_VIEW, ("POST",)),
    "vendor-calendar-address": Rule("organisation", Permission.VENDORS_VIEW, ("GET", "POST")),
    "vendor-calendar-feed": Rule("public"),
} | dict.fromkeys(
    (
        "vendor-overview",
        "vendor-calendar",
        "vendor-calendar-file",
        "api-vendor-calendar",
        "api-vendor-calendar-file",
        "dora-register",
        "dora-register-file",
        "api-dora-register",
        "api-dora-register-file",
    ),
    READ,
)


def values(name: str, system: Actor) -> dict[str, Any]:
    if name == "vendor-calendar-feed":
        person = somebody(system, "vendor-manager").person
        CalendarFeed.unscoped.get_or_create(
            digest=digest(SECRET), defaults={"organisation": system.organisation, "person": person}
        )
        return {"secret": SECRET}
    return {"kind_of_file": "csv"} if name == "api-vendor-calendar-file" else {}
