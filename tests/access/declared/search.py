"""Search, saved views, bulk changes and tags."""

from tests.access.rule import Rule

RULES: dict[str, Rule] = {
    "search-suggestions": Rule("organisation"),
    "api-search": Rule("organisation"),
}
