"""How the database is told whom each statement works for, and forgets it again."""

import threading

import pytest
from django.db import DatabaseError, connection, connections, transaction

from aims.models import AISystem
from grc.access.actor import Actor
from grc.models import Organisation
from tests.factories import make


def asked(sql: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def told() -> str:
    return str(asked("SELECT coalesce(current_setting('assay.organisation', true), '')"))


@pytest.mark.django_db(transaction=True)
def test_a_statement_outside_of_a_transaction_is_told_too(system: Actor, other_organisation: Organisation) -> None:
    make("ai-systems", Actor.system(other_organisation))
    mine = make("ai-systems", system)
    with system.working():
        assert told() == str(system.organisation.pk)
        assert [row.pk for row in AISystem.unscoped.iterator(chunk_size=1)] == [mine.pk]
        with connection.cursor() as cursor:
            cursor.executemany("UPDATE aims_aisystem SET name = %s", [("a",), ("b",)])
            assert cursor.rowcount == 2  # one row, twice
            with cursor.copy("COPY aims_aisystem (id) TO STDOUT") as copy:
                assert [int(line) for line in copy] == [mine.pk]
            with pytest.raises(DatabaseError):
                cursor.execute("SELECT 1 / 0")
            cursor.execute("SELECT 1")
    assert told() == ""


@pytest.mark.django_db(transaction=True)
def test_context_follows_the_code_through_failures_and_savepoints(
    system: Actor, other_organisation: Organisation
) -> None:
    here, there = str(system.organisation.pk), Actor.system(other_organisation)
    with transaction.atomic(), system.working():
        assert told() == here
        with there.working():
            assert told() == str(other_organisation.pk)
        assert told() == here
        with pytest.raises(DatabaseError), transaction.atomic(), there.working():
            asked("SELECT 1 / 0")
        assert told() == here
        with there.working():
            with pytest.raises(DatabaseError), transaction.atomic():
                asked("SELECT 1 / 0")
            assert told() == str(other_organisation.pk)
    with pytest.raises(DatabaseError), transaction.atomic(), system.working():
        asked("SELECT 1 / 0")
    assert told() == ""


@pytest.mark.django_db(transaction=True)
def test_threads_and_later_transactions_inherit_nothing(system: Actor) -> None:
    found: list[str] = []

    def look() -> None:
        found.append(told())
        connections.close_all()

    with system.working():
        thread = threading.Thread(target=look)
        thread.start()
        thread.join(20)
    with transaction.atomic():
        found.append(told())
    assert found == ["", ""]
