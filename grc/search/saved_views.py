"""Lists as somebody wants to see them again: saved, shared, changed, and where one's own list starts."""

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.access.gate import Denied, NotVisible
from grc.models.search import SavedView
from grc.registers.query import ListQuery
from grc.registers.register import Register, registers

MOST = 50
START = ""
"""The name of the row that says which view a person's list starts with: its query is that view's public id."""


@dataclass(frozen=True)
class Views:
    """What a person may choose from above a list; ``start`` is what the list opens with, if anything."""

    all: list[SavedView]
    start: SavedView | None

    def named(self, public_id: str) -> SavedView | None:
        return next((view for view in self.all if str(view.public_id) == public_id), None)


def views_of(actor: Actor, register: Register) -> Views:
    """Their own views of a register and those that others share."""
    rows = list(_seen(actor).filter(register=register.slug))
    chosen = next((row.query for row in rows if row.name == START), "")
    named = [row for row in rows if row.name != START]
    return Views(named, next((view for view in named if str(view.public_id) == chosen), None))


def views_seen(actor: Actor) -> "QuerySet[SavedView]":
    """Every view that ``actor`` may choose: their own and the shared ones, of registers that they may see."""
    seen = [register.slug for register in registers if actor.can(register.view)]
    return _seen(actor).filter(register__in=seen).exclude(name=START)


def _seen(actor: Actor) -> "QuerySet[SavedView]":
    rows = SavedView.objects.within(actor.organisation).select_related("person")
    if actor.person is not None:
        rows = rows.filter(Q(person=actor.person) | Q(shared=True))
    return rows.order_by("name", "pk")


@transaction.atomic
def save_view(*, register: Register, name: str, query: str, shared: bool, by: Actor) -> SavedView:
    """Keep a list under a name. Raises ``ValidationError``, ``BadQuery``, ``NotVisible``."""
    if by.person is None or not by.can(register.view):
        raise NotVisible
    own = SavedView.objects.within(by.organisation).filter(person=by.person, register=register.slug)
    if own.count() >= MOST:
        raise ValidationError({"name": _("You have %(n)d views here: delete one first.") % {"n": MOST}})
    view = SavedView(organisation=by.organisation, person=by.person, register=register.slug, shared=shared)
    view.name, view.query = _name(name), _query(register, query, by)
    return _keep(view)


@transaction.atomic
def change_view(
    *, view: SavedView, by: Actor, name: str | None = None, query: str | None = None, shared: bool | None = None
) -> SavedView:
    """Rename, share or replace a view of one's own. Raises ``Denied``, ``ValidationError``, ``BadQuery``."""
    _require_own(view, by)
    if name is not None:
        view.name = _name(name)
    if query is not None:
        view.query = _query(registers.by_slug(view.register), query, by)
    if shared is not None:
        view.shared = shared
    return _keep(view)


@transaction.atomic
def delete_view(*, view: SavedView, by: Actor) -> None:
    """A view is a convenience, no record: deleted, it is gone, for those whose list began with it too."""
    _require_own(view, by)
    rows = SavedView.objects.within(by.organisation).filter(register=view.register)
    rows.filter(Q(pk=view.pk) | Q(name=START, query=str(view.public_id))).delete()


@transaction.atomic
def start_with(*, register: Register, view: SavedView | None, by: Actor) -> None:
    """Open the register's list with ``view`` from now on; None: with everything."""
    rows = SavedView.objects.within(by.organisation).filter(person=by.person, register=register.slug, name=START)
    if view is None:
        rows.delete()
        return
    if by.person is None:
        raise NotVisible
    SavedView.unscoped.update_or_create(
        organisation=by.organisation,
        person=by.person,
        register=register.slug,
        name=START,
        defaults={"query": str(view.public_id)},
    )


def _keep(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise ValidationError({"name": _("You have a view of this name here.")}) from None
    return view


def _require_own(view: SavedView, by: Actor) -> None:
    if by.person is None or view.person_id != by.person.pk:
        raise Denied(_("This view belongs to somebody else. Save it under a name of your own to change it."))


def _name(name: str) -> str:
    words = " ".join(name.replace("\x00", "").split())
    if not words or len(words) > 80:
        raise ValidationError({"name": _("Give the view a name of at most 80 characters.")})
    return words


def _query(register: Register, query: str, by: Actor) -> str:
    found = ListQuery.read(register, by, QueryDict(query.removeprefix("?")))
    found.chosen()  # says what it does not understand
    address = found.address()
    if len(address) > 2000:
        raise ValidationError({"query": _("These are too many filters to be kept.")})
    return address
