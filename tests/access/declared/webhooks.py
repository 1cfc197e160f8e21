from grc.access.actor import Actor
from grc.access.roles import Permission
from tests.access.rule import Rule

READ = Rule("organisation", Permission.SETTINGS_VIEW)
WRITE = Rule("organisation", Permission.SETTINGS_VIEW, ("POST",), {"POST": Permission.SETTINGS_EDIT})

MAILS = Rule("organisation", Permission.SETTINGS_VIEW, ("GET", "POST"), {"POST": Permission.SETTINGS_EDIT})

RULES = {
    "mails": MAILS,
    "api-mails": MAILS,
    "webhooks-test": WRITE,
    "webhooks-secret": WRITE,
    "webhooks-again": WRITE,
    "api-webhooks-deliveries": READ,
    "api-webhooks-test": WRITE,
    "api-webhooks-secret": WRITE,
    "api-webhooks-again": WRITE,
}


def values(name: str, system: Actor) -> dict[str, str]:
    return {"message": "msg_0"} if name == "api-webhooks-again" else {}
