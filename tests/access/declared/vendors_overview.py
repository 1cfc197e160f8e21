"""Overview of vendors, calendar of what expires, register for DORA."""

from typing import Any

from grc.access.actor import Actor
from grc.access.roles import Permission
from tests.access.rule import Rule

READ = Rule("organisation", Permission.VENDORS_VIEW)
RULES = {"api-dora-register-exports": Rule("organisation", Permission.VENDORS_VIEW, ("POST",))} | dict.fromkeys(
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
    return {"kind_of_file": "csv"} if name == "api-vendor-calendar-file" else {}
