"""Who may do what at which address: the table that ``test_table`` holds against the URL resolver.

An address without a line here fails the run, and so does a line without an address.
"""

from grc.access.roles import Permission
from grc.registers.register import Register, registers
from tests.access.declared import parts
from tests.access.rule import Rule

P = Permission


def _register_rules(register: Register) -> dict[str, Rule]:
    name, view, edit = register.slug, register.view, register.edit
    read = Rule("organisation", view)
    form = Rule("organisation", view, ("GET", "POST"), {"GET": edit, "POST": edit})
    post = Rule("organisation", view, ("POST",), {"POST": edit})
    return {
        f"{name}-list": read,
        f"{name}-detail": read,
        f"{name}-history": read,
        f"{name}-export": read,
        f"{name}-new": form,
        f"{name}-edit": form,
        f"{name}-archive": form,
        f"{name}-restore": post,
        f"api-{name}-list": Rule("organisation", view, ("GET", "POST"), {"POST": edit}),
        f"api-{name}-detail": Rule("organisation", view, ("GET", "PATCH"), {"PATCH": edit}),
        f"api-{name}-history": read,
        f"api-{name}-archive": post,
        f"api-{name}-restore": post,
    }


MEMBER, ROOM = Rule("organisation"), Rule("room")
PERSON, PERSON_WRITES = Rule("person"), Rule("person", methods=("GET", "POST"))

RULES: dict[str, Rule] = {
    "start": PERSON,
    "healthz": Rule("public"),
    "profile": PERSON_WRITES,
    "theme": Rule("person", methods=("POST",)),
    "tokens": PERSON_WRITES,
    "token-revoke": Rule("person", methods=("POST",)),
    "api-documentation": PERSON,
    "api-schema": PERSON,
    "api-rooms": PERSON,
    "api-room-records": ROOM,
    "api-room-record": ROOM,
    "room": ROOM,
    "room-records": ROOM,
    "room-record": ROOM,
    "room-export": ROOM,
    "room-file": ROOM,
    **dict.fromkeys(("room-decisions", "room-decision", "room-decision-export", "room-decision-bundle"), ROOM),
    **dict.fromkeys(("api-room-decisions", "api-room-decision", "api-room-decision-bundle"), ROOM),
    "home": MEMBER,
    "search": MEMBER,
    "people": Rule("organisation", P.PEOPLE_VIEW, ("GET", "POST"), {"POST": P.PEOPLE_EDIT}),
    "people-end": Rule("organisation", P.PEOPLE_VIEW, ("POST",), {"POST": P.PEOPLE_EDIT}),
    "evidence-files": Rule("organisation", P.EVIDENCE_VIEW, ("POST",), {"POST": P.EVIDENCE_EDIT}),
    "api-evidence-files": Rule("organisation", P.EVIDENCE_VIEW, ("GET", "POST"), {"POST": P.EVIDENCE_EDIT}),
    "api-evidence-file": Rule("organisation", P.EVIDENCE_VIEW),
    "api-room-file": ROOM,
    "evidence-file": Rule("organisation", P.EVIDENCE_VIEW),
    **{
        f"engagements-{verb}": Rule("organisation", P.ENGAGEMENTS_VIEW, ("POST",), {"POST": P.ENGAGEMENTS_EDIT})
        for verb in ("open", "revise", "change-end", "end-access")
    },
}
DECISIONS = Rule("organisation", P.DECISIONS_VIEW)
DISCLOSURE = Rule("organisation", P.DECISIONS_VIEW, ("GET",), {"GET": P.DECISIONS_DISCLOSE})
SOURCES, SOURCE_WRITES = (
    Rule("organisation", P.SOURCES_VIEW),
    Rule("organisation", P.SOURCES_VIEW, ("POST",), {"POST": P.SOURCES_EDIT}),
)
RULES |= {
    "verifier": Rule("public"),
    "how-to-check": Rule("public"),
    "decisions": DECISIONS,
    "decision-find": Rule("organisation", P.DECISIONS_VIEW, ("POST",)),
    "decision-export": DECISIONS,
    "decision": DECISIONS,
    "decision-bundle": DISCLOSURE,
    "decision-entry": DECISIONS,
    "api-decisions": DECISIONS,
    "api-decision": DECISIONS,
    "api-decision-bundle": DISCLOSURE,
    "api-subject-refs": Rule("organisation", P.DECISIONS_VIEW, ("POST",)),
    "sources-pull": SOURCE_WRITES,
    "sources-test": SOURCE_WRITES,
    "sources-state": SOURCES,
    "sources-runs": SOURCES,
    "sources-run": SOURCES,
    "sources-quarantine": SOURCES,
    "api-source-pull": SOURCE_WRITES,
    "api-source-test": SOURCE_WRITES,
    "api-source-state": SOURCES,
    "api-source-runs": SOURCES,
    "api-source-run": SOURCES,
    "api-source-quarantine": SOURCES,
}
for _part in parts:
    RULES |= getattr(_part, "RULES", {})
for _register in registers:
    RULES |= _register_rules(_register)
    for _part in parts:
        if hasattr(_part, "of_register"):
            RULES |= _part.of_register(_register)

LIBRARY_PREFIXES = ("account_", "mfa_")
"""allauth's pages: they ask who one is, and show nobody's records. ``test_table`` lists which are reachable."""
