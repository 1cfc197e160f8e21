from typing import Any

from evidence.sealing.sealer import seal_activity
from grc.access.actor import Actor
from grc.access.roles import Permission
from grc.actions.activity import record_activity
from grc.models import ActivityEvent
from tests.access.rule import Rule

READ = Rule("organisation", Permission.ACTIVITY_VIEW)
CHECK = Rule("organisation", Permission.ACTIVITY_VIEW, ("POST",))
TAKE = Rule("organisation", Permission.ACTIVITY_VIEW, ("GET",), {"GET": Permission.SETTINGS_VIEW})

RULES = {
    "activity": READ,
    "activity-export": READ,
    "api-activity": READ,
    "api-activity-export": READ,
    "activity-seal-check": CHECK,
    "activity-seal-bundle": TAKE,
    "api-activity-seal": READ,
    "api-activity-seal-check": CHECK,
    "api-activity-seal-bundle": TAKE,
}


def values(name: str, system: Actor) -> dict[str, Any]:
    if "seal" in name:
        with system.working():
            record_activity(by=system, verb=ActivityEvent.Verb.EXPORTED, detail="something")
        seal_activity(system.organisation)
    return {}
