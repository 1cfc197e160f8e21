"""A model's constraints over many rows: plain conditions are judged here, and only the others ask the database.

The database judges each row once more when it is written; this is so that the bad row can be named before.
"""

import operator
from collections.abc import Callable, Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint, F, Model, Q, UniqueConstraint
from django.db.models.functions import Greatest

_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}
CHUNK = 1000


class CannotTell(Exception):
    """The condition is not of the plain kind: the database must be asked."""


def holds(condition: Q, row: Model) -> bool | None:
    """A condition's truth for an unsaved row, as SQL has it: None where a missing value leaves it open.

    Raises ``CannotTell``.
    """
    parts = [_part(child, row) for child in condition.children]
    if condition.connector == Q.AND:
        truth = False if False in parts else None if None in parts else True
    elif condition.connector == Q.OR:
        truth = True if True in parts else None if None in parts else False
    else:
        raise CannotTell
    return truth if truth is None or not condition.negated else not truth


def _part(child: Any, row: Model) -> bool | None:
    if isinstance(child, Q):
        return holds(child, row)
    if not isinstance(child, tuple):
        raise CannotTell
    path, wanted = child
    name, _sep, lookup = path.partition("__")
    value = _value(row, name)
    if lookup == "isnull":
        return (value is None) is bool(wanted)
    if lookup in ("in", "range"):
        if any(isinstance(item, F) or hasattr(item, "resolve_expression") for item in wanted):
            raise CannotTell
        if value is None:
            return None
        return value in wanted if lookup == "in" else bool(wanted[0] <= value <= wanted[1])
    if (lookup or "exact") not in _COMPARED:
        raise CannotTell
    return _compared(row, value, lookup or "exact", wanted)


def _compared(row: Model, value: Any, lookup: str, wanted: Any) -> bool | None:
    other = _wanted(row, wanted)
    if hasattr(other, "resolve_expression") or (isinstance(value, str) and lookup != "exact"):
        raise CannotTell  # texts are in the order of the database's collation
    if value is None or other is None:
        return None
    try:
        return _COMPARED[lookup](value, other)
    except TypeError:
        raise CannotTell from None


def _wanted(row: Model, wanted: Any) -> Any:
    if isinstance(wanted, F):
        return _value(row, wanted.name)  # type: ignore[attr-defined]
    if not isinstance(wanted, Greatest):
        return wanted
    values = [_wanted(row, one) for one in wanted.get_source_expressions()]
    if any(isinstance(value, str) or hasattr(value, "resolve_expression") for value in values):
        raise CannotTell
    return max((value for value in values if value is not None), default=None)  # missing ones do not count in it


def _value(row: Model, name: str) -> Any:
    field: Any = next((field for field in row._meta.concrete_fields if field.name == name), None)
    if field is None or field.generated:
        raise CannotTell
    return getattr(row, field.attname)


def broken_checks(row: Model) -> list[str]:
    """The sentences of the check constraints that ``row`` breaks."""
    broken = []
    for constraint in row._meta.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        try:
            condition: Any = constraint.condition
            if holds(condition, row) is False:
                broken.append(str(constraint.get_violation_error_message()))
        except CannotTell:
            try:
                constraint.validate(type(row), row)
            except ValidationError as error:
                broken += error.messages
    return broken


class Uniqueness:
    """The unique constraints of a model within one organisation, judged for a file's rows together."""

    def __init__(self, model: type[Model], organisation: Any) -> None:
        self._model = model
        self._organisation = organisation
        self.constraints = [c for c in model._meta.constraints if isinstance(c, UniqueConstraint) and _is_ours(c)]
        self._known: dict[str, dict[tuple[Any, ...], int]] = {c.name: {} for c in self.constraints}
        self._taken: dict[tuple[str, tuple[Any, ...]], int] = {}

    def look_up(self, rows: Iterable[Model]) -> None:
        """Fetch what stands in the database beside ``rows``, in one query for each constraint."""
        rows = list(rows)
        for constraint in self.constraints:
            if constraint.expressions:
                continue
            columns = self._columns(constraint)
            wanted = {column: {getattr(row, column) for row in rows} for column in columns}
            widest = max(wanted, key=lambda column: len(wanted[column]))
            found = self._model._default_manager.filter(organisation=self._organisation)
            found = found.filter(constraint.condition) if constraint.condition else found
            narrowed = found.filter(**{f"{widest}__in": wanted[widest] - {None}})
            for pk, *values in narrowed.values_list("pk", *columns):
                self._known[constraint.name][tuple(values)] = pk

    def record_like(self, row: Model) -> int | None:
        """The key of the record that a new row means by the first unique constraint that applies to it."""
        for constraint in self.constraints:
            values = self._values(constraint, row)
            if values is not None and values in self._known[constraint.name]:
                return self._known[constraint.name][values]
        return None

    def broken(self, row: Model, number: int) -> tuple[list[tuple[str, str]], int | None]:
        """What ``row`` breaks, each with the field to blame (empty: several), and the number of the earlier row of the
        file that says the same; then its field is named alone."""
        sentences: list[tuple[str, str]] = []
        for constraint in self.constraints:
            if constraint.expressions:
                sentences += [("", sentence) for sentence in _asked(constraint, row)]
                continue
            values = self._values(constraint, row)
            if values is None:
                continue
            earlier = self._taken.setdefault((constraint.name, values), number)
            if earlier != number:
                return [(self._blamed(constraint), "")], earlier
            other = self._known[constraint.name].get(values)
            if other is not None and other != row.pk:
                sentences.append((self._blamed(constraint), str(constraint.get_violation_error_message())))
        return sentences, None

    def _blamed(self, constraint: UniqueConstraint) -> str:
        names = [name for name in constraint.fields if name != "organisation"]
        return names[0] if len(names) == 1 else ""

    def _values(self, constraint: UniqueConstraint, row: Model) -> tuple[Any, ...] | None:
        if constraint.expressions:
            return None
        try:
            if constraint.condition is not None and holds(constraint.condition, row) is not True:
                return None
        except CannotTell:
            return None  # the database will say so when the row is written
        values = tuple(getattr(row, column) for column in self._columns(constraint))
        return None if None in values else values

    def _columns(self, constraint: UniqueConstraint) -> list[str]:
        names = [name for name in constraint.fields if name != "organisation"]
        return [self._model._meta.get_field(name).attname for name in names]  # type: ignore[union-attr]


def _is_ours(constraint: UniqueConstraint) -> bool:
    # a reference is given by the kernel, never by a table
    return "reference" not in constraint.fields and bool(
        constraint.expressions or set(constraint.fields) - {"organisation"}
    )


def _asked(constraint: UniqueConstraint, row: Model) -> list[str]:
    try:
        constraint.validate(type(row), row)
    except ValidationError as error:
        return error.messages
    return []
