"""What every page shows around its content: navigation, the organisation, who one is."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grc.access.actor import Actor
from grc.access.roles import ROLES, Permission
from grc.identity.sessions import vouched
from grc.models.organisation import Membership, Organisation
from grc.notices.inbox import unread_count
from grc.registers.register import registers

GROUPS: list[tuple[str, str | Promise, str]] = [
    ("work", _("Work"), "inbox"),
    ("organisation", _("Organisation"), "building"),
    ("systems", _("AI systems"), "robot"),
    ("risks", _("Risks"), "alert-triangle"),
    ("controls", _("Controls"), "shield-check"),
    ("evidence", _("Evidence"), "file-certificate"),
    ("vendors", _("Vendors"), "truck"),
    ("audits", _("Audits"), "clipboard-check"),
    ("questionnaires", _("Questionnaires"), "forms"),
    ("trust", _("Trust"), "world"),
    ("settings", _("Settings"), "settings"),
]
"""Navigation follows the work: key, name, icon. A group without a page that one may see is not shown."""


@dataclass(frozen=True)
class Page:
    """A page that is no register, in a navigation group; ``needs`` None: for every member.

    ``first``: it stands above the group's registers, because it leads to them.
    """

    group: str
    name: str | Promise
    view: str
    needs: Permission | None
    icon: str
    first: bool = False


@dataclass
class Group:
    name: str | Promise
    icon: str
    items: list[tuple[str | Promise, str, bool]] = field(default_factory=list)

    @property
    def active(self) -> bool:
        return any(active for _name, _url, active in self.items)


pages: list[Page] = [
    Page("organisation", _("People"), "people", Permission.PEOPLE_VIEW, "users"),
    Page("settings", _("Activity"), "activity", Permission.ACTIVITY_VIEW, "activity"),
]
"""The kernel's own; the apps' ``registers`` modules add theirs."""


def navigation(actor: Actor, path: str) -> list[Group]:
    """The groups with the pages that ``actor`` may see; the one that ``path`` lies in is marked, the nearest only."""
    slug = actor.organisation.slug
    found: list[tuple[str, str | Promise, str]] = [
        (register.group, register.plural, register.list_url(slug))
        for register in registers
        if register.in_navigation and actor.can(register.view)
    ]
    found = [*_pages(actor, first=True), *found, *_pages(actor, first=False)]
    nearest = max((url for _group, _name, url in found if path.startswith(url)), key=len, default="")
    groups = {key: Group(name, icon) for key, name, icon in GROUPS}
    for group, name, url in found:
        groups[group].items.append((name, url, url == nearest))
    return [group for group in groups.values() if group.items]


def _pages(actor: Actor, *, first: bool) -> list[tuple[str, str | Promise, str]]:
    return [
        (page.group, page.name, reverse(page.view, args=[actor.organisation.slug]))
        for page in pages
        if page.first == first and (page.needs is None or actor.can(page.needs))
    ]


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor. Pages outside of an organisation get no navigation."""
    actor: Actor | None = getattr(request, "actor", None)
    if actor is None or actor.person is None:
        return {}
    others = Organisation.objects.none()
    if vouched(request) is None:  # a session that a provider vouched for opens no other
        held = Membership.objects.filter(person=actor.person, ended_at=None).values("organisation")
        others = Organisation.objects.filter(pk__in=held).exclude(pk=actor.organisation.pk)
    return {
        "actor": actor,
        "organisation": actor.organisation,
        "other_organisations": others,
        "role_names": [ROLES[role].name for role in sorted(actor.roles)],
        "navigation": navigation(actor, request.path),
        "unread_notices": partial(unread_count, actor),
    }


def current_actor(request: HttpRequest) -> Actor:
    """The actor of a page below ``/o/<organisation>/``: the middleware has set it, or answered already."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
