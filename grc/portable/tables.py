"""What an archive of an organisation holds: found through the models, so that a new register needs nothing here.

Every model with an ``organisation`` is carried, its history too. What follows from the rest, waits to leave, or
belongs to one installation says ``carried = False``. ``stored_file`` names a column that holds a path in the storage.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connection, models

from grc.db.row_security import secured_models
from grc.models.file import File
from grc.models.organisation import Organisation
from grc.models.person import Person
from grc.models.secret import SecretField


@dataclass(frozen=True)
class Column:
    """One column of a carried table. ``target``: the table whose rows it names; ``person``: it names a person."""

    field: Any
    name: str
    target: type[models.Model] | None = None
    person: bool = False
    file: bool = False
    secret: bool = False


@dataclass(frozen=True)
class Table:
    model: type[models.Model]

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @cached_property
    def columns(self) -> dict[str, Column]:
        """Every column that is written, without the organisation and what the database computes."""
        found = {}
        for field in self.model._meta.local_concrete_fields:
            if field.name == "organisation" or field.generated or isinstance(field, models.CompositePrimaryKey):
                continue
            found[str(field.column)] = _column(self.model, field)
        return found

    @cached_property
    def own_key(self) -> str:
        """The column whose values are new in every installation; empty where rows are named by other tables' keys."""
        key = self.model._meta.pk
        return str(key.column) if isinstance(key, models.AutoField) else ""

    def order(self) -> str:
        """SQL that puts rows in the order in which they came, equal before and after they were carried."""
        key: Any = self.model._meta.pk
        parts: list[Any] = list(key) if isinstance(key, models.CompositePrimaryKey) else [key]
        names = [str(part.column) for part in parts]
        return ", ".join(connection.ops.quote_name(name) for name in names)


def _column(model: type[models.Model], field: Any) -> Column:
    target = field.related_model
    return Column(
        field,
        field.column,
        target=None if target in (None, Person, Organisation) else _root(target),
        person=target is Person,
        file=isinstance(field, models.FileField) or field.name == getattr(model, "stored_file", None),
        secret=isinstance(field, SecretField) or field.name in getattr(model, "secrets", ()),
    )


def _root(model: type[models.Model]) -> type[models.Model]:
    """The table that gives a row its key: a record's is that of its ``RecordKey``."""
    while model._meta.pk.remote_field is not None:
        model = model._meta.pk.remote_field.model
    return model


def carried_tables() -> list[Table]:
    """In a fixed order; files last, since which of them are carried depends on what the others name."""
    found = [Table(model) for model, _policies in secured_models() if getattr(model, "carried", True)]
    return sorted(found, key=lambda table: (table.model is File, table.label))


def tables_named(tables: list[Table]) -> set[type[models.Model]]:
    """Those tables whose keys other carried tables name."""
    return {column.target for table in tables for column in table.columns.values() if column.target is not None}


def columns_naming_files(tables: list[Table]) -> Iterator[tuple[Table, Column]]:
    for table in tables:
        for column in table.columns.values():
            if column.target is File and table.model is not File:
                yield table, column
