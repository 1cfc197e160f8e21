from grc.access.roles import Permission
from tests.access.rule import Rule

READ = Rule("organisation", Permission.ACTIVITY_VIEW)

RULES = {
    "activity": READ,
    "activity-export": READ,
    "api-activity": READ,
    "api-activity-export": READ,
}
