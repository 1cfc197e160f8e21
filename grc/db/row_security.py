"""Row-level security: PostgreSQL itself gives the application's role one organisation's rows at a time.

It stands behind the gate, for the day on which somebody goes around it. Every table with an ``organisation`` column,
its history, and every partition gets its policies after every migration, so that no register can forget them. The
database knows the organisation from the context that each transaction is told (``grc.db.base``); without one there are
no rows.

A model that must be read before the organisation is known says so with ``also_read_by``: an SQL condition in which
``{person}`` and ``{key}`` stand for what the context says. That opens rows for reading, never for writing.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from grc.db.base import is_history

APP_ROLE = "assay_app"
ORGANISATION = "nullif(current_setting('assay.organisation', true), '')::bigint"
PERSON = "nullif(current_setting('assay.person', true), '')::bigint"
KEY = "nullif(current_setting('assay.key', true), '')"
_OWN = f"organisation_id = {ORGANISATION}"
# what belongs to no organisation is for work that says that it is for none
_NOBODYS = (
    f"organisation_id IS NULL AND {ORGANISATION} IS NULL AND nullif(current_setting('assay.way', true), '') IS NOT NULL"
)
_PARTITIONS = """
WITH RECURSIVE tree (id) AS (
    SELECT %s::regclass::oid UNION SELECT inhrelid FROM pg_inherits JOIN tree ON inhparent = id
)
SELECT oid, format('%%I.%%I', relnamespace::regnamespace, relname), relrowsecurity FROM tree JOIN pg_class ON oid = id
"""
_POLICIES = "SELECT polname, obj_description(oid, 'pg_policy') FROM pg_policy WHERE polrelid = %s"


class Policy(NamedTuple):
    """``command``: ALL or SELECT; ``condition``: which rows the application's role reaches, in SQL."""

    name: str
    command: str
    condition: str

    @property
    def sql(self) -> str:
        check = f" WITH CHECK ({self.condition})" if self.command == "ALL" else ""
        return f"FOR {self.command} TO {APP_ROLE} USING ({self.condition}){check}"


def policies_of(model: type[Model]) -> list[Policy]:
    """What is to stand on the model's table; empty where its rows belong to no organisation."""
    field = next((field for field in model._meta.local_concrete_fields if field.name == "organisation"), None)
    if field is None:
        return []
    own = f"({_OWN}) OR ({_NOBODYS})" if field.null and not is_history(model) else _OWN
    found = [Policy("organisation", "ALL", own)]
    if also := getattr(model, "also_read_by", ""):
        found.append(Policy("also_read_by", "SELECT", also.format(person=PERSON, key=KEY)))
    return found


def secured_models() -> Iterator[tuple[type[Model], list[Policy]]]:
    """Every model whose rows belong to organisations, with its policies."""
    for model in apps.get_models():
        if (policies := policies_of(model)) and not model._meta.proxy:
            yield model, policies


class Table(NamedTuple):
    """A table as PostgreSQL knows it; ``name`` is quoted, with its schema."""

    oid: int
    name: str
    secured: bool


def tables_of(model: type[Model]) -> list[Table]:
    """The model's table and its partitions; empty while it is not made yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s)", [model._meta.db_table])
        if cursor.fetchone()[0] is None:
            return []
        cursor.execute(_PARTITIONS, [model._meta.db_table])
        return [Table(*row) for row in cursor.fetchall()]


def secure_tables(**_: Any) -> None:
    """Give every organisation's table its policies; what stands already is left alone. Runs as the owner."""
    for model, policies in secured_models():
        for table in tables_of(model):
            with transaction.atomic():
                _secure(table, policies)


def _secure(table: Table, policies: list[Policy]) -> None:
    with connection.cursor() as cursor:
        if not table.secured:
            cursor.execute(f"ALTER TABLE {table.name} ENABLE ROW LEVEL SECURITY")
        cursor.execute(_POLICIES, [table.oid])
        standing = dict(cursor.fetchall())
        for policy in policies:
            if standing.pop(policy.name, None) == policy.sql:
                continue
            cursor.execute(f"DROP POLICY IF EXISTS {policy.name} ON {table.name}")
            cursor.execute(f"CREATE POLICY {policy.name} ON {table.name} {policy.sql}")
            cursor.execute(f"COMMENT ON POLICY {policy.name} ON {table.name} IS %s", [policy.sql])
        if "also_read_by" in standing:  # declared once, and no longer
            cursor.execute(f"DROP POLICY also_read_by ON {table.name}")
