"""What a list can be narrowed by: one filter for each field that a register names, of a kind that fits the field.

A filter reads its parameters from an address: ``stage=operation`` (several: any of them), ``owner=me``, ``owner=-``
(nobody), ``due_on_from=2026-01-01``, ``score_min=8``, ``tag=gdpr`` (several: all of them).
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from grc import formats
from grc.access.actor import Actor
from grc.models.organisation import Membership
from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.registers.register import Register, registers
from grc.search.finding import is_found

EMPTY, ME = "-", "me"
AT_ONCE = 20
"""How many records a filter offers at once; where there are more, one types."""

MAX_VALUES = 50
Given = dict[str, list[str]]


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


@dataclass(frozen=True)
class Chip:
    """One thing that narrows a list, in words; without ``value`` in the parameter ``name`` it is gone."""

    name: str
    value: str
    text: str


class Filter:
    """One field's filter for one actor. ``given`` holds the parameters as they came, by name."""

    kind: ClassVar[str] = "choices"
    called: ClassVar[str] = ""
    """The name of a filter of a register's own, which no field has."""

    def __init__(self, register: Register, actor: Actor, name: str) -> None:
        self.register, self.actor, self.name = register, actor, name
        self.given: Given = {}

    @property
    def field(self) -> Any:
        return self.register.field(self.name)

    @property
    def heading(self) -> str:
        return self.register.heading(self.name)

    @property
    def params(self) -> tuple[str, ...]:
        """The parameters that this filter reads."""
        return (self.name,)

    @property
    def values(self) -> list[str]:
        return self.given.get(self.name, [])

    @property
    def may_be_empty(self) -> bool:
        return bool(self.field.null or self.field.blank) and not isinstance(self.field, ArrayField)

    @cached_property
    def options(self) -> dict[str, str]:
        """What may be chosen: value to label."""
        empty = {EMPTY: _("Empty")} if self.may_be_empty else {}
        return {**{value: label for value, label in self.offered().items() if value}, **empty}

    def offered(self) -> dict[str, str]:
        if self.field.get_internal_type() == "BooleanField":
            return {"true": _("Yes"), "false": _("No")}
        if values := self.register.values_of(self.name, self.actor.organisation):
            return {str(value): str(label) for value, label in values}
        source = self.field.base_field if isinstance(self.field, ArrayField) else self.field
        return {str(value): str(label) for value, label in source.flatchoices}

    @property
    def choices(self) -> list[Choice]:
        """``options``, each with whether it is chosen."""
        return [Choice(value, label, value in self.values) for value, label in self.options.items()]

    @property
    def chips(self) -> list[Chip]:
        return [Chip(self.name, value, f"{self.heading}: {self.label(value)}") for value in self.values]

    @property
    def count(self) -> int:
        """How many things it is set to."""
        return len(self.chips)

    def label(self, value: str) -> str:
        return self.options.get(value, value)

    def condition(self) -> Q:
        """Which rows remain. Raises ``BadQuery``."""
        for value in self.values:
            if value not in self.options:
                raise self.bad(self.name, value)
        wanted = [value for value in self.values if value != EMPTY]
        return (self.among(wanted) if wanted else Q(pk__in=[])) | (
            self.empty() if EMPTY in self.values else Q(pk__in=[])
        )

    def among(self, values: list[str]) -> Q:
        if isinstance(self.field, ArrayField):
            return Q(**{f"{self.name}__overlap": values})
        if self.field.get_internal_type() == "BooleanField":
            return Q(**{f"{self.name}__in": [value == "true" for value in values]})
        return Q(**{f"{self.name}__in": values})

    def empty(self) -> Q:
        nothing = Q(**{f"{self.name}__isnull": True})
        is_text = self.field.get_internal_type() in {"CharField", "TextField"}
        return nothing | Q(**{self.name: ""}) if is_text else nothing

    def bad(self, name: str, value: str) -> BadQuery:
        return BadQuery(name, _("“%(value)s” is not one of the choices.") % {"value": value[:80]})


class PersonFilter(Filter):
    """People of the organisation, oneself first, and nobody."""

    def offered(self) -> dict[str, str]:
        me = {ME: _("Me")} if self.actor.person else {}
        return me | {str(person.public_id): str(person) for person in people_of(self.actor)}

    @cached_property
    def options(self) -> dict[str, str]:
        return self.offered() | ({EMPTY: _("Nobody")} if self.may_be_empty else {})

    def among(self, values: list[str]) -> Q:
        others = [value for value in values if value != ME]
        mine = Q(**{self.name: self.actor.person}) if ME in values else Q(pk__in=[])
        return mine | Q(**{f"{self.name}__public_id__in": others})


class RecordFilter(Filter):
    """Records of another register, by reference: a few are offered, among many one looks by typing."""

    kind = "lookup"

    @property
    def other(self) -> Register:
        return registers.of(self.field.related_model)

    def rows(self) -> "QuerySet[Any]":
        rows: QuerySet[Any] = self.other.model.objects.permitted(self.actor, self.other.view)
        return rows

    @cached_property
    def _first(self) -> list[Any]:
        return list(self.rows().filter(archived_at=None).order_by("reference")[: AT_ONCE + 1])

    @property
    def is_long(self) -> bool:
        """Whether there are more than are offered at once."""
        return len(self._first) > AT_ONCE

    @cached_property
    def options(self) -> dict[str, str]:
        found = {row.reference: str(row) for row in self._first[:AT_ONCE]}
        missing = [value for value in self.values if value not in found and value != EMPTY]
        chosen = {row.reference: str(row) for row in self.rows().filter(reference__in=missing)} if missing else {}
        return chosen | found | ({EMPTY: _("None")} if self.may_be_empty else {})

    def look_up(self, text: str) -> list[Choice]:
        """The first records that hold ``text``."""
        rows = self.rows().filter(archived_at=None)
        rows = rows.filter(is_found(self.other, text)) if text else rows
        return [Choice(row.reference, str(row), row.reference in self.values) for row in rows.order_by("pk")[:AT_ONCE]]

    def among(self, values: list[str]) -> Q:
        return Q(**{f"{self.name}__reference__in": values})


class TagFilter(Filter):
    """Records that have all the tags that are asked for, however those are written."""

    kind, param, is_long = "lookup", "tag", True

    @property
    def params(self) -> tuple[str, ...]:
        return (self.param,)

    @property
    def values(self) -> list[str]:
        return self.given.get(self.param, [])

    @cached_property
    def options(self) -> dict[str, str]:
        return {value: value for value in self.values}

    @property
    def chips(self) -> list[Chip]:
        return [Chip(self.param, value, _("Tag: %(tag)s") % {"tag": value}) for value in self.values]

    def look_up(self, text: str) -> list[Choice]:
        from grc.search.tags import tags_of

        rows = self.register.model.objects.permitted(self.actor, self.register.view)
        return [Choice(tag, tag, tag in self.values) for tag in tags_of(rows, text, most=AT_ONCE)]

    def condition(self) -> Q:
        return Q(is_found(self.register, "", self.values))


class RangeFilter(Filter):
    """From one value to another, both of them counted in; or empty."""

    kind, input_type = "range", "number"
    low, high = "min", "max"

    @property
    def params(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}_{self.low}", f"{self.name}_{self.high}")

    @cached_property
    def options(self) -> dict[str, str]:
        return {EMPTY: _("Empty")} if self.may_be_empty else {}

    @property
    def ends(self) -> list[tuple[str, str, str]]:
        """Both inputs: parameter, label, value."""
        low, high = self.params[1:]
        labels = (_("From"), _("To"))
        return [(p, label, self.one(p)) for p, label in zip((low, high), labels, strict=True)]

    def one(self, param: str) -> str:
        return next(iter(self.given.get(param, [])), "")

    @property
    def chips(self) -> list[Chip]:
        low, high = self.params[1:]
        found = [Chip(self.name, EMPTY, f"{self.heading}: {_('Empty')}")] if self.values else []
        for param, words in ((low, _("%(heading)s from %(value)s")), (high, _("%(heading)s to %(value)s"))):
            if value := self.one(param):
                found.append(Chip(param, value, words % {"heading": self.heading, "value": self.label(value)}))
        return found

    def label(self, value: str) -> str:
        return formats.number(Decimal(value))

    def condition(self) -> Q:
        low, high = self.params[1:]
        if any(value not in self.options for value in self.values):
            raise self.bad(self.name, self.values[0])
        inside = Q()
        if given := self.one(low):
            inside &= Q(**{f"{self.name}{self.lookup}__gte": self.parsed(low, given)})
        if given := self.one(high):
            inside &= Q(**{f"{self.name}{self.lookup}__lte": self.parsed(high, given)})
        return (inside or Q(pk__in=[])) | (self.empty() if self.values else Q(pk__in=[]))

    lookup = ""

    def parsed(self, param: str, value: str) -> Any:
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= 2**31:
            raise BadQuery(param, _("Send a number of at most nine digits."))
        return number


class DateFilter(RangeFilter):
    """A stretch of days, in the reader's zone where the field is an instant."""

    input_type = "date"
    low, high = "from", "to"

    @property
    def lookup(self) -> str:  # type: ignore[override]
        return "__date" if self.field.get_internal_type() == "DateTimeField" else ""

    def label(self, value: str) -> str:
        return formats.day(dt.date.fromisoformat(value))

    def parsed(self, param: str, value: str) -> Any:
        try:
            return dt.date.fromisoformat(value) if len(value) == 10 else dt.date.fromisoformat("-")
        except ValueError:
            raise BadQuery(param, _("Send a day as 2026-01-31.")) from None


def filter_for(register: Register, actor: Actor, name: str) -> Filter | None:
    """The filter called ``name``: the register's own, or the one that fits that field; None where none does."""
    for own in register.more_filters:
        if own.called == name:
            return own(register, actor, name)
    field = register.field(name)
    if name == "tags":
        return TagFilter(register, actor, name)
    if field.is_relation:
        target = field.related_model
        if target is Person:
            return PersonFilter(register, actor, name)
        return RecordFilter(register, actor, name) if isinstance(target, type) and _is_record(target) else None
    kind = getattr(field, "output_field", field).get_internal_type()  # of a generated field, what it gives
    if getattr(field, "choices", None) or kind == "BooleanField" or isinstance(field, ArrayField):
        return Filter(register, actor, name)
    if kind in {"DateField", "DateTimeField"}:
        return DateFilter(register, actor, name)
    numbers = {"DecimalField", "FloatField", "IntegerField", "SmallIntegerField", "BigIntegerField"}
    numbers |= {"PositiveIntegerField", "PositiveSmallIntegerField", "PositiveBigIntegerField"}
    return RangeFilter(register, actor, name) if kind in numbers else None


def filters_of(register: Register, actor: Actor) -> list[Filter]:
    """Every filter of a register: those of the fields that it names, those of its own, then its tags."""
    names = dict.fromkeys((*register.filters, *(own.called for own in register.more_filters), "tags"))
    return [found for name in names if (found := filter_for(register, actor, name)) is not None]


def people_of(actor: Actor) -> "QuerySet[Person]":
    """The people of the actor's organisation, by name."""
    members = Membership.objects.filter(organisation=actor.organisation, ended_at=None).values("person")
    return Person.objects.filter(pk__in=members, is_active=True).order_by("name", "pk")


def _is_record(target: type) -> bool:
    return issubclass(target, Record) and target is not RecordKey
