"""The sealer: whatever is committed is sealed once, whenever it was committed, and stays where it is."""

import datetime as dt
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.db.utils import InternalError, ProgrammingError

from evidence.models import ActivitySeal, SealCheckpoint, SealedEvent, SealTile
from evidence.sealing import sealer
from evidence.sealing.entries import activity_of
from evidence.sealing.home import seal_in_trouble
from evidence.sealing.key import key_of
from evidence.sealing.sealer import seal_activity
from evidence.tlog import checkpoint, ed25519, merkle
from evidence.tlog.activity import parse
from grc.access.actor import Actor
from grc.actions.activity import record_activity
from grc.models import ActivityEvent, Organisation
from tests.conftest import make_organisation

Verb = ActivityEvent.Verb


def write(system: Actor, *details: str) -> None:
    with system.working(), transaction.atomic():
        for detail in details:
            record_activity(by=system, verb=Verb.EXPORTED, detail=detail)


def sealed(system: Actor) -> list[str]:
    with system.working(), transaction.atomic():
        rows = SealedEvent.objects.within(system.organisation).order_by("seq")
        return list(rows.values_list("event__detail", flat=True))


def head(system: Actor) -> ActivitySeal:
    with system.working(), transaction.atomic():
        return ActivitySeal.objects.within(system.organisation).get()


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealer, "BATCH", 3)


@pytest.mark.django_db(transaction=True)
class TestCommitted:
    """With real transactions: what others see is what they committed."""

    @pytest.fixture(autouse=True)
    def committed(self, transactional_db: None) -> Iterator[None]:
        yield

    @pytest.fixture
    def system(self) -> Actor:
        return Actor.system(make_organisation("Nordhaven", "nordhaven"))

    def test_an_event_committed_late_is_sealed_after_events_with_larger_keys(self, system: Actor) -> None:
        begun, go_on, done = threading.Event(), threading.Event(), threading.Event()

        def slowly() -> None:
            with system.working(), transaction.atomic():
                record_activity(by=system, verb=Verb.EXPORTED, detail="drawn first")
                begun.set()
                go_on.wait(20)
            connections.close_all()
            done.set()

        thread = threading.Thread(target=slowly)
        thread.start()
        assert begun.wait(20)
        write(system, "drawn second")
        assert seal_activity(system.organisation) == 1
        assert sealed(system) == ["drawn second"]
        assert seal_activity(system.organisation) == 0
        go_on.set()
        thread.join(20)
        assert done.is_set()
        assert seal_activity(system.organisation) == 1
        assert sealed(system) == ["drawn second", "drawn first"]

    def test_the_floor_waits_for_a_transaction_that_is_still_open(
        self, system: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sealer, "FLOOR_GRACE", dt.timedelta(0))
        begun, go_on = threading.Event(), threading.Event()

        def slowly() -> None:
            with system.working(), transaction.atomic():
                record_activity(by=system, verb=Verb.EXPORTED, detail="late")
                begun.set()
                go_on.wait(20)
            connections.close_all()

        thread = threading.Thread(target=slowly)
        thread.start()
        assert begun.wait(20)
        write(system, "early")
        for _ in range(4):
            seal_activity(system.organisation)
        held = head(system)
        assert held.floor == 0, "a key below the newest may still be committed"
        go_on.set()
        thread.join(20)
        assert seal_activity(system.organisation) == 1
        with system.working(), transaction.atomic():
            newest = ActivityEvent.objects.within(system.organisation).order_by("-pk").first()
        assert newest is not None
        # the transactions of every other database on this server hold the floor down too: here they count no more
        snapshot = sealer._snapshot
        monkeypatch.setattr(sealer, "_snapshot", lambda end: snapshot("xmax"))
        seal_activity(system.organisation)
        seal_activity(system.organisation)
        assert head(system).floor == newest.pk
        assert sorted(sealed(system)) == ["early", "late"]

    def test_late_events_below_a_run_in_batches_are_not_left_behind(
        self, system: Actor, small_batches: None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """One commits between two batches of a run, with a key that the run is past already."""
        monkeypatch.setattr(sealer, "FLOOR_GRACE", dt.timedelta(0))
        begun, go_on = threading.Event(), threading.Event()

        def slowly() -> None:
            with system.working(), transaction.atomic():
                record_activity(by=system, verb=Verb.EXPORTED, detail="late")
                begun.set()
                go_on.wait(20)
            connections.close_all()

        thread = threading.Thread(target=slowly)
        thread.start()
        assert begun.wait(20)
        write(system, "1", "2", "3", "4", "5")
        seal_activity(system.organisation)
        write(system, "6", "7", "8", "9")
        append, batches = sealer._append, []

        def append_and_let_go(seal: ActivitySeal, events: Any) -> None:
            append(seal, events)
            if not batches:
                go_on.set()
                thread.join(20)
            batches.append(len(events))

        monkeypatch.setattr(sealer, "_append", append_and_let_go)
        seal_activity(system.organisation)
        for _ in range(4):
            seal_activity(system.organisation)
        assert sorted(sealed(system)) == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "late"]

    def test_two_sealers_at_once_seal_once(self, system: Actor) -> None:
        write(system, *(str(number) for number in range(30)))
        threads = [threading.Thread(target=self._seal, args=[system]) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert sealed(system) == [str(number) for number in range(30)]

    def _seal(self, system: Actor) -> None:
        try:
            seal_activity(system.organisation)
        finally:
            connections.close_all()


@pytest.mark.django_db
def test_what_is_undone_is_never_sealed(system: Actor) -> None:
    with system.working():
        try:
            with transaction.atomic():
                record_activity(by=system, verb=Verb.EXPORTED, detail="undone")
                raise RuntimeError
        except RuntimeError:
            pass
        record_activity(by=system, verb=Verb.EXPORTED, detail="done")
    seal_activity(system.organisation)
    assert sealed(system) == ["done"]


@pytest.mark.django_db
def test_checkpoints_are_signed_and_lead_from_one_to_the_next(system: Actor, small_batches: None) -> None:
    write(system, "a", "b", "c", "d", "e", "f", "g")
    assert seal_activity(system.organisation) == 7
    seal = head(system)
    with system.working():
        notes = list(SealCheckpoint.objects.within(system.organisation).order_by("size"))
        leaves = [bytes(row.leaf) for row in SealedEvent.objects.within(system.organisation).order_by("seq")]
        events = ActivityEvent.objects.within(system.organisation).select_related("record").order_by("pk")
        assert leaves == [merkle.leaf_hash(activity_of(event).encode()) for event in events]
    assert [row.size for row in notes] == [3, 6, 7]
    tree = merkle.MemoryTree()
    for leaf in leaves:
        tree.append(leaf)
    for row in notes:
        key = key_of(seal).public_key
        opened = checkpoint.open_signed(row.note.encode(), seal.log_id, [key], ed25519.verify)
        assert (opened.checkpoint.size, opened.checkpoint.root) == (row.size, tree.root(row.size))
    assert seal.checkpoint == notes[-1].note


@pytest.mark.django_db
def test_each_organisation_has_a_log_and_key_of_its_own(system: Actor, other_organisation: Organisation) -> None:
    other = Actor.system(other_organisation)
    write(system, "ours")
    write(other, "theirs")
    seal_activity(system.organisation)
    seal_activity(other_organisation)
    assert (sealed(system), sealed(other)) == (["ours"], ["theirs"])
    assert head(system).public_key != head(other).public_key
    assert head(system).log_id != head(other).log_id


@pytest.mark.django_db
def test_the_private_key_lies_encrypted_in_the_database(system: Actor) -> None:
    write(system, "a")
    seal_activity(system.organisation)
    seal = head(system)
    with system.working(), connection.cursor() as cursor:
        cursor.execute("SELECT key FROM evidence_activityseal")
        stored = cursor.fetchone()[0]
    assert stored.startswith("gAAAA")
    assert seal.key.open() not in stored  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_without_its_key_nothing_is_sealed_and_somebody_is_told(system: Actor, settings: Any, actor_of: Any) -> None:
    write(system, "a")
    seal_activity(system.organisation)
    before = settings.SECRETS_KEY
    settings.SECRETS_KEY = "B" * 43 + "="
    write(system, "b")
    assert seal_activity(system.organisation) == 0
    assert sealed(system) == ["a"], "nothing of what could not be signed stays behind"
    assert "ASSAY_SECRETS_KEY has changed" in head(system).error
    with actor_of("administrator").working():
        (todo,) = seal_in_trouble(actor_of("administrator"))
    assert (str(todo.text), todo.tone) == ("The activity log is no longer sealed", "red")
    settings.SECRETS_KEY = before
    assert seal_activity(system.organisation) == 1
    assert sealed(system) == ["a", "b"]
    assert head(system).error == ""


@pytest.mark.django_db
@pytest.mark.parametrize("model", [SealedEvent, SealCheckpoint, SealTile])
def test_the_application_can_only_add_to_the_seal(system: Actor, model: Any) -> None:
    write(system, "a")
    seal_activity(system.organisation)
    table = model._meta.db_table
    for sql in (f"UPDATE {table} SET organisation_id = organisation_id", f"DELETE FROM {table}"):
        refused = pytest.raises((ProgrammingError, InternalError))
        with system.working(), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


@pytest.mark.django_db
def test_an_entry_names_no_person_and_no_address(system: Actor, actor_of: Any) -> None:
    by = actor_of("administrator")
    with by.working():
        event = record_activity(by=by, verb=Verb.GRANTED, detail="Reader")
        ActivityEvent.unscoped.create(
            organisation=by.organisation, person=by.person.public_id, verb=Verb.LOGGED_IN, way="page",
            address="203.0.113.9",
        )  # fmt: skip
        lines = [activity_of(row).encode() for row in ActivityEvent.objects.within(by.organisation).order_by("pk")]
    assert all(b"203.0.113.9" not in line and by.person.email.encode() not in line for line in lines)
    read = parse(activity_of(event).encode())
    assert (read.person, read.verb, read.detail) == (str(by.person.public_id), "granted", "Reader")
    assert dt.datetime.fromisoformat(read.at) == event.at
