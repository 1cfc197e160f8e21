"""What each database role may do, granted again after every migration.

``assay_owner`` owns the tables and migrates. ``assay_app`` serves pages, API and tasks: it reads and writes, but may
only add to tables that are append-only, and not even that where a model says ``ingest_only``. ``assay_ingest`` writes
decision records and what belongs to them (``ingest_privileges``), and nothing else; it alone is beyond row-level
security, under which PostgreSQL refuses COPY.
"""

from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model

from grc.db.base import is_history
from grc.db.row_security import APP_ROLE

INGEST_ROLE = "assay_ingest"


def is_append_only(model: type[Model]) -> bool:
    """History tables, and every model that says ``append_only = True``."""
    return is_history(model) or getattr(model, "append_only", False) is True


@transaction.atomic
def grant_roles(**_: Any) -> None:
    """Grant both roles what they need. Runs as the owner, once after all migrations."""
    with connection.cursor() as cursor:
        _require_roles(cursor)
        for role in (APP_ROLE, INGEST_ROLE):
            cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {APP_ROLE}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APP_ROLE}, {INGEST_ROLE}")
        cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {INGEST_ROLE}")
        for model in apps.get_models():
            if not model._meta.managed and not getattr(model, "append_only", False):
                continue
            table = connection.ops.quote_name(model._meta.db_table)
            if is_append_only(model):
                cursor.execute(f"REVOKE UPDATE, DELETE ON {table} FROM {APP_ROLE}")
            if getattr(model, "ingest_only", False):
                cursor.execute(f"REVOKE INSERT ON {table} FROM {APP_ROLE}")
            for privilege in getattr(model, "ingest_privileges", ()):
                cursor.execute(f"GRANT SELECT, {privilege} ON {table} TO {INGEST_ROLE}")


def _require_roles(cursor: Any) -> None:
    cursor.execute("SELECT rolname, rolbypassrls FROM pg_roles WHERE rolname IN (%s, %s)", [APP_ROLE, INGEST_ROLE])
    roles = dict(cursor.fetchall())
    if len(roles) != 2:
        raise RuntimeError(
            "The database roles assay_app and assay_ingest are missing: create them as docs/deployment.md says."
        )
    if not roles[INGEST_ROLE]:
        raise RuntimeError(
            "assay_ingest is subject to row-level security, under which PostgreSQL refuses COPY. "
            "As a superuser: ALTER ROLE assay_ingest BYPASSRLS; (docs/deployment.md)"
        )
