"""Honest logs are taken in whole: rows, bytes, proofs; again, resumed, twice at once."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from evidence.actions.sources import run_pull
from evidence.ingest.commit import ingest_role
from evidence.ingest.head import head_of
from evidence.models import DecisionRow, PullRun, Segment, Source, SourceHead, Term
from evidence.storage.records import RecordMissing, stored_entries, stored_entry
from evidence.storage.tree import NotCovered, consistency, inclusion
from evidence.tlog import checkpoint, merkle, moment, note
from tests.evidence.ingest.served_log import ServedLog, serving
from tests.evidence.tlog.honest_log import (
    BOOT,
    START,
    HonestLog,
    completion,
    cosigned,
    decision,
    decision_id,
    gap,
    heartbeat,
    key_of,
    of_decisions,
    rotation,
    witness_key,
)

pytestmark = pytest.mark.django_db
Connect = Callable[..., Source]


def rows_of(source: Source) -> list[DecisionRow]:
    rows = DecisionRow.objects.within(source.organisation).filter(source=source).order_by("seq")
    return list(rows.select_related("system", "policy", "model"))


def pulled(source: Source) -> SourceHead:
    run_pull(source=source)
    return head_of(source)


def test_pull_honest_log_takes_in_every_record(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    head = pulled(source)
    assert (head.state, head.next_seq, head.checkpoint_size, head.error) == ("ok", 10, 10, "")
    rows = rows_of(source)
    assert [row.seq for row in rows] == list(range(10))
    assert str(rows[3].decision_id) == decision_id(3)
    assert rows[3].system.text == "credit-assistant"
    assert rows[3].policy.text == "POL-7@3"
    assert rows[3].model is None
    assert rows[3].outcome == DecisionRow.Outcome.ALLOW
    assert rows[3].ts.timestamp() == (START + 3 * moment.SECOND) / moment.SECOND
    assert [raw for _, raw in stored_entries(source, 0, 9)] == served.log.entries


def test_pull_every_kind_of_record_makes_its_row(connect: Connect) -> None:
    log = HonestLog()
    model = {"provider": "openai", "name": "gpt-4o", "version": "2024-11-20"}
    log.append(decision(0, outcome="deny", subject_ref="a" * 64, model=model))
    log.append(completion(0, model={"name": "local"}))
    log.append(heartbeat())
    log.append(rotation(log, "second"))
    log.boot_id = "4c2f2b0e-1111-4222-8333-444455556666"
    log.append(gap(BOOT))
    with serving(log) as served:
        source = connect(served)
        assert pulled(source).state == "ok"
    rows = rows_of(source)
    kinds = DecisionRow.Kind
    assert [row.kind for row in rows] == [
        kinds.DECISION, kinds.COMPLETION, kinds.HEARTBEAT, kinds.KEY_ROTATION, kinds.GAP,
    ]  # fmt: skip
    assert bytes(rows[0].subject_ref) == b"\xaa" * 32
    assert rows[0].model.text == "openai/gpt-4o@2024-11-20"
    assert rows[1].model.text == "local"
    assert rows[2].decision_id is None
    assert rows[2].outcome is None


def test_pull_nothing_new_changes_nothing(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    pulled(source)
    segments, runs = Segment.unscoped.count(), PullRun.unscoped.count()
    assert pulled(source).next_seq == 10
    assert (Segment.unscoped.count(), PullRun.unscoped.count(), len(rows_of(source))) == (segments, runs, 10)


def test_pull_goes_on_where_it_stopped(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    pulled(source)
    for number in range(10, 17):
        served.log.append(decision(number))
    served.asked.clear()
    assert pulled(source).next_seq == 17
    assert "/v1/decisions?after_seq=9&limit=7" in served.asked
    assert [row.seq for row in rows_of(source)] == list(range(17))


def test_pull_many_batches_with_tiles(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("evidence.ingest.pull.BATCH", 512)
    with serving(of_decisions(1800)) as served:
        source = connect(served)
        assert pulled(source).next_seq == 1800
        assert any(path.startswith("/tile/1/") for path in served.asked)
    assert Segment.unscoped.filter(source=source).count() == 4
    assert len(rows_of(source)) == 1800
    assert stored_entry(source, 777) == served.log.entries[777]
    with pytest.raises(RecordMissing):
        stored_entry(source, 1800)


@pytest.mark.parametrize("sizes", [(1, 2, 3), (255, 256, 257), (300, 700, 701)])
def test_proofs_of_every_size_lead_to_the_signed_root(connect: Connect, sizes: tuple[int, ...]) -> None:
    log = HonestLog()
    with serving(log) as served:
        source = connect(served)
        for size in sizes:
            while len(log.entries) < size:
                log.append(decision(len(log.entries)))
            head = pulled(source)
            for seq in {0, size // 2, size - 1}:
                text, proof = inclusion(source, head, seq)
                point = checkpoint.parse(note.parse(text.encode()).text)
                assert point.size == size
                merkle.verify_inclusion(merkle.leaf_hash(log.entries[seq]), seq, size, proof, point.root)
            proof = consistency(source, head, sizes[0])
            merkle.verify_consistency(sizes[0], log.tree.root(sizes[0]), size, log.tree.root(size), proof)
        with pytest.raises(NotCovered):
            inclusion(source, head, sizes[-1])


def test_pull_after_rotation_that_was_missed_finds_the_new_key(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    pulled(source)
    log = served.log
    log.append(rotation(log, "second", end="first"))
    log.key = "second"
    for number in range(20, 25):
        log.append(decision(number))
    head = pulled(source)
    assert (head.state, head.next_seq) == ("ok", 16)


def test_pull_witnessed_checkpoint_is_noted(served: ServedLog, connect: Connect) -> None:
    witness = witness_key()
    source = connect(served, witness_key=witness.to_vkey(), witness_name="Witness AG")
    served.note = cosigned(served.log.checkpoint_note(), witness.name, START // moment.SECOND)
    assert pulled(source).witnessed_size == 10


def test_pull_months_are_made_as_they_come(connect: Connect) -> None:
    class Slow(HonestLog):
        def payload(self, body: dict[str, object]) -> dict[str, object]:
            months = moment.to_text(START - (3 - len(self.entries)) * 31 * moment.DAY)
            return super().payload(body) | {"ts": months}

    log = Slow()
    for number in range(4):
        log.append(decision(number))
    with serving(log) as served:
        source = connect(served)
        assert pulled(source).next_seq == 4
    assert len({(row.ts.year, row.ts.month) for row in rows_of(source)}) == 4


def test_terms_are_kept_once_per_organisation(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    pulled(source)
    assert sorted(Term.unscoped.filter(organisation=source.organisation).values_list("text", flat=True)) == [
        "POL-7@3",
        "credit-assistant",
    ]


@pytest.mark.parametrize("role", ["app", "ingest"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE evidence_decision SET outcome = 2",
        "DELETE FROM evidence_decision",
        "TRUNCATE evidence_decision",
        "UPDATE decision_months.{month} SET outcome = 2",
        "DELETE FROM decision_months.{month}",
        "TRUNCATE decision_months.{month}",
        "DROP TABLE decision_months.{month}",
        "UPDATE evidence_segment SET first_seq = 5",
        "DELETE FROM evidence_segment",
        "DELETE FROM evidence_tile",
        "UPDATE evidence_term SET text = 'x'",
    ],
)
def test_stored_records_are_final_for_both_roles(
    served: ServedLog, connect: Connect, role: str, statement: str
) -> None:
    source = connect(served)
    pulled(source)
    month = rows_of(source)[0].ts.strftime("m%Y_%m")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        if role == "ingest":
            cursor.execute("SET LOCAL ROLE assay_ingest")
        cursor.execute(statement.format(month=month))


def test_stored_records_are_final_for_their_owner(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    pulled(source)
    month = rows_of(source)[0].ts.strftime("m%Y_%m")
    for table in ("evidence_decision", f"decision_months.{month}"):
        for statement in (f"UPDATE {table} SET outcome = 2", f"DELETE FROM {table}", f"TRUNCATE {table}"):
            with pytest.raises(DatabaseError, match="final"), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL ROLE assay_owner")
                cursor.execute(statement)


def test_app_may_not_add_records(served: ServedLog, connect: Connect) -> None:
    source = connect(served)
    pulled(source)
    for table in ("evidence_decision", "evidence_segment", "evidence_term"):
        refused = pytest.raises(DatabaseError, match="permission denied")
        with refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"INSERT INTO {table} SELECT * FROM {table}")


def test_ingest_role_ends_with_its_block(served: ServedLog, connect: Connect) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        with ingest_role():
            cursor.execute("SELECT current_user")
            assert cursor.fetchone() == ("assay_ingest",)
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("assay_app",)


def test_other_organisations_rows_are_not_there(
    served: ServedLog, connect: Connect, other_organisation: object
) -> None:
    pulled(connect(served))
    assert not DecisionRow.objects.within(other_organisation).exists()  # type: ignore[arg-type]


def test_key_of_a_source_is_read_in_every_spelling(served: ServedLog, connect: Connect) -> None:
    key = key_of("first")
    vkey = checkpoint.log_keys("x.example/log", [key.public_key])[0].to_vkey()
    field = Source._meta.get_field("pinned_key")
    for spelling in (key.public_key.hex(), key.to_json()["public_key"], vkey, f" {vkey} "):
        assert field.to_python(spelling) == key.public_key.hex()
