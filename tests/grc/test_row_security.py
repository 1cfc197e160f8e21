"""What PostgreSQL itself refuses to whoever goes around the gate."""

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
from evidence.models import DecisionRow
from grc.access.actor import Actor
from grc.access.room import running_periods
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
from vendors.models import AskLink, VendorAsk

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


@pytest.fixture
def two(system: Actor) -> tuple[Actor, Actor]:
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


def test_another_organisations_rows_are_beyond_reach_by_every_way(two: tuple[Actor, Actor]) -> None:
    mine, other = two
    empty = []
    for model in MODELS:
        table, foreign = model._meta.db_table, other.organisation.pk
        with as_owner() as cursor:
            columns = ", ".join(
                f'"{field.column}"' for field in model._meta.local_concrete_fields if not computed(field)
            )
            cursor.execute(f"SELECT {columns} FROM {table} WHERE organisation_id = %s LIMIT 1", [foreign])
            row = cursor.fetchone()
        if row is None:
            empty.append(model)
            continue
        with mine.working():
            assert not model._base_manager.filter(organisation=foreign).exists(), table
            assert set(model._base_manager.values_list("organisation", flat=True)) <= {mine.organisation.pk}, table
            counts = f"SELECT count(*) FROM {table} WHERE organisation_id = %s"
            assert asked(counts, foreign) == 0
            assert (
                asked(
                    f"SELECT count(*) FROM (SELECT * FROM {table}) AS t WHERE organisation_id <> %s",
                    mine.organisation.pk,
                )
                == 0
            )
            assert asked(f"WITH t AS MATERIALIZED ({counts}) SELECT * FROM t", foreign) == 0
            assert asked(f"SELECT EXISTS (SELECT 1 FROM {table} WHERE organisation_id = %s)", foreign) is False
            places = ", ".join(["%s"] * len(row))
            insert = f"INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE VALUES ({places})"
            assert refused(insert, *map(storable, row)), table
            for change in (f"UPDATE {table} SET organisation_id = organisation_id", f"DELETE FROM {table}"):
                assert untouched(f"{change} WHERE organisation_id = %s", foreign), table
            assert refused(f"UPDATE {table} SET organisation_id = %s", foreign) or model is DecisionRow, table
    assert empty == []


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


def test_copy_takes_out_own_rows_only_and_brings_none_in(two: tuple[Actor, Actor]) -> None:
    mine, _other = two
    with mine.working(), connection.cursor() as cursor:
        for sql in ("COPY aims_aisystem (organisation_id) TO STDOUT", "COPY (TABLE aims_aisystem) TO STDOUT"):
            with cursor.copy(sql) as copy:
                lines = b"".join(bytes(part) for part in copy).decode().splitlines()
            assert len(lines) == AISystem.unscoped.count() > 0
        with pytest.raises(psycopg.errors.FeatureNotSupported, match="row-level"), transaction.atomic():
            cursor.copy("COPY grc_recordkey (organisation_id) FROM STDIN").__enter__()
    with as_owner() as cursor:
        cursor.execute("SELECT count(*) FROM aims_aisystem")
        assert cursor.fetchone()[0] > len(lines)


def test_months_of_decisions_are_closed_when_reached_directly_and_when_detached(two: tuple[Actor, Actor]) -> None:
    mine, other = two
    (month,) = [table.name for table in tables_of(DecisionRow) if table.name.startswith("decision_months.")][-1:]
    assert refused(f"SELECT * FROM {month}")
    with as_owner() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA decision_months TO {APP_ROLE}")
        cursor.execute(f"GRANT ALL ON {month} TO {APP_ROLE}")
    insert = f"INSERT INTO {month} (ts, seq, organisation_id, source_id, kind) VALUES (now(), 99, %s, 1, 1)"
    for detach in (False, True):
        if detach:
            with as_owner() as cursor:
                cursor.execute(f"ALTER TABLE evidence_decision DETACH PARTITION {month}")
        with mine.working():
            assert asked(f"SELECT count(*) FROM {month}") == 1
            assert asked(f"SELECT count(*) FROM {month} WHERE organisation_id = %s", other.organisation.pk) == 0
            assert refused(insert, other.organisation.pk)


# -- without a context, and with half of one -------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_connection_without_a_context_sees_nothing(two: tuple[Actor, Actor]) -> None:
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


def test_an_outsider_reads_their_own_grants_before_the_room_is_entered(two: tuple[Actor, Actor]) -> None:
    mine, _other = two
    period = GrantPeriod.unscoped.filter(organisation=mine.organisation).get()
    stranger = make_person("stranger@example.org")
    for person, seen in ((period.person, 1), (stranger, 0)):
        with working_in(Context(None, person.pk, "page")):
            assert (GrantPeriod.unscoped.count(), Scope.unscoped.count()) == (seen, seen)
            assert running_periods(person).count() <= seen
            assert untouched("UPDATE grc_grantperiod SET revoked_at = NULL WHERE id = %s", period.pk)


def test_a_key_opens_the_one_row_that_it_belongs_to(two: tuple[Actor, Actor]) -> None:
    invitation, provider, link = (m.unscoped.first() for m in (Invitation, IdentityProvider, AskLink))
    assert invitation is not None and provider is not None and link is not None
    for key, rows in (
        (invitation.digest, (1, 0, 0)), (str(provider.public_id), (0, 1, 0)), (link.digest, (0, 0, 1)),
        ("", (0, 0, 0)), ("%", (0, 0, 0)),
    ):  # fmt: skip
        with working_in(Context(None, None, "page", key=key)):
            assert tuple(m.unscoped.count() for m in (Invitation, IdentityProvider, AskLink)) == rows
            assert untouched("UPDATE vendors_asklink SET code_tries = 0")
            assert not VendorAsk.unscoped.exists()
            assert untouched("UPDATE grc_invitation SET revoked_at = NULL")
            assert untouched("DELETE FROM grc_identityprovider")


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
