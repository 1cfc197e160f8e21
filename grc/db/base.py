"""PostgreSQL, as Assay uses it.

Two things are added to Django's backend, each so that nobody can forget it:

- Every transaction starts by telling the database which organisation and person it works for (``SET LOCAL``, through
  ``set_config(..., true)``), so that row-level security can stand behind the gate.
- A foreign key between two tables that both belong to an organisation is made a composite one,
  ``(organisation_id, x_id) → (organisation_id, id)``: the database refuses a reference into another organisation.
"""

from typing import Any

from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.backends.postgresql import base, schema
from django.db.models import Field, ForeignKey, Model

from grc.context import current_context


def belongs_to_organisation(model: type[Model]) -> bool:
    """True for a table whose rows each belong to one organisation (history tables hold copies, never targets)."""
    if any(base.__module__.startswith("simple_history") for base in model.__mro__):
        return False
    return any(f.name == "organisation" and f.many_to_one and not f.null for f in model._meta.local_fields)


def needs_composite_key(model: type[Model], field: "Field[Any, Any]") -> bool:
    if field.name == "organisation" or not isinstance(field, ForeignKey):
        return False
    target = field.remote_field.model
    return belongs_to_organisation(model) and belongs_to_organisation(target) and field.target_field.primary_key


class DatabaseSchemaEditor(schema.DatabaseSchemaEditor):
    sql_create_column_inline_fk = None  # type: ignore[assignment]  # so that every foreign key passes through _create_fk_sql

    def create_model(self, model: type[Model]) -> None:
        super().create_model(model)
        if belongs_to_organisation(model) and model._meta.managed:
            table, pk = model._meta.db_table, self.quote_name(str(model._meta.pk.column))
            self.execute(
                f"ALTER TABLE {self.quote_name(table)} ADD CONSTRAINT {self.quote_name(f'{table}_org_key')} "
                f"UNIQUE (organisation_id, {pk})"
            )

    def _create_fk_sql(self, model: type[Model], field: Any, suffix: str) -> Statement:
        if not needs_composite_key(model, field):
            plain: Statement = super()._create_fk_sql(model, field, suffix)  # type: ignore[misc]
            return plain
        table, target = model._meta.db_table, field.target_field.model._meta.db_table
        return Statement(
            self.sql_create_fk,
            table=Table(table, self.quote_name),
            name=self._fk_constraint_name(model, field, suffix),  # type: ignore[attr-defined]
            column=Columns(table, ["organisation_id", field.column], self.quote_name),
            to_table=Table(target, self.quote_name),
            to_column=Columns(target, ["organisation_id", field.target_field.column], self.quote_name),
            deferrable=self.connection.ops.deferrable_sql(),
        )


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            self.tell_context()

    def tell_context(self) -> None:
        """Tell the open transaction whom it works for; nothing to tell outside of a request or task."""
        context = current_context()
        if context is None:
            return
        with self.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('assay.organisation', %s, true), set_config('assay.person', %s, true)",
                [str(context.organisation_id or ""), str(context.person_id or "")],
            )
