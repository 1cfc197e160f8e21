"""Two organisations with a row of every model: what either one reaches of the other."""

from copy import deepcopy

import psycopg
import pytest
from django.db import connection, transaction

from aims.models import AISystem
from evidence.models import DecisionRow
from grc.access.actor import Actor
from grc.access.room import running_periods
from grc.context import Context, working_in
from grc.db.row_security import APP_ROLE, tables_of
from grc.models import GrantPeriod, IdentityProvider, Invitation, Scope
from tests.conftest import make_organisation, make_person
from tests.grc.test_row_security import MODELS, as_owner, asked, computed, plant_two, refused, storable, untouched
from vendors.models import AskLink, CalendarFeed, VendorAsk

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept(lasting: None) -> tuple[Actor, Actor]:
    return plant_two(Actor.system(make_organisation("Nordhaven", "nordhaven")))


@pytest.fixture
def two(kept: tuple[Actor, Actor], db: None) -> tuple[Actor, Actor]:
    return deepcopy(kept)


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
    feed = CalendarFeed.unscoped.first()
    assert invitation is not None and provider is not None and link is not None and feed is not None
    for key, rows in (
        (invitation.digest, (1, 0, 0, 0)), (str(provider.public_id), (0, 1, 0, 0)), (link.digest, (0, 0, 1, 0)),
        (feed.digest, (0, 0, 0, 1)), ("", (0, 0, 0, 0)), ("%", (0, 0, 0, 0)),
    ):  # fmt: skip
        with working_in(Context(None, None, "page", key=key)):
            opened = (Invitation, IdentityProvider, AskLink, CalendarFeed)
            assert tuple(m.unscoped.count() for m in opened) == rows
            assert untouched("UPDATE vendors_asklink SET code_tries = 0")
            assert untouched("UPDATE vendors_calendarfeed SET last_used_at = now()")
            assert not VendorAsk.unscoped.exists()
            assert untouched("UPDATE grc_invitation SET revoked_at = NULL")
            assert untouched("DELETE FROM grc_identityprovider")
