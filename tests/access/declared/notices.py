from tests.access.rule import Rule

RULES = {
    "notice-settings": Rule("person", methods=("GET", "POST")),
}
