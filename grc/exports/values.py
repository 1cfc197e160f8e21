"""The values of a list's columns, read as plain rows: what a cell exports, without making the cell."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from grc.models.person import Person
from grc.models.record import Record, RecordKey
from grc.models.secret import SecretField
from grc.registers.cells import cells
from grc.registers.register import Register

CHUNK = 2000
Written = Callable[[Any], Any]


def export_values(register: Register, rows: "QuerySet[Any]", names: Sequence[str]) -> Iterator[list[Any]]:
    """Each row's cells as ``grc.registers.cells`` would export them, in order, a chunk of rows in memory at a time."""
    columns = [_column(register, name) for name in names]
    if None in columns:  # a column that is more than its field
        for record in rows.iterator(chunk_size=CHUNK):
            yield [cell.value for cell in cells(register, record, list(names))]
        return
    known = [column for column in columns if column is not None]
    written = [write for _path, write in known]
    for row in rows.values_list(*(path for path, _write in known)).iterator(chunk_size=CHUNK):
        yield [write(value) for write, value in zip(written, row, strict=True)]


def _column(register: Register, name: str) -> tuple[str, Written] | None:
    field: Any = register.field(name)
    if not isinstance(field, models.Field) or isinstance(field, SecretField):
        return None
    if field.is_relation:
        return _related(name, field)
    if isinstance(field, ArrayField):
        choices = {value: str(label) for value, label in field.base_field.flatchoices or ()}
        return name, lambda value: ", ".join(choices.get(item, str(item)) for item in value or ())
    if field.flatchoices:
        labels = {value: str(label) for value, label in field.flatchoices}
        return name, lambda value: "" if value in (None, "") else labels.get(value, str(value))
    if isinstance(field, models.BooleanField):
        yes, no = _("Yes"), _("No")
        return name, lambda value: "" if value is None else yes if value else no
    kind = field.output_field if isinstance(field, models.GeneratedField) else field
    if isinstance(kind, models.DateField | models.IntegerField):
        return name, lambda value: "" if value is None else value
    return name, lambda value: "" if value is None else str(value)


def _related(name: str, field: Any) -> tuple[str, Written] | None:
    target = field.related_model
    if target is Person:
        return f"{name}__email", _or_empty
    if target is RecordKey or issubclass(target, Record):
        return f"{name}__reference", _or_empty
    return None


def _or_empty(value: Any) -> Any:
    return "" if value is None else value
