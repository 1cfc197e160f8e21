"""What PostgreSQL itself refuses to whoever goes around the gate; between two full organisations: ``_reach``."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, models, transaction
from django.http import HttpRequest, JsonResponse
from django.test import Client
from psycopg.types.json import Jsonb

from aims.models import AISystem
from grc.access.actor import Actor
from grc.actions.outbox import queue_mail
from grc.context import Context, working_in
from grc.db.row_security import APP_ROLE, KEY, ORGANISATION, PERSON, policies_of, secured_models, tables_of
from grc.models import (
    ActivityEvent,
    GrantPeriod,
    IdentityProvider,
    Invitation,
    Membership,
    Organisation,
    OutboxMessage,
    Scope,
)
from tests.attacks.planting import plant_organisation, plant_registers, plant_rest
from tests.conftest import TEST_POLICY, make_person
from tests.factories import make
from tests.worker import database_url
from vendors.models import AskLink, CalendarFeed

pytestmark = pytest.mark.django_db
MODELS = [model for model, _policies in secured_models()]
OWN = f"organisation_id = {ORGANISATION}"
WITH_NOBODYS = (
    f"({OWN}) OR (organisation_id IS NULL AND {ORGANISATION} IS NULL "
    f"AND nullif(current_setting('assay.way', true), '') IS NOT NULL)"
)
ALSO_READ: dict[type[models.Model], str] = {
    Membership: f"person_id = {PERSON}",
    GrantPeriod: f"person_id = {PERSON}",
    Scope: f"id IN (SELECT scope_id FROM grc_grantperiod WHERE person_id = {PERSON})",
    Invitation: f"digest = {KEY}",
    AskLink: f"digest = {KEY}",
    CalendarFeed: f"digest = {KEY}",
    IdentityProvider: f"{KEY} = ANY (domains) OR {KEY} = public_id::text",
}
"""Every exception there is. One more belongs here, and needs its own test below."""

OF_NOBODY_TOO: set[type[models.Model]] = {ActivityEvent, OutboxMessage}
UNSECURED = """
SELECT oid::regclass::text FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace::regnamespace::text IN ('public', 'decision_months')
AND EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = pg_class.oid AND attname = 'organisation_id')
AND NOT (relrowsecurity AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid AND polname = 'organisation'))
"""


@contextmanager
def as_owner() -> Iterator[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE assay_owner")
        yield cursor
        cursor.execute(f"SET ROLE {APP_ROLE}")


def asked(sql: str, *values: Any) -> Any:
    """The one value of a raw query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]


def refused(sql: str, *values: Any) -> bool:
    """Whether the statement is refused, by a policy or for want of the privilege."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError as error:
        if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            raise
        return True
    return False


def plant_two(system: Actor) -> tuple[Actor, Actor]:
    """Two organisations with a row of every model."""
    for by in (system, plant_organisation()):
        for role in ("reader", "approver"):
            make_person(f"{role}@{by.organisation.slug}.example", by.organisation, role)
        with by.working():
            asked("SELECT evidence_decision_month(now())")
            if by is system:
                plant_registers(by)
            queue_mail(organisation=by.organisation, to=["a@example.org"], subject="x", text="y")
        plant_rest(by.organisation)
    return system, by


# -- every table, whatever was forgotten -----------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_every_organisations_table_has_exactly_its_policies(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT evidence_decision_month(now())")
    own = WITH_NOBODYS if model in OF_NOBODY_TOO else OWN
    wanted: dict[str, tuple[str, str, str | None]] = {"organisation": ("*", own, own)}
    if model in ALSO_READ:
        wanted["also_read_by"] = ("r", ALSO_READ[model], None)
    tables = tables_of(model)
    assert tables and all(table.secured for table in tables)
    for table in tables:
        with as_owner() as cursor:
            cursor.execute(
                "SELECT polname, polcmd::text, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid), "
                "polpermissive, polroles::regrole[]::text FROM pg_policy WHERE polrelid = %s AND polname <> %s",
                [table.oid, TEST_POLICY],
            )
            found = {name: rest for name, *rest in cursor.fetchall()}
            assert set(found) == set(wanted), table.name
            for name, (command, using, check) in wanted.items():
                as_written = [normal(cursor, table.name, text) for text in (using, check)]
                assert found[name] == [command, *as_written, True, f"{{{APP_ROLE}}}"], table.name


def normal(cursor: Any, table: str, condition: str | None) -> str | None:
    """A condition as PostgreSQL writes it down."""
    if condition is None:
        return None
    cursor.execute(f"CREATE POLICY as_written ON {table} USING ({condition})")
    cursor.execute(
        "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'as_written' AND polrelid = %s::regclass",
        [table],
    )
    text: str = cursor.fetchone()[0]
    cursor.execute(f"DROP POLICY as_written ON {table}")
    return text


def test_no_table_with_an_organisation_is_left_out_and_a_new_one_would_be_noticed() -> None:
    with as_owner() as cursor:
        cursor.execute(UNSECURED)
        assert cursor.fetchall() == []
        cursor.execute("CREATE TABLE forgotten (id bigint, organisation_id bigint)")
        cursor.execute(UNSECURED)
        assert cursor.fetchall() == [("forgotten",)]
        cursor.execute("DROP TABLE forgotten")


def test_application_role_is_subject_to_them_and_only_ingestion_is_not() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname, rolbypassrls, rolsuper FROM pg_roles WHERE rolname LIKE 'assay_%'")
        assert {name: (beyond, power) for name, beyond, power in cursor.fetchall()} == {
            "assay_owner": (False, False),
            "assay_app": (False, False),
            "assay_ingest": (True, False),
        }
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
            "AND has_table_privilege('assay_ingest', oid, 'SELECT')"
        )
        reached = {name for (name,) in cursor.fetchall()}
    assert reached == {m._meta.db_table for m in MODELS if getattr(m, "ingest_privileges", ())}


# -- around the gate -------------------------------------------------------------------------------------------------


def computed(field: "models.Field[Any, Any]") -> bool:
    return field.generated or isinstance(field, models.CompositePrimaryKey)


def storable(value: Any) -> Any:
    return Jsonb(value) if isinstance(value, dict) else value


def untouched(sql: str, *values: Any) -> bool:
    """Whether the statement changes no row, or is refused."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
            return int(cursor.rowcount) == 0
    except DatabaseError as error:
        if not isinstance(error.__cause__, psycopg.errors.InsufficientPrivilege):
            raise
        return True


def test_orm_writes_for_another_organisation_are_refused(system: Actor, other_organisation: Organisation) -> None:
    foreign = make("ai-systems", Actor.system(other_organisation))
    with system.working():
        assert AISystem.unscoped.filter(pk=foreign.pk).update(name="mine") == 0
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            ActivityEvent.unscoped.create(organisation=other_organisation, verb="viewed", way="page")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            make_person("new@elsewhere.example", other_organisation, "administrator")
        assert AISystem.history.model.objects.filter(key=foreign.pk).count() == 0
    foreign.refresh_from_db()
    assert foreign.name != "mine"


# -- without a context, and with half of one -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_connection_without_a_context_sees_nothing(system: Actor) -> None:
    plant_two(system)
    with psycopg.connect(database_url(), autocommit=True) as raw:
        raw.execute(f"SET ROLE {APP_ROLE}")
        for model in MODELS:
            assert raw.execute(f"SELECT count(*) FROM {model._meta.db_table}").fetchone() == (0,), model
        assert raw.execute("SELECT count(*) FROM grc_organisation").fetchone() == (2,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute("INSERT INTO grc_outboxmessage (kind, payload, created_at, due_at, attempts, last_error) "
                        "VALUES ('mail', '{}', now(), now(), 0, '')")  # fmt: skip


def test_a_person_reads_their_own_roles_anywhere_and_writes_none(
    system: Actor, other_organisation: Organisation
) -> None:
    person = make_person("both@nordhaven.example", system.organisation, "reader")
    there = Membership.objects.create(organisation=other_organisation, person=person, role="administrator")
    make_person("else@elsewhere.example", other_organisation, "reader")
    for organisation_id in (None, system.organisation.pk):
        with working_in(Context(organisation_id, person.pk, "page")):
            assert Membership.objects.filter(organisation=other_organisation).get() == there
            assert Membership.objects.filter(pk=there.pk).update(ended_at=None) == 0
            assert untouched("DELETE FROM grc_membership WHERE id = %s", there.pk)
            with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
                Membership.objects.create(organisation=other_organisation, person=person, role="approver")


def test_what_belongs_to_nobody_is_for_work_without_an_organisation(system: Actor) -> None:
    with working_in(Context(None, None, "task")):
        mail = OutboxMessage.unscoped.create(organisation=None, kind="mail", payload={})
        assert OutboxMessage.unscoped.get() == mail
    with system.working():
        assert not OutboxMessage.unscoped.exists()
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            OutboxMessage.unscoped.create(organisation=None, kind="mail", payload={})


@pytest.mark.parametrize("path", ["/o/nordhaven/", "/me/"])
def test_a_page_that_goes_around_the_gate_shows_its_own_organisation_at_most(
    path: str,
    system: Actor,
    other_organisation: Organisation,
    client_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = make("ai-systems", system).reference
    foreign = make("ai-systems", Actor.system(other_organisation), reference="")
    AISystem.unscoped.filter(pk=foreign.pk).update(reference="SYS-9999")

    def careless(self: Any, request: HttpRequest, **_: Any) -> JsonResponse:
        return JsonResponse({"seen": sorted(AISystem.unscoped.values_list("reference", flat=True))})

    for page in ("grc.views.home.HomePage", "grc.views.account.ProfilePage"):
        monkeypatch.setattr(f"{page}.get", careless)
    assert client_of("reader").get(path).json()["seen"] == ([own] if path.startswith("/o/") else [])
    assert set(AISystem.unscoped.values_list("reference", flat=True)) == {own, "SYS-9999"}


def test_policies_of_a_model_need_nothing_from_whoever_writes_it() -> None:
    class Meta:
        app_label = "grc"
        abstract = True

    fields = {"organisation": models.ForeignKey(Organisation, models.PROTECT), "__module__": __name__, "Meta": Meta}
    thought_up = type("ThoughtUp", (models.Model,), fields)
    (policy,) = policies_of(thought_up)
    assert policy.sql == f"FOR ALL TO {APP_ROLE} USING ({OWN}) WITH CHECK ({OWN})"
