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
    FRAMEWORKS_VIEW = "frameworks.view"
    FRAMEWORKS_EDIT = "frameworks.edit"
    CONTROLS_VIEW = "controls.view"
    CONTROLS_EDIT = "controls.edit"
    AIMS_VIEW = "aims.view"
    AIMS_EDIT = "aims.edit"
    PROGRAMME_VIEW = "programme.view"
    PROGRAMME_EDIT = "programme.edit"
    IMPROVEMENT_VIEW = "improvement.view"
    IMPROVEMENT_EDIT = "improvement.edit"
    IMPROVEMENT_CHECK = "improvement.check"
    DOCUMENTS_VIEW = "documents.view"
    DOCUMENTS_EDIT = "documents.edit"
    READING_VIEW = "reading.view"
    READING_EDIT = "reading.edit"
    VENDORS_VIEW = "vendors.view"
    VENDORS_EDIT = "vendors.edit"
    CUSTOMERS_VIEW = "customers.view"
    CUSTOMERS_EDIT = "customers.edit"
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
_EVERYBODY = (P.SYSTEMS_VIEW, P.FRAMEWORKS_VIEW, P.TASKS_VIEW, P.LINKS_VIEW)
_VIEW_ALL = dict.fromkeys(
    (
        *_EVERYBODY,
        P.EVIDENCE_VIEW,
        P.DECISIONS_VIEW,
        P.SOURCES_VIEW,
        P.ENGAGEMENTS_VIEW,
        P.RISKS_VIEW,
        P.AIMS_VIEW,
        P.PROGRAMME_VIEW,
        P.IMPROVEMENT_VIEW,
        P.DOCUMENTS_VIEW,
        P.READING_VIEW,
        P.CONTROLS_VIEW,
        P.VENDORS_VIEW,
        P.CUSTOMERS_VIEW,
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
                P.AIMS_EDIT,
                P.PROGRAMME_EDIT,
                P.IMPROVEMENT_EDIT,
                P.IMPROVEMENT_CHECK,
                P.DOCUMENTS_EDIT,
                P.READING_EDIT,
                P.FRAMEWORKS_EDIT,
                P.CONTROLS_EDIT,
                P.VENDORS_EDIT,
                P.CUSTOMERS_EDIT,
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
            | dict.fromkeys(
                (
                    P.SYSTEMS_EDIT,
                    P.EVIDENCE_EDIT,
                    P.RISKS_EDIT,
                    P.AIMS_EDIT,
                    P.PROGRAMME_EDIT,
                    P.IMPROVEMENT_EDIT,
                    P.DOCUMENTS_EDIT,
                    P.CONTROLS_EDIT,
                    P.VENDORS_EDIT,
                ),
                Reach.OWN,
            ),
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
            _VIEW_ALL | _OWN_WORK | _all(P.ACTIVITY_VIEW, P.DECISIONS_DISCLOSE, P.IMPROVEMENT_CHECK),
        ),
        Role(
            "vendor-manager",
            _("Vendor manager"),
            _("Keeps vendors, their agreements and reviews, our subprocessors and what customers were promised."),
            _VIEW_ALL
            | _OWN_WORK
            | _all(P.VENDORS_EDIT, P.CUSTOMERS_EDIT, P.LINKS_EDIT)
            | dict.fromkeys((P.EVIDENCE_EDIT,), Reach.OWN),
        ),
        Role(
            "procurement-responder",
            _("Procurement responder"),
            _("Answers buyers from stored evidence and hands over decision records."),
            _all(
                *_EVERYBODY,
                P.AIMS_VIEW,
                P.CONTROLS_VIEW,
                P.EVIDENCE_VIEW,
                P.DOCUMENTS_VIEW,
                P.DECISIONS_VIEW,
                P.DECISIONS_DISCLOSE,
                P.VENDORS_VIEW,
                P.CUSTOMERS_VIEW,
            )
            | _OWN_WORK,
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
            _all(*_EVERYBODY, P.CONTROLS_VIEW, P.DECISIONS_VIEW, P.SOURCES_VIEW, P.SOURCES_EDIT) | _OWN_WORK,
        ),
    )
}
"""Insiders' roles by key, in the order in which they are offered."""

ROLE_KEYS = list(ROLES)
"""The keys alone, for what names a role by its key."""
