"""The Stage 1 pack: for whoever may see all that it shows. Who holds this one of the five holds the others, too."""

from grc.access.roles import Permission
from tests.access.rule import Rule

PACK = Rule("organisation", Permission.IMPROVEMENT_VIEW, ("GET", "POST"))

RULES = {"stage-1-pack": PACK, "api-stage-1-pack": PACK}
