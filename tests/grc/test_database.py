"""What the database itself promises, whatever the code above it forgets."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import PROTECT, ForeignKey, Model

from aims.models import Component
from grc.access.actor import Actor
from grc.db.base import belongs_to_organisation, needs_composite_key
from grc.db.grants import is_append_only
from grc.models import ActivityEvent, Organisation, Record, Version
from grc.models.record import UnscopedQuery
from tests.factories import make

pytestmark = pytest.mark.django_db
OUR_APPS = ("grc", "evidence", "aims", "audits")
MODELS = [m for m in apps.get_models() if m._meta.app_label in OUR_APPS]
RECORDS = [m for m in MODELS if issubclass(m, Record)]
OWNED = [m for m in MODELS if belongs_to_organisation(m) and m._meta.managed]
LAYERS = ("trust", "questionnaires", "audits", "aims", "controls", "vendors", "evidence", "grc")


def is_history(model: type[Model]) -> bool:
    return any(base.__module__.startswith("simple_history") for base in model.__mro__)


def constraints_of(table: str, kind: str) -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE conrelid = %s::regclass AND contype = %s",
            [table, kind],
        )
        return dict(cursor.fetchall())


@pytest.mark.parametrize("model", OWNED, ids=lambda m: m.__name__)
def test_foreign_keys_between_organisations_tables_are_composite(model: type[Model]) -> None:
    definitions = constraints_of(model._meta.db_table, "f").values()
    for field in model._meta.local_fields:
        if needs_composite_key(model, field):
            assert any(f"(organisation_id, {field.column})" in text for text in definitions), field.name


def test_reference_into_another_organisation_is_refused_by_the_database(
    system: Actor, other_organisation: Organisation
) -> None:
    component, foreign = make("components", system), make("ai-systems", Actor.system(other_organisation))
    with pytest.raises(IntegrityError), transaction.atomic():
        Component.unscoped.filter(pk=component.pk).update(system=foreign.pk)
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("model", [m for m in MODELS if not is_history(m)], ids=lambda m: m.__name__)
def test_every_foreign_key_to_a_record_protects_it(model: type[Model]) -> None:
    for field in model._meta.local_fields:
        if isinstance(field, ForeignKey) and issubclass(field.related_model, Record) and field.db_constraint:
            assert field.remote_field.on_delete is PROTECT, field.name


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_record_keeps_what_the_kernel_promises(model: type[Any]) -> None:
    assert model._meta.default_manager_name == "unscoped"
    unique = [set(c.fields) for c in model._meta.constraints if hasattr(c, "fields")]
    assert {"organisation", "reference"} in unique
    assert hasattr(model, "history")
    assert "organisation" in {field.name for field in model.history.model._meta.fields}
    assert not model._meta.local_many_to_many, "links between records are records themselves"
    for constraint in model._meta.constraints:
        assert "violates" in str(constraint.violation_error_message) or constraint.violation_error_message
        if type(constraint).__name__ == "CheckConstraint":
            assert constraint.violation_error_code or "Constraint “" not in str(constraint.violation_error_message)
            assert str(constraint.violation_error_message) != str(constraint.default_violation_error_message)


@pytest.mark.parametrize("model", RECORDS, ids=lambda m: m.__name__)
def test_asking_for_nobody_is_refused(model: type[Any]) -> None:
    with pytest.raises(UnscopedQuery):
        model.objects.all()
    with pytest.raises(UnscopedQuery):
        model.objects.filter(pk=1)


@pytest.mark.parametrize("model", [m for m in MODELS if is_append_only(m)], ids=lambda m: m.__name__)
def test_application_role_cannot_rewrite_what_is_append_only(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        for privilege in ("UPDATE", "DELETE"):
            cursor.execute("SELECT has_table_privilege('assay_app', %s, %s)", [model._meta.db_table, privilege])
            assert cursor.fetchone()[0] is False, privilege


@pytest.mark.parametrize("model", [m for m in MODELS if getattr(m, "append_only", False)], ids=lambda m: m.__name__)
def test_append_only_tables_have_their_triggers(model: type[Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [model._meta.db_table]
        )
        assert cursor.fetchone()[0] >= 1


def test_version_and_activity_resist_an_update(system: Actor) -> None:
    from grc.actions.versions import make_version

    version = make_version(record=make("ai-systems", system), by=system)
    with pytest.raises(DatabaseError), transaction.atomic():
        Version.unscoped.filter(pk=version.pk).update(body=b"{}")
    with pytest.raises(DatabaseError), transaction.atomic():
        ActivityEvent.unscoped.all().delete()


def test_every_transaction_knows_whom_it_works_for(organisation: Organisation, actor_of: Any) -> None:
    actor = actor_of("reader")
    with actor.working(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('assay.organisation'), current_setting('assay.person')")
        assert cursor.fetchone() == (str(organisation.pk), str(actor.person.pk))


@pytest.mark.django_db(transaction=True)
def test_a_new_transaction_is_told_and_the_next_context_is_not(organisation: Organisation) -> None:
    def told() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('assay.organisation', true)")
            return cursor.fetchone()[0] or ""

    with Actor.system(organisation).working(), transaction.atomic():
        assert told() == str(organisation.pk)
    with transaction.atomic():
        assert told() == ""


def test_tables_are_reached_as_the_application_role() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)")
        assert cursor.fetchone() == ("assay_app", False)


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_foreign_keys_never_point_upward(model: type[Model]) -> None:
    level = LAYERS.index(model._meta.app_label)
    for field in model._meta.local_fields:
        if field.is_relation and field.related_model is not None:
            label = field.related_model._meta.app_label  # type: ignore[union-attr]
            assert label not in LAYERS or LAYERS.index(label) >= level, f"{field.name} points up to {label}"


def test_unscoped_is_named_in_the_kernel_only() -> None:
    root = Path(__file__).resolve().parents[2]
    for app in ("evidence", "aims", "audits"):
        for path in (root / app).rglob("*.py"):
            if "migrations" in path.parts:
                continue
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Attribute) and node.attr == "unscoped":
                    pytest.fail(f"{path.relative_to(root)}:{node.lineno} goes around the gate")
