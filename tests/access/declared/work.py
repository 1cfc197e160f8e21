"""One's own work, which every member has."""

from tests.access.rule import Rule

RULES = {"my-work": Rule("organisation")}
