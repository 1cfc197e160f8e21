"""A store that was changed behind our back is found, with the row or the file named."""

import hashlib
import os
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from evidence.actions.sources import run_pull
from evidence.ingest.head import head_of
from evidence.ingest.keeping import verify_store
from evidence.models import DecisionRow, Segment, Source, SourceAlarm
from evidence.storage import segments
from evidence.tasks import verify_stores
from grc.models import ActivityEvent
from tests.evidence.ingest.served_log import ServedLog, serving
from tests.evidence.tlog.honest_log import HonestLog, decision, moment, of_decisions

pytestmark = pytest.mark.django_db
Connect = Callable[..., Source]
INSERT_AGAIN = (
    "INSERT INTO {month} SELECT ts, seq, decision_id, organisation_id, source_id, system_id, policy_id, model_id, "
    "kind, outcome, subject_ref FROM {month} WHERE source_id = %s AND seq = 4"
)


@pytest.fixture
def source(served: ServedLog, connect: Connect) -> Source:
    source = connect(served)
    run_pull(source=source)
    return source


def as_superuser(source: Source, statement: str, *values: object) -> None:
    """As somebody who owns the tables and switches the triggers off."""
    month = DecisionRow.unscoped.filter(source=source).earliest("ts").ts.strftime("decision_months.m%Y_%m")
    tables = [month, "evidence_segment", "evidence_term"]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL ROLE assay_owner")
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement.format(month=month), values)
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET LOCAL ROLE assay_app")


def test_honest_store_is_good(source: Source) -> None:
    assert verify_store(source) == []
    out = StringIO()
    call_command("verify_store", source=[source.reference], stdout=out)
    assert out.getvalue() == f"GOOD  nordhaven {source.reference} {source.origin}\n"
    assert not SourceAlarm.unscoped.filter(source=source).exists()


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("UPDATE {month} SET outcome = 2 WHERE source_id = %s AND seq = 4", "outcome"),
        ("UPDATE {month} SET ts = ts + interval '1 second' WHERE source_id = %s AND seq = 4", "ts"),
        ("UPDATE {month} SET decision_id = gen_random_uuid() WHERE source_id = %s AND seq = 4", "decision_id"),
        ("UPDATE {month} SET subject_ref = '\\x00' WHERE source_id = %s AND seq = 4", "subject_ref"),
        ("UPDATE {month} SET organisation_id = 1 WHERE source_id = %s AND seq = 4", "organisation"),
        ("DELETE FROM {month} WHERE source_id = %s AND seq = 4", "missing"),
        (INSERT_AGAIN.replace("ts,", "ts + interval '1 second',", 1), "double"),
    ],
)
def test_superusers_change_of_a_row_is_found_and_named(source: Source, statement: str, word: str) -> None:
    as_superuser(source, statement, source.pk)
    (problem,) = verify_store(source)
    assert problem.seq == 4
    assert word in problem.sentence
    assert f"source_id {source.pk}, seq 4" in problem.place
    alarm = SourceAlarm.unscoped.get(source=source)
    assert (alarm.code, alarm.position, alarm.closed_at) == ("store_changed", 4, None)
    verify_store(source)
    assert SourceAlarm.unscoped.filter(source=source).count() == 1
    assert ActivityEvent.unscoped.filter(verb="alarmed", record=source.key).count() == 1


def test_row_that_the_log_never_had_is_found(source: Source) -> None:
    as_superuser(source, INSERT_AGAIN.replace("seq,", "99,", 1), source.pk)
    (problem,) = verify_store(source)
    assert problem.seq == 99


def test_changed_term_is_found_in_every_row_that_uses_it(source: Source) -> None:
    as_superuser(source, "UPDATE evidence_term SET text = 'POL-8@3' WHERE text = 'POL-7@3'")
    problems = verify_store(source)
    assert [problem.seq for problem in problems] == list(range(10))
    assert "policy" in problems[0].sentence


def segment_file(source: Source) -> tuple[Segment, Path]:
    segment = Segment.unscoped.get(source=source)
    return segment, Path(default_storage.path(segment.path))


def test_flipped_bit_in_a_segment_is_found_and_the_file_named(source: Source) -> None:
    segment, file = segment_file(source)
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    (first, *_) = verify_store(source)
    assert segment.path in first.sentence


def test_segment_replaced_with_its_row_is_found_by_the_signed_root(source: Source) -> None:
    segment, file = segment_file(source)
    forged = of_decisions(9)
    forged.append(decision(9, outcome="error"))
    packed = segments.pack(0, forged.entries)
    file.write_bytes(packed.content)
    digest = hashlib.sha256(packed.content).hexdigest()
    as_superuser(
        source,
        "UPDATE evidence_segment SET sha256 = %s, size = %s, frames = %s WHERE id = %s",
        digest,
        len(packed.content),
        packed.frames,
        segment.pk,
    )
    as_superuser(source, "UPDATE {month} SET outcome = 5 WHERE source_id = %s AND seq = 9", source.pk)
    (problem,) = verify_store(source)
    assert "root" in problem.sentence


def test_segment_that_is_gone_is_found(source: Source) -> None:
    segment, file = segment_file(source)
    file.unlink()
    problems = verify_store(source)
    assert segment.path in problems[0].sentence


def test_forged_checkpoint_in_the_database_is_found(source: Source, served: ServedLog) -> None:
    forged = served.log.checkpoint_note(["stranger"]).decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE evidence_sourcehead SET checkpoint = %s WHERE source_id = %s", [forged, source.pk])
    (problem,) = verify_store(source)
    assert "checkpoint" in problem.sentence


def test_command_fails_and_says_where(source: Source) -> None:
    as_superuser(source, "UPDATE {month} SET outcome = 2 WHERE source_id = %s AND seq = 4", source.pk)
    out = StringIO()
    with pytest.raises(CommandError, match="1 places"):
        call_command("verify_store", stdout=out)
    assert out.getvalue().startswith(f"BAD   nordhaven {source.reference} {source.origin} at 4: ")
    with pytest.raises(CommandError, match="no such source"):
        call_command("verify_store", source=["LOG-9999"])


def test_nightly_task_raises_the_alarm_and_closes_it_once_mended(source: Source) -> None:
    as_superuser(source, "UPDATE {month} SET outcome = 2 WHERE source_id = %s AND seq = 4", source.pk)
    verify_stores()
    assert SourceAlarm.unscoped.get(source=source).closed_at is None
    run_pull(source=source)
    assert SourceAlarm.unscoped.get(source=source).closed_at is None, "a good pull says nothing about the store"
    as_superuser(source, "UPDATE {month} SET outcome = 1 WHERE source_id = %s AND seq = 4", source.pk)
    verify_stores()
    assert SourceAlarm.unscoped.get(source=source).closed_at is not None


class Dense(HonestLog):
    """Many records in little time, so that none lies in the future."""

    def payload(self, body: dict[str, object]) -> dict[str, object]:
        payload = super().payload(body)
        return payload | {"ts": moment.to_text(1_795_226_720 * moment.SECOND + len(self.entries) * 1000)}


@pytest.mark.timeout(600)
def test_large_honest_log_raises_no_alarm(connect: Connect) -> None:
    size = int(os.environ.get("ASSURANCE_RECORDS") or 20_000)
    log = Dense()
    outcomes = ("allow", "deny", "redact", "escalate", "error")
    for number in range(size):
        log.append(decision(number, outcome=outcomes[number % 5], subject_ref=f"{number:064x}"))
    with serving(log) as served:
        source = connect(served)
        run_pull(source=source)
    assert head_of(source).state == "ok"
    assert DecisionRow.unscoped.filter(source=source).count() == size
    assert verify_store(source) == []
    assert not SourceAlarm.unscoped.filter(source=source).exists()
