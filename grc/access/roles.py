"""Permissions and roles: the whole list, in one file.

A permission is one member of ``Permission``. A role is a described list of them; ``OWN`` narrows one to the records
that the person owns. External auditors have no role here: they hold a grant period on a scope (``grc.access.room``).
"""

import enum
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(enum.StrEnum):
    SYSTEMS_VIEW = "systems.view"
    SYSTEMS_EDIT = "systems.edit"
    EVIDENCE_VIEW = "evidence.view"
    EVIDENCE_EDIT = "evidence.edit"
    DECISIONS_VIEW = "decisions.view"
    DECISIONS_DISCLOSE = "decisions.disclose"
    SOURCES_VIEW = "sources.view"
    SOURCES_EDIT = "sources.edit"
    ENGAGEMENTS_VIEW = "engagements.view"
    ENGAGEMENTS_EDIT = "engagements.edit"
    RISKS_VIEW = "risks.view"
    RISKS_EDIT = "risks.edit"
    DOCUMENTS_VIEW = "documents.view"
    DOCUMENTS_EDIT = "documents.edit"
    TASKS_VIEW = "tasks.view"
    TASKS_EDIT = "tasks.edit"
    LINKS_VIEW = "links.view"
    LINKS_EDIT = "links.edit"
    APPROVE = "approve"
    ACTIVITY_VIEW = "activity.view"
    PEOPLE_VIEW = "people.view"
    PEOPLE_EDIT = "people.edit"
    SETTINGS_VIEW = "settings.view"
    SETTINGS_EDIT = "settings.edit"
    ORGANISATION_EXPORT = "organisation.export"


class Reach(enum.Enum):
    """How far a permission goes: every record of the organisation, or those that the person owns."""

    ALL = "all"
    OWN = "own"


@dataclass(frozen=True)
class Role:
    key: str
    name: str | Promise
    description: str | Promise
    grants: dict[Permission, Reach]


P = Permission
_EVERYBODY = (P.SYSTEMS_VIEW, P.TASKS_VIEW, P.LINKS_VIEW)
_VIEW_ALL = dict.fromkeys(
    (
        *_EVERYBODY,
        P.EVIDENCE_VIEW,
        P.DECISIONS_VIEW,
        P.SOURCES_VIEW,
        P.ENGAGEMENTS_VIEW,
        P.RISKS_VIEW,
        P.DOCUMENTS_VIEW,
    ),
    Reach.ALL,
)
_OWN_WORK = dict.fromkeys((P.TASKS_EDIT, P.LINKS_EDIT), Reach.OWN)


def _all(*permissions: Permission) -> dict[Permission, Reach]:
    return dict.fromkeys(permissions, Reach.ALL)


ROLES: dict[str, Role] = {
    role.key: role
    for role in (
        Role(
            "administrator",
            _("Administrator"),
            _("Keeps people, roles and settings, and may do everything else."),
            dict.fromkeys(Permission, Reach.ALL),
        ),
        Role(
            "compliance-officer",
            _("Compliance officer"),
            _("Keeps the AI management system: every register, its evidence and its engagements."),
            _VIEW_ALL
            | _all(
                P.SYSTEMS_EDIT,
                P.EVIDENCE_EDIT,
                P.DECISIONS_DISCLOSE,
                P.ENGAGEMENTS_EDIT,
                P.RISKS_EDIT,
                P.DOCUMENTS_EDIT,
                P.TASKS_EDIT,
                P.LINKS_EDIT,
                P.ACTIVITY_VIEW,
                P.PEOPLE_VIEW,
                P.SETTINGS_VIEW,
            ),
        ),
        Role(
            "contributor",
            _("Contributor"),
            _("Owns a few records and keeps those up to date; reads the rest."),
            _VIEW_ALL
            | _OWN_WORK
            | dict.fromkeys((P.SYSTEMS_EDIT, P.EVIDENCE_EDIT, P.RISKS_EDIT, P.DOCUMENTS_EDIT), Reach.OWN),
        ),
        Role(
            "approver",
            _("Approver (top management)"),
            _("Approves what others wrote; reads everything."),
            _VIEW_ALL | _OWN_WORK | _all(P.APPROVE, P.ACTIVITY_VIEW),
        ),
        Role(
            "internal-auditor",
            _("Internal auditor"),
            _("Reads everything, with the activity log; changes nothing that they audit."),
            _VIEW_ALL | _OWN_WORK | _all(P.ACTIVITY_VIEW, P.DECISIONS_DISCLOSE),
        ),
        Role(
            "procurement-responder",
            _("Procurement responder"),
            _("Answers buyers from stored evidence and hands over decision records."),
            _all(*_EVERYBODY, P.EVIDENCE_VIEW, P.DOCUMENTS_VIEW, P.DECISIONS_VIEW, P.DECISIONS_DISCLOSE) | _OWN_WORK,
        ),
        Role(
            "reader",
            _("Reader"),
            _("Reads AI systems, documents and evidence."),
            _all(*_EVERYBODY, P.EVIDENCE_VIEW, P.DOCUMENTS_VIEW),
        ),
        Role(
            "platform-engineer",
            _("Platform engineer"),
            _("Connects AI proxies, pins their keys, and looks after what they send."),
            _all(*_EVERYBODY, P.DECISIONS_VIEW, P.SOURCES_VIEW, P.SOURCES_EDIT) | _OWN_WORK,
        ),
    )
}
"""Insiders' roles by key, in the order in which they are offered."""

ROLE_KEYS = list(ROLES)
"""The keys alone, for what names a role by its key."""
