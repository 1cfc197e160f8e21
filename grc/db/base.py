"""PostgreSQL, as Assay uses it.

Two things are added to Django's backend, each so that nobody can forget it:

- Every transaction starts by telling the database which organisation and person it works for (``SET LOCAL``, through
  ``set_config(..., true)``), so that row-level security can stand behind the gate. A statement outside of a transaction
  becomes one of its own, so that it is told as well.
- A foreign key between two tables that both belong to an organisation is made a composite one,
  ``(organisation_id, x_id) → (organisation_id, id)``: the database refuses a reference into another organisation.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.backends.ddl_references import Columns, Statement, Table
from django.db.backends.postgresql import base, schema
from django.db.models import Field, ForeignKey, Model
from psycopg.pq import TransactionStatus

from grc.context import Context, current_context


def is_history(model: type[Model]) -> bool:
    """Whether the model keeps what another one's rows were (simple-history's)."""
    return any(base.__module__.startswith("simple_history") for base in model.__mro__)


def belongs_to_organisation(model: type[Model]) -> bool:
    """True for a table whose rows each belong to one organisation (history tables hold copies, never targets)."""
    if is_history(model):
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


def told_sql(context: Context | None) -> tuple[str, list[str]]:
    """The statement that tells an open transaction whom it works for: nobody, where there is no context."""
    context = context or Context(None, None, "")
    values = {
        "organisation": str(context.organisation_id or ""),
        "person": str(context.person_id or ""),
        "way": context.way,
        "key": context.key,
    }
    calls = ", ".join(f"set_config('assay.{name}', %s, true)" for name in values)
    return f"SELECT {calls}", list(values.values())


class TellsFirst:
    """A cursor whose statement, where no transaction is open, gets one that knows the context."""

    connection: Any

    @contextmanager
    def _told(self) -> Iterator[None]:
        context, raw = current_context(), self.connection
        if context is None or not raw.autocommit or raw.info.transaction_status != TransactionStatus.IDLE:
            yield
            return
        with raw.transaction():
            raw.execute(*told_sql(context))
            yield

    def execute(self, *args: Any, **kwargs: Any) -> Any:
        with self._told():
            return super().execute(*args, **kwargs)  # type: ignore[misc]

    def executemany(self, *args: Any, **kwargs: Any) -> Any:
        with self._told():
            return super().executemany(*args, **kwargs)  # type: ignore[misc]

    @contextmanager
    def copy(self, *args: Any, **kwargs: Any) -> Iterator[Any]:
        with self._told(), super().copy(*args, **kwargs) as copying:  # type: ignore[misc]
            yield copying


class Cursor(TellsFirst, base.Cursor):  # type: ignore[misc]
    pass


class ServerSideCursor(TellsFirst, base.ServerSideCursor):  # type: ignore[misc]
    pass


class DatabaseWrapper(base.DatabaseWrapper):
    SchemaEditorClass = DatabaseSchemaEditor

    def get_connection_params(self) -> dict[str, Any]:
        return super().get_connection_params() | {"cursor_factory": Cursor}

    def create_cursor(self, name: str | None = None) -> Any:
        if name is None:
            return super().create_cursor()
        # as Django's, with a class of ours
        raw = self.connection
        return ServerSideCursor(raw, name=name, scrollable=False, withhold=raw.autocommit)  # type: ignore[call-arg]

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit and current_context() is not None:
            self.tell_context()

    def _savepoint_rollback(self, sid: str) -> None:
        super()._savepoint_rollback(sid)  # type: ignore[misc]
        self.tell_context()  # what was told since the savepoint is forgotten with the rest

    def tell_context(self) -> None:
        """Tell the open transaction whom it works for; one that failed is told when it is rolled back."""
        if self.connection.info.transaction_status != TransactionStatus.INERROR:
            with self.wrap_database_errors:
                self.connection.execute(*told_sql(current_context()))
