"""What a list was asked for: search, filters, order, columns. Read once, the same for page, API and export."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.registers.register import Register, registers

MAX_SEARCH_LENGTH = 200
CONTROLS = {"q", "sort", "page", "page_size", "col", "archived"}


class BadQuery(ValueError):
    """A parameter that can't be understood: ``name`` and a sentence."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name
        self.message = message


@dataclass(frozen=True)
class Choice:
    value: str
    label: str
    chosen: bool


@dataclass
class ListQuery:
    """A parsed request. ``filters`` maps a field to the values that were chosen, as given."""

    register: Register
    actor: Actor
    search: str = ""
    sort: str = "-reference"
    columns: tuple[str, ...] = ()
    archived: bool = False
    filters: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, register: Register, actor: Actor, params: QueryDict, *, strict: bool = False) -> "ListQuery":
        """Read ``params``; ``strict`` refuses unknown names too (API). Raises ``BadQuery``."""
        for name in params:
            if "\x00" in "".join(params.getlist(name)):
                raise BadQuery(name, _("A NUL character has no place here."))
            if strict and name not in CONTROLS and name not in register.filters:
                raise BadQuery(name, _("There is no such filter in this register."))
        query = cls(register, actor)
        query.search = params.get("q", "").strip()
        if len(query.search) > MAX_SEARCH_LENGTH:
            raise BadQuery("q", _("Search for at most %(n)d characters.") % {"n": MAX_SEARCH_LENGTH})
        query.sort = _read_sort(register, params.get("sort", ""))
        query.columns = _read_columns(register, params.getlist("col"))
        query.archived = params.get("archived", "") in {"1", "true"}
        query.filters = {name: [v for v in params.getlist(name) if v] for name in register.filters if params.get(name)}
        return query

    def rows(self, *, whole: bool = False) -> "QuerySet[Any]":
        """The records asked for, gated, filtered, ordered, with what their columns point at. Raises ``BadQuery``.

        Only what the columns show is read, unless ``whole`` records are wanted.
        """
        rows = self.register.model.objects.permitted(self.actor, self.register.view)
        rows = rows.filter(archived_at__isnull=not self.archived)
        for name, values in self.filters.items():
            rows = rows.filter(self._condition(name, values))
        if self.search:
            conditions = Q()
            for name in self.register.search:
                conditions |= Q(**{f"{name}__icontains": self.search})
            rows = rows.filter(conditions)
        foreign = self.register.foreign(self.columns)
        rows = rows.select_related(*foreign) if foreign else rows
        return (rows if whole else rows.only(*self._shown(foreign))).order_by(self.sort, "pk")

    def _shown(self, foreign: list[str]) -> set[str]:
        model = self.register.model
        people = [name for name in foreign if model._meta.get_field(name).related_model is Person]
        names = {"key", "organisation", "reference", "archived_at", *self.columns}
        names |= {f"{name}__{part}" for name in people for part in ("name", "email")}
        return names | {field.name for field in model._meta.fields if field.name == "name"}

    def choices(self, name: str) -> list[Choice]:
        """What filter ``name`` may be set to, with what is set."""
        chosen = set(self.filters.get(name, ()))
        return [Choice(value, label, value in chosen) for value, label in self._options(name).items()]

    def _options(self, name: str) -> Mapping[str, str]:
        model_field = self.register.field(name)
        if model_field.is_relation:
            target = model_field.related_model
            if target is Person:
                return {str(p.public_id): str(p) for p in people_of(self.actor)}
            other = registers.of(target)  # type: ignore[arg-type]
            rows = other.model.objects.permitted(self.actor, other.view).filter(archived_at=None).order_by("pk")[:200]
            return {row.reference: str(row) for row in rows}
        if model_field.get_internal_type() == "BooleanField":
            return {"true": _("Yes"), "false": _("No")}
        return {str(value): str(label) for value, label in model_field.flatchoices}

    def _condition(self, name: str, values: list[str]) -> Q:
        options = self._options(name)
        unknown = [value for value in values if value not in options]
        if unknown:
            raise BadQuery(name, _("“%(value)s” is not one of the choices.") % {"value": unknown[0][:80]})
        model_field = self.register.field(name)
        if not model_field.is_relation:
            if model_field.get_internal_type() == "BooleanField":
                return Q(**{f"{name}__in": [value == "true" for value in values]})
            return Q(**{f"{name}__in": values})
        target: type[Model] = model_field.related_model  # type: ignore[assignment]
        key = "reference" if issubclass(target, Record) else "public_id"
        return Q(**{f"{name}__{key}__in": values})


def people_of(actor: Actor) -> "QuerySet[Person]":
    """The people of the actor's organisation, by name."""
    members = Membership.objects.filter(organisation=actor.organisation, ended_at=None).values("person")
    return Person.objects.filter(pk__in=members, is_active=True).order_by("name", "pk")


def keys_seen_by(actor: Actor) -> "QuerySet[RecordKey]":
    """Every record of the organisation, by its key, as far as the actor may see its register."""
    seen = [register.slug for register in registers if actor.can(register.view)]
    return RecordKey.unscoped.filter(organisation=actor.organisation, register__in=seen)


def _read_sort(register: Register, given: str) -> str:
    if not given:
        return "-reference"
    if given.removeprefix("-") not in {*register.columns, *register.more_columns, "reference"}:
        raise BadQuery("sort", _("This register cannot be ordered by “%(name)s”.") % {"name": given[:80]})
    return given


def _read_columns(register: Register, given: list[str]) -> tuple[str, ...]:
    if not given:
        return register.columns
    known = (*register.columns, *register.more_columns)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise BadQuery("col", _("There is no column “%(name)s”.") % {"name": unknown[0][:80]})
    return ("reference", *(name for name in known if name in given and name != "reference"))
