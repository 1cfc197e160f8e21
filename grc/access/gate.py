"""The one gate. Pages, API, export, search, history, files and choices in forms all ask here, and nowhere else.

What one may not see does not exist (``NotVisible``, a 404); what one may see and not do is refused with its reason
(``Denied``, a 403).
"""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.roles import Permission, Reach
from grc.models.record import Record

Q = TypeVar("Q", bound="QuerySet[Model]")


class Denied(Exception):
    """The actor may see this and not do that. ``reason`` is a sentence for the person who is refused."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotVisible(Exception):
    """For this actor the thing does not exist."""


def permitted(queryset: Q, actor: Actor, permission: Permission) -> Q:
    """The rows on which ``actor`` holds ``permission``: organisation first, then role, then ownership."""
    reach = actor.reach(permission)
    if reach is None:
        return queryset.none()
    rows = queryset.filter(organisation=actor.organisation)
    # every row has this organisation: Django hands it out instead of fetching it again, as for a related manager
    rows._known_related_objects = {  # type: ignore[attr-defined]
        **rows._known_related_objects,  # type: ignore[attr-defined]
        queryset.model._meta.get_field("organisation"): {actor.organisation.pk: actor.organisation},
    }
    if hasattr(queryset.model, "seen_by") and actor.person is not None:
        rows = queryset.model.seen_by(rows, actor)  # what it is about decides who sees it
    if reach is Reach.ALL:
        return rows
    own: Q = queryset.model.own_rows(rows, actor)  # type: ignore[attr-defined]
    return own


def require(actor: Actor, permission: Permission, record: Record | None = None) -> None:
    """Raise ``Denied`` unless ``actor`` holds ``permission``, on ``record`` where one is given."""
    if record is not None and record.organisation_id != actor.organisation.pk:
        raise NotVisible
    if record is not None and record.pk is not None and (frozen := record.frozen()):
        raise Denied(frozen)
    require_reach(actor, permission, record)


def require_reach(actor: Actor, permission: Permission, record: Record | None = None) -> None:
    """``require`` for a transition that a domain action decides: it may be the one that thaws a frozen record."""
    reach = actor.reach(permission)
    if record is not None and record.organisation_id != actor.organisation.pk:
        raise NotVisible
    if reach is Reach.ALL or (reach is Reach.OWN and record is None):
        return
    if reach is None:
        raise Denied(_("None of your roles allows this. An administrator can give you one that does."))
    if record is not None and record.is_own(actor):
        return
    raise Denied(_("You may change the records that you own; this one has another owner."))


def refuse_archived(record: Record) -> None:
    """Raise ``Denied`` for a record that is out of use: whoever may change it restores it first."""
    if record.archived_at is not None:
        raise Denied(_("This record is archived. Restore it before you change it."))


def allows(actor: Actor, permission: Permission, record: Record | None = None) -> bool:
    """``require`` as a question, for showing or hiding a button."""
    try:
        require(actor, permission, record)
    except (Denied, NotVisible):
        return False
    return True
