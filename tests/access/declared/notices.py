import uuid
from typing import Any

from grc.access.actor import Actor
from tests.access.rule import Rule

MEMBER, MEMBER_WRITES = Rule("organisation"), Rule("organisation", methods=("POST",))

RULES = {
    "notices": MEMBER,
    "notices-bell": MEMBER,
    "notices-read": MEMBER_WRITES,
    "notice": MEMBER,
    "notice-read": MEMBER_WRITES,
    "notice-settings": Rule("person", methods=("GET", "POST")),
    "api-notices": MEMBER,
    "api-notices-read": MEMBER_WRITES,
    "api-notice-read": MEMBER_WRITES,
    "api-notice-settings": Rule("person", methods=("GET", "PATCH")),
}


def values(name: str, system: Actor) -> dict[str, Any]:
    return {"notice": uuid.uuid4()} if "notice" in name else {}
