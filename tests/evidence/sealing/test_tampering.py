"""What a superuser of the database changes behind the application's back is named, event by event."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from evidence.sealing import check, sealer
from evidence.sealing.alarm import verify_and_tell
from evidence.sealing.bundle import NotSealed, sealed_log
from evidence.sealing.findings import Finding
from evidence.sealing.home import seal_in_trouble
from evidence.sealing.sealer import seal_activity
from evidence.tlog import note
from grc.access.actor import Actor
from grc.models import ActivityEvent, Notice
from tests.evidence.sealing.test_sealing import head, write

EVENTS = "grc_activityevent"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "BATCH", 4)


@contextmanager
def superuser() -> Iterator[Any]:
    """As whoever may do everything in the database, triggers and foreign keys switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET ROLE assay_owner")
        tables = [EVENTS, "evidence_sealedevent", "evidence_sealcheckpoint", "evidence_sealtile"]
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        drop_foreign_key(cursor)
        yield cursor
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET ROLE assay_app")


def drop_foreign_key(cursor: Any) -> None:
    cursor.execute(
        "SELECT conname FROM pg_constraint WHERE conrelid = 'evidence_sealedevent'::regclass AND contype = 'f' "
        "AND confrelid = 'grc_activityevent'::regclass"
    )
    for (name,) in cursor.fetchall():
        cursor.execute(f"ALTER TABLE evidence_sealedevent DROP CONSTRAINT {name}")


@pytest.fixture
def log(system: Actor) -> Actor:
    write(system, "one", "two", "three", "four", "five", "six")
    seal_activity(system.organisation)
    return system


def key_of(system: Actor, detail: str) -> int:
    with system.working():
        return ActivityEvent.objects.within(system.organisation).get(detail=detail).pk


def found(system: Actor) -> list[Finding]:
    with system.working():
        return verify_and_tell(system.organisation)


def codes(system: Actor) -> list[tuple[str, int]]:
    return [(finding.code, finding.number) for finding in found(system)]


def test_an_honest_log_holds(log: Actor) -> None:
    assert found(log) == []
    write(log, "seven")
    seal_activity(log.organisation)
    assert found(log) == []
    assert head(log).verified_size == 7


@pytest.mark.parametrize(
    "change",
    ["detail = 'three!'", "verb = 'viewed'", "at = at + interval '1 second'", "way = 'api'",
     "person = gen_random_uuid()"],
)  # fmt: skip
def test_a_changed_event_is_named(log: Actor, change: str) -> None:
    key = key_of(log, "three")
    with superuser() as cursor:
        cursor.execute(f"UPDATE {EVENTS} SET {change} WHERE id = %s", [key])
    assert codes(log) == [("changed", 3)]
    with log.working(), pytest.raises(NotSealed):
        sealed_log(head(log))


def test_a_deleted_event_is_named(log: Actor) -> None:
    key = key_of(log, "two")
    with superuser() as cursor:
        cursor.execute(f"DELETE FROM {EVENTS} WHERE id = %s", [key])
    assert codes(log) == [("deleted", 2)]


def test_an_event_deleted_with_its_seal_is_named(log: Actor) -> None:
    key = key_of(log, "two")
    with superuser() as cursor:
        cursor.execute("DELETE FROM evidence_sealedevent WHERE event_id = %s", [key])
        cursor.execute(f"DELETE FROM {EVENTS} WHERE id = %s", [key])
    assert codes(log) == [("leaf-missing", 2)]


def test_two_events_whose_contents_changed_places_are_named(log: Actor) -> None:
    first, second = key_of(log, "one"), key_of(log, "five")
    swap = f"UPDATE {EVENTS} a SET at = b.at, detail = b.detail FROM {EVENTS} b WHERE a.id + b.id = %s AND a.id IN %s"
    with superuser() as cursor:
        cursor.execute(swap.replace("IN %s", "= ANY(%s)"), [first + second, [first, second]])
    assert codes(log) == [("moved", 1), ("moved", 5)]


def test_an_event_put_in_behind_the_seal_is_named(log: Actor) -> None:
    key = key_of(log, "one")
    with superuser() as cursor:
        cursor.execute("UPDATE evidence_activityseal SET floor = %s, mark_id = %s", [key + 5, key + 5])
        cursor.execute(
            f"INSERT INTO {EVENTS} (id, organisation_id, at, verb, detail, way, address) "
            "VALUES (%s, %s, now(), 'exported', 'slipped in', 'page', '')",
            [key - 1000, log.organisation.pk],
        )
    seal_activity(log.organisation)
    assert codes(log) == [("inserted", 0)]


def test_an_event_that_is_dated_back_is_named(log: Actor) -> None:
    with superuser() as cursor:
        cursor.execute(
            f"INSERT INTO {EVENTS} (organisation_id, at, verb, detail, way, address) "
            "VALUES (%s, now() - interval '30 days', 'approved', 'long ago', 'page', '')",
            [log.organisation.pk],
        )
    seal_activity(log.organisation)
    assert codes(log) == [("backdated", 7)]


def test_a_seal_that_was_made_to_fit_a_changed_event_is_named(log: Actor) -> None:
    """Whoever changes the leaf as well does not know the key that signed the tree."""
    key = key_of(log, "three")
    with superuser() as cursor:
        cursor.execute(f"UPDATE {EVENTS} SET detail = 'forged' WHERE id = %s", [key])
    with log.working():
        event = ActivityEvent.objects.within(log.organisation).select_related("record").get(pk=key)
    leaf = check.merkle.leaf_hash(check.activity_of(event).encode())
    with superuser() as cursor:
        cursor.execute("UPDATE evidence_sealedevent SET leaf = %s WHERE event_id = %s", [leaf, key])
    (finding,) = found(log)
    assert (finding.code, finding.number, finding.what["where"]) == ("tree", 4, "1")


def test_a_checkpoint_signed_with_another_key_is_named(log: Actor) -> None:
    other = sealer.new_seal(log.organisation)
    with log.working():
        row = check.SealCheckpoint.objects.within(log.organisation).get(size=4)
    root = check.checkpoint.parse(note.parse(row.note.encode()).text).root
    other.log_id = head(log).log_id
    with superuser() as cursor:
        forged = sealer.signed(other, 4, root)
        cursor.execute("UPDATE evidence_sealcheckpoint SET note = %s WHERE size = 4", [forged])
    assert codes(log) == [("checkpoint", 4)]


def test_a_replaced_key_is_named(log: Actor) -> None:
    other = sealer.new_seal(log.organisation)
    with superuser() as cursor:
        cursor.execute("UPDATE evidence_activityseal SET public_key = %s", [other.public_key])
    assert ("key", 0) in codes(log)


def test_a_log_rolled_back_whole_is_named_by_what_lies_outside(
    log: Actor, django_capture_on_commit_callbacks: Any
) -> None:
    before = head(log)
    with django_capture_on_commit_callbacks(execute=True):
        write(log, "seven")
        seal_activity(log.organisation)
    key = key_of(log, "seven")
    with superuser() as cursor:
        cursor.execute("DELETE FROM evidence_sealedevent WHERE event_id = %s", [key])
        cursor.execute(f"DELETE FROM {EVENTS} WHERE id = %s", [key])
        cursor.execute("DELETE FROM evidence_sealcheckpoint WHERE size = 7")
        cursor.execute(
            "UPDATE evidence_activityseal SET size = %s, tile_rows = %s, checkpoint = %s",
            [before.size, bytes(before.tile_rows), before.checkpoint],
        )
    assert codes(log) == [("rolled-back", 6)]


def test_anchors_do_not_pile_up(log: Actor, django_capture_on_commit_callbacks: Any) -> None:
    for number in range(5):
        with django_capture_on_commit_callbacks(execute=True):
            write(log, str(number))
            seal_activity(log.organisation)
    (folder,) = default_storage.listdir("activity-seal")[0]
    assert len(default_storage.listdir(f"activity-seal/{folder}")[1]) == 2
    assert found(log) == []


def test_the_alarm_is_raised_once_and_again_when_more_is_found(log: Actor, actor_of: Any) -> None:
    officer = actor_of("compliance-officer")
    with superuser() as cursor:
        cursor.execute(f"UPDATE {EVENTS} SET detail = 'x' WHERE detail = 'two'")
    for _ in range(3):
        found(log)
    with log.working():
        alarms = ActivityEvent.objects.within(log.organisation).filter(verb="alarmed")
        assert alarms.count() == 1
        assert Notice.objects.within(log.organisation).filter(person=officer.person, kind="alarm").count() == 1
    with officer.working():
        (todo,) = seal_in_trouble(officer)
        assert "Event 2 was changed" in str(todo.why)
    with superuser() as cursor:
        cursor.execute(f"UPDATE {EVENTS} SET detail = 'y' WHERE detail = 'four'")
    found(log)
    with log.working():
        assert alarms.count() == 2


def test_the_page_verifies_and_says_what_it_found(log: Actor, client_of: Any) -> None:
    client = client_of("internal-auditor")
    client.post("/o/nordhaven/activity/seal/check")
    page = client.get("/o/nordhaven/activity").content.decode()
    assert "events are as they were sealed" in page or "All 6" in page
    with superuser() as cursor:
        cursor.execute(f"UPDATE {EVENTS} SET detail = 'x' WHERE detail = 'two'")
    client.post("/o/nordhaven/activity/seal/check")
    page = client.get("/o/nordhaven/activity").content.decode()
    assert "Event 2 was changed after it was sealed" in page
    assert "does not hold" in page
    answer = client.get("/api/v1/o/nordhaven/activity/seal").json()
    assert [(f["code"], f["number"]) for f in answer["findings"]] == [("changed", 2)]
    assert client.post("/api/v1/o/nordhaven/activity/seal/check").json()["findings"] == answer["findings"]


def test_a_long_history_that_is_sealed_for_the_first_time_is_no_forgery(system: Actor) -> None:
    """An installation that had a log before it had a seal: many batches of events that are months old."""
    for days in range(300, 0, -30):
        with system.working():
            (event,) = ActivityEvent.unscoped.bulk_create(
                [ActivityEvent(organisation=system.organisation, verb="viewed", way="page", detail=str(days))]
            )
        with superuser() as cursor:
            cursor.execute(f"UPDATE {EVENTS} SET at = now() - %s * interval '1 day' WHERE id = %s", [days, event.pk])
    seal_activity(system.organisation)
    assert found(system) == []
