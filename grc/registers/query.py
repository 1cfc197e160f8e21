"""What a list was asked for: search, filters, order, columns. Read once, the same for page, API and export."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict
from django.utils.translation import gettext as _

from grc.access.actor import Actor
from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.registers.filters import BadQuery, Chip, Choice, Filter, filters_of, people_of
from grc.registers.register import Register
from grc.search.finding import is_found

__all__ = ["BadQuery", "Chip", "Choice", "ListQuery", "people_of"]

MAX_SEARCH_LENGTH = 200
ALWAYS = ("reference", "created_at", "updated_at")
"""What every list can be ordered by, shown or not."""

CONTROLS = {"q", "sort", "page", "page_size", "col", "archived"}


@dataclass
class ListQuery:
    """A parsed request. ``given`` maps the parameters of filters to the values that were chosen, as they came."""

    register: Register
    actor: Actor
    search: str = ""
    sort: str = "-reference"
    columns: tuple[str, ...] = ()
    archived: bool = False
    given: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def read(cls, register: Register, actor: Actor, params: QueryDict, *, strict: bool = False) -> "ListQuery":
        """Read ``params``; ``strict`` refuses unknown names too (API). Raises ``BadQuery``."""
        query = cls(register, actor)
        known = {param for found in query.filters for param in found.params}
        for name in params:
            if "\x00" in "".join(params.getlist(name)):
                raise BadQuery(name, _("A NUL character has no place here."))
            if strict and name not in CONTROLS and name not in known:
                raise BadQuery(name, _("There is no such filter in this register."))
        query.search = params.get("q", "").strip()
        if len(query.search) > MAX_SEARCH_LENGTH:
            raise BadQuery("q", _("Search for at most %(n)d characters.") % {"n": MAX_SEARCH_LENGTH})
        query.sort = _read_sort(register, params.get("sort", ""))
        query.columns = _read_columns(register, params.getlist("col"))
        query.archived = params.get("archived", "") in {"1", "true"}
        for name in known.intersection(params):
            if values := list(dict.fromkeys(value for value in params.getlist(name) if value)):
                query.given[name] = values
        for found in query.filters:
            found.given = query.given
        return query

    @cached_property
    def filters(self) -> list[Filter]:
        return filters_of(self.register, self.actor)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the order and the columns is asked for."""
        return bool(self.search or self.given or self.archived)

    @property
    def chips(self) -> list[Chip]:
        """What narrows the list by its filters, in words."""
        return [chip for found in self.filters for chip in found.chips]

    def rows(self, *, whole: bool = False) -> "QuerySet[Any]":
        """The records asked for, gated, filtered, ordered, with what their columns point at. Raises ``BadQuery``.

        Only what the columns show is read, unless ``whole`` records are wanted.
        """
        rows = self.chosen()
        foreign = self.register.foreign(self.columns)
        rows = rows.select_related(*foreign) if foreign else rows
        return (rows if whole else rows.only(*self._shown(foreign))).order_by(*self._order())

    def chosen(self) -> "QuerySet[Any]":
        """The records asked for, in no order. Raises ``BadQuery``."""
        rows: QuerySet[Any] = self.register.model.objects.permitted(self.actor, self.register.view)
        rows = rows.filter(archived_at__isnull=not self.archived)
        for found in self.filters:
            if any(self.given.get(param) for param in found.params):
                rows = rows.filter(found.condition())
        return rows.filter(is_found(self.register, self.search)) if self.search else rows

    def address(self) -> str:
        """This query as the query string of an address, without what stands at its default and without the page."""
        params = QueryDict(mutable=True)
        if self.search:
            params["q"] = self.search
        for name in sorted(self.given):
            params.setlist(name, self.given[name])
        if self.sort != "-reference":
            params["sort"] = self.sort
        if self.archived:
            params["archived"] = "1"
        if self.columns not in ((), self.register.columns):
            params.setlist("col", self.columns)
        return params.urlencode()

    def _order(self) -> list[OrderBy | str]:
        # people by name, other records by reference; what is empty comes last either way; ties keep their places
        name = self.sort.removeprefix("-")
        model_field = self.register.field(name)
        path = name
        if model_field.is_relation:
            target: Any = model_field.related_model
            path = f"{name}__name" if target is Person else f"{name}__reference" if _is_record(target) else name
        down = self.sort.startswith("-")
        if not (model_field.null or getattr(model_field, "generated", False)):
            return [f"-{path}" if down else path, "pk"]
        return [F(path).desc(nulls_last=True) if down else F(path).asc(nulls_last=True), "pk"]

    def _shown(self, foreign: list[str]) -> set[str]:
        model = self.register.model
        people = [name for name in foreign if model._meta.get_field(name).related_model is Person]
        names = {"key", "organisation", "reference", "archived_at", *self.columns}
        names |= {end for name in self.columns for end in self.register.ends_by(name) or ()}
        names |= {f"{name}__{part}" for name in people for part in ("name", "email")}
        return names | {field.name for field in model._meta.fields if field.name == "name"}


def _is_record(target: type) -> bool:
    return issubclass(target, Record | RecordKey)


def _read_sort(register: Register, given: str) -> str:
    if not given:
        return "-reference"
    if given.removeprefix("-") not in {*register.columns, *register.more_columns, *ALWAYS}:
        raise BadQuery("sort", _("This register cannot be ordered by “%(name)s”.") % {"name": given[:80]})
    return given


def _read_columns(register: Register, given: list[str]) -> tuple[str, ...]:
    """The columns in the order in which they were asked for, the reference before all."""
    if not given:
        return register.columns
    known = (*register.columns, *register.more_columns)
    unknown = [name for name in given if name not in known]
    if unknown:
        raise BadQuery("col", _("There is no column “%(name)s”.") % {"name": unknown[0][:80]})
    return tuple(dict.fromkeys(("reference", *given)))
